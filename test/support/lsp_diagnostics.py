# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Opens a file in a language server, as an editor does, and prints the first
diagnostics that it publishes, with the links to their pages if asked for. usage:
lsp_diagnostics.py [--links] SERVER [ARG...] FILE"""

import os
import sys

from lsp import Server, shown

arguments = sys.argv[1:]
links = arguments[0] == "--links"
*command, file = arguments[links:]
server = Server(command, os.path.dirname(os.path.abspath(file)))
for diagnostic in server.diagnostics(server.open(file)):
    print(shown(diagnostic))
    if links:
        print("  see", diagnostic.get("codeDescription", {}).get("href"))
sys.exit(server.stop())
