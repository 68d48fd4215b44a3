# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails if a plugin wants symbols that a program and its libraries have not.
usage: missing_symbols.py PLUGIN PROGRAM"""

import re
import subprocess
import sys


def output(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def symbols(path, which):
    """Names, without the version that may follow an @."""
    return {line.split()[-1].partition("@")[0]
            for line in output("nm", "-D", which, path).splitlines()}


plugin, program = sys.argv[1:]
libraries = re.findall(r"=> (/\S+)", output("ldd", program) + output("ldd", plugin))
# What the start files refer to, and nobody needs to have.
optional = {"__gmon_start__", "_ITM_deregisterTMCloneTable",
            "_ITM_registerTMCloneTable"}
wanted = symbols(plugin, "--undefined-only") - optional
provided = set().union(*(symbols(path, "--defined-only")
                         for path in {program, *libraries}))
if not wanted or not provided:
    sys.exit("found no symbols at all")
missing = sorted(wanted - provided)
for name in missing:
    print("missing:", output("c++filt", name).strip())
sys.exit(1 if missing else 0)
