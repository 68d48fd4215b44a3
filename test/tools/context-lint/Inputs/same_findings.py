# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares context-lint with the stock clang-tidy and the plugin over the same
files: findings, places, notes, code shown, and the files after --fix. usage:
same_findings.py LINT CLANG_TIDY PLUGIN SCRATCH FILE... -- FLAG..."""

import os
import re
import shutil
import subprocess
import sys

HEAD = re.compile(r"^(\S[^:\n]*):(\d+:\d+: (?:warning|error|note): .*)$", re.M)


def output(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace",
                          check=False, **options)


def findings(text):
    """Each finding with its notes and its code, by absolute paths."""
    text = HEAD.sub(lambda m: f"{os.path.realpath(m[1])}:{m[2]}", text)
    blocks = re.split(r"^(?=\S.*:\d+:\d+: (?:warning|error): )", text,
                      flags=re.M)
    return sorted(block.rstrip() for block in blocks if HEAD.match(block))


def copy(files, folder):
    """Each in a folder of its own: names may be the same."""
    shutil.rmtree(folder, ignore_errors=True)
    copies = []
    for number, file in enumerate(files):
        place = os.path.join(folder, str(number))
        os.makedirs(place)
        copies.append(shutil.copy(file, place))
    return copies


def main():
    lint, clang_tidy, plugin, scratch, *rest = sys.argv[1:]
    files, flags = rest[:rest.index("--")], rest[rest.index("--") + 1:]
    os.makedirs(scratch, exist_ok=True)
    cache = os.path.join(scratch, "cache")
    tidy = [clang_tidy, f"-load={plugin}", "--checks=-*,context-*", "--quiet",
            "--use-color=false"]

    wrong = total = 0
    ours = output([lint, "--quiet", f"--cache={cache}", *files, "--", *flags])
    theirs = [output([*tidy, file, "--", *flags]) for file in files]
    found = findings(ours.stdout)
    # Files that share a header say the same thing of it.
    expected = sorted(set(sum((findings(each.stdout) for each in theirs), [])))
    total += len(expected)
    for block in sorted(set(expected) ^ set(found)):
        wrong += 1
        print("only", "clang-tidy" if block in expected else "context-lint",
              "says:\n" + block)
    if len(found) != len(set(found)):
        wrong += 1
        print("context-lint says something twice")

    fixed = copy(files, os.path.join(scratch, "fixed"))
    output([lint, "--quiet", "--fix", f"--cache={cache}", *fixed, "--", *flags])
    expected = copy(files, os.path.join(scratch, "expected"))
    for file in expected:
        output([*tidy, "--fix", file, "--", *flags])
    changed = 0
    for file, one, other in zip(files, fixed, expected):
        texts = [open(each, encoding="utf-8", errors="replace").read()
                 for each in (file, one, other)]
        changed += texts[2] != texts[0]
        if texts[1] != texts[2]:
            wrong += 1
            print(f"fixed otherwise: {file}: diff {one} {other}")
    print(f"{len(files)} files: {total} findings, {changed} files fixed, "
          f"{wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
