# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Types files: opens beginnings of them, cut off anywhere, one after the other. Fails
if the server goes away. usage: typing.py SUPPORT SEED NUMBER FILE... -- SERVER..."""

import random
import sys

sys.path.append(sys.argv[1])
from lsp import Server  # noqa: E402

seed, number, *rest = sys.argv[2:]
files, command = rest[:rest.index("--")], rest[rest.index("--") + 1:]
numbers = random.Random(int(seed))
server = Server(command, ".")
states = 0
for file in files:
    with open(file, encoding="utf-8") as text:
        whole = text.read()
    # As C++ of a project: what is beside this folder's compile_flags.txt.
    uri = server.open("typed.cpp", "")
    for end in sorted(numbers.sample(range(1, len(whole)),
                                     min(int(number), len(whole) - 1))):
        server.change(uri, whole[:end])
        server.diagnostics(uri)
        states += 1
    server.close(uri)
    server.published.clear()
print(f"{len(files)} files, {states} states; exit status {server.stop()}")
