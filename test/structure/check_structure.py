#!/usr/bin/env python3
# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Looks whether every check has all its parts, and whether the folders depend
on each other in one direction only. usage: check_structure.py ROOT

--list prints the names of the checks. Part of the build, and of the tests."""

import os
import re
import sys

# Which folders' headers a folder's files may include. What is no file of this
# project is LLVM's or the standard library's.
ALLOWED = {
    "checks": ("checks", "checks/flow", "checks/model"),
    "checks/flow": ("checks/flow",),
    "checks/model": ("checks/model",),
    "tools/common": ("tools/common", "checks/model"),
    "tools/context-clang-tidy": ("tools/common",),
    "tools/context-clangd": ("tools/context-clangd", "tools/common"),
    "tools/context-lint": ("tools/context-lint", "tools/common",
                           "checks/model"),
}
# The one file that asks which LLVM it is built with, for all of checks/.
VERSIONS = "checks/LLVMVersions.h"
# The plugin's guard compares versions: the host's with its own.
ASKS_VERSION = (VERSIONS, "checks/PluginVersionGuard.cpp")
# What the runtime may include besides itself: the standard library.
STANDARD = re.compile(r"<c?[a-z_0-9]+>$")
# The operating system's and the compiler's headers, where the standard library has no answer.
PLATFORM = re.compile(
    r"<(sys/[a-z_]+|cxxabi|fcntl|pthread|sched|semaphore|unistd)\.h>$")
# Headers for those who have the library, which the runtime does without.
OPTIONAL = {"runtime/include/context/asio.h": re.compile(r"<boost/asio/.*>$")}
# Names of libraries that only the presets may know. A comment may speak of them.
LIBRARIES = re.compile(
    r"::context::(Context|Interface|CancelFunc|DoneChannel|Cancelable|Defer)|"
    r"context/context\.h|\b(WithCancel|WithTimeout|WithDeadline|WithValue|"
    r"WithoutCancel|AfterFunc|Background)\b|"
    r"\b(stop_token|stop_source|jthread|ServerContext|ClientContext|folly|"
    r"CancellationToken|StopToken|this_thread|condition_variable)\b")


class Project:

    def __init__(self, root):
        self.root, self.problems = root, []
        cmake = self.read("checks/CMakeLists.txt")
        listed = re.search(r"# checks-begin.*\n((?:.*\n)*?)\s*# checks-end",
                           cmake)
        if not listed:
            sys.exit("error: checks/CMakeLists.txt has no list between "
                     "'# checks-begin' and '# checks-end'")
        self.classes = [line.strip().removesuffix(".cpp")
                        for line in listed[1].splitlines() if line.strip()]

    def path(self, name):
        return os.path.join(self.root, name)

    def read(self, name):
        try:
            with open(self.path(name), encoding="utf-8") as text:
                return text.read()
        except FileNotFoundError:
            return ""

    def files(self, folder, endings, deep=False):
        for where, folders, names in os.walk(self.path(folder)):
            folders.sort()
            if not deep:
                folders.clear()
            for name in sorted(names):
                if name.endswith(endings):
                    yield os.path.relpath(os.path.join(where, name), self.root)

    def expect(self, condition, problem):
        if not condition:
            self.problems.append(problem)


def check_name(class_name):
    """LostCancelCheck -> context-lost-cancel"""
    words = re.findall(r"[A-Z][a-z0-9]*", class_name.removesuffix("Check"))
    return "-".join(["context", *words]).lower()


def check_parts(project):
    """Every check of the list has all its parts, and nothing else looks like
    one."""
    expect = project.expect
    registry = project.read("checks/ContextTidyModule.cpp")
    registered = dict(
        (name, class_name) for class_name, name in
        re.findall(r'registerCheck<(\w+)>\(\s*"([^"]+)"\s*\)', registry))
    index = project.read("docs/checks/index.md")
    names = {}
    expect(project.classes == sorted(project.classes),
           "checks/CMakeLists.txt: the list of checks is not sorted")

    for class_name in project.classes:
        name = names[class_name] = check_name(class_name)
        for part in (f"checks/{class_name}.h", f"checks/{class_name}.cpp",
                     f"docs/checks/{name}.md"):
            expect(os.path.isfile(project.path(part)),
                   f"{name}: there is no {part}")
        tests = list(project.files(f"test/checks/{name}", (".cpp", ".test"),
                                   deep=True))
        expect(any("RUN:" in project.read(test) for test in tests),
               f"{name}: there is no test in test/checks/{name}/")
        expect(registered.get(name) == class_name,
               f"{name}: checks/ContextTidyModule.cpp does not register "
               f"{class_name} under this name")
        expect(f"({name}.md)" in index,
               f"{name}: docs/checks/index.md has no line for it")
        page = project.read(f"docs/checks/{name}.md")
        expect(page.startswith(f"# {name}\n") or not page,
               f"{name}: docs/checks/{name}.md does not begin with '# {name}'")

    for file in project.files("checks", ("Check.h", "Check.cpp")):
        base = os.path.splitext(os.path.basename(file))[0]
        expect(base in names or base == "ContextTidyCheck",
               f"{file} is in no list of checks/CMakeLists.txt")
    for name in registered:
        expect(name in names.values(),
               f"checks/ContextTidyModule.cpp registers {name}, which is not in "
               "the list of checks/CMakeLists.txt")
    for file in project.files("docs/checks", (".md",)):
        name = os.path.splitext(os.path.basename(file))[0]
        expect(name in names.values() or name == "index",
               f"{file} describes no check")
    for name in re.findall(r"\((context-[\w-]+)\.md\)", index):
        expect(name in names.values(),
               f"docs/checks/index.md lists {name}, which is no check")
    folder = project.path("test/checks")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.startswith("context-"):
            expect(name in names.values(), f"test/checks/{name} tests no check")


def check_dependencies(project):
    """checks -> flow, model -> LLVM; runtime -> the standard library."""
    for folder, allowed in ALLOWED.items():
        for file in project.files(folder, (".h", ".cpp")):
            for line, header in includes(project.read(file)):
                own = resolve(project, file, header)
                project.expect(
                    own is None or own == VERSIONS
                    or os.path.dirname(own) in allowed,
                    f"{file}:{line}: {folder}/ must not include {own}")

    for file in project.files("runtime", (".h", ".cpp"), deep=True):
        if file.startswith(("runtime/examples/", "runtime/benchmark/")):
            continue
        for line, header in includes(project.read(file)):
            own = resolve(project, file, header)
            project.expect(
                own.startswith("runtime/") if own else
                STANDARD.match(header) or PLATFORM.match(header) or
                file in OPTIONAL and OPTIONAL[file].match(header),
                f"{file}:{line}: the runtime includes nothing but the standard "
                f"library and itself, not {header}")


def check_libraries(project):
    """Which library is which is the model's business: code names none."""
    for file in project.files("checks", (".h", ".cpp"), deep=True):
        for number, line in enumerate(project.read(file).splitlines(), 1):
            found = LIBRARIES.search(re.sub(r"//.*", "", line))
            project.expect(
                not found, f"{file}:{number}: names '{found and found[0]}': "
                "what a library calls things belongs in checks/model/presets/")
    for file in project.files("checks/flow", (".h", ".cpp")):
        for number, line in enumerate(project.read(file).splitlines(), 1):
            code = re.sub(r"namespace clang::tidy::context\b|CONTEXT_TIDY\w*",
                          "", re.sub(r"//.*", "", line))
            found = re.search(r"\b([cC]ancel\w*|[pP]oll\w*)\b", code)
            project.expect(
                not found, f"{file}:{number}: speaks of "
                f"'{found and found[0]}': checks/flow/ knows nothing of contexts")


