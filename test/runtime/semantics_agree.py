#!/usr/bin/env python3
# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds docs/semantics.md and the runtime's tests against each other.

Exits with 1, and says why, if a rule names a test that does not exist or no
test at all, if a test is named by no rule, or only by another one's, if a
rule's number is used twice, or if a rule names no checks, or a check that has
no page in docs/checks/; if a rule does not say from which version of Go on it
holds there, or says so though it is marked as C++'s; or if the table of Go's
own tests has a row that names no test, one that does not exist, or one of Go's
twice.

usage: semantics_agree.py [DOC [TEST_DIR [CHECK_DOCS]]]
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def rules_of(doc, problems):
    """Yields (number, text, heading) of each rule: it runs to the next rule or
    heading."""
    seen = set()
    for match in re.finditer(r"(?ms)^\*\*(S\d+)\*\*(.*?)(?=^\*\*S\d+\*\*|^## |\Z)", doc):
        number, text = match.groups()
        if number in seen:
            problems.append(f"{number}: stated twice")
        seen.add(number)
        heading = doc[:match.start()].rpartition("\n## ")[2].splitlines()[0]
        yield number, text, heading


def check_version(number, text, heading, problems):
    version = re.search(r"(?m)^Go: (none|1(?:\.\d+)?|golang\.org/\S+)\b(.*)\.$", text)
    added = text.startswith(" *(C++)*") or "(C++)" in heading
    if not version:
        problems.append(f"{number}: does not say since when Go has it")
    elif (version[1] == "none") != added:
        problems.append(f"{number}: 'Go: {version[1]}', and "
                        f"{'' if added else 'not '}marked as C++'s")


def check_go_tests(doc, tests, problems):
    section = re.search(r"(?ms)^## Go's own tests$(.*?)(?=^## |\Z)", doc)
    rows = re.findall(r"(?m)^\| (Test\w+) \| (.*) \|$", section[1] if section else "")
    if not rows:
        problems.append("there is no table of Go's own tests")
    seen = set()
    for theirs, ours in rows:
        if theirs in seen:
            problems.append(f"{theirs}: has two rows")
        seen.add(theirs)
        named = re.findall(r"`(S\d+\.\w+)`", ours)
        if not named and not ours.startswith("none: "):
            problems.append(f"{theirs}: names no test of ours, and not why")
        for test in named:
            if test not in tests:
                problems.append(f"{theirs}: there is no test {test}")


def main():
    arguments = [pathlib.Path(a) for a in sys.argv[1:]]
    defaults = [ROOT / "docs/semantics.md", HERE, ROOT / "docs/checks"]
    doc_path, test_dir, check_docs = arguments + defaults[len(arguments):]

    tests = set()
    for source in sorted(test_dir.glob("*.cpp")):
        for suite, name in re.findall(r"(?m)^TEST\((\w+),\s*(\w+)\)", source.read_text()):
            tests.add(f"{suite}.{name}")

    problems = []
    named = set()
    doc = doc_path.read_text()
    for number, text, heading in rules_of(doc, problems):
        own = set(re.findall(r"`(S\d+\.\w+)`", text))
        named |= own
        if not own:
            problems.append(f"{number}: names no test")
        for test in sorted(own):
            if test not in tests:
                problems.append(f"{number}: there is no test {test}")
            if test.split(".")[0] != number:
                problems.append(f"{number}: {test} is another rule's")
        check_version(number, text, heading, problems)
        checks = re.search(r"(?ms)^Checks: (.*?)\Z", text)
        if not checks:
            problems.append(f"{number}: does not say which checks rest on it")
            continue
        for check in re.findall(r"context-[a-z-]+", checks[1]):
            if not (check_docs / f"{check}.md").is_file():
                problems.append(f"{number}: the check {check} has no page")
        if not re.match(r"none|context-", checks[1]):
            problems.append(f"{number}: names neither checks nor 'none'")
    if not named:
        problems.append(f"{doc_path}: no rules found")
    check_go_tests(doc, tests, problems)
    for test in sorted(tests - named):
        problems.append(f"{test}: no rule names it")

    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(tests)} tests agree with {doc_path.name}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
