# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# lit's configuration, for every suite. CMake writes a lit.site.cfg.py for each
# folder of test/ that fills in what the build knows and loads this file, so
# `lit <build>/test/<suite>` runs one of them.

import os
import sys

import lit.formats
import lit.util

test_root = os.path.join(config.source_root, "test")
support = os.path.join(test_root, "support")

config.name = f"context-tidy-{config.suite}"
config.suffixes = [".cpp", ".test"]
config.excludes = ["Inputs"]
config.test_exec_root = config.suite_build
if config.suite == "runtime":
    # The tests are the programs that the build put there.
    config.test_source_root = config.suite_build
    config.test_format = lit.formats.GoogleTest(".", "Tests")
else:
    config.test_source_root = os.path.join(test_root, config.suite)
    config.test_format = lit.formats.ShTest(execute_external=False)

# A hang must end the run some day; no test is about being fast. (lit needs
# psutil for this.)
if lit.util.killProcessAndChildrenIsSupported()[0]:
    lit_config.maxIndividualTestTime = 1800

config.environment["PATH"] = os.pathsep.join(
    [config.llvm_tools, config.environment["PATH"]])
config.environment["LC_ALL"] = "C.UTF-8"
for name in ("CCACHE_DIR", "HOME", "TSAN_OPTIONS", "ASAN_OPTIONS",
             "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

# "REQUIRES: clang-16": a front end of 16 or later. scripts/test.py takes care
# that nothing else keeps a test from being run.
config.available_features.update(
    f"clang-{version}" for version in range(14, int(config.llvm_version) + 1))

clang_tidy = os.path.join(config.llvm_tools, "clang-tidy")
runtime_include = os.path.join(config.source_root, "runtime", "include")
mocks = os.path.join(test_root, "checks", "Inputs", "include")
harness = " ".join([
    f"%{{python}} {support}/check_context_tidy.py",
    f"--clang-tidy={clang_tidy}",
    f"--plugin={config.plugin}",
    f"--filecheck={config.llvm_tools}/FileCheck",
    f"--mocks={mocks}",
    f"--runtime={runtime_include}",
]).replace("%{python}", sys.executable)

# Longer names first: lit replaces them in this order, without word limits.
config.substitutions += [
    ("%check_context_tidy", harness),
    ("%context_clang_tidy", f"{config.build_root}/bin/context-clang-tidy"),
    ("%context_clangd", f"{config.build_root}/bin/context-clangd"),
    ("%context_lint", f"{config.build_root}/bin/context-lint"),
    ("%clang_tidy", clang_tidy),
    # lit is at work: its own main program is the one to start.
    ("%lit\\b", os.path.abspath(sys.argv[0])),
    ("%lint", f"env CONTEXT_TIDY_BUILD={config.build_root} "
     f"{config.source_root}/scripts/lint"),
    ("%clangxx", os.path.join(config.llvm_tools, "clang++")),
    ("%cxx", config.cxx),
    ("%plugin", config.plugin),
    ("%llvm_version", config.llvm_version),
    ("%runtime_include", runtime_include),
    ("%mocks", mocks),
    ("%source_root", config.source_root),
    ("%build_root", config.build_root),
    ("%support", support),
    ("%python", sys.executable),
]
