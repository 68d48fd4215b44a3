# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Starts a program several times at once, from an empty cache, and compares what
is said. usage: at_once.py N PROGRAM ARGUMENT..."""

import shutil
import subprocess
import sys

number, *command = sys.argv[1:]
shutil.rmtree("build/.context-lint")
runs = [subprocess.Popen(command, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, text=True)
        for _ in range(int(number))]
texts = [run.communicate()[0] for run in runs]
print(f"{number} runs: exit status "
      f"{', '.join(str(run.returncode) for run in runs)}; "
      f"{'all say the same' if len(set(texts)) == 1 and texts[0] else texts}")
