# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Has the standard's own validator look at a report. usage:
validate_sarif.py MULTITOOL REPORT"""

import os
import subprocess
import sys

multitool, report = sys.argv[1:]
result = subprocess.run(
    [multitool, "validate", report], stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT, text=True, check=False,
    # It is a .NET program, which else looks for the tables of all languages.
    env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"})
says = [line for line in result.stdout.splitlines()
        if ": error " in line or ": warning " in line]
if result.returncode == 0 and not says and "1 files scanned" in result.stdout:
    print("valid")
else:
    sys.exit("\n".join(says) or result.stdout)
