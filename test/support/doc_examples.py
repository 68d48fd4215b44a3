# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The examples of the check pages: every ```cpp block.

The block is compiled and linted as it stands. A line with the comment
`// warning: <part of the message>` must have that finding, any other line none.
An HTML comment before the block says what the reader need not see:

  <!-- lint:
  option: context-lost-cancel.RequireGuard=false
  #include <context/context.h>
  void Work(const context::Context &ctx);
  -->

A line `option: NAME=VALUE` sets a check's option, the others are code in front
of the block. They hold for the next block only."""

import os
import re
import subprocess

HIDDEN = re.compile(r"<!--\s*lint:(.*?)-->", re.S)
# A fence of any length and indentation, to its own end.
BLOCK = re.compile(r"^( *)(`{3,})cpp[^\n]*\n(.*?)^ *\2\s*$", re.M | re.S)
FINDING = re.compile(
    r"^(?P<file>.*?):(?P<line>\d+):\d+: (?P<level>warning|error): "
    r"(?P<text>.*) \[(?P<check>[\w.,-]+)\]$", re.M)
EXPECTED = re.compile(r"//\s*warning:\s*(.+?)\s*$")


class Example:

    def __init__(self, line, indent, code, hidden):
        self.line, self.options, prelude = line, {}, []
        for text in hidden.strip("\n").splitlines():
            option = re.match(r"\s*option:\s*([\w.-]+)\s*=\s*(.*?)\s*$", text)
            if option:
                self.options[option[1]] = option[2]
            elif text.strip():
                prelude.append(text)
        self.prelude = "".join(text + "\n" for text in prelude)
        self.code = re.sub(f"^{indent}", "", code, flags=re.M)

    def expected(self):
        return sorted((number, match[1])
                      for number, text in enumerate(self.code.splitlines(),
                                                    self.line)
                      if (match := EXPECTED.search(text)))


def examples(page):
    """The examples of a page. A hidden part without a block is a mistake."""
    position, found = 0, []
    for block in BLOCK.finditer(page):
        between = page[position:block.start()]
        position = block.end()
        line = page.count("\n", 0, block.start(3)) + 1
        found.append(Example(line, block[1], block[3],
                             "\n".join(HIDDEN.findall(between))))
    if HIDDEN.search(page[position:]):
        raise ValueError("a 'lint:' comment has no ```cpp block after it")
    # What looks like a block but was not taken for one would go unseen.
    fences = len(re.findall(r"^\s*`{3,}\s*(?:cpp|c\+\+|cc|cxx)(?!\w)", page,
                            re.M | re.I))
    if fences != len(found):
        raise ValueError(f"{fences} C++ fences, but {len(found)} whole ```cpp "
                         "blocks")
    return found


def lint(example, name, folder, command, compiler):
    """What is wrong with an example, or nothing."""
    os.makedirs(folder, exist_ok=True)
    source = os.path.join(folder, f"{name}.cpp")
    with open(source, "w", encoding="utf-8") as out:
        out.write(example.prelude + example.code)
    # As a list, which LLVM 14 reads, too.
    options = ", ".join(f"{{key: {key}, value: '{value}'}}"
                        for key, value in example.options.items())
    result = subprocess.run(
        [*command, "--quiet", f"--config={{CheckOptions: [{options}]}}",
         "--checks=-*,context-*", source, "--", *compiler],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        errors="replace", check=False)
    # From lines of the file to lines of the page.
    offset = example.line - example.prelude.count("\n") - 1
    wanted, wrong = example.expected(), []
    for match in FINDING.finditer(result.stdout):
        number = int(match["line"])
        if os.path.basename(match["file"]) == os.path.basename(source):
            number += offset
        hit = next((w for w in wanted if match["level"] == "warning"
                    and w[0] == number and w[1] in match["text"]), None)
        if hit:
            wanted.remove(hit)
        else:
            wrong.append(f"not expected: line {number}: {match['level']}: "
                         f"{match['text']} [{match['check']}]")
    wrong += [f"not found: line {number}: {text}" for number, text in wanted]
    if result.returncode != 0 and not wrong:
        wrong.append(f"clang-tidy failed ({result.returncode})")
    if wrong:
        wrong += ["", result.stdout, result.stderr]
    return "\n".join(wrong)
