#!/usr/bin/env python3
# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lints what nobody wrote for the checks, and looks whether they crash or hang.

  mutants  the tests and examples of the checks, broken at random
  headers  every header that is installed: libstdc++, libc++, Boost, LLVM, Clang
  growth   functions of many branches: the time that each check takes

Exits with 1 for a crash or a hang that does not occur without the checks, with
2 where that could not be told."""

import argparse
import sys

import growth
import headers
import mutants
from linter import Failure, Linter


def parse_arguments(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clang-tidy", default="clang-tidy-19")
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--limit", type=int, default=60,
                        help="seconds of CPU that a file may take")
    commands = parser.add_subparsers(required=True)
    for module in (mutants, headers, growth):
        name = module.__name__
        command = commands.add_parser(name, help=module.__doc__.split("\n")[0])
        command.set_defaults(run=module.run)
        module.add_arguments(command)
    return parser.parse_args(argv)


def main():
    options = parse_arguments(sys.argv[1:])
    try:
        return options.run(
            Linter(options.clang_tidy, options.plugin, options.limit), options)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
