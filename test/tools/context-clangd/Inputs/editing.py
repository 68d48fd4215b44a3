# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""An editor's session: findings come and go with what is typed, notes come along, a
fix is applied, several files are open, a header is. usage: editing.py SERVER..."""

import sys

sys.path.append(sys.argv[1])
from lsp import Server, shown  # noqa: E402

CLEAN = """#include <context/context.h>
void f(const context::Context &parent) {
}
"""
LOST = CLEAN.replace("{\n", "{\n  auto [ctx, cancel] = context::WithCancel(parent);\n")

server = Server(sys.argv[2:], ".")


def show(what, uri):
    print(f"{what}:", *[shown(d) for d in server.diagnostics(uri)] or ["nothing"])


one = server.open("one.cpp", CLEAN)
show("clean", one)
server.change(one, LOST)
show("typed", one)
(finding,) = server.diagnostics(one)
for note in finding.get("relatedInformation", []):
    start = note["location"]["range"]["start"]
    print(f"  note: {start['line'] + 1}:{start['character'] + 1}:",
          note["message"])
for action in server.fixes(one, finding):
    print("  offered:", action["title"])
server.apply(one, next(a for a in server.fixes(one, finding) if a.get("edit")))
print(server.texts[one], end="")
show("fixed", one)
server.change(one, LOST)
show("undone", one)
server.change(one, CLEAN)
show("gone", one)

# Three at once, one of them a header.
two, header = server.open("two.cpp", LOST), server.open("own.hpp", LOST)
server.change(one, "\n" + LOST)
for uri in (one, two, header):
    show(uri.rsplit("/", 1)[1], uri)
print("exit status", server.stop())
