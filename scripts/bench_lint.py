# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures context-lint against run-clang-tidy with the plugin and the same
checks, over a project that is made from installed libraries, or over one that is
there. What the rows mean: docs/performance.md."""

import argparse
import glob
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from build import BUILD, ROOT, BuildError, build

LLVM = "/usr/lib/llvm-19"
HEADERS = [
    ["vector", "string", "map", "iostream"],
    ["thread", "mutex", "condition_variable", "chrono"],
    ["algorithm", "functional", "memory", "regex"],
    ["boost/asio.hpp"],
    ["boost/beast.hpp"],
    ["boost/spirit/include/qi.hpp"],
    ["boost/multi_index_container.hpp", "boost/multi_index/ordered_index.hpp"],
    ["llvm/IR/IRBuilder.h", "llvm/Support/CommandLine.h"],
    ["clang/AST/ASTContext.h", "clang/ASTMatchers/ASTMatchers.h"],
    ["clang/Sema/Sema.h", "clang/Tooling/Tooling.h"],
]
CODE = """
namespace project{number} {{
int twice(int value) {{ return 2 * value; }}
int sum(const int *values, int count) {{
  int result = 0;
  for (int i = 0; i < count; ++i)
    result += twice(values[i]);
  return result;
}}
}}
"""
WITH_CONTEXTS = """
#include <context/context.h>
#include <context/sleep.h>
namespace project{number} {{
std::error_code work(const context::Context &parent) {{
  auto [ctx, cancel] = context::WithTimeout(parent, std::chrono::seconds(2));
  context::Defer guard(cancel);
  while (true) {{
    if (std::error_code err = ctx.Err())
      return err;
    context::SleepFor(ctx, std::chrono::seconds(1));
  }}
}}
}}
"""


def make_project(folder, number):
    """A third of the files uses contexts. The libraries are system headers, as
    installed ones are."""
    entries = []
    for i in range(number):
        flags = ["-std=c++20", "-isystem",
                 os.path.join(ROOT, "runtime", "include")]
        # (There are headers of libc++ in it, which do not go with Boost's.)
        if HEADERS[i % len(HEADERS)][0].startswith(("llvm/", "clang/")):
            flags += ["-isystem", f"{LLVM}/include"]
        path = os.path.join(folder, f"file{i:03}.cpp")
        with open(path, "w", encoding="utf-8") as out:
            for header in HEADERS[i % len(HEADERS)]:
                out.write(f"#include <{header}>\n")
            out.write(CODE.format(number=i))
            if i % 3 == 0:
                out.write(WITH_CONTEXTS.format(number=i))
        entries.append({"directory": folder, "file": path,
                        "arguments": ["c++", *flags, "-c", path]})
    with open(os.path.join(folder, "compile_commands.json"), "w",
              encoding="utf-8") as out:
        json.dump(entries, out)
    return [entry["file"] for entry in entries]


def timed(command):
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    seconds = time.monotonic() - start
    # 1 is findings. What could not be analysed is no measurement.
    if done.returncode not in (0, 1) or " error: " in done.stdout:
        sys.exit(f"{' '.join(command[:3])} ...: exit status "
                 f"{done.returncode}\n{done.stdout[-2000:]}")
    return seconds


class Bench:

    def __init__(self, lint, plugin, folder, jobs):
        self.folder, self.jobs = folder, str(jobs)
        self.cache = os.path.join(folder, ".context-lint")
        self.lint_command = [lint, "-p", folder, "-j", self.jobs, "--quiet",
                             f"--cache={self.cache}"]
        self.tidy_command = [
            "run-clang-tidy-19", "-quiet", "-p", folder, "-j", self.jobs,
            f"-clang-tidy-binary={LLVM}/bin/clang-tidy", "-load", plugin,
            "-checks=-*,context-*"]

    def lint(self, *files, cold=False):
        if cold:
            shutil.rmtree(self.cache, ignore_errors=True)
        return timed([*self.lint_command, *files])

    def tidy(self, files=()):
        return timed([*self.tidy_command, *(f"^{file}$" for file in files)])


def peak(command):
    """The resident memory of the largest process of a command, in MB: asked of
    a process that has no other children."""
    code = ("import resource, subprocess, sys; "
            "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, "
            "stderr=subprocess.DEVNULL); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    return int(subprocess.run([sys.executable, "-c", code, *command],
                              stdout=subprocess.PIPE, text=True,
                              check=True).stdout) / 1024


def show(name, ours, theirs, goal):
    ratio = ours / theirs
    met = "" if goal is None else ("  met" if ratio <= goal else "  missed")
    at_most = "" if goal is None else f"{goal:8}"
    print(f"{name:44}{ours:9.2f}{theirs:9.2f}{ratio:9.3f}{at_most:>9}{met}",
          flush=True)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench-lint",
                                     description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, default=150)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("-p", dest="database",
                        help="a folder with a compile database, in place of the "
                        "project that is made")
    parser.add_argument("--plugin", help="this one, in place of the build's")
    parser.add_argument("--lint", help="this one, in place of the build's")
    options = parser.parse_args()
    try:
        if not options.plugin or not options.lint:
            build(["ContextTidyPlugin", "context-lint"])
    except BuildError as error:
        sys.exit(f"error: {error}")
    plugin = options.plugin or glob.glob(
        os.path.join(BUILD, "lib", "ContextTidy-*-llvm19.so"))[0]
    lint = options.lint or os.path.join(BUILD, "bin", "context-lint")

    with tempfile.TemporaryDirectory() as scratch:
        folder = options.database or scratch
        files = [] if options.database else make_project(folder, options.files)
        bench = Bench(lint, plugin, folder, options.jobs)
        print(f"{'seconds, -j' + bench.jobs:44}{'lint':>9}{'tidy':>9}"
              f"{'ratio':>9}{'at most':>9}")
        rows = {"cold": [], "tidy": [], "nothing": [], "one": [], "plain": [],
                "plain tidy": []}
        plain = [file for i, file in enumerate(files) if i % 3]
        for _ in range(options.rounds):
            rows["tidy"].append(bench.tidy())
            rows["cold"].append(bench.lint(cold=True))
            rows["nothing"].append(bench.lint())
            if files:
                # One that uses contexts: it has to be parsed.
                os.utime(files[9])
                rows["one"].append(bench.lint())
                rows["plain tidy"].append(bench.tidy(plain))
                rows["plain"].append(bench.lint(*plain, cold=True))
        middle = {name: statistics.median(row)
                  for name, row in rows.items() if row}
        show("all files, from nothing", middle["cold"], middle["tidy"], 0.4)
        show("nothing changed", middle["nothing"], middle["tidy"], 0.02)
        if files:
            show(f"the {len(plain)} files without contexts", middle["plain"],
                 middle["plain tidy"], 0.05)
            alone = bench.tidy([files[9]])
            print(f"one file of {len(files)} changed: {middle['one']:.2f} s; "
                  f"that file alone with clang-tidy: {alone:.2f} s")
            heavy = files[9]
            bench.lint(cold=True)
            os.utime(heavy)
            show("memory of the largest process, MB",
                 peak([*bench.lint_command, heavy]),
                 peak([*bench.tidy_command, f"^{heavy}$"]), 1)


if __name__ == "__main__":
    main()
