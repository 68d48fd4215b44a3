# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of many branches: the time that each check takes.

A table of milliseconds by -enable-check-profile, for sizes that double. A time
that grows linearly doubles, too. Nothing fails for being slow, short of the
limit that makes it a hang."""

import json
import os
import glob
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
MOCKS = os.path.join(HERE, os.pardir, "Inputs", "include")
DEPTH = 200  # of nesting; Clang's parser allows 256

PRELUDE = """\
#include <context/context.h>
using context::Context;
bool Choose(int);
void Work(int);
void Handle(const Context &ctx, int);
"""
OPEN = ("void F(const Context &parent) {\n"
        "  auto [ctx, cancel] = context::WithCancel(parent);\n")
CLOSE = "  cancel();\n}\n"


def add_arguments(parser):
    parser.add_argument("--sizes", default="5000,10000,20000")
    parser.add_argument("--shapes", help="of these: " + ", ".join(SHAPES))


def in_function(line):
    """One derived context, and a line for each branch."""
    return lambda n: OPEN + "".join(line % {"i": i} for i in range(n)) + CLOSE


def nested(before, after, inside):
    """Runs of nesting, one after the other, each as deep as can be."""
    def make(n):
        text = ""
        for start in range(0, n, DEPTH):
            depth = min(DEPTH, n - start)
            text += "".join(before % {"i": start + i} for i in range(depth))
            text += inside + after * depth + "\n"
        return OPEN + text + CLOSE
    return make


def chain(n):
    return (OPEN + "  if (" + " &&\n      ".join(
        f"Choose({i})" for i in range(n)) + ")\n    return;\n" + CLOSE)


def switch(n):
    return (OPEN + "  switch (int(Choose(0))) {\n" + "".join(
        f"  case {i}: Work({i}); {'break;' if i % 2 else ''}\n"
        for i in range(n)) + "  }\n" + CLOSE)


SHAPES = {
    "ifs": in_function("  if (Choose(%(i)d)) Work(%(i)d);\n"),
    "returns": in_function(
        "  if (Choose(%(i)d)) { cancel(); return; }\n"),
    "leaks": in_function("  if (Choose(%(i)d)) return;\n"),
    "else-ifs": lambda n: OPEN + "".join(
        "  if (Choose(0)) Work(0);\n" + "".join(
            f"  else if (Choose({i})) Work({i});\n" for i in range(DEPTH))
        for _ in range(max(n // DEPTH, 1))) + CLOSE,
    "switch": switch,
    "nested-ifs": nested("if (Choose(%(i)d)) { Work(%(i)d);\n", "}", "Work(0);"),
    "loops": in_function(
        "  while (Choose(%(i)d)) { if (ctx.Err()) break; Work(%(i)d); }\n"),
    "unpolled-loops": in_function("  while (Choose(%(i)d)) Work(%(i)d);\n"),
    "nested-loops": nested(
        "while (Choose(%(i)d)) { if (ctx.Err()) return;\n", "}", "Work(0);"),
    "ifs-in-a-loop": lambda n: OPEN + "  for (;;) {\n" + "".join(
        f"    if (Choose({i})) {{ if (ctx.Err()) break; continue; }}\n"
        for i in range(n)) + "  }\n" + CLOSE,
    "tries": in_function(
        "  try { Work(%(i)d); } catch (int) { Work(%(i)d); }\n"),
    "nested-tries": nested("try { Work(%(i)d);\n", "} catch (int) {}", ""),
    "chain": chain,
    "conditionals": in_function("  Work(Choose(%(i)d) ? 1 : 2);\n"),
    "calls": in_function("  Work(%(i)d);\n"),
    "cancels": in_function(
        "  auto made%(i)d = context::WithCancel(ctx);\n"
        "  if (Choose(%(i)d)) Handle(made%(i)d.ctx, 1);\n"
        "  made%(i)d.cancel();\n"),
    "lost-cancels": in_function(
        "  { auto made = context::WithCancel(ctx);\n"
        "  if (Choose(%(i)d)) made.cancel(); }\n"),
    "lambdas": in_function(
        "  [&] { while (Choose(%(i)d)) Handle(ctx, 1); }();\n"),
    "parameters": lambda n: "".join(
        f"static void F{i}(int a, const Context &ctx) {{ Handle(ctx, a); }}\n"
        f"void G{i}(const Context &ctx) {{ F{i}({i}, ctx); }}\n"
        for i in range(n)),
    "fields": lambda n: "".join(
        f"struct S{i} {{ int a; Context *ctx; }};\n" for i in range(n)),
}


def times(linter, source, folder):
    """Milliseconds by check; None if the run ended badly."""
    profiles = os.path.join(folder, "profiles")
    outcome = linter.run([source], ["-std=c++20", "-nostdinc++", "-isystem",
                                    MOCKS, "-fbracket-depth=100000"],
                         tidy=("-enable-check-profile",
                               f"-store-check-profile={profiles}"))
    if outcome.bad:
        print(f"{outcome.bad}: {os.path.basename(source)}", flush=True)
        return None
    found = {}
    for file in glob.glob(os.path.join(profiles, "*.json")):
        with open(file, encoding="utf-8") as profile:
            for key, value in json.load(profile)["profile"].items():
                check, kind = key.removeprefix("time.clang-tidy.").rsplit(".", 1)
                if kind in ("user", "sys"):
                    found[check] = found.get(check, 0) + 1000 * value
        os.remove(file)
    return found


def run(linter, options):
    sizes = [int(size) for size in options.sizes.split(",")]
    shapes = options.shapes.split(",") if options.shapes else list(SHAPES)
    bad = 0
    print(f"{'shape':16}{'check':28}" + "".join(f"{n:>10}" for n in sizes) +
          "   ms", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for shape in shapes:
            columns = []
            for size in sizes:
                source = os.path.join(folder, f"{shape}-{size}.cpp")
                with open(source, "w", encoding="utf-8") as out:
                    out.write(PRELUDE + SHAPES[shape](size))
                columns.append(times(linter, source, folder))
                bad += columns[-1] is None
            for check in sorted({c for column in columns for c in column or ()}):
                print(f"{shape:16}{check:28}" + "".join(
                    f"{column.get(check, 0):>10.0f}" if column else f"{'-':>10}"
                    for column in columns), flush=True)
    return 1 if bad else 0
