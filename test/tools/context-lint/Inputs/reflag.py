# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Adds a flag to one file's command. usage: reflag.py FOLDER FILE FLAG"""

import json
import os
import sys

folder, file, flag = sys.argv[1:]
path = os.path.join(folder, "compile_commands.json")
entries = json.load(open(path, encoding="utf-8"))
for entry in entries:
    if os.path.basename(entry["file"]) == file:
        entry["arguments"].insert(1, flag)
json.dump(entries, open(path, "w", encoding="utf-8"))
