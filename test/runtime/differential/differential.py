#!/usr/bin/env python3
# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs random programs of context operations on Go's package context and on
the runtime, and compares what each of them observes, byte for byte.

Programs are made by programs.py from a seed each, and run by go/main.go and
runner.cpp. A program is lines between "program SEED" and "end":

  NAME = cancel|cancelcause|withoutcancel PARENT
  NAME = deadline PARENT WHEN [cause=ERROR]    WHEN: -2h ... +3h, or soon
  NAME = timeout PARENT MINUTES|soon [cause=ERROR]
  NAME = value PARENT KEY VALUE                KEY: k0 to k3
  NAME = user PARENT done=keep|own|never err=keep|ERROR
              deadline=keep|none|WHEN value=keep|hide|VALUE-OF-k0
  NAME = afterfunc CONTEXT
  cancel NAME [ERROR]    close NAME    stop NAME    wait NAME
  together NAME...       cancels from as many threads at once
  drop, dropcancel, dropclose, forgetstop, hold, release NAME
                         let go of a handle (nothing happens in Go), or hold
                         the Done channel
  observe                prints what has changed of each context that is held

An ERROR is a name: canceled and deadline are the package's, u1 is a user's
error code, e1 an exception. What names something that is not there does
nothing, so that operations can be deleted one by one until only those are left
that a difference needs.

