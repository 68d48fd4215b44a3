# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints what doc_examples.py says of each example of some pages. usage:
lint_pages.py SUPPORT CLANG_TIDY PLUGIN INCLUDE SCRATCH PAGE..."""

import os
import sys

sys.path.insert(0, sys.argv[1])
from doc_examples import examples, lint

clang_tidy, plugin, include, scratch, *pages = sys.argv[2:]
for page in pages:
    name = os.path.basename(page).removesuffix(".md")
    with open(page, encoding="utf-8") as text:
        try:
            found = examples(text.read())
        except ValueError as error:
            print(f"{name}: {error}")
            continue
    for example in found:
        problem = lint(example, f"{name}-{example.line}", scratch,
                       [clang_tidy, f"-load={plugin}"],
                       ["-std=c++20", "-nostdinc++", "-isystem", include])
        print(f"{name}:{example.line}: {problem or 'fine'}")
