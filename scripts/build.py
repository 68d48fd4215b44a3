# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The build folders, and how scripts/lint and scripts/test fill them."""

import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
BUILD = os.environ.get("CONTEXT_TIDY_BUILD") or os.path.join(ROOT, "build")


class BuildError(Exception):
    pass


def configure(folder, settings):
    """Runs CMake if the folder is not yet set up this way. Settings that are not
    named keep their values."""
    cache = {}
    if os.path.exists(os.path.join(folder, "build.ninja")):
        with open(os.path.join(folder, "CMakeCache.txt"),
                  encoding="utf-8") as text:
            for line in text:
                name, _, value = line.strip().partition("=")
                cache[name.partition(":")[0]] = value
    wanted = dict(settings)
    if not cache:
        if shutil.which("ccache"):
            wanted["CMAKE_CXX_COMPILER_LAUNCHER"] = "ccache"
    elif all(cache.get(name) == value for name, value in wanted.items()):
        return
    command = ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja",
               *(f"-D{name}={value}" for name, value in wanted.items())]
    result = subprocess.run(command, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        raise BuildError(f"CMake could not set up {folder}:\n{result.stdout}")


def build(targets):
    """Builds what scripts/lint needs, in silence if it is there already."""
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        print("Building the plugin: a few minutes, the first time.",
              file=sys.stderr)
        configure(BUILD, {"CONTEXT_TIDY_BUILD_TOOLS": "OFF",
                          "CONTEXT_TIDY_BUILD_TESTS": "OFF"})
    with subprocess.Popen(["ninja", "-C", BUILD, *targets], text=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as ninja:
        for line in ninja.stdout:
            # What it says when there is nothing to do.
            if not re.match(r"ninja: |\[0/\d+\] Re-checking", line):
                print(line, end="", file=sys.stderr, flush=True)
    if ninja.returncode != 0:
        raise BuildError("the plugin does not build (see above). A fresh start: "
                         f"rm -r {BUILD}, then run the command again.")
