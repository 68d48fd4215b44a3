#!/usr/bin/env python3
# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lints a code base whole, and says how much of it could be parsed: silence
about a file that does not parse is worth nothing.

  lint_tree.py --plugin FILE --root DIR [-p DIR] [--model FILE] [--only REGEX]
               [--json FILE] [FILE...] [-- COMPILER ARGUMENT...]

Without FILEs, those of the compile database. A finding counts once, however
many files include the header that it stands in, and only below --root. Prints
a line for each finding, tab-separated (place, check, message), and at the end
the numbers of files, of files with errors, and of findings of each check."""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys

CHECKS = ("context-lost-cancel", "context-stored-in-struct",
          "context-first-parameter", "context-unpolled-loop")
LINE = re.compile(r"^(?P<file>/[^:\n]+):(?P<line>\d+):(?P<column>\d+): "
                  r"(?P<level>warning|error|note): (?P<text>.*?)"
                  r"(?: \[(?P<check>[\w.,-]+)\])?$")
NO_FILE = re.compile(r"^error: (?P<text>.*)$")


class Finding:

    def __init__(self, file, line, column, check, text):
        self.file, self.line, self.column = file, int(line), int(column)
        self.check, self.text, self.notes = check, text, []

    def key(self):
        return self.file, self.line, self.column, self.check

    def place(self, root):
        return f"{os.path.relpath(self.file, root)}:{self.line}:{self.column}"


class Linter:
    """The plugin's four checks in clang-tidy, on one file at a time."""

    def __init__(self, plugin, models="bundled;std;posix", model=None,
                 database=None, clang_tidy="clang-tidy-19", arguments=(),
                 more=None):
        options = {"Models": models, **(more or {})}
        if model:
            options["ModelFile"] = os.path.abspath(model)
        # As a list, which versions before 16 take, too.
        config = {"CheckOptions": [{"key": key, "value": value}
                                   for key, value in options.items()]}
        self.command = [
            clang_tidy, "-load", os.path.abspath(plugin), "--quiet",
            "-checks=-*,context-*", "-header-filter=.*",
            f"-config={json.dumps(config)}"
        ]
        self.database, self.arguments = database, list(arguments)

    def lint(self, file, more=()):
        """The findings and the errors of \\p file, where more is for
        clang-tidy itself."""
        command = [*self.command, *more, os.path.abspath(file)]
        if self.database:
            command.insert(1, f"-p={self.database}")
            command += [f"-extra-arg={a}" for a in self.arguments]
        else:
            command += ["--", *self.arguments]
        run = subprocess.run(command, capture_output=True, text=True,
                             errors="replace", check=False)
        findings, errors, last = [], [], None
        for line in run.stdout.splitlines():
            match = LINE.match(line)
            if not match:
                match = NO_FILE.match(line)
                if match:
                    errors.append(match["text"])
                continue
            if match["level"] == "note":
                if last:
                    last.notes.append(
                        f"{match['line']}:{match['column']}: {match['text']}")
                continue
            last = None
            checks = (match["check"] or "").split(",")
            ours = [c for c in checks if c in CHECKS]
            if match["level"] == "error" and not ours:
                errors.append(f"{match['file']}:{match['line']}: "
                              f"{match['text']}")
            for check in ours:
                last = Finding(os.path.normpath(match["file"]), match["line"],
                               match["column"], check, match["text"])
                findings.append(last)
        if run.returncode != 0 and not findings and not errors:
            errors.append(f"clang-tidy failed: {run.stderr.strip()[-300:]}")
        if run.returncode < 0 or "PLEASE submit a bug report" in run.stderr:
            errors.append(f"clang-tidy was ended by signal {-run.returncode}")
        return findings, errors


def database_files(folder):
    path = os.path.join(folder, "compile_commands.json")
    with open(path, encoding="utf-8") as text:
        entries = json.load(text)
    return sorted({
        os.path.normpath(os.path.join(e["directory"], e["file"]))
        for e in entries
    })


def main():
    arguments = sys.argv[1:]
    compiler = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, compiler = arguments[:at], arguments[at + 1:]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("-p", dest="database")
    parser.add_argument("--model")
    parser.add_argument("--models", default="bundled;std;posix")
    parser.add_argument("--only", default="", help="of the files' names")
    parser.add_argument("--json")
    parser.add_argument("--clang-tidy", default="clang-tidy-19")
    parser.add_argument("-j", type=int, default=2)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args(arguments)

    root = os.path.abspath(options.root) + os.sep
    files = options.files or database_files(options.database)
    files = [f for f in files if os.path.abspath(f).startswith(root) and
             re.search(options.only, f)]
    linter = Linter(options.plugin, options.models, options.model,
                    options.database, options.clang_tidy, compiler)
    found, broken = {}, {}
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        for file, (findings, errors) in zip(files,
                                            pool.map(linter.lint, files)):
            print(f"{os.path.relpath(file, root)}: {len(findings)} findings, "
                  f"{len(errors)} errors", file=sys.stderr, flush=True)
            if errors:
                broken[os.path.relpath(file, root)] = errors
            for finding in findings:
                if (finding.file.startswith(root) and
                        finding.key() not in found):
                    found[finding.key()] = finding
                    print(finding.place(root), finding.check, finding.text,
                          sep="\t", flush=True)

    counts = collections.Counter(f.check for f in found.values())
    rows = [{"place": found[key].place(root), "check": found[key].check,
             "text": found[key].text, "notes": found[key].notes}
            for key in sorted(found)]
    print(f"{len(files)} files, {len(broken)} with errors, " + ", ".join(
        f"{check} {counts[check]}" for check in CHECKS))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as text:
            json.dump({"files": len(files), "broken": broken,
                       "findings": rows}, text, indent=1)


if __name__ == "__main__":
    main()
