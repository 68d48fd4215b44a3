# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Applies what is offered for every loop of the given files: the code then
compiles, and of the findings those are left that nothing was offered for.
usage: all_fixed.py CLANG_TIDY PLUGIN FOLDER FILE... -- FLAG..."""

import os
import re
import subprocess
import sys

clang_tidy, plugin, folder, *rest = sys.argv[1:]
files, flags = rest[:rest.index("--")], rest[rest.index("--") + 1:]


def lint(path, *options):
    """How many findings there are, how many with a fix, and the errors."""
    said = subprocess.run(
        [clang_tidy, "--quiet", f"-load={plugin}", "--config={}",
         "--checks=-*,context-unpolled-loop", *options, path, "--", *flags],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        check=False).stdout
    return (len(re.findall(r"warning: .*\[context-unpolled-loop\]", said)),
            len(re.findall(r"note: return at the start of a round", said)),
            re.findall(r"^.* error: .*$", said, re.MULTILINE))


os.makedirs(folder, exist_ok=True)
checked = offered = wrong = 0
for file in files:
    path = os.path.join(folder, os.path.basename(file))
    with open(file, encoding="utf-8", newline="") as text, \
         open(path, "w", encoding="utf-8", newline="") as copy:
        copy.write(re.sub(r"//\s*CHECK.*", "//", text.read()))
    before, fixes, errors = lint(path)
    if errors:
        continue  # Broken on purpose, or too new for this Clang.
    lint(path, "--fix-notes")
    after, left, errors = lint(path)
    checked += 1
    offered += fixes
    if errors or left or after != before - fixes:
        wrong += 1
        print(f"{file}: {before} findings, {fixes} with a fix; then {after}, "
              f"{left} with a fix", *errors, sep="\n  ")
print(f"{checked} files: {offered} fixes, {wrong} files wrong")
