# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures context-clangd against the stock clangd: the time from an edit to
fresh diagnostics, the time from opening a file to its first ones, and memory, on
files that take long. What the rows mean: docs/performance.md."""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time

from bench_checks import ASIO, AS_OWN, AS_SYSTEM, CLANG_HEADERS, RUNTIME
from bench_checks import WITH_CONTEXTS
from build import BUILD, ROOT, BuildError, build

sys.path.insert(0, os.path.join(ROOT, "test", "support"))
from lsp import Server  # pylint: disable=wrong-import-position

GOAL = 1.05
MANY = 200

# What is edited: name, code, flags.
CASES = [
    ("LLVM's headers", CLANG_HEADERS, ["-std=c++17", *AS_SYSTEM]),
    ("LLVM's headers, contexts", CLANG_HEADERS + WITH_CONTEXTS,
     ["-std=c++20", *AS_SYSTEM, *RUNTIME]),
    ("LLVM's headers as own code, contexts", CLANG_HEADERS + WITH_CONTEXTS,
     ["-std=c++20", *AS_OWN, *RUNTIME]),
    ("Boost.Asio, contexts", ASIO + WITH_CONTEXTS, ["-std=c++20", *RUNTIME]),
    (f"{MANY} functions with contexts",
     WITH_CONTEXTS + "".join(
         f"namespace n{i} {{\n"
         + WITH_CONTEXTS.split("sleep.h>\n", 1)[1] + "}\n"
         for i in range(MANY)), ["-std=c++20", *RUNTIME]),
]


def peak_memory(pid):
    """The most resident memory that the process ever had, in MB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as text:
        for line in text:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    sys.exit("no peak of memory in /proc")


class Session:
    """One server with one file, which is edited at its end: what stands above
    the first declaration stays."""

    def __init__(self, program, folder, code):
        self.server = Server(
            [program, "--log=error", "-j=2", "--background-index=false"],
            folder, stderr=open(os.devnull, "w"))
        self.code, self.edits = code, 0
        start = time.monotonic()
        self.uri = self.server.open(os.path.join(folder, "file.cpp"), code)
        self.server.diagnostics(self.uri)
        self.opened = time.monotonic() - start

    def edit(self):
        """Seconds from a change of the text to what is said of it."""
        self.edits += 1
        start = time.monotonic()
        # The type is none, so there is always something else to say.
        self.server.change(self.uri,
                           f"{self.code}none{self.edits} edited;\n")
        said = self.server.diagnostics(self.uri)
        took = time.monotonic() - start
        if not any(f"none{self.edits}'" in each["message"] for each in said):
            sys.exit(f"these are not the diagnostics of edit {self.edits}: "
                     f"{said}")
        return took

    def stop(self):
        memory = peak_memory(self.server.process.pid)
        self.server.stop()
        return memory


def measure(programs, code, flags, edits):
    """For each of two programs: the seconds of each edit, those of opening,
    and the peak of memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file.cpp")
        with open(path, "w", encoding="utf-8") as out:
            out.write(code)
        with open(os.path.join(folder, "compile_commands.json"), "w",
                  encoding="utf-8") as out:
            json.dump([{"directory": folder, "file": path,
                        "arguments": ["c++", *flags, "-c", path]}], out)
        sessions = [Session(program, folder, code) for program in programs]
        times = [[] for _ in programs]
        for session in sessions:
            session.edit()  # The first one makes what the others reuse.
        for turn in range(edits):
            # In turn, so that what else the machine does meets both.
            for which in ((0, 1) if turn % 2 else (1, 0)):
                times[which].append(sessions[which].edit())
        return [(statistics.median(time), session.opened, session.stop())
                for time, session in zip(times, sessions)]


def show(name, ours, theirs, unit, goal):
    ratio = ours / theirs
    met = "" if goal is None else ("  met" if ratio <= goal else "  missed")
    at_most = "" if goal is None else f"{goal:.2f}"
    print(f"{name:44}{ours:9.1f}{theirs:9.1f} {unit:3}{ratio:7.3f}"
          f"{at_most:>8}{met}", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench-clangd",
                                     description=__doc__)
    parser.add_argument("--edits", type=int, default=20,
                        help="how many times each file is changed")
    parser.add_argument("--only", default="", metavar="WORDS",
                        help="files with these words in their names")
    parser.add_argument("--clangd", default="clangd-19", metavar="PROGRAM",
                        help="what to measure against")
    parser.add_argument("--context-clangd", metavar="PROGRAM",
                        help="this one, in place of the build's")
    options = parser.parse_args()
    try:
        if not options.context_clangd:
            build(["context-clangd"])
    except BuildError as error:
        sys.exit(f"error: {error}")
    ours = options.context_clangd or os.path.join(BUILD, "bin",
                                                  "context-clangd")
    print(f"{'':44}{'ours':>9}{'clangd':>9}{'ratio':>11}{'at most':>8}")
    for name, code, flags in CASES:
        if options.only not in name:
            continue
        mine, stock = measure([ours, options.clangd], code, flags,
                              options.edits)
        show(f"{name}: edit", mine[0] * 1000, stock[0] * 1000, "ms", GOAL)
        show("  open", mine[1] * 1000, stock[1] * 1000, "ms", None)
        show("  memory", mine[2], stock[2], "MB", GOAL)


if __name__ == "__main__":
    main()
