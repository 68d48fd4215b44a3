# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Moves what the first finding of a test does not stand in into a header, and
compares what context-clangd and the stock clang-tidy with the plugin say of the
rest. A page (.md) stands for its examples.
usage: in_headers.py CLANGD CLANG_TIDY PLUGIN FOLDER FILE... -- FLAG..."""

import os
import re
import shutil
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), "../../../support"))
from doc_examples import examples  # noqa: E402
from lsp import Server  # noqa: E402

clangd, clang_tidy, plugin, folder, *rest = sys.argv[1:]
files, flags = rest[:rest.index("--")], rest[rest.index("--") + 1:]
EXPECTED = re.compile(r"// (CHECK-(MESSAGES|NOTES)|warning:)")
LITERAL = re.compile(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'|//.*|/\*.*?\*/')


def chunks(text):
    """The text in pieces that are whole declarations each."""
    piece, depth, conditions = [], 0, 0
    for line in text.splitlines(keepends=True):
        piece.append(line)
        code = LITERAL.sub("", line).strip()
        if code.startswith("#"):
            conditions += code.startswith("#if") - code.startswith("#endif")
        else:
            depth += sum(code.count(c) for c in "({[")
            depth -= sum(code.count(c) for c in ")}]")
        if depth == 0 and conditions == 0 and code.endswith(("}", ";")):
            yield "".join(piece)
            piece = []
    if piece:
        yield "".join(piece)


def split(text):
    """What comes before the first finding, and the rest; of a test without
    findings, all but the last declaration, and that."""
    pieces = list(chunks(text))
    # Comments that belong to nothing come at the end.
    last = max((i for i, piece in enumerate(pieces)
                if LITERAL.sub("", piece).strip()), default=0)
    first = next((i for i, piece in enumerate(pieces)
                  if EXPECTED.search(piece)), last)
    return "".join(pieces[:first]), "".join(pieces[first:])


def texts(files):
    """Each piece of code, and where it is from."""
    for file in files:
        with open(file, encoding="utf-8") as text:
            code = text.read()
        if not file.endswith(".md"):
            yield file, code
            continue
        for example in examples(code):
            if not example.options:
                yield f"{file}:{example.line}", example.prelude + example.code


def tidy(path):
    """What clang-tidy says of the file; None if it does not compile."""
    said = subprocess.run(
        [clang_tidy, "-load", plugin, "--quiet", "--checks=-*,context-*", path,
         "--", *flags],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        check=False).stdout
    if " error: " in said:
        return None
    return sorted(
        (int(line), int(column), check, message) for line, column, message, check
        in re.findall(rf"^{re.escape(path)}:(\d+):(\d+): warning: (.*) "
                      r"\[(context-[a-z-]+)\]$", said, re.MULTILINE))


def in_editor(server, path):
    """What the editor is shown of the file: places from and to, and the text."""
    uri = server.open(path)
    found = []
    for diagnostic in server.diagnostics(uri):
        if str(diagnostic.get("code")).startswith("context-"):
            start, end = (diagnostic["range"][which] for which in ("start", "end"))
            # The first of its lines is the finding; notes follow.
            message = diagnostic["message"].split("\n")[0]
            message = re.sub(r" \(fix(es)? available\)$", "", message)
            found.append(((start["line"] + 1, start["character"] + 1),
                          (end["line"] + 1, end["character"] + 1),
                          diagnostic["code"], message))
    server.close(uri)
    return found


def is_same(finding, shown):
    """An editor underlines the range that a finding is about, if it has one, and
    begins with a capital letter."""
    line, column, check, message = finding
    start, end, code, text = shown
    return (start <= (line, column) <= end and check == code
            and message[1:] == text[1:] and message[0].lower() == text[0].lower())


shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
folder = os.path.realpath(folder)
with open(os.path.join(folder, "compile_flags.txt"), "w", encoding="utf-8") as out:
    out.writelines(flag + "\n" for flag in flags)
server = Server([clangd, "--log=error"], folder)
compared = findings = differences = 0
for number, (file, code) in enumerate(texts(files)):
    above, below = split(code)
    header = os.path.join(folder, f"{number}.h")
    path = os.path.join(folder, f"{number}.cpp")
    with open(header, "w", encoding="utf-8") as out:
        out.write(above)
    with open(path, "w", encoding="utf-8") as out:
        out.write(f'#include "{number}.h"\n{below}')
    theirs = tidy(path)
    if theirs is None or "NOLINT" in below:
        continue
    ours = in_editor(server, path)
    compared += 1
    findings += len(theirs)
    missing = []
    for finding in theirs:
        match = next((shown for shown in ours if is_same(finding, shown)), None)
        if match:
            ours.remove(match)
        else:
            missing.append(finding)
    if missing or ours:
        differences += 1
        print(file)
        for finding in missing:
            print("  not in the editor:", *finding)
        for finding in ours:
            print("  only in the editor:", *finding)
status = server.stop()
print(f"{compared} files: {findings} findings, {differences} differences")
sys.exit(status)
