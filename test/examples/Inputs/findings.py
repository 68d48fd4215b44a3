# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lints an example and prints its findings, a line each, without the notes.

usage: findings.py EXAMPLE.cpp CLANG_TIDY [ARGUMENT...]

Fails if the source does not compile, and if the findings are not those that
its comments announce to the reader: `// finding: <check>: ...` stands above the
line of each."""

import os
import re
import subprocess
import sys

MARK = re.compile(r"\s*// finding: ([\w-]+): ")
FINDING = re.compile(r"(.*?):(\d+):\d+: (?:warning|error): .* \[([\w.,-]+)\]$")


def announced(lines):
    """Pairs of the line of a finding, counted from 1, and its check."""
    for number, line in enumerate(lines, 1):
        if mark := MARK.match(line):
            following = number + 1
            while lines[following - 1].lstrip().startswith("//"):
                following += 1
            yield following, mark[1]


def main():
    source, *command = sys.argv[1:]
    tidy = subprocess.run([command[0], source, *command[1:]],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    if tidy.returncode != 0:
        sys.exit(f"clang-tidy exits {tidy.returncode}:\n{tidy.stdout}{tidy.stderr}")

    found = []
    for line in tidy.stdout.splitlines():
        if finding := FINDING.match(line):
            found.append((int(finding[2]), finding[3]))
            print(os.path.basename(finding[1]) + line[len(finding[1]):])

    with open(source, encoding="utf-8") as text:
        marks = list(announced(text.read().splitlines()))
    for line, check in sorted(set(found) - set(marks)):
        print(f"{source}:{line}: no comment announces this {check}", file=sys.stderr)
    for line, check in sorted(set(marks) - set(found)):
        print(f"{source}:{line}: announced, but not found: {check}", file=sys.stderr)
    return sorted(found) != sorted(marks)


if __name__ == "__main__":
    sys.exit(main())
