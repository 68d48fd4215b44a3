# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds the plugin and runs its checks, one clang-tidy per file, so that a
file that breaks or crashes it costs no other file its findings."""

import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys

from build import BUILD, ROOT, BuildError, build

CLEAN, FINDINGS, FAILED = 0, 1, 2
DATABASE = "compile_commands.json"
EXAMPLES = os.path.join(ROOT, "runtime", "examples")
# A finding or an error; its notes and lines of code follow it.
HEAD = re.compile(r"^(?:.+:\d+:\d+: )?(warning|error): .*?(?: \[([\w.,-]+)\])?$",
                  re.M)

USAGE = """scripts/lint [options] [FILE...] [-- COMPILER ARGUMENT...]

  scripts/lint                      the bundled examples
  scripts/lint -p DIR               every file of DIR/compile_commands.json
  scripts/lint -p DIR FILE...       some of them
  scripts/lint FILE...              files whose compile_commands.json lies in a
                                    folder above, or in its build/
  scripts/lint FILE... -- -std=c++20 -Iinclude
                                    files without a compile database"""
EPILOG = """The checks' options come from the .clang-tidy files above each source file, as
always with clang-tidy. Exit status: 0 nothing found, 1 findings, 2 some file
could not be analysed, or nothing could be run."""


class CannotRun(Exception):
    pass


class Task:
    """A file, clang-tidy's arguments for it, and the folders that relative
    names in its diagnostics start from."""

    def __init__(self, file, arguments, folders):
        self.file, self.arguments, self.folders = file, arguments, folders

    def absolute(self, output):
        """Two folders' files of one name are two places."""

        def replace(match):
            paths = [os.path.normpath(os.path.join(folder, match[1]))
                     for folder in self.folders]
            return next(filter(os.path.isfile, paths), match[1]) + match[2]

        return re.sub(r"^([^\s:/][^:\n]*)(:\d+:\d+: (?:warning|error|note): )",
                      replace, output, flags=re.M)


def parse_arguments(argv):
    flags = None
    if "--" in argv:
        flags = argv[argv.index("--") + 1:]
        argv = argv[:argv.index("--")]
    parser = argparse.ArgumentParser(
        usage=USAGE, epilog=EPILOG, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE",
                        help=argparse.SUPPRESS)
    parser.add_argument("-p", metavar="DIR", dest="database",
                        help=f"where {DATABASE} is")
    parser.add_argument("-j", type=int, metavar="N", dest="jobs",
                        default=len(os.sched_getaffinity(0)),
                        help="files at a time (default: one per processor)")
    parser.add_argument("--checks", default="context-*", metavar="GLOBS",
                        help="as clang-tidy's (default: %(default)s)")
    for name, what in (("config", "as clang-tidy's, in place of .clang-tidy"),
                       ("config-file", "likewise, read from a file"),
                       ("header-filter", "report headers that match, too")):
        parser.add_argument(f"--{name}", metavar="VALUE", help=what)
    parser.add_argument("--fix", action="store_true",
                        help="apply the fix-its, one file after the other")
    options = parser.parse_args(argv)
    if flags is not None and options.database:
        parser.error("give either -p or compiler arguments after --, not both")
    if flags is not None and not options.files:
        parser.error("compiler arguments after -- need files to go with")
    if options.database and os.path.basename(options.database) == DATABASE:
        options.database = os.path.dirname(options.database) or "."
    if options.jobs < 1:
        parser.error("-j takes a number from 1 up")
    return options, flags


