# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the runtime's benchmarks and Go's own of package context in turn, in
several rounds, and prints the medians, their ratios and the targets. What each
row means: docs/performance.md."""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys

from build import BUILD, ROOT, BuildError, configure

FOLDER = os.path.join(BUILD, "bench")
SETTINGS = {"CMAKE_BUILD_TYPE": "Release", "CONTEXT_TIDY_BUILD_CHECKS": "OFF",
            "CONTEXT_TIDY_BUILD_TOOLS": "OFF",
            "CONTEXT_TIDY_BUILD_TESTS": "OFF",
            "CONTEXT_TIDY_BUILD_BENCHMARKS": "ON"}
# What Go's own benchmarks of the package lack.
GO_FIGURES = os.path.join(ROOT, "runtime", "benchmark", "go",
                          "figures_test.go")

OURS, GO, STOP_TOKEN = "ours", "go", "stop_token"

# What is run together: ours, then Go's, or the other way round, so that a
# machine that is slower for a while is so for both. By the name's first part.
FAMILIES = [["CommonParentCancel", "CommonParentFiller"], ["WithTimeout"],
            ["CancelTree"], ["CheckCanceled", "ErrOK"], ["ContextCancelDone"],
            ["DeepValueSameGoRoutine"], ["DeepValueNewGoRoutine"],
            ["WithCancel"], ["PendingTimeouts"], ["CancelChildren"],
            ["SharedParent"], ["BelowCancels"]]

# A row that is the difference of two: CommonParentCancel is mostly filler.
NET = "CommonParentCancel net of filler"
NET_OF = ["CommonParentCancel", "CommonParentFiller"]

# The rows of the first table, in this order, and the greatest ratio to Go and
# to std::stop_token that is allowed.
TARGETS = [("CommonParentCancel", 0.5, None),
           (NET, 0.5, None),
           ("CommonParentFiller", None, None),
           ("WithTimeout/", 0.5, None),
           ("CancelTree/", 0.5, None),
           ("CheckCanceled/", 0.25, 1.2),
           ("ErrOK", 0.5, None),
           ("ContextCancelDone", 0.5, None),
           ("DeepValueSameGoRoutine/", 0.5, None),
           ("DeepValueNewGoRoutine/", None, None),
           ("WithCancel", None, None)]

# The rows of the second: a benchmark's name with a parameter, the parameter's
# values, and how many times what the first takes the others may take.
GROWTH = [("PendingTimeouts/newest/pending={}", [1000, 1000000], 2),
          ("PendingTimeouts/oldest/pending={}", [1000, 1000000], 2),
          ("PendingTimeouts/all/pending={}", [1000, 1000000], 2),
          ("CancelChildren/children={}", [1000, 10000, 100000, 1000000], 2),
          ("SharedParent/parent=cancel/deriving={}", [1, 2], 1),
          ("SharedParent/parent=value/deriving={}", [1, 2], 1),
          ("BelowCancels/Err/depth={}", [1, 100, 10000], 1.2),
          ("BelowCancels/Done/depth={}", [1, 100, 10000], 1.2),
          ("BelowCancels/Value/depth={}", [1, 100, 10000], 1.2)]

MAX_ALLOCATIONS, MAX_ALLOCATED, MAX_RESIDENT = 1, 128, 150


class CannotRun(Exception):
    pass


def run(command, **more):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=True,
                              **more).stdout
    except OSError as error:
        raise CannotRun(f"{command[0]}: {error}") from error
    except subprocess.CalledProcessError as error:
        raise CannotRun(f"{error}\n{error.stdout}{error.stderr}") from error


def plain_name(name):
    """Without what Google Benchmark adds to the names that it was given."""
    return re.sub(r"/(real_time|manual_time|iterations:\d+|min_time:[\d.]+|"
                  r"threads:\d+)(?=/|$)", "", name)


def parse_google_benchmark(text):
    """Nanoseconds of an operation, by name: of ours and of std::stop_token."""
    times = {OURS: {}, STOP_TOKEN: {}}
    for result in json.loads(text)["benchmarks"]:
        if result.get("error_occurred"):
            raise CannotRun(f"{result['name']}: {result['error_message']}")
        name = plain_name(result["name"])
        unit = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[result["time_unit"]]
        time = result["real_time"] * unit / result.get("ops", 1)
        side = STOP_TOKEN if name.startswith("stop_token/") else OURS
        times[side][name.removeprefix("stop_token/")] = time
    return times


def parse_go(text, processors):
    """Nanoseconds of an operation, by name."""
    times = {}
    for line in text.splitlines():
        match = re.match(r"Benchmark(\S+)\s+\d+\s+([\d.e+]+) ns/op", line)
        if match:
            # GOMAXPROCS, if it is not 1, follows the name.
            suffix = f"-{processors}" if processors != 1 else ""
            times[match[1].removesuffix(suffix)] = float(match[2])
        elif line.startswith(("--- FAIL", "FAIL", "panic:")):
            raise CannotRun(f"Go's benchmarks failed: {line}")
    return times


class Programs:
    """Builds both sides' programs, and runs them."""

    def __init__(self, options):
        self.options = options
        self.environment = {**os.environ, "GOMAXPROCS": str(options.threads)}
        configure(FOLDER, SETTINGS)
        print("Building.", file=sys.stderr)
        result = subprocess.run(
            ["ninja", "-C", FOLDER, "context_benchmarks", "context_memory"],
            stdout=subprocess.PIPE, text=True, check=False)
        if result.returncode != 0:
            raise BuildError("the benchmarks do not build:\n" + result.stdout)
        self.folder = os.path.join(FOLDER, "runtime", "benchmark")
        self.go = []
        for program, source in (("go-context", "context"),
                                ("go-figures", GO_FIGURES)):
            self.go.append(os.path.join(self.folder, program))
            run(["go", "test", "-c", "-o", self.go[-1], source])

    def ours(self, names):
        return parse_google_benchmark(run(
            [os.path.join(self.folder, "context_benchmarks"),
             f"--benchmark_filter=^(stop_token/)?({'|'.join(names)})(/|$)",
             f"--benchmark_min_time={self.options.min_time}",
             "--benchmark_format=json"],
            env=self.environment))

    def gos(self, names):
        times = {}
        for program in self.go:
            times.update(parse_go(run(
                [program, "-test.run=^$",
                 f"-test.bench=^Benchmark({'|'.join(names)})$",
                 f"-test.benchtime={self.options.min_time}s"],
                env=self.environment), self.options.threads))
        return {GO: times}

    def memory(self):
        program = os.path.join(self.folder, "context_memory")
        count = str(self.options.contexts)
        return {"one": json.loads(run([program, "one"])),
                "flat": json.loads(run([program, "flat", count])),
                "fanout": json.loads(run([program, "fanout", count]))}


