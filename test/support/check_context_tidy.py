#!/usr/bin/env python3
# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a check over a test file and compares what it says, and what its
fix-its write, with what the file asks for.

  // RUN: %check_context_tidy %s <check>[,<check>] %t [options]
  // RUN:   [-- <arguments of clang-tidy> [-- <arguments of the compiler>]]

In the file, FileCheck lines say what is expected:

  CHECK-MESSAGES: :[[@LINE-1]]:3: warning: ...   findings, in their order
  CHECK-NOTES:    :[[@LINE-2]]:9: note: ...      once used, all notes count
  CHECK-FIXES:    context::Defer guard(cancel);  the file after its fix-its

What is not asked for fails the test: a warning, an error, a note where notes
count, a compile error before or after the fix-its, and a finding that is still
there when the fixed file is linted again. A test that expects nothing says so
with -silent.
"""

import argparse
import collections
import os
import re
import shutil
import subprocess
import sys

KINDS = ("CHECK-MESSAGES", "CHECK-NOTES", "CHECK-FIXES")
DIRECTIVE = re.compile(
    r"//\s*(CHECK[A-Z0-9_-]*?)(-NEXT|-NOT|-SAME|-DAG|-EMPTY|-COUNT-\d+)?:")
DIAGNOSTIC = re.compile(
    r"^(?:(?P<file>[^:\n]+):\d+:\d+: )?(?P<level>warning|error|note): "
    r"(?P<text>.*?)(?: \[(?P<check>[\w.,-]+)\])?$")
FIXED = ("FIX-IT applied suggested code changes",
         "FIX-IT unable to apply suggested code changes")


class Failure(Exception):
    pass


def parse_arguments(argv):
    parts = [[]]
    for argument in argv:
        if argument == "--" and len(parts) < 3:
            parts.append([])
        else:
            parts[-1].append(argument)
    own, tidy, compiler = parts + [[]] * (3 - len(parts))

    parser = argparse.ArgumentParser(
        description=__doc__, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    # Set by lit's configuration.
    parser.add_argument("--clang-tidy", required=True)
    parser.add_argument("--plugin", help="none: the checks are built in")
    parser.add_argument("--filecheck", required=True)
    parser.add_argument("--mocks", required=True,
                        help="headers that stand for the libraries' own")
    parser.add_argument("--runtime", required=True,
                        help="the real headers, for -real-headers")
    # Set by a test.
    parser.add_argument("source")
    parser.add_argument("checks")
    parser.add_argument("temp")
    parser.add_argument("-std", default="c++20",
                        help="standards to try, each in turn: c++17,c++20")
    parser.add_argument("-check-suffixes", default="",
                        help="use CHECK-MESSAGES-<suffix> and so on; an empty "
                        "one among them is the plain CHECK-MESSAGES")
    parser.add_argument("-silent", action="store_true",
                        help="nothing is to be found")
    parser.add_argument("-expect-remaining", action="store_true",
                        help="some findings have no fix-it: these, and no "
                        "others, are found again in the fixed file")
    parser.add_argument("-fix-notes", action="store_true",
                        help="the fix-its that come with notes are applied, too")
    parser.add_argument("-ignore-notes", metavar="REGEX",
                        help="such notes do not count: another test has them")
    parser.add_argument("-allow-errors", action="store_true",
                        help="the file does not compile, and its errors are no "
                        "matter; what the checks say of it is")
    parser.add_argument("-real-headers", action="store_true",
                        help="the runtime's and the compiler's own headers in "
                        "place of the mocks")
    options = parser.parse_args(own)
    options.tidy, options.compiler = tidy, compiler
    options.suffixes = options.check_suffixes.split(",")
    return options


def directives(text):
    """The kinds of CHECK lines in a file, without FileCheck's own -NEXT etc."""
    return {match.group(1) for match in DIRECTIVE.finditer(text)}