def read_database(folder):
    """The tasks of a compile database in its order, by the files' real names."""
    path = os.path.join(folder, DATABASE)
    if not os.path.isfile(path):
        raise CannotRun(
            f"there is no {path}. Let CMake write it "
            "(-DCMAKE_EXPORT_COMPILE_COMMANDS=ON), or record a build with "
            "`bear -- make`; or name files and give the compiler's arguments "
            "after --.")
    try:
        with open(path, encoding="utf-8") as text:
            entries = json.load(text)
        tasks = {}
        for entry in entries:
            start = os.path.join(folder, entry["directory"])
            # clang-tidy looks a file up by the name that the database has.
            file = os.path.abspath(os.path.join(start, entry["file"]))
            task = tasks.setdefault(os.path.realpath(file),
                                    Task(file, ["-p", folder], []))
            task.folders.append(start)
        return tasks
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CannotRun(
            f"{path} is no compile database ({type(error).__name__}: {error}). "
            "Have the build system write it again.") from error


def database_above(file):
    """The folder with the compile database for a file, as clangd looks for it."""
    folder = os.path.dirname(os.path.realpath(file))
    while True:
        for place in (folder, os.path.join(folder, "build")):
            if os.path.isfile(os.path.join(place, DATABASE)):
                return place
        if folder == os.path.dirname(folder):
            return None
        folder = os.path.dirname(folder)


def choose_files(options, flags):
    """What to lint, and the files that cannot be, each as a message."""
    if not options.files:
        folder = options.database or BUILD
        tasks = [task for file, task in read_database(folder).items()
                 if options.database or file.startswith(EXAMPLES + os.sep)]
        if not tasks:
            raise CannotRun(f"there is nothing to lint in {folder}: its "
                            f"{DATABASE} names no source files"
                            + ("." if options.database else
                               f" of {EXAMPLES}."))
        return [task for task in tasks if os.path.isfile(task.file)], [
            f"{task.file}: in the {DATABASE} of {folder}, but there is no such "
            "file. Set that build up again."
            for task in tasks if not os.path.isfile(task.file)]

    chosen, problems, databases = [], [], {}
    for file in dict.fromkeys(map(os.path.realpath, options.files)):
        if not os.path.isfile(file):
            problems.append(f"{file}: there is no such file.")
            continue
        if flags is not None:
            chosen.append(Task(file, ["--", *flags], [os.getcwd()]))
            continue
        folder = options.database or database_above(file)
        if folder is None:
            problems.append(
                f"{file}: no {DATABASE} in a folder above, nor in its build/. "
                "Name the folder with -p DIR, or give the compiler's arguments "
                "after --.")
            continue
        if folder not in databases:
            databases[folder] = read_database(folder)
        if file in databases[folder]:
            chosen.append(databases[folder][file])
        else:
            problems.append(
                f"{file}: not in the {DATABASE} of {folder}. Add the file to "
                "that build (a header is linted through a file that includes "
                "it, with --header-filter), or give the compiler's arguments "
                "after --.")
    return chosen, problems


def clang_tidy_command(options):
    program = shutil.which("clang-tidy-19") or shutil.which("clang-tidy")
    if not program:
        raise CannotRun("there is no clang-tidy-19. Run scripts/setup.")
    plugins = [f for f in os.listdir(os.path.join(BUILD, "lib"))
               if re.fullmatch(r"ContextTidy-.*-llvm19\.so", f)]
    plugins.sort(key=lambda f: os.path.getmtime(os.path.join(BUILD, "lib", f)))
    # The compiler's own warnings are its build's business: -Werror in a compile
    # database would make findings of them.
    command = [program, "--quiet", "--extra-arg=-Wno-error",
               f"-load={os.path.join(BUILD, 'lib', plugins[-1])}",
               f"--checks=-*,{options.checks}"]
    for name in ("config", "config_file", "header_filter"):
        value = getattr(options, name)
        if value is not None:
            command.append(f"--{name.replace('_', '-')}={value}")
    return command


def run(command):
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace",
                          stdin=subprocess.DEVNULL)