Go 1.21 or later runs everything itself; for an older one (Debian 12's is 1.19)
go/emulated.go makes WithoutCancel, AfterFunc and causes of what there is. An
observation waits for the functions that must run: for Go, those of contexts
that are done; for the runtime, as many as have run in Go."""

import argparse
import os
import re
import shutil
import subprocess
import sys

import programs

HERE = os.path.dirname(os.path.realpath(__file__))
PATIENCE = 30  # seconds, in which what must happen has happened


class Failure(Exception):
    """What keeps the comparison from being made."""


class Sides:
    """The two programs that run programs."""

    def __init__(self, runner, build, broken):
        self.runner = [runner] + ([f"--break={broken}"] if broken else [])
        self.go = self.build_go(build)

    @staticmethod
    def build_go(build):
        go = shutil.which("go")
        if go is None:
            raise Failure("there is no Go to compare with: install Debian's "
                          "golang (scripts/setup test does)")
        folder = os.path.join(build, "go")
        os.makedirs(folder, exist_ok=True)
        program = os.path.join(folder, f"runner-{os.getpid()}")
        # Nothing from the network, nothing from or to the user's home.
        environment = {
            "PATH": os.environ["PATH"], "HOME": folder,
            "GOCACHE": os.path.join(folder, "cache"),
            "GOPATH": os.path.join(folder, "path"), "GO111MODULE": "off",
            "GOFLAGS": "", "GOENV": "off", "GOPROXY": "off",
            "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
        built = subprocess.run([go, "build", "-o", program, "."],
                               cwd=os.path.join(HERE, "go"), env=environment,
                               capture_output=True, text=True, check=False)
        if built.returncode:
            raise Failure("Go's half does not build:\n" + built.stdout +
                          built.stderr)
        return program

    def version(self):
        return subprocess.run([self.go, "--version"], capture_output=True,
                              text=True, check=True).stdout.strip()

    def close(self):
        os.remove(self.go)

    def run(self, chosen, patience=PATIENCE):
        """Both outputs of these programs, {seed: lines}: two lists, as split()
        gives them."""
        text = "".join(write(seed, lines) for seed, lines in chosen.items())
        limit = patience * 30
        expected = start([self.go, f"--patience={patience}"], text, limit)
        # The runtime is told how many functions have run in Go.
        runs = iter(re.findall(r"(?m)^observe (\d+)$", expected))
        told = re.sub(r"(?m)^(observe|end)$",
                      lambda match: f"{match[0]} {next(runs, 0)}", text)
        got = start([*self.runner, f"--patience={patience}"], told, limit)
        return split(expected, len(chosen)), split(got, len(chosen))


def write(seed, lines):
    return "\n".join([f"program {seed}", *lines, "end", ""])


def start(command, text, limit):
    """The output, and how it ended if not well."""
    try:
        ended = subprocess.run(command, input=text.encode(), timeout=limit,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               check=False)
    except subprocess.TimeoutExpired as hang:
        return f"{(hang.stdout or b'').decode()}\ndid not end"
    if ended.returncode == 0:
        return ended.stdout.decode()
    return (f"{ended.stdout.decode()}\nended with {ended.returncode}:\n"
            f"{ended.stderr.decode(errors='replace')[-4000:]}")


def split(text, count):
    """The outputs of `count` programs, None of those that were not reached,
    and what comes after them."""
    parts = text.split("\nend\n", count)
    return parts + [None] * (count + 1 - len(parts))


def without(lines, begin, end):
    """The program without these lines and what depends on them, and without two
    observations in a row."""
    gone = set()
    kept = []
    for place, line in enumerate(lines):
        words = line.split()
        if begin <= place < end or gone.intersection(words[1:]):
            if words[1:2] == ["="]:
                gone.add(words[0])
        elif line != "observe" or kept[-1:] != ["observe"]:
            kept.append(line)
    return kept


def races(lines):
    """Whether a deadline may pass while the program goes on: each that is soon
    is waited for, else both sides may be right."""
    soon = {words[0] for words in map(str.split, lines) if "soon" in words}
    return not soon <= {line.split()[1] for line in lines
                        if line.startswith("wait ")}


def shrink(sides, seed, lines):
    """Deletes operations while the outputs differ: halves, quarters, ... ones,
    the last first; then lets contexts hang from the root, and so on until
    nothing more can go."""
    def differs(candidate):
        if races(candidate):
            return False
        expected, got = sides.run({seed: candidate}, patience=2)
        return expected != got

    def delete(lines, size):
        begin = len(lines) - size
        while begin > -size:
            candidate = without(lines, max(begin, 0), begin + size)
            if len(candidate) < len(lines) and differs(candidate):
                lines = candidate
                begin = min(begin, len(lines))
            begin -= size
        return lines

    def lift(lines):
        for place, line in enumerate(lines):
            words = line.split()
            if words[1:2] == ["="] and words[3] != "background":
                words[3] = "background"
                candidate = lines[:place] + [" ".join(words)] + lines[place + 1:]
                if differs(candidate):
                    lines = candidate
        return lines

    size = max(1, len(lines) // 2)
    while size > 1:
        lines = delete(lines, size)
        size //= 2
    while True:
        before = lines
        lines = lift(delete(lines, 1))
        if lines == before:
            return lines


def show(parts):
    return "\n".join(part for part in parts if part is not None).strip()


def tell(sides, seed, lines):
    small = shrink(sides, seed, lines)
    expected, got = sides.run({seed: small}, patience=2)
    note = ""
    if expected == got:
        note, small = " (not every time)", lines
        expected, got = sides.run({seed: small})
    print(f"difference: seed {seed}{note}\n--- program\n{write(seed, small)}"
          f"--- Go\n{show(expected)}\n--- the runtime\n{show(got)}\n",
          flush=True)


def compare(sides, chosen, shown):
    """Prints the differences; returns how many there are."""
    expected, got = sides.run(chosen)
    # Behind a program that a side did not survive there is nothing to compare.
    different = [seed for seed, one, other in zip(chosen, expected, got)
                 if one != other and None not in (one, other)]
    for seed in different[:shown]:
        tell(sides, seed, chosen[seed])
    if len(different) > shown:
        print(f"difference: {'also ' if shown else ''}seeds "
              + " ".join(map(str, different[shown:])))
    if different:
        return len(different)
    if expected != got:
        print(f"difference: after the programs\n--- Go\n{expected[-1]}\n"
              f"--- the runtime\n{got[-1]}")
        return 1
    operations = sum(len(lines) - lines.count("observe")
                     for lines in chosen.values())
    observations = sum(text.count("\nobserve ") for text in expected)
    seen = sum(text.count(" err=") for text in expected)
    print(f"{len(chosen)} programs, {operations} operations, {observations} "
          f"observations of {seen} states of contexts: the runtime and "
          f"{sides.version()} agree")
    return 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--runner", required=True,
                        help="the runtime's half, RuntimeDifferentialRunner")
    parser.add_argument("--build", required=True,
                        help="folder in which Go's half is built")
    parser.add_argument("--seed", type=int, default=1, help="of the first program")
    parser.add_argument("--count", type=int, default=4000, help="of programs")
    parser.add_argument("--program", help="run this file, not random programs")
    parser.add_argument("--shown", type=int, default=3,
                        help="differences that are made small and shown")
    parser.add_argument("--break", dest="broken", metavar="RULE",
                        help="let the runtime's half report this wrongly")
    options = parser.parse_args()

    if options.program:
        with open(options.program, encoding="utf-8") as text:
            lines = [line.strip() for line in text]
        chosen = {0: [line for line in lines if line
                      and line.split()[0] not in ("program", "end", "#")]}
    else:
        chosen = {seed: programs.program(seed) for seed in
                  range(options.seed, options.seed + options.count)}
    try:
        sides = Sides(options.runner, options.build, options.broken)
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 2
    try:
        return 1 if compare(sides, chosen, options.shown) else 0
    finally:
        sides.close()


if __name__ == "__main__":
    sys.exit(main())
