# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a program and succeeds if its exit status is this one. usage:
status.py PROGRAM STATUS ARGUMENT..."""

import subprocess
import sys

program, expected, *arguments = sys.argv[1:]
got = subprocess.run([program, *arguments], check=False).returncode
sys.exit(0 if got == int(expected) else f"exit status {got}, not {expected}")