def check_versions(project):
    """What differs between LLVM's versions is in one file."""
    for folder in ("checks", "tools"):
        for file in project.files(folder, (".h", ".cpp"), deep=True):
            for number, line in enumerate(project.read(file).splitlines(), 1):
                found = re.search(r"\b(CLANG|LLVM)_VERSION_\w+|"
                                  r"__has_include\b.*\b(clang|llvm)",
                                  re.sub(r"//.*", "", line))
                project.expect(
                    not found or file in ASKS_VERSION,
                    f"{file}:{number}: asks for LLVM's version: what differs "
                    f"between versions belongs in {VERSIONS}")


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(<[^>]+>|"[^"]+")', line)
        if match:
            yield number, match[1]


def resolve(project, file, header):
    """The file of this project that an #include names, or None."""
    name = header.strip('<>"')
    for folder in (os.path.dirname(file), "checks", "tools", "runtime/include",
                   "runtime/src"):
        path = os.path.normpath(os.path.join(folder, name))
        if os.path.isfile(project.path(path)):
            return path
    return None


def main():
    arguments = [a for a in sys.argv[1:] if a != "--list"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    project = Project(arguments[0])
    if "--list" in sys.argv:
        print("\n".join(sorted(map(check_name, project.classes))))
        return 0
    check_parts(project)
    check_dependencies(project)
    check_libraries(project)
    check_versions(project)
    for problem in project.problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if project.problems else 0


if __name__ == "__main__":
    sys.exit(main())
