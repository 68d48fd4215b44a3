#!/usr/bin/env python3
# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plants bugs in the checks, one at a time, and sees whether the tests find them.

A test suite that stays green says little until it is known to turn red. Each bug
of bugs.py is put into a copy of the project, the plugin is built with it, and
then the random functions of ../differential are linted and run; if these find
nothing, the lit tests of the checks are. A bug that neither finds is printed as
SURVIVED, and the exit status is 1.

  planted.py --work DIR [--only NAME]...   all of them: about a minute a bug
  planted.py --check                       only whether each still has its place

DIR keeps the build, so that a second run has less to do."""

import argparse
import glob
import os
import shutil
import subprocess
import sys
import time

from bugs import BUGS

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
LLVM = "/usr/lib/llvm-19"
FUNCTIONS = 400  # of each kind; the seeds are those that the suite runs, too


class Failure(Exception):
    """What keeps the bugs from being planted."""


def planted(bug, root):
    """The file's text with the bug in it."""
    with open(os.path.join(root, bug.file), encoding="utf-8") as source:
        text = source.read()
    if text.count(bug.before) != 1:
        raise Failure(f"{bug.name}: {bug.file} has its place "
                      f"{text.count(bug.before)} times, not once: bugs.py has "
                      "to follow the code")
    return text, text.replace(bug.before, bug.after)


def write(path, text):
    with open(path, "w", encoding="utf-8") as target:
        target.write(text)


class Copy:
    """A copy of the project, and its build."""

    def __init__(self, folder):
        self.root = os.path.join(folder, "source")
        self.build = os.path.join(folder, "build")
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(ROOT, self.root, symlinks=True,
                        ignore=shutil.ignore_patterns(".git", "build*",
                                                      "__pycache__"))
        self.call("cmake", "-G", "Ninja", "-S", self.root, "-B", self.build,
                  "-DCONTEXT_TIDY_BUILD_TOOLS=OFF",
                  "-DCMAKE_CXX_COMPILER_LAUNCHER=" +
                  (shutil.which("ccache") or ""))
        self.make()
        self.plugin, = glob.glob(os.path.join(self.build, "lib", "*.so"))

    @staticmethod
    def call(*command):
        done = subprocess.run(command, capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise Failure(" ".join(command) + "\n" + done.stdout[-4000:] +
                          done.stderr[-4000:])

    def make(self):
        self.call("ninja", "-C", self.build, "ContextTidyPlugin",
                  "context_runtime")

    def random_functions(self, kind):
        """What they find: a line, or nothing."""
        done = subprocess.run(
            [sys.executable, "-B",
             os.path.join(self.root, "test/checks/differential/differential.py"),
             kind, "--seed=1", f"--count={FUNCTIONS}",
             f"--cxx={LLVM}/bin/clang++", f"--clang-tidy={LLVM}/bin/clang-tidy",
             f"--plugin={self.plugin}",
             f"--include={self.root}/runtime/include",
             f"--library={self.build}/runtime/libcontext_runtime.a"],
            capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return None
        return next((line for line in done.stdout.splitlines() if line.strip()),
                    "a crash")

    def lit(self):
        done = subprocess.run(
            [sys.executable, f"{LLVM}/build/utils/lit/lit.py", "-q", "--max-failures=1",
             "--filter-out=differential|planted|robustness|field",
             os.path.join(self.build, "test", "checks")],
            capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return None
        return next((line for line in done.stdout.splitlines()
                     if " :: " in line), "a test")


def find(copy, kinds):
    for kind in kinds:
        if found := copy.random_functions(kind):
            return f"random functions ({kind}): {found}"
    if found := copy.lit():
        return "lit: " + found.strip()
    return None


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--work", metavar="DIR", help="the copy and its build")
    parser.add_argument("--only", metavar="NAME", action="append", default=[])
    parser.add_argument("--check", action="store_true",
                        help="only look for each bug's place")
    options = parser.parse_args()
    unknown = set(options.only) - {bug.name for bug in BUGS}
    if unknown:
        parser.error("no such bug: " + ", ".join(sorted(unknown)))
    if not options.check and not options.work:
        parser.error("--work DIR is wanted, or --check")
    try:
        for bug in BUGS:
            planted(bug, ROOT)
        if options.check:
            print(f"{len(BUGS)} bugs can be planted")
            return 0
        bugs = [bug for bug in BUGS
                if not options.only or bug.name in options.only]
        copy = Copy(os.path.abspath(options.work))
        found = find(copy, sorted({kind for bug in bugs for kind in bug.kinds}))
        if found:
            raise Failure("without any bug the tests fail: " + found)
        survived = 0
        for bug in bugs:
            start = time.monotonic()
            path = os.path.join(copy.root, bug.file)
            sound, broken = planted(bug, copy.root)
            write(path, broken)
            try:
                copy.make()
                found = find(copy, bug.kinds)
            finally:
                write(path, sound)
            survived += found is None
            print(f"{bug.name:32}{time.monotonic() - start:5.0f} s  "
                  f"{found or 'SURVIVED'}", flush=True)
        print(f"{survived} survived")
        return 1 if survived else 0
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
