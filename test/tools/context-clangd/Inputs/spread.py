# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Copies a file into folders, which may not be there yet. usage: spread.py FILE
FOLDER..."""

import os
import shutil
import sys

for folder in sys.argv[2:]:
    os.makedirs(folder, exist_ok=True)
    shutil.copy(sys.argv[1], folder)
