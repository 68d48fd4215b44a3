# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Breaks a copy of the project in one place at a time: check_structure.py has
to name that place. usage: break_one_part.py CHECK_STRUCTURE ROOT SCRATCH"""

import os
import shutil
import subprocess
import sys

SCRIPT, ROOT, SCRATCH = sys.argv[1:]
CHECK, NAME = "LostCancelCheck", "context-lost-cancel"
FOLDERS = ("checks", "docs", "runtime/include", "runtime/src", "tools",
           "test/checks")


def problems():
    result = subprocess.run([sys.executable, SCRIPT, SCRATCH], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = result.stdout.splitlines()
    if (result.returncode != 0) != bool(lines):
        sys.exit(f"exit {result.returncode}, but it said:\n{result.stdout}")
    return lines


def path(name):
    return os.path.join(SCRATCH, name)


def broken(name, change):
    """What is found once change(text) stands in for a file's text; None removes
    the file."""
    existed = os.path.exists(path(name))
    text = open(path(name), encoding="utf-8").read() if existed else ""
    new = change(text)
    if existed and new == text:
        sys.exit(f"{name}: nothing to break")
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    if new is None:
        os.remove(path(name))
    else:
        with open(path(name), "w", encoding="utf-8") as out:
            out.write(new)
    found = problems()
    if existed:
        with open(path(name), "w", encoding="utf-8") as out:
            out.write(text)
    else:
        os.remove(path(name))
        if not os.listdir(os.path.dirname(path(name))):
            os.rmdir(os.path.dirname(path(name)))
    return found


def expect(name, change, message):
    found = broken(name, change)
    if not any(message in line for line in found):
        sys.exit(f"{name}: expected an error with '{message}', but found "
                 f"{found}")


def gone(text):
    return None


def add(line):
    return lambda text: text + line + "\n"


def without(word):
    return lambda text: "".join(
        line for line in text.splitlines(True) if word not in line)


shutil.rmtree(SCRATCH, ignore_errors=True)
for folder in FOLDERS:
    shutil.copytree(os.path.join(ROOT, folder), path(folder))
if problems():
    sys.exit(f"the project as it is: {problems()}")

# A part is missing.
expect(f"checks/{CHECK}.h", gone, f"there is no checks/{CHECK}.h")
expect(f"checks/{CHECK}.cpp", gone, f"there is no checks/{CHECK}.cpp")
expect(f"docs/checks/{NAME}.md", gone, f"there is no docs/checks/{NAME}.md")
expect("docs/checks/index.md", without(NAME), f"{NAME}: docs/checks/index.md")
expect("checks/ContextTidyModule.cpp", without("registerCheck<" + CHECK),
       f"does not register {CHECK}")
shutil.move(path(f"test/checks/{NAME}"), path("kept"))
if not any(f"no test in test/checks/{NAME}/" in line for line in problems()):
    sys.exit("missing tests are not found")
shutil.move(path("kept"), path(f"test/checks/{NAME}"))

# A part belongs to nothing.
expect("checks/CMakeLists.txt", without(CHECK),
       f"checks/{CHECK}.cpp is in no list")
expect("docs/checks/context-forgotten.md", add("# context-forgotten"),
       "docs/checks/context-forgotten.md describes no check")
expect("docs/checks/index.md", add("* [x](context-forgotten.md)"),
       "lists context-forgotten")
expect("test/checks/context-forgotten/a.cpp", add("// RUN: true"),
       "test/checks/context-forgotten tests no check")
expect("checks/ForgottenCheck.h", add(""), "checks/ForgottenCheck.h is in no")
expect("checks/ContextTidyModule.cpp",
       add('registerCheck<ForgottenCheck>("context-forgotten")'),
       "registers context-forgotten")

# A dependency points the wrong way.
expect("checks/flow/Graph.h", add('#include "model/Model.h"'),
       "checks/flow/ must not include checks/model/Model.h")
expect("checks/flow/Graph.h", add('#include "ContextTidyCheck.h"'),
       "checks/flow/ must not include checks/ContextTidyCheck.h")
expect("checks/model/Model.h", add('#include "../flow/Graph.h"'),
       "checks/model/ must not include checks/flow/Graph.h")
expect("checks/ContextTidyCheck.h", add("#include <context/context.h>"),
       "checks/ must not include runtime/include/context/context.h")
expect("runtime/src/tree.cpp", add("#include <boost/config.hpp>"),
       "the runtime includes nothing but the standard library")
expect("runtime/src/tree.cpp", add('#include "checks/flow/Graph.h"'),
       "the runtime includes nothing but the standard library")

# A library's names stand in code.
expect(f"checks/{CHECK}.cpp", add('bool B = Name == "::context::Context";'),
       "names '::context::Context'")
expect(f"checks/{CHECK}.cpp", add('bool B = Name == "WithCancel";'),
       "names 'WithCancel'")
expect("checks/model/Recognizer.cpp", add('bool B = Name == "stop_token";'),
       "names 'stop_token'")
expect("checks/flow/Graph.cpp", add("void cancelAll();"),
       "speaks of 'cancelAll'")

# LLVM's version is asked for.
expect(f"checks/{CHECK}.cpp", add("#if CLANG_VERSION_MAJOR >= 16"),
       "asks for LLVM's version")
expect("checks/flow/Graph.h", add("#if LLVM_VERSION_MAJOR == 14"),
       "asks for LLVM's version")
expect("checks/model/ModelLoader.cpp",
       add('#if __has_include("clang-tidy/ClangTidyModuleRegistry.h")'),
       "asks for LLVM's version")
