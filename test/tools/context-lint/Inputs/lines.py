# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The lines of findings and notes that a command says of files, each linted alone:
once each, in order, with paths from the current folder. (clang-tidy judges the last
finding of a file by the configuration of the one that it lints next.)
usage: lines.py [FILE...] -- COMMAND..."""

import os
import re
import subprocess
import sys

at = sys.argv.index("--")
files, command = sys.argv[1:at], sys.argv[at + 1:]
here = os.getcwd() + os.sep
lines = set()
for arguments in [[file] for file in files] or [[]]:
    said = subprocess.run(command + arguments, stdout=subprocess.PIPE, text=True,
                          check=False).stdout
    lines |= {line.strip().removeprefix(here) for line in said.splitlines()
              if re.match(r".+:\d+:\d+: (warning|error|note): ", line)}
print("\n".join(sorted(lines)))
