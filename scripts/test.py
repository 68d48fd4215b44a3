# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds everything and runs every suite. The last line is 'N passed, N failed'
for all together; a suite that does not run, or has no tests, is a failure."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from xml.etree import ElementTree

from build import BUILD, ROOT, BuildError, configure

LLVM = "/usr/lib/llvm-19"
TESTS = os.path.join(ROOT, "test")

# The folders of test/ that lit runs in the main build.
SUITES = ["structure", "checks", "docs", "examples", "tools", "runtime",
          "packaging"]

CLANG = {"CMAKE_C_COMPILER": "clang-19", "CMAKE_CXX_COMPILER": "clang++-19"}
SANITIZED = {**CLANG, "CONTEXT_TIDY_BUILD_CHECKS": "OFF",
             "CMAKE_BUILD_TYPE": "RelWithDebInfo"}

# Builds: folder, CMake's settings, and the suites to run in it.
MAIN = ("", {"CONTEXT_TIDY_BUILD_TOOLS": "ON", "CONTEXT_TIDY_BUILD_TESTS": "ON",
             "CONTEXT_TIDY_BUILD_BENCHMARKS": "ON"}, SUITES)
THREAD = ("thread", {**SANITIZED, "CONTEXT_TIDY_SANITIZER": "thread"},
          ["runtime"])
ADDRESS = ("address-undefined",
           {**SANITIZED, "CONTEXT_TIDY_SANITIZER": "address-undefined"},
           ["runtime"])
# The other compiler's warnings are errors, too. Nothing is run, so nothing is
# optimised; what the sanitizers' builds compile is not compiled again.
WARNINGS = ("clang", {**CLANG, "CMAKE_BUILD_TYPE": "Debug",
                      "CMAKE_CXX_FLAGS_DEBUG": "-O0",
                      "CONTEXT_TIDY_BUILD_BENCHMARKS": "ON",
                      "CONTEXT_TIDY_BUILD_TESTS": "OFF"}, [])

# With --all, the plugin with every other LLVM that it supports: the suites that
# lint with the plugin, and of test/tools the tests that are about it.
OLDER_LLVM = ["14", "16"]
PLUGIN_SUITES = ["checks", "docs"]
PLUGIN_TESTS = ["tools/plugin.test", "tools/plugin-symbols.test"]

# How lit says that a test needs a newer front end than the build has.
NEEDS_CLANG = re.compile(r"Missing required feature\(s\): "
                         r"clang-\d+(, clang-\d+)*$")


class Row:
    """One line of the table. A suite that leaves no result has failed."""

    def __init__(self, name):
        self.name, self.passed, self.failed = name, 0, 0
        self.failures, self.start = [], time.monotonic()

    def fail(self, what):
        self.failed += 1
        self.failures.append(what)

    def close(self):
        self.minutes = (time.monotonic() - self.start) / 60
        if self.passed + self.failed == 0:
            self.fail("ran no tests")
        return self


def say(text):
    print(text, flush=True)


def build(folder, settings, targets):
    """True if all of it was built: the targets, or everything."""
    try:
        configure(folder, settings)
    except BuildError as error:
        say(str(error))
        return False
    # To the end even if something fails: all of it is wanted in one run.
    return subprocess.run(["ninja", "-C", folder, "-k", "0", *targets],
                          check=False).returncode == 0


def build_row(name, settings, targets=()):
    """Builds, which counts as one test: it all compiles without warnings."""
    row = Row("build" + (f" ({name})" if name else ""))
    say(f"--- {row.name}")
    if build(os.path.join(BUILD, name), settings, targets):
        row.passed = 1
    else:
        row.fail("does not build")
    return row.close()


