# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures what the checks cost a run of clang-tidy, on files that take long, in
several rounds. What the columns mean: docs/performance.md."""

import argparse
import glob
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from build import BUILD, ROOT, BuildError, build

LLVM = "/usr/lib/llvm-19"
# A check of the preprocessor's alone: what it takes is what any run takes.
TRIVIAL = "-*,llvm-include-order"
OURS = "-*,context-*"
RUNTIME = ["-isystem", os.path.join(ROOT, "runtime", "include")]

# Code that gives the checks work, as the end of a file of a user's.
WITH_CONTEXTS = r"""
#include <context/context.h>
#include <context/sleep.h>
void step(const context::Context &ctx);
std::error_code work(const context::Context &parent) {
  auto [ctx, cancel] = context::WithTimeout(parent, std::chrono::seconds(2));
  context::Defer guard(cancel);
  while (true) {
    if (std::error_code err = ctx.Err())
      return err;
    step(ctx);
    context::SleepFor(ctx, std::chrono::seconds(1));
  }
}
"""
CLANG_HEADERS = r"""
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "clang/Analysis/CFG.h"
#include "clang/Sema/Sema.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/IR/IRBuilder.h"
struct Visitor : clang::RecursiveASTVisitor<Visitor> {};
bool visit(clang::ASTContext &c) { return Visitor().TraverseAST(c); }
"""
ASIO = r"""
#include <boost/asio.hpp>
int run() {
  boost::asio::io_context io;
  boost::asio::steady_timer timer(io);
  timer.async_wait([](auto) {});
  return io.run();
}
"""
AS_SYSTEM, AS_OWN = ["-isystem", f"{LLVM}/include"], ["-I", f"{LLVM}/include"]

# What is linted: name, code, flags, and the percentage of the run's wall time
# that the checks may take.
CASES = [
    ("LLVM's headers", CLANG_HEADERS, ["-std=c++17", *AS_SYSTEM], 1),
    ("LLVM's headers as own code", CLANG_HEADERS, ["-std=c++17", *AS_OWN], 1),
    ("LLVM's headers, contexts", CLANG_HEADERS + WITH_CONTEXTS,
     ["-std=c++20", *AS_SYSTEM, *RUNTIME], 3),
    ("LLVM's headers as own code, contexts", CLANG_HEADERS + WITH_CONTEXTS,
     ["-std=c++20", *AS_OWN, *RUNTIME], 3),
    ("Boost.Asio", ASIO, ["-std=c++17"], 1),
    ("Boost.Asio, contexts",
     ASIO + WITH_CONTEXTS + "#include <context/asio.h>\n",
     ["-std=c++20", *RUNTIME], 3),
]


class CannotRun(Exception):
    pass


def lint(plugin, checks, file, flags, folder=None):
    """Seconds of wall time, of processor time, and what the checks took of
    both."""
    command = [f"{LLVM}/bin/clang-tidy", "--quiet", f"-load={plugin}",
               "--config={}", f"--checks={checks}"]
    if folder:
        command += ["-enable-check-profile", f"-store-check-profile={folder}"]
    start = time.monotonic()
    with subprocess.Popen([*command, file, "--", *flags], text=True,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        complaints = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    if process.returncode != 0:
        raise CannotRun(f"clang-tidy failed on {file}:\n{complaints}")
    took = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime}
    if folder:
        took.update(read_profile(folder))
    return took


def read_profile(folder):
    """The sums over the checks, from the one file in the folder."""
    (path,) = glob.glob(os.path.join(folder, "*.json"))
    with open(path, encoding="utf-8") as text:
        profile = json.load(text)["profile"]
    os.remove(path)
    sums = {"wall": 0, "user": 0, "sys": 0}
    for key, seconds in profile.items():
        check, kind = key.rsplit(".", 1)
        if check.startswith("time.clang-tidy.context-"):
            sums[kind] += seconds
    return {"checks_wall": sums["wall"],
            "checks_cpu": sums["user"] + sums["sys"]}


def measure(plugin, cases, rounds):
    """The times of each round, ours and a trivial check's in turn."""
    times = {name: {"ours": [], "trivial": []} for name, *_ in cases}
    with tempfile.TemporaryDirectory() as folder:
        profiles = os.path.join(folder, "profiles")
        for number in range(rounds):
            for name, code, flags, _ in cases:
                file = os.path.join(folder, "case.cpp")
                with open(file, "w", encoding="utf-8") as out:
                    out.write(code)
                runs = [("ours", OURS, profiles), ("trivial", TRIVIAL, None)]
                for who, checks, store in runs[::-1 if number % 2 else 1]:
                    times[name][who].append(
                        lint(plugin, checks, file, flags, store))
    return times


def report(times, cases):
    print(f"{'file':38}{'run, s':>8}{'checks, %':>11}{'of CPU, %':>11}"
          f"{'at most':>9}{'':8}{'to trivial':>11}")
    for name, _, _, limit in cases:
        ours, trivial = times[name]["ours"], times[name]["trivial"]
        wall = [100 * t["checks_wall"] / t["wall"] for t in ours]
        cpu = [100 * t["checks_cpu"] / t["cpu"] for t in ours]
        ratio = [a["cpu"] / b["cpu"] for a, b in zip(ours, trivial)]
        share = statistics.median(wall)
        verdict = "met" if share <= limit else "MISSED"
        print(f"{name:38}{statistics.median(t['wall'] for t in ours):8.1f}"
              f"{share:11.2f}{statistics.median(cpu):11.2f}{limit:9}"
              f" {verdict:7}{statistics.median(ratio):11.3f}")


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench-checks",
                                     description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="",
                        help="files that have this in their names")
    parser.add_argument("--plugin", help="this one, in place of the build's")
    options = parser.parse_args()
    cases = [case for case in CASES if options.only in case[0]]
    if options.rounds < 1:
        parser.error("--rounds is positive")
    if not cases:
        parser.error(f"no file is called '{options.only}'")
    try:
        plugin = options.plugin
        if not plugin:
            build(["ContextTidyPlugin"])
            (plugin,) = glob.glob(os.path.join(BUILD, "lib",
                                               "ContextTidy-*-llvm19.so"))
        report(measure(plugin, cases, options.rounds), cases)
    except (BuildError, CannotRun) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
