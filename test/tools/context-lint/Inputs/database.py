# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes FOLDER/compile_commands.json for some files, which need not exist.
usage: database.py FOLDER FILE... -- FLAG..."""

import json
import os
import sys

folder, *rest = sys.argv[1:]
files, flags = rest[:rest.index("--")], rest[rest.index("--") + 1:]
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, "compile_commands.json"), "w",
          encoding="utf-8") as out:
    json.dump([{"directory": os.path.abspath(folder),
                "file": os.path.abspath(file),
                "arguments": ["c++", *flags, "-c", os.path.abspath(file), "-o",
                              os.path.basename(file) + ".o"]}
               for file in files], out)