def lit_row(name, suite, long, paths=(), older=False):
    """Runs a suite, or these paths of it, in the build of this name. With an
    older LLVM a test may ask for a newer front end; else each has to be run."""
    row = Row(suite + (f" ({name})" if name else ""))
    say(f"--- {row.name}")
    folder = os.path.join(BUILD, name, "test", suite)
    with tempfile.TemporaryDirectory() as scratch:
        report = os.path.join(scratch, "report.json")
        # Two reports: lit leaves skipped tests out of the first, and what was
        # expected to fail out of the second.
        not_run = os.path.join(scratch, "report.xml")
        # A suite that hangs ends, and leaves no report, long after any would.
        subprocess.run(["timeout", "-k", "10", "3600", sys.executable,
                        f"{LLVM}/build/utils/lit/lit.py", "-sv",
                        *(["--param", "long=1"] if long else []),
                        *(["--param", "plugin-only=1"] if older else []),
                        "--output", report, "--xunit-xml-output", not_run,
                        *(paths or [folder])], check=False)
        if os.path.exists(report) and os.path.exists(not_run):
            with open(report, encoding="utf-8") as text:
                for test in json.load(text)["tests"]:
                    if test["code"] == "PASS":
                        row.passed += 1
                    elif test["code"] != "UNSUPPORTED":
                        row.fail(f"{test['code']}: {test['name']}")
            for test in ElementTree.parse(not_run).iter("testcase"):
                skipped = test.find("skipped")
                if skipped is not None and not (
                        older and NEEDS_CLANG.match(skipped.get("message", ""))):
                    row.fail(f"not run: {test.get('classname')}."
                             f"{test.get('name')}")
    return row.close()


def report(rows):
    say("")
    say(f"{'suite':32}{'passed':>8}{'failed':>8}{'minutes':>9}")
    for row in rows:
        say(f"{row.name:32}{row.passed:8}{row.failed:8}{row.minutes:9.1f}")
    say("")
    for row in rows:
        for failure in row.failures:
            say(f"FAILED {row.name}: {failure}")
    failed = sum(row.failed for row in rows)
    say(f"{sum(row.passed for row in rows)} passed, {failed} failed")
    return 1 if failed else 0


def unlisted_suites():
    row = Row("list of suites")
    for name in sorted(os.listdir(TESTS)):
        if (os.path.isdir(os.path.join(TESTS, name))
                and not name.startswith(("__", "."))
                and name not in SUITES + ["support"]):
            row.fail(f"test/{name} is a suite that scripts/test.py does not know")
    return [row.close()] if row.failed else []


def older_llvm_rows(version):
    name = f"llvm{version}"
    rows = [build_row(name, {"CONTEXT_TIDY_LLVM_VERSION": version,
                             "CONTEXT_TIDY_BUILD_TOOLS": "OFF",
                             "CONTEXT_TIDY_BUILD_TESTS": "ON"},
                      ["ContextTidyPlugin"])]
    # Not the long tests: it is the LLVM that differs, not the programs.
    rows += [lit_row(name, suite, long=False, older=True)
             for suite in PLUGIN_SUITES]
    rows.append(lit_row(name, "tools", long=False, older=True, paths=[
        os.path.join(BUILD, name, "test", test) for test in PLUGIN_TESTS]))
    return rows


def main():
    parser = argparse.ArgumentParser(prog="scripts/test", description=__doc__)
    parser.add_argument("--all", action="store_true",
                        help="what takes long, too")
    parser.add_argument("path", nargs="*",
                        help="only these suites, folders or files of test/, "
                        "in the main build")
    options = parser.parse_args()

    if options.path:
        rows = [build_row(*MAIN[:2])]
        for path in options.path:
            path = os.path.relpath(os.path.realpath(path), TESTS)
            suite = path.split(os.sep)[0]
            if suite not in SUITES:
                parser.error(f"test/{path} is in none of the suites: "
                             + ", ".join(SUITES))
            rows.append(lit_row("", suite, options.all,
                                [os.path.join(BUILD, "test", path)]))
        return report(rows)

    rows = unlisted_suites()
    for name, settings, suites in (MAIN, THREAD, ADDRESS, WARNINGS):
        rows.append(build_row(name, settings))
        rows += [lit_row(name, suite, options.all) for suite in suites]
    for version in OLDER_LLVM if options.all else []:
        rows += older_llvm_rows(version)
    return report(rows)


if __name__ == "__main__":
    sys.exit(main())
