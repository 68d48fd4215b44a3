# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints the first block of code in a language from a page of Markdown.

usage: code_block.py PAGE.md LANGUAGE"""

import re
import sys

page, language = sys.argv[1:]
with open(page, encoding="utf-8") as text:
    block = re.search(rf"^```{language}\n(.*?)^```$", text.read(), re.M | re.S)
if not block:
    sys.exit(f"{page} has no block of {language}")
print(block[1], end="")