def measure(options):
    families = [family for family in FAMILIES
                if any(re.search(options.only, name) for name in family)]
    memory = bool(re.search(options.only, "Memory"))
    if not families and not memory:
        raise CannotRun(f"no benchmark is called '{options.only}'")
    programs = Programs(options)
    results = {
        "go_version": run(["go", "env", "GOVERSION"]).strip(),
        "processors": len(os.sched_getaffinity(0)), "threads": options.threads,
        "rounds": options.rounds, "min_time": options.min_time,
        OURS: {}, GO: {}, STOP_TOKEN: {}}
    for number in range(options.rounds):
        for family in families:
            print(f"round {number + 1} of {options.rounds}: {family[0]}",
                  file=sys.stderr, flush=True)
            sides = [programs.ours, programs.gos]
            for side in sides if number % 2 == 0 else reversed(sides):
                for who, times in side(family).items():
                    for name, time in times.items():
                        results[who].setdefault(name, []).append(time)
    if memory:
        results["memory"] = programs.memory()
    return results


class Figure:
    """What one benchmark took in all rounds."""

    def __init__(self, median, least):
        self.median, self.least = median, least

    def __str__(self):
        return f"{number(self.median)} ({number(self.least)})"


def figure(results, who, name):
    if name == NET:
        whole = results[who].get(NET_OF[0])
        filler = results[GO if who == GO else OURS].get(NET_OF[1])
        if not whole or not filler:
            return None
        # Round by round, but the least of such differences is mere noise.
        return Figure(statistics.median(a - b for a, b in zip(whole, filler)),
                      min(whole) - min(filler))
    times = results[who].get(name)
    return Figure(statistics.median(times), min(times)) if times else None


def number(value):
    if value < 10:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


class Ratio:

    def __init__(self, upper, lower):
        self.medians = self.minima = None
        if upper and lower and lower.median > 0 and lower.least > 0:
            self.medians = upper.median / lower.median
            self.minima = upper.least / lower.least

    def __str__(self):
        return "-" if self.medians is None else f"{self.medians:.2f}"


def verdict(ratios_and_targets):
    """'met' if all targets are; '?' where the fastest rounds say otherwise."""
    judged = [(ratio, target) for ratio, target in ratios_and_targets
              if target is not None and ratio.medians is not None]
    if not judged:
        return "-"
    by_medians = all(ratio.medians <= target for ratio, target in judged)
    by_minima = all(ratio.minima <= target for ratio, target in judged)
    return (("met" if by_medians else "MISSED")
            + ("?" if by_medians != by_minima else ""))


