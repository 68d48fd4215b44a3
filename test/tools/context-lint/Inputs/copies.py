# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes copies of a file, copy-0.cpp and on, and a compile database of them.
usage: copies.py N FILE FOLDER -- FLAG..."""

import os
import shutil
import subprocess
import sys

number, file, folder, *rest = sys.argv[1:]
names = [f"copy-{i}.cpp" for i in range(int(number))]
for name in names:
    shutil.copy(file, name)
subprocess.run([sys.executable, "-B",
                os.path.join(os.path.dirname(__file__), "database.py"), folder,
                *names, *rest], check=True)
