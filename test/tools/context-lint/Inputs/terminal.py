# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a program on a terminal, and prints what that shows. usage:
terminal.py PROGRAM ARGUMENT..."""

import os
import pty
import sys

os.environ["TERM"] = "xterm"
shown = []


def read(terminal):
    data = os.read(terminal, 4096)
    shown.append(data)
    return b"" if not data else data


sys.stdout.flush()
kept = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
pty.spawn(sys.argv[1:], read, lambda _: b"")
text = b"".join(shown).decode(errors="replace").replace("\r\n", "\n")
os.write(kept, text.replace("\r", "\n").encode())