def reject_stray_directives(text):
    """A misspelt CHECK line, or one whose suffix no RUN line names, is one that
    is never looked at."""
    named = {""}
    for value in re.findall(r"-check-suffixes=(\S*)", text):
        named.update(value.split(","))
    for name in sorted(directives(text)):
        kind = next((k for k in KINDS if name == k or name.startswith(k + "-")),
                    None)
        if kind is None:
            raise Failure(f"'{name}' is none of {', '.join(KINDS)}")
        if name[len(kind) + 1:] not in named:
            raise Failure(f"no RUN line uses '{name}': name its suffix in "
                          "-check-suffixes")


def without_directives(text):
    """The file that is linted: its CHECK lines must not match themselves. Lines
    keep their numbers."""
    return re.sub(r"//\s*CHECK[A-Z0-9_-]*:.*", "//", text)


class Findings:
    """The blocks of clang-tidy's output: a diagnostic and its notes."""

    def __init__(self, output):
        self.errors, self.fixed, self.unfixed = [], 0, collections.Counter()
        # What the checks said: without the compiler's errors and without
        # clang-tidy's remarks on fix-its, each with its lines of code.
        kept, block, dropping = [], None, False

        def close(block):
            if block and block[1]:
                self.fixed += 1
            elif block:
                self.unfixed[block[0]] += 1

        for line in output.splitlines():
            match = DIAGNOSTIC.match(line)
            if match and match["level"] == "note":
                if block:
                    dropping = match["text"] in FIXED
                    block[1] |= dropping
            elif match:
                close(block)
                dropping = (match["level"] == "error" and match["check"]
                            in (None, "clang-diagnostic-error"))
                if dropping:
                    self.errors.append(line)
                    block = None
                else:
                    block = [f"{match['text']} [{match['check']}]", False]
            if not dropping:
                kept.append(line)
        close(block)
        self.text = "\n".join(kept) + "\n"


def run(command):
    result = subprocess.run(command, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, errors="replace")
    if result.returncode < 0 or result.returncode > 1:
        raise Failure("clang-tidy crashed:\n" + " ".join(command) + "\n" +
                      result.stdout + result.stderr)
    return result


