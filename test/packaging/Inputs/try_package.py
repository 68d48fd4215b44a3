# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds the runtime, installs it, moves the installation, and builds and runs
smoke.cpp against that, found by find_package and then by pkg-config alone."""

import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

INPUTS = pathlib.Path(__file__).resolve().parent
SMOKE = INPUTS / "consumer" / "smoke.cpp"
OPTIONAL = {"asio.h"}  # needs Boost


def run(*command, env=None, status=0):
    """Its output; ends the test if it ends otherwise than it should."""
    command = [str(word) for word in command]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                            stderr=subprocess.PIPE, check=False,
                            env={**os.environ, **(env or {})})
    if result.returncode != status:
        sys.exit(f"{shlex.join(command)}: exit code {result.returncode}, not "
                 f"{status}\n{result.stdout}{result.stderr}")
    return result.stdout + result.stderr


def expect(good, what):
    if not good:
        sys.exit(what)


class Trial:
    def __init__(self, options):
        self.source, self.options = options.source, options
        self.scratch = options.scratch
        self.flags = []
        if options.stdlib:
            self.flags.append(f"-stdlib={options.stdlib}")
        if options.no_exceptions:
            self.flags.append("-fno-exceptions")
        self.cmake_flags = [
            "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
            f"-DCMAKE_CXX_COMPILER={options.cxx}",
            f"-DCMAKE_CXX_FLAGS={' '.join(self.flags)}",
            f"-DBUILD_SHARED_LIBS={'ON' if options.shared else 'OFF'}",
        ]
        self.build_runtime_only = [
            "-DCONTEXT_TIDY_BUILD_CHECKS=OFF", "-DCONTEXT_TIDY_BUILD_TESTS=OFF",
            "-DCONTEXT_TIDY_BUILD_EXAMPLES=OFF"]

    def build(self, source, folder, *settings):
        folder = self.scratch / folder
        run("cmake", "-S", source, "-B", folder, *self.cmake_flags, *settings)
        run("cmake", "--build", folder)
        return folder

    def smoke(self, program, env=None):
        """Runs it, as it is and once so that the library throws."""
        text = run(program, env=env)
        expect(text == "all well\n", f"{program} says: {text}")
        text = run(program, "throw", env=env, status=-6)
        if self.options.no_exceptions:
            expect(text == "context: built without exceptions, cannot throw: "
                   "close of closed channel\n", f"{program} says: {text}")

    def installed(self):
        """Where it is, after it was moved from where it was installed."""
        build = self.build(self.source, "runtime", *self.build_runtime_only,
                           "-DCMAKE_INSTALL_PREFIX=/first/place")
        staged, place = self.scratch / "staged", self.scratch / "a moved place"
        run("cmake", "--install", build, env={"DESTDIR": str(staged)})
        shutil.move(staged / "first" / "place", place)
        headers = self.source / "runtime" / "include"
        expect(sorted(h.relative_to(headers) for h in headers.rglob("*.h"))
               == sorted(h.relative_to(place / "include")
                         for h in (place / "include").rglob("*.h")),
               "not the headers that there are, are installed")
        return place

    def find_package(self, place):
        where = f"-DCMAKE_PREFIX_PATH={place}"
        build = self.build(INPUTS / "consumer", "found", where, "-DWANTED=0.1")
        self.smoke(build / "smoke")
        text = run("cmake", "-S", INPUTS / "consumer", "-B",
                   self.scratch / "refused", *self.cmake_flags, where,
                   "-DWANTED=0.2", status=1)
        expect("requested version \"0.2\"" in text, text)

    def pkg_config(self, place):
        [file] = place.rglob("context-tidy.pc")
        env = {"PKG_CONFIG_PATH": str(file.parent)}
        flags = shlex.split(run("pkg-config", "--cflags", "--libs",
                                "context-tidy", env=env))
        program = self.scratch / "smoke"
        run(self.options.cxx, "-std=c++20", *self.flags, SMOKE, *flags,
            "-o", program)
        self.smoke(program, {"LD_LIBRARY_PATH": str(file.parent.parent)})

    def taken_in(self):
        for name, folder in (("all", self.source),
                             ("alone", self.source / "runtime")):
            build = self.build(INPUTS / "takes-in", name, f"-DFOLDER={folder}",
                               *self.build_runtime_only)
            self.smoke(build / "smoke")
            text = run("cmake", "--install", build, "--prefix",
                       self.scratch / "nothing")
            expect(not (self.scratch / "nothing").exists(), text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("cxx")
    parser.add_argument("--stdlib")
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--no-exceptions", action="store_true")
    parser.add_argument("--taken-in", action="store_true",
                        help="as a folder of another project, instead")
    options = parser.parse_args()
    shutil.rmtree(options.scratch, ignore_errors=True)
    options.scratch.mkdir(parents=True)

    include = options.source / "runtime" / "include" / "context"
    used = set(re.findall(r"#include <context/(.*)>", SMOKE.read_text()))
    missing = {h.name for h in include.glob("*.h")} - OPTIONAL - used
    expect(not missing, f"smoke.cpp does not use {sorted(missing)}")

    trial = Trial(options)
    if options.taken_in:
        trial.taken_in()
    else:
        place = trial.installed()
        trial.find_package(place)
        trial.pkg_config(place)


if __name__ == "__main__":
    main()