def verify_options(command, chosen):
    """Names that no check has: clang-tidy itself passes over them in silence.
    Only what concerns this project; a .clang-tidy may speak of others' checks."""
    wrong = []
    # One file stands for its folder: they share their .clang-tidy.
    for file in {os.path.dirname(task.file): task.file
                 for task in chosen}.values():
        result = run([*command, "--verify-config", file, "--"])
        for line in (result.stdout + result.stderr).splitlines():
            # "<where>: warning: unknown check 'x'; did you mean ... [-verify-..."
            match = re.match(r"(.*): warning: (unknown .*?) \[-verify-config\]$",
                             line)
            if match and ("option '-checks'" in line or "'context-" in line):
                wrong.append(f"{match[1]}: {match[2]}.")
            elif line.startswith(("error:", "Error:")) or "-load request" in line:
                wrong.append(line.split(": ", 1)[-1])
    return list(dict.fromkeys(wrong))


class FileResult:
    """What clang-tidy said of one file."""

    def __init__(self, task, result):
        file, output = task.file, task.absolute(result.stdout)
        self.findings, self.errors, self.problem = [], [], None
        heads = list(HEAD.finditer(output))
        ends = [head.start() for head in heads[1:]] + [len(output)]
        compiles = True
        for head, end in zip(heads, ends):
            block = output[head.start():end].rstrip()
            level, check = head.groups()
            if check and check not in ("clang-diagnostic-error",
                                       "clang-tidy-config"):
                self.findings.append(block)
            elif level == "error":
                self.errors.append(block)
                compiles &= check == "clang-tidy-config"

        if not compiles:
            self.problem = (f"{file} does not compile, so findings may be "
                            "missing. Mend the errors above, or the file's "
                            "arguments in its compile database.")
        elif result.returncode not in (0, 1):
            self.problem = (f"clang-tidy crashed on {file}. What it said "
                            f"last:\n{result.stderr.rstrip()}")
        elif match := re.search(r"^Error parsing (.*): ", result.stderr, re.M):
            place = re.search(r"^.*: error: .*$", result.stderr, re.M)
            self.problem = (f"{match[1]} is not read, so the options for {file} "
                            f"are not known. {place[0] if place else ''}")
        elif (result.returncode == 1 and not self.errors and not any(
                HEAD.match(b)[1] == "error" for b in self.findings)) or (
                    "-load request ignored" in result.stderr):
            self.problem = (f"clang-tidy could not analyse {file}:\n"
                            f"{result.stderr.rstrip()}")


def lint(options, flags):
    chosen, problems = choose_files(options, flags)
    command = clang_tidy_command(options)
    wrong = verify_options(command, chosen)
    if wrong:
        raise CannotRun("\nerror: ".join(wrong))
    if options.fix:
        command.append("--fix")

    def analyse(task):
        return FileResult(task, run([command[0], task.file, *command[1:],
                                     *task.arguments]))

    seen, found, failed = set(), 0, len(problems)
    with concurrent.futures.ThreadPoolExecutor(
            1 if options.fix else options.jobs) as pool:
        for result in pool.map(analyse, chosen):
            # Files that share a header, or a wrong option, say the same thing.
            for block in result.findings:
                if block not in seen:
                    seen.add(block)
                    found += 1
                    print(block, flush=True)
            for block in result.errors:
                if block not in seen:
                    seen.add(block)
                    print(block, flush=True)
            if result.problem:
                problems.append(result.problem)
            failed += bool(result.errors or result.problem)

    for problem in problems:
        print("error: " + problem, file=sys.stderr)
    summary = (f"{len(chosen)} file{'s' * (len(chosen) != 1)} linted: "
               f"{found} finding{'s' * (found != 1)}")
    if failed:
        summary += f", {failed} file{'s' * (failed != 1)} not analysed in full"
    print(summary)
    return FAILED if failed else FINDINGS if found else CLEAN


def main():
    options, flags = parse_arguments(sys.argv[1:])
    try:
        build(["ContextTidyPlugin"])
        return lint(options, flags)
    except (CannotRun, BuildError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