class Test:

    def __init__(self, options, standard, text):
        self.options, self.standard, self.text = options, standard, text
        # A folder of its own: fix-its must not touch the sources, whose
        # headers come along.
        folder = f"{options.temp}.dir"
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.folder = folder
        self.file = os.path.join(folder, os.path.basename(options.source))
        inputs = os.path.join(os.path.dirname(options.source), "Inputs")
        if os.path.isdir(inputs):
            shutil.copytree(inputs, os.path.join(folder, "Inputs"))
        with open(self.file, "w", encoding="utf-8", newline="") as out:
            out.write(without_directives(text))

    def lint(self, *extra):
        options = self.options
        command = [options.clang_tidy, self.file, "--quiet", *extra]
        if options.plugin:
            command.append(f"-load={options.plugin}")
        command.append(f"--checks=-*,{options.checks}")
        # No .clang-tidy of the folders above speaks in a test.
        if not any(re.match("--?config(-file)?=", a) for a in options.tidy):
            command.append("--config={}")
        command += [*options.tidy, "--", f"-std={self.standard}"]
        if options.real_headers:
            command += ["-isystem", options.runtime]
        else:
            command += ["-nostdinc++", "-isystem", options.mocks]
        command += [f"-I{self.folder}", *options.compiler]
        result = run(command)
        findings = Findings(result.stdout)
        # Without a diagnostic to explain it, a failure is a failure to start:
        # an unknown check, an option that clang-tidy does not know.
        if result.returncode != 0 and not re.search(
                r"^(.*: )?error: ", result.stdout, re.M):
            raise Failure("clang-tidy failed:\n" + " ".join(command) + "\n" +
                          result.stdout + result.stderr)
        return findings

    def prefixes(self, *kinds):
        """The prefixes of these kinds that are in use, if any."""
        wanted = [f"{kind}-{suffix}" if suffix else kind
                  for kind in kinds for suffix in self.options.suffixes]
        used = directives(self.text)
        return [prefix for prefix in wanted if prefix in used]

    def file_check(self, prefixes, path, *extra):
        command = [self.options.filecheck, f"-input-file={path}",
                   self.options.source, f"-check-prefixes={','.join(prefixes)}",
                   "-dump-input-context=20", *extra]
        result = subprocess.run(command, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True,
                                errors="replace")
        if result.returncode != 0:
            with open(path, encoding="utf-8", errors="replace") as text:
                raise Failure(f"{' '.join(prefixes)}:\n{result.stdout}\n"
                              f"--- the whole of it:\n{text.read()}")

    def check_messages(self, findings):
        messages = self.prefixes("CHECK-MESSAGES", "CHECK-NOTES")
        diagnostics = [line for line in findings.text.splitlines()
                       if DIAGNOSTIC.match(line)]
        if self.options.silent:
            if messages:
                raise Failure("-silent, but there is a " + messages[0])
            if diagnostics:
                raise Failure("expected silence:\n" + findings.text)
            return
        if not messages:
            raise Failure("the test asks for no finding; with -silent it asks "
                          "for none\n" + findings.text)
        path = self.file + ".messages"
        with open(path, "w", encoding="utf-8") as out:
            out.write(self.without_ignored(findings.text))
        levels = "warning|error"
        if any(prefix.startswith("CHECK-NOTES") for prefix in messages):
            levels += "|note"
        self.file_check(
            messages, path,
            "-implicit-check-not={{^([^:]+:[0-9]+:[0-9]+: )?(" + levels +
            "): }}")

    def without_ignored(self, text):
        if not self.options.ignore_notes:
            return text
        kept, ignoring = [], False
        for line in text.splitlines(keepends=True):
            match = DIAGNOSTIC.match(line)
            if match:
                ignoring = (match["level"] == "note" and re.search(
                    self.options.ignore_notes, match["text"]) is not None)
            if not ignoring:
                kept.append(line)
        return "".join(kept)

    def check_fixes(self, before):
        """Fixed code compiles and is silent."""
        fixes = self.prefixes("CHECK-FIXES")
        if fixes:
            self.file_check(fixes, self.file, "-strict-whitespace")
        if not before.fixed:
            return
        after = self.lint()
        with open(self.file, encoding="utf-8", errors="replace") as fixed:
            tail = after.text + "--- the fixed file:\n" + fixed.read()
        if after.errors and not self.options.allow_errors:
            raise Failure("the fixed file does not compile:\n" +
                          "\n".join(after.errors) + "\n" + tail)
        remaining = after.fixed + sum(after.unfixed.values())
        if self.options.expect_remaining:
            if after.unfixed != before.unfixed:
                raise Failure(
                    "found again in the fixed file must be exactly what had no "
                    f"fix-it:\n{sorted(before.unfixed.elements())}\n"
                    "but found was:\n" + tail)
        elif remaining:
            raise Failure("the fixed file still has findings (with "
                          "-expect-remaining those without a fix-it may):\n" +
                          tail)

    def execute(self):
        findings = self.lint(
            "--fix-notes" if self.options.fix_notes else "--fix")
        if findings.errors and not self.options.allow_errors:
            raise Failure("the test does not compile:\n" +
                          "\n".join(findings.errors))
        if self.options.allow_errors and not findings.errors:
            raise Failure("-allow-errors, but the test compiles")
        self.check_messages(findings)
        self.check_fixes(findings)


def main():
    options = parse_arguments(sys.argv[1:])
    with open(options.source, encoding="utf-8", newline="") as source:
        text = source.read()
    standard = None
    try:
        reject_stray_directives(text)
        for standard in options.std.split(","):
            Test(options, standard, text).execute()
    except Failure as failure:
        where = options.source + (f" (-std={standard})" if standard else "")
        print(f"{where}: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
