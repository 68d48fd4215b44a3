# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every header that is installed: libstdc++, libc++, Boost, LLVM, Clang.

The headers are found by -I and not by -isystem, so that the checks look into
them as into a program's own. Many are included in one file, to save time; where
these do not go together, or end badly, each half is linted alone. With --everything
a model is added in which most classes are contexts and most functions derive
one: the findings make no sense, but the checks have work to do."""

import concurrent.futures
import os
import subprocess
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
BATCH = 40  # headers in a file
SUFFIXES = ("", ".h", ".hpp", ".hxx", ".ipp", ".tcc")


def add_arguments(parser):
    parser.add_argument("--only", help="of libstdc++, libc++, boost, llvm, clang"
                        ", separated by commas")
    parser.add_argument("--under", default="", help="headers with this prefix")
    parser.add_argument("--everything", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--from", dest="first", type=int, default=0,
                        help="goes on with this batch, counted from 0")


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          check=True).stdout.strip()


class Library:
    """Headers below a folder, as they are included, and how to find them."""

    def __init__(self, root, flags, below=("",), skip=()):
        self.flags, self.names = flags, []
        for start in below:
            for folder, folders, files in os.walk(os.path.join(root, start)):
                folders.sort()
                for file in sorted(files):
                    name = os.path.relpath(os.path.join(folder, file), root)
                    if os.path.splitext(file)[1] in SUFFIXES and not any(
                            part in skip for part in name.split(os.sep)):
                        self.names.append(name)


def libraries(folder, llvm):
    gcc = output("g++", "-dumpversion")
    target = output("g++", "-dumpmachine")
    gnu = f"/usr/include/c++/{gcc}"
    # Below /usr/include Boost is a system header, by any -I.
    linked = os.path.join(folder, "boost-headers")
    os.makedirs(linked)
    os.symlink("/usr/include/boost", os.path.join(linked, "boost"))
    # What stands beside the compiler's modules is no text to include.
    cxx = "-std=c++20"
    return {
        "libstdc++": Library(gnu, [cxx, "-nostdinc++", f"-I{gnu}",
                                   f"-I/usr/include/{target}/c++/{gcc}",
                                   f"-I{gnu}/backward"]),
        "libc++": Library(f"{llvm}/include/c++/v1",
                          [cxx, "-nostdinc++", f"-I{llvm}/include/c++/v1"]),
        "boost": Library(linked, [cxx, f"-I{linked}"], below=("boost/",)),
        "llvm": Library(f"{llvm}/include", [cxx, f"-I{llvm}/include"],
                        below=("llvm", "llvm-c")),
        "clang": Library(f"{llvm}/include", [cxx, f"-I{llvm}/include"],
                         below=("clang", "clang-c", "clang-tidy")),
    }


class Run:

    def __init__(self, linter, options, folder):
        self.linter, self.folder = linter, folder
        self.tidy = ["-header-filter=.*", "-system-headers"]
        if options.everything:
            model = os.path.join(HERE, "Inputs", "everything.yaml")
            self.tidy.append("--config={CheckOptions: [{key: ModelFile, "
                             f"value: '{model}'}}]}}")
        self.findings, self.bad, self.alone, self.broken = set(), [], 0, 0

    def source(self, number, names):
        path = os.path.join(self.folder, f"headers-{number}.cpp")
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(f"#include <{name}>\n" for name in names)
        return path

    def lint(self, number, names, flags):
        path = self.source(number, names)
        outcome = self.linter.run([path], flags, tidy=self.tidy)
        if len(names) > 1 and (outcome.bad or not outcome.parses()):
            half = len(names) // 2
            self.lint(number, names[:half], flags)
            self.lint(number, names[half:], flags)
            return
        if len(names) == 1:
            self.alone += 1
            self.broken += not outcome.bad and not outcome.parses()
        self.findings |= outcome.findings()
        if outcome.bad:
            blame = self.linter.blame(path, flags, self.tidy)
            print(f"{blame or 'not ours: ' + outcome.bad}: {names[0]}", flush=True)
            if blame:
                self.bad.append(names[0])


def run(linter, options):
    llvm = os.path.dirname(os.path.dirname(os.path.realpath(
        output("which", linter.clang_tidy))))
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        known = libraries(folder, llvm)
        for name in options.only.split(",") if options.only else known:
            library = known[name]
            names = [n for n in library.names if n.startswith(options.under)]
            this = Run(linter, options, folder)
            batches = [names[i:i + options.batch]
                       for i in range(0, len(names), options.batch)]
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as jobs:
                list(jobs.map(lambda b: this.lint(b[0], b[1], library.flags),
                              list(enumerate(batches))[options.first:]))
            number = len(names) - options.first * options.batch
            print(f"{name}: {number} headers ({this.alone} alone, "
                  f"{this.broken} of them with errors of their own), "
                  f"{len(this.bad)} end badly, {len(this.findings)} findings",
                  flush=True)
            bad += len(this.bad)
            if not options.everything:
                for file, line, column, check, text in sorted(this.findings):
                    print(f"  {file}:{line}:{column}: {text} [{check}]")
    return 1 if bad else 0
