#!/usr/bin/env python3
# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lints random functions, runs them down every path, and compares what the
check says of each with what running it showed.

A KIND is a module beside this file with CHECK, SOURCE, MODES and
function(seed), which makes a control_flow.Function; <SOURCE>.h is what its
functions include and <SOURCE>.cpp observes their runs (driver.h says how). One
that has a driver of its own lists the sources to link in OBJECTS, and how else to
compile them in OBJECT_FLAGS; one whose text has hooks for its driver takes them
out of a line in plain(line).
Findings and what was seen are compared by line.

Exits with 1 where they disagree, with 2 where they could not be compared."""

import argparse
import collections
import concurrent.futures
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
FLAGS = ["-std=c++20", "-O0", "-g0", "-w", "-pthread"]
CALLS_THROW = ("Never", "Always", "Excused")  # As in driver.h.
BATCH = 150  # functions in a file
ROUNDS = 25  # of making a function smaller
LIMIT = 1800  # seconds; a hang must end some day


class Failure(Exception):
    """What keeps the comparison from being made."""


def run(command, accept=(0,), **more):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False,
                          timeout=LIMIT, **more)
    if done.returncode not in accept:
        raise Failure(f"{' '.join(command)}\nexits {done.returncode}:\n"
                      f"{done.stdout[-6000:]}{done.stderr[-6000:]}")
    return done


class Verdict:
    """What is known of a function: its lines that are reported, and those that
    were seen, each with the answers that show it."""

    def __init__(self, first, last):
        self.first, self.last = first, last
        self.reported, self.seen = {}, {}
        self.runs = 0

    def agrees(self):
        return set(self.reported) == set(self.seen)

    def explain(self):
        for line in sorted(set(self.reported) - set(self.seen)):
            yield (f"line {line - self.first + 1}: reported, but not seen in "
                   f"{self.runs} runs\n{self.reported[line]}")
        for line in sorted(set(self.seen) - set(self.reported)):
            yield (f"line {line - self.first + 1}: seen with the answers "
                   f"{self.seen[line]}, but not reported")


class Comparison:
    """Where functions of one kind are written, linted and run."""

    def __init__(self, kind, options):
        self.kind = kind
        self.options = options
        self.broken = dict([options.broken.split("=")] if options.broken else [])
        self.folder = options.keep or tempfile.mkdtemp(prefix="differential-")
        os.makedirs(self.folder, exist_ok=True)
        self.include = [f"-I{HERE}", f"-I{options.include}"]
        self.batches = 0
        self.objects = [self.build_object(name) for name in getattr(
            kind, "OBJECTS", ("driver", kind.SOURCE))]
        self.headers = {}  # by mode
        for name in kind.MODES:
            self.headers[name] = self.build_header(name)

    def close(self):
        if not self.options.keep:
            shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def build_object(self, name):
        built = self.path(name + ".o")
        run([self.options.cxx, *FLAGS, *getattr(self.kind, "OBJECT_FLAGS", ()),
             *self.include, "-c", os.path.join(HERE, name + ".cpp"),
             "-o", built])
        return built

    def build_header(self, mode):
        """The headers, parsed once for the linter and the compiler."""
        built = self.path(mode.replace(" ", "-") + ".pch")
        run([self.options.cxx, *FLAGS, *self.kind.MODES[mode].flags,
             *self.include, "-x", "c++-header",
             os.path.join(HERE, self.kind.SOURCE + ".h"), "-o", built])
        return built

    def compare(self, functions):
        """{function: Verdict}. Those that do not compile are left out."""
        chosen = collections.defaultdict(list)
        for function in functions:
            chosen[function.mode].append(function)
        batches = [(mode, members[start:start + BATCH])
                   for mode, members in chosen.items()
                   for start in range(0, len(members), BATCH)]
        verdicts = {}
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            for some in pool.map(lambda batch: self.compare_batch(*batch),
                                 batches):
                verdicts.update(some)
        return verdicts

    def compare_batch(self, mode, functions):
        self.batches += 1
        source = self.path(f"batch{self.batches}.cpp")
        while functions:
            places = self.write(source, mode, functions)
            program = self.compile(source, mode)
            if isinstance(program, str):
                break
            broken = [function for function, verdict in places.items()
                      if any(verdict.first <= line <= verdict.last
                             for line in program)]
            if not broken:
                raise Failure(f"{source} does not compile")
            if self.options.strict:
                raise Failure(f"does not compile: {source}: "
                              f"{broken[0].name}: lines {program}")
            functions = [each for each in functions if each not in broken]
        if not functions:
            return {}
        by_name = {function.name: verdict
                   for function, verdict in places.items()}
        self.lint(source, mode, places)
        self.execute(program, by_name)
        if not self.options.keep:
            os.remove(program)
        return places

    def write(self, source, mode, functions):
        lines = [f'#include "{self.kind.SOURCE}.h"', ""]
        places = {}
        for function in functions:
            text = function.render()
            places[function] = Verdict(len(lines) + 1, len(lines) + len(text))
            lines += text + [""]
        how = self.kind.MODES[mode]
        lines += ["static const RandomFunction Listed[] = {"]
        lines += [f'  {{"{function.name}", &{function.name}}},'
                  for function in functions]
        lines += ["};", "const RandomFunctions kFunctions = {Listed, "
                  f"Listed + {len(functions)}, "
                  f"{CALLS_THROW.index(how.calls_throw)}, "
                  f"{int(how.suspends)}}};", ""]
        with open(source, "w", encoding="utf-8") as text:
            text.write("\n".join(lines))
        return places

    def flags(self, mode):
        return [*FLAGS, *self.kind.MODES[mode].flags, *self.include,
                "-include-pch", self.headers[mode]]

    def compile(self, source, mode):
        """The program; where it does not compile, the lines with errors."""
        program = source.removesuffix(".cpp")
        done = run([self.options.cxx, *self.flags(mode), source, *self.objects,
                    self.options.library, "-ferror-limit=0",
                    "-o", program], accept=(0, 1))
        if done.returncode == 0:
            return program
        if self.options.strict:
            print(done.stderr[:3000], file=sys.stderr)
        return [int(line) for line in re.findall(
            rf"(?m)^{re.escape(source)}:(\d+):\d+: (?:fatal )?error",
            done.stderr)]

    def lint(self, source, mode, places):
        if hasattr(self.kind, "plain"):
            source = self.without_hooks(source)
        check = self.kind.CHECK
        config = {"Checks": f"-*,{check}", "CheckOptions": {
            f"{check}.{name}": value
            for name, value in {**self.kind.MODES[mode].options,
                                **self.broken}.items()}}
        output = run([self.options.clang_tidy, f"-load={self.options.plugin}",
                      "--quiet", f"--config={json.dumps(config)}", source, "--",
                      *self.flags(mode)]).stdout
        # Each finding with its notes, without the lines of the source.
        finding = None
        by_line = {line: verdict for verdict in places.values()
                   for line in range(verdict.first, verdict.last + 1)}
        for line in output.splitlines():
            match = re.match(
                rf"{re.escape(source)}:(\d+):\d+: (\w+): (.*)", line)
            if not match:
                continue
            number, level, message = int(match[1]), match[2], match[3]
            if level == "warning":
                finding = number
                verdict = by_line.get(number)
                if verdict is None or f"[{check}]" not in message:
                    raise Failure(f"unexpected: {line}")
                verdict.reported[number] = ""
            elif finding is None or level == "error":
                raise Failure(f"unexpected: {line}")
            verdict.reported[finding] += (f"    {number - verdict.first + 1}: "
                                          f"{level}: {message}\n")

    def without_hooks(self, source):
        with open(source, encoding="utf-8") as text:
            lines = [self.kind.plain(line) for line in text]
        source = source.removesuffix(".cpp") + "-plain.cpp"
        with open(source, "w", encoding="utf-8") as text:
            text.writelines(lines)
        return source

    def execute(self, program, by_name):
        output = run([program]).stdout
        ended = set()
        for line in output.splitlines():
            name, runs, _endless, _died, *found = line.split(" ")
            verdict = by_name[name]
            verdict.runs = int(runs.removeprefix("runs="))
            verdict.seen = {int(place): answers for place, answers in
                            (each.split("=") for each in found)}
            ended.add(name)
        if ended != set(by_name):
            raise Failure(f"{program} has not run {set(by_name) - ended}")

    def shrink(self, function):
        """A smaller function that still disagrees: the smallest that is found in
        some rounds."""
        self.options.strict = False
        for _ in range(ROUNDS):
            candidates = sorted(function.smaller(),
                                key=lambda each: len(each.render()))
            # Not all that are nearly as large as this one.
            candidates = candidates[:BATCH // 2]
            for place, each in enumerate(candidates):
                each.part = f"_{place}"
            verdicts = self.compare(candidates)
            wrong = [each for each in candidates
                     if each in verdicts and not verdicts[each].agrees()]
            if not wrong:
                break
            function = wrong[0]
        return function


def numbered(lines):
    return "\n".join(f"{number:4} {line}"
                     for number, line in enumerate(lines, 1))


def show(function, verdict, kind):
    plain = getattr(kind, "plain", str)
    print(f"disagreement: seed {function.seed}, mode {function.mode}",
          numbered(map(plain, function.render())), *verdict.explain(), "",
          sep="\n", flush=True)


def table(verdicts, seldom):
    """Construct x verdict: how many functions that have it. `seldom` are the
    cells that stay small, each with the reason."""
    counts = collections.defaultdict(lambda: {"reported": 0, "silent": 0})
    for function, verdict in verdicts.items():
        for construct in function.constructs():
            counts[construct]["reported" if verdict.reported else "silent"] += 1
    width = max(map(len, counts), default=0)
    print(f"{'construct':{width}}  reported  silent")
    for construct, cells in sorted(counts.items()):
        reasons = [f"  {name}: {seldom[construct, name]}" for name in cells
                   if (construct, name) in seldom]
        print(f"{construct:{width}}  {cells['reported']:>8}  "
              f"{cells['silent']:>6}{''.join(reasons)}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("kind", choices=["lost-cancel", "unpolled-loop"])
    parser.add_argument("--seed", type=int, default=1, help="of the first")
    parser.add_argument("--count", type=int, default=500, help="of functions")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--table", action="store_true",
                        help="print how often which construct had which verdict")
    parser.add_argument("--keep", help="folder for the sources, which stay")
    parser.add_argument("--shrink", action="store_true",
                        help="make functions smaller that disagree")
    parser.add_argument("--shown", type=int, default=3,
                        help="disagreements that are shown")
    parser.add_argument("--break", dest="broken", metavar="OPTION=VALUE",
                        help="lint with this option of the check, whatever the "
                        "function asks for")
    parser.add_argument("--cxx", required=True, help="clang++")
    parser.add_argument("--clang-tidy", required=True)
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--include", required=True, help="the runtime's headers")
    parser.add_argument("--library", required=True, help="the runtime's")
    options = parser.parse_args()
    options.strict = True

    kind = importlib.import_module(options.kind.replace("-", "_"))
    functions = [kind.function(seed) for seed in
                 range(options.seed, options.seed + options.count)]
    comparison = None
    try:
        comparison = Comparison(kind, options)
        verdicts = comparison.compare(functions)
        wrong = [function for function, verdict in verdicts.items()
                 if not verdict.agrees()]
        for function in wrong[:options.shown]:
            if options.shrink:
                function = comparison.shrink(function)
                verdicts.update(comparison.compare([function]))
            show(function, verdicts[function], kind)
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 2
    finally:
        if comparison:
            comparison.close()
    if options.table:
        table(verdicts, getattr(kind, "SELDOM", {}))
    reported = sum(bool(verdict.reported) for verdict in verdicts.values())
    runs = sum(verdict.runs for verdict in verdicts.values())
    print(f"{len(functions)} functions, {reported} of them reported, {runs} "
          f"runs: {len(wrong)} disagreements"
          + (": seeds " + " ".join(str(each.seed) for each in wrong)
             if wrong else ""))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