def print_columns(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths)))
              .rstrip())


def print_comparison(results):
    rows = []
    for prefix, go_target, stop_target in TARGETS:
        for name in [*results[OURS], NET]:
            if name != prefix and not (prefix.endswith("/")
                                       and name.startswith(prefix)):
                continue
            ours, go, stop = (figure(results, who, name)
                              for who in (OURS, GO, STOP_TOKEN))
            if ours is None:
                continue
            to_go, to_stop = Ratio(ours, go), Ratio(ours, stop)
            target = "-" if go_target is None else f"{go_target}"
            if stop_target is not None:
                target += f", {stop_target}"
            rows.append([name, str(ours), str(go or "-"), str(to_go),
                         str(stop or "-"), str(to_stop), target,
                         verdict([(to_go, go_target), (to_stop, stop_target)])])
    if rows:
        print("Nanoseconds of an operation: the median of the rounds (the "
              "least)\n")
        print_columns([["benchmark", "ours", "Go", "ours/Go", "stop_token",
                        "ours/stop", "at most", ""], *rows])
        print()


def print_growth(results):
    rows = []
    for pattern, values, target in GROWTH:
        first = figure(results, OURS, pattern.format(values[0]))
        if first is None:
            continue
        for value in values:
            name = pattern.format(value)
            one, go, stop = (figure(results, who, name)
                             for who in (OURS, GO, STOP_TOKEN))
            row = [name, str(one), str(go or "-"), str(stop or "-"), "", "", ""]
            if value != values[0]:
                ratio = Ratio(one, first)
                row[4:] = [str(ratio), str(target), verdict([(ratio, target)])]
            rows.append(row)
    if rows:
        print("How it grows: nanoseconds of an operation, and how many times "
              "the first row's\n")
        print_columns([["benchmark", "ours", "Go", "stop_token", "growth",
                        "at most", ""], *rows])
        print()


def print_memory(results):
    if "memory" not in results:
        return
    one = results["memory"]["one"]
    rows = [["what", "", "at most", ""]]

    def row(name, value, target):
        rows.append([name, f"{value:.0f}", str(target),
                     "met" if value <= target else "MISSED"])

    row("WithCancel: allocations", one["allocations"], MAX_ALLOCATIONS)
    row("WithCancel: bytes, with malloc's own", one["taken"], MAX_ALLOCATED)
    for shape, what in (("flat", "children of one parent"),
                        ("fanout", "a tree, ten children each")):
        tree = results["memory"][shape]
        row(f"{tree['contexts']:,} contexts, {what}: resident bytes of each, "
            "with its handles", tree["resident"] / tree["contexts"],
            MAX_RESIDENT)
    print("Memory\n")
    print_columns(rows)
    print()


def show(results):
    print(f"{results['go_version']}, {results['processors']} processors, "
          f"{results['threads']} threads, rounds: {results['rounds']} of "
          f"{results['min_time']} s each\n")
    print_comparison(results)
    print_growth(results)
    print_memory(results)
    print("'?': by the rounds' least times it would be the other way.")


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--only", metavar="REGEX", default="",
                        help="benchmarks whose name, up to the first slash, "
                        "has this in it ('Memory' for the memory figures)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N",
                        help="default: %(default)s")
    parser.add_argument("--min-time", type=float, default=0.1, metavar="S",
                        help="of each benchmark in each round, in seconds "
                        "(default: %(default)s)")
    parser.add_argument("--threads", type=int, metavar="N",
                        default=len(os.sched_getaffinity(0)),
                        help="of the parallel benchmarks, on both sides "
                        "(default: one per processor)")
    parser.add_argument("--quick", action="store_true",
                        help="one short round: whether it runs, not how fast")
    parser.add_argument("--json", metavar="FILE",
                        help="write all times measured to this file")
    parser.add_argument("--show", metavar="FILE",
                        help="measure nothing, print what --json wrote")
    options = parser.parse_args()
    options.contexts = 1000000
    if options.quick:
        options.rounds, options.min_time = 1, 0.01
    if options.rounds < 1 or options.threads < 1 or options.min_time <= 0:
        parser.error("--rounds, --threads and --min-time are positive")
    try:
        if options.show:
            with open(options.show, encoding="utf-8") as text:
                results = json.load(text)
        else:
            results = measure(options)
        if options.json:
            with open(options.json, "w", encoding="utf-8") as text:
                json.dump(results, text, indent=1)
                text.write("\n")
        show(results)
        return 0
    except (CannotRun, BuildError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 2


if __name__ == "__main__":
    sys.exit(main())
