# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds a program's lost contexts, as context::debug sees them down every path,
against the findings of context-lost-cancel in its source.

usage: lost_twice.py SOURCE.cpp PROGRAM CLANG_TIDY [ARGUMENT...]

Prints the functions that both agree on. Exits with 1 if they disagree anywhere."""

import os
import re
import subprocess
import sys

PATHS = 4


def run(command, **environment):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, **environment})
    if done.returncode != 0:
        sys.exit(f"{command} exits {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def lost_in(program):
    """Lines, from the program's lists; its report at exit must name the same."""
    lines = set()
    for function in range(int(run([program])[0])):
        for path in range(PATHS):
            listed, report = run([program, str(function), str(path)],
                                 CONTEXT_DEBUG="1")
            listed = set(map(int, listed.split()))
            reported = set(map(int, re.findall(r"\.cpp:(\d+): With", report)))
            if listed != reported:
                sys.exit(f"function {function}, path {path}: LostContexts() "
                         f"names the lines {sorted(listed)}, the report at "
                         f"exit {sorted(reported)}")
            lines |= listed
    return lines


def main():
    source, program, *tidy = sys.argv[1:]
    findings, _ = run([tidy[0], source, *tidy[1:]])
    found = set(map(int, re.findall(
        r"(?m)^[^\n:]*\.cpp:(\d+):\d+: warning: .*\[context-lost-cancel\]$",
        findings)))
    lost = lost_in(program)
    with open(source, encoding="utf-8") as text:
        functions = [(number, match[1]) for number, line in enumerate(text, 1)
                     if (match := re.match(r"void (\w+)\(", line))]
    for line in sorted(found & lost):
        print(max((number, name) for number, name in functions if number < line)[1])
    for line in sorted(found - lost):
        print(f"{source}:{line}: found, but on no path lost", file=sys.stderr)
    for line in sorted(lost - found):
        print(f"{source}:{line}: lost, but not found", file=sys.stderr)
    return found != lost


if __name__ == "__main__":
    sys.exit(main())
