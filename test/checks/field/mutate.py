#!/usr/bin/env python3
# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes mistakes in a code base, one at a time, and looks whether they are
found: silence about right code says nothing of what a check would say of wrong
code.

  mutate.py --plugin FILE --root DIR [-p DIR] [--model FILE] [--library NAME]
            [--kinds LIST] [--seed N] [--count N] [--reasons FILE]
            [--json FILE] FILE... [-- COMPILER ARGUMENT...]

Kinds, and the check that has to say something new:

  guard   a guard on a cancel function is removed      context-lost-cancel
  cancel  a call of a cancel function is removed       context-lost-cancel
  poll    a look at a context is removed               context-unpolled-loop
  field   a class gets a context as a field            context-stored-in-struct
  move    the context changes places with the          context-first-parameter
          parameter beside it, in declarations and
          calls

The first three are done at every place, the last two at --count seeded ones.
The sources stay as they are: clang-tidy sees each mutant through an overlay.
A mutant that does not compile does not count. One that is no mistake is told
apart by a reason, never dropped in silence. Found here are 'not in a loop', 'no
candidate' (the loop is bounded and does not block; with Loops: all it is
reported) and 'a guard covers it' (without that guard, too, it is reported). All
others come from --reasons, lines of place, kind and reason, set apart by tabs,
that somebody wrote who read the place.

Exit status: 0 when every mistake is reported, 1 otherwise."""

import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import subprocess
import sys
import tempfile

from lint_tree import Linter, database_files

CHECK = {
    "guard": "context-lost-cancel",
    "cancel": "context-lost-cancel",
    "poll": "context-unpolled-loop",
    "field": "context-stored-in-struct",
    "move": "context-first-parameter",
}


class Library:
    """How a library's guards, cancels, polls and contexts look in a text. A
    poll is a pattern and what stands in its place afterwards."""

    def __init__(self, polls, context=None, guards=(), cancels=(), fields=(),
                 last=False):
        self.polls, self.guards, self.cancels = polls, guards, cancels
        self.context, self.fields, self.last = context, fields, last


WORD = r"[A-Za-z_][\w.]*(?:->\w+)*"
STANDARD = [(rf"!\s*{WORD}\.stop_requested\(\)", "true"),
            (rf"(?<![\w.!>]){WORD}\.stop_requested\(\)", "false")]
LIBRARIES = {
    "bundled":
        Library(
            context=r"context::Context\b",
            guards=[r"context::Defer\s+\w+[({]"],
            cancels=[r"(?<![\w.>:])(?:\w+\.)*\w*cancel\w*\("],
            polls=[
                (rf"if \({WORD}\.Err\(\)\)", "if (false)"),
                (rf"while \(!{WORD}\.Err\(\)\)", "while (true)"),
                (rf"!{WORD}\.Done\(\)\.Closed\(\)", "true"),
                (rf"(?<![\w.!]){WORD}\.Done\(\)\.Closed\(\)", "false"),
                (rf"(?<![\w.!]){WORD}\.ThrowIfDone\(\);", ""),
                (rf"context::Recv\({WORD}\.Done\(\)\),\s*", ""),
                (rf"(?<![\w.!]){WORD}\.Done\(\)\.WaitFor\(", "Never.WaitFor("),
                (r"if \((?:std::error_code \w+ = )?context::SleepFor\([^;{]*\)\)\s*",
                 None),
            ] + STANDARD,
            fields=[
                "const ::context::Context *added_ = nullptr;",
                "::context::Context added_ = ::context::Background();",
            ]),
    "std":
        Library(polls=STANDARD + [
            (rf"{WORD}\.wait\(\w+,\s*\w+,\s*\[[^;]*; ?\}}\)", "true"),
        ]),
    "bongo":
        Library(
            context=r"(?:bongo::context::|context::)?context_type\b|"
            r"std::shared_ptr<(?:bongo::context::|context::)?context>",
            cancels=[r"(?<![\w.>:])\w*cancel\w*\(", r"\b\w+\.second\("],
            polls=[
                (rf"(?:bongo::)?recv_select_case\({WORD}->done\(\), \w+\),\s*",
                 ""),
            ],
            fields=[
                "std::shared_ptr<::bongo::context::context> added_;",
                "::bongo::context::context *added_ = nullptr;",
            ]),
    "azure":
        Library(
            context=r"(?:Azure::|_azure::)?(?:Core::)?Context\b",
            polls=[
                (rf"(?<![\w.!]){WORD}\.ThrowIfCancelled\(\);", ""),
                (rf"!\s*{WORD}\.IsCancelled\(\)", "true"),
                (rf"(?<![\w.!]){WORD}\.IsCancelled\(\)", "false"),
            ],
            fields=[
                "::Azure::Core::Context added_;",
                "const ::Azure::Core::Context *added_ = nullptr;",
            ],
            last=True),
    "cppcoro":
        Library(
            context=r"(?:cppcoro::)?cancellation_token\b",
            polls=[
                (rf"(?<![\w.!]){WORD}\.throw_if_cancellation_requested\(\);",
                 ""),
                (rf"!\s*{WORD}\.is_cancellation_requested\(\)", "true"),
                (rf"(?<![\w.!]){WORD}\.is_cancellation_requested\(\)",
                 "false"),
            ],
            last=True),
    "arrow":
        Library(polls=[
            (rf"RETURN_NOT_OK\({WORD}(?:\(\))?\.Poll\(\)\);", ""),
            (rf"{WORD}(?:\(\))?\.IsStopRequested\(\)", "false"),
            (rf"{WORD}(?:\(\))?\.Poll\(\)", "::arrow::Status::OK()"),
        ]),
}


def masked(text):
    """The text with comments, literals and preprocessor lines blanked."""

    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])

    return re.sub(
        r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
        r"(?<!\w)'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
        blank, text, flags=re.S | re.M)


def closing(text, at):
    """Behind the bracket that closes the one at \\p at."""
    pairs, stack = {")": "(", "]": "[", "}": "{"}, []
    for i in range(at, len(text)):
        c = text[i]
        if c in "([{":
            stack.append(c)
        elif c in pairs:
            if not stack or stack.pop() != pairs[c]:
                return None
            if not stack:
                return i + 1
    return None


def statement_end(text, at):
    """Behind the statement that begins at \\p at."""
    i = at
    while i < len(text):
        if text[i] in "([":
            i = closing(text, i) or len(text)
        elif text[i] == "{":
            return closing(text, i) or len(text)
        elif text[i] == ";":
            return i + 1
        else:
            i += 1
    return i


def loops(text):
    """The begins and ends of all loops, conditions included."""
    found = []
    for match in re.finditer(r"\b(for|while|do)\b", text):
        at = match.end()
        if match[1] != "do":
            at = text.find("(", at)
            at = closing(text, at) if at >= 0 else None
            if at is None:
                continue
        end = statement_end(text, at)
        if match[1] == "do":
            end = statement_end(text, end)
        found.append((match.start(), end))
    return found


def bodies(text):
    """The braces of functions: behind a parameter list."""
    return [(m.end() - 1, closing(text, m.end() - 1) or len(text))
            for m in re.finditer(
                r"\)\s*(?:const|noexcept|override|final|mutable|->[^;{}()]*|"
                r"try|:[^;{}]*|\s)*\{", text)
            if not re.match(r"(?:if|for|while|switch|catch)\b",
                            text[opening(text, text.rfind(")", 0, m.start() +
                                                          1)):])]


def opening(text, close):
    """Where the word before the bracket that \\p close closes begins."""
    depth = 0
    for i in range(close, -1, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            depth -= 1
            if depth == 0:
                start = len(text[:i].rstrip())
                while start and (text[start - 1].isalnum() or
                                 text[start - 1] == "_"):
                    start -= 1
                return start
    return 0


def split(text):
    """A list's elements, at its commas outside of brackets."""
    parts, depth, begin = [], 0, 0
    for i, c in enumerate(text):
        if c in "([{<":
            depth += 1
        elif c in ")]}" or (c == ">" and text[i - 1:i] != "-"):
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[begin:i])
            begin = i + 1
    return parts + [text[begin:]]


class Mutant:

    def __init__(self, kind, main, file, at, changed):
        self.kind, self.main, self.file, self.at = kind, main, file, at
        self.changed = changed  # file -> its text
        self.covered = None  # The same without the guard that covers it.
        self.verdict = self.reason = None


def names_of(call):
    """The cancel function that a call calls, or a guard is given."""
    match = re.match(r"context::Defer\s+\w+[({](.*)[)}];$", call, re.S)
    if match:
        return set(re.findall(r"[A-Za-z_]\w*", match[1]))
    return {call.partition("(")[0].strip()}


def without(text, begin, end, instead=""):
    """Lines stay where they are."""
    return (text[:begin] + instead + "\n" * text.count("\n", begin, end) +
            text[end:])


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def unguarded(library, code, changed, at, call):
    """\p changed without the guard that stands before \p at, in the same
    function, and is given what \p call calls; None without one."""
    around = [(b, e) for b, e in bodies(code) if b < at < e]
    for pattern in library.guards:
        for match in re.finditer(pattern, code[:at]):
            end = closing(code, match.end() - 1)
            end = code.index(";", end) + 1
            if (around and match.start() > min(around)[0] and
                    names_of(code[match.start():end]) & names_of(call)):
                return without(changed, match.start(), end)
    return None


def removals(library, main, file, text, kinds):
    code = masked(text)
    declared = re.compile(r"\b(?:auto|return|new|void|bool)\s*[&*]*\s*$")
    in_loops = loops(code)
    for kind, patterns in (("guard", library.guards),
                           ("cancel", library.cancels)):
        if kind not in kinds:
            continue
        for pattern in patterns:
            for match in re.finditer(pattern, code):
                before = code[:match.start()].rstrip()
                # A statement of its own, or a lambda's body.
                if before[-1:] not in (";", "{", "}", ")", ":", ""):
                    continue
                end = closing(code, match.end() - 1)
                if end is None or not code[end:].lstrip().startswith(";"):
                    continue
                end = code.index(";", end) + 1
                mutant = Mutant(
                    kind, main, file, line_of(text, match.start()), {
                        file: without(text, match.start(), end,
                                      ";" if kind == "cancel" else "")
                    })
                if kind == "cancel":
                    mutant.covered = unguarded(
                        library, code, mutant.changed[file], match.start(),
                        code[match.start():end])
                yield mutant
    if "poll" not in kinds:
        return
    taken = []
    for pattern, instead in library.polls:
        for match in re.finditer(pattern, code):
            begin, end = match.span()
            if any(b <= begin < e for b, e in taken):
                continue
            taken.append((begin, end))
            if declared.search(code[:begin]):
                continue
            value = instead
            if value is None:  # The whole statement goes.
                end = statement_end(code, end)
                value = ""
            mutant = Mutant("poll", main, file, line_of(text, begin),
                            {file: without(text, begin, end, value)})
            if not any(b <= begin < e for b, e in in_loops):
                mutant.reason = "not in a loop"
            yield mutant


def fields(library, main, file, text, random_):
    code = masked(text)
    inside = bodies(code)
    for match in re.finditer(
            r"(?<!enum )\b(?:class|struct)\s+(?:\[\[\w+\]\]\s*)?(\w+)"
            r"(?:\s+final)?(?:\s*:[^;{}()]*)?\s*\{", code):
        if any(b < match.start() < e for b, e in inside):
            continue
        if re.search(r"template\s*<[^{};]*$", code[:match.start()][-200:]):
            pass  # A field of a template is one, too.
        at = match.end()
        form = random_.choice(library.fields)
        yield Mutant("field", main, file, line_of(text, at),
                     {file: text[:at] + " " + form + " " + text[at:]})


def swapped(text, code, begin, end, last):
    """The list in text[begin:end] with its first two, or last two, elements
    in the other order."""
    parts = split(code[begin:end])
    if len(parts) < 2:
        return None
    offsets, at = [], begin
    for part in parts:
        offsets.append((at, at + len(part)))
        at += len(part) + 1
    (ab, ae), (bb, be) = offsets[-2:] if last else offsets[:2]
    return (text[:ab] + text[bb:be].strip() + text[ae:bb] + " " +
            text[ab:ae].strip() + text[be:])


def moves(library, main, files, texts):
    """Functions whose context stands beside another parameter."""
    names = {}
    for file in files:
        code = masked(texts[file])
        for match in re.finditer(r"(?<![\w.>])(~?\w+)\s*\(", code):
            end = closing(code, match.end() - 1)
            if not end:
                continue
            parts = split(code[match.end():end - 1])
            if len(parts) < 2:
                continue
            at = -1 if library.last else 0
            beside = -2 if library.last else 1
            if not re.match(rf"\s*(?:const\s+)?(?:::)?(?:{library.context})"
                            r"(?:\s*const)?\s*[&*]*\s*\w*\s*(?:=.*)?$",
                            parts[at], re.S):
                continue
            if re.search(library.context, parts[beside]) or "=" in parts[at]:
                continue
            if not re.search(r"\w\s*[&*\s]\s*\w", parts[beside]):
                continue
            names.setdefault(match[1], (file, match.start(), len(parts)))
    for name, (file, at, count) in sorted(names.items()):
        changed = {}
        for other in files:
            text = texts[other]
            for match in reversed(
                    list(re.finditer(rf"(?<!\w){re.escape(name)}\s*\(",
                                     masked(text)))):
                code = masked(text)
                end = closing(code, match.end() - 1)
                if not end or len(split(code[match.end():end - 1])) != count:
                    continue
                text = swapped(text, code, match.end(), end - 1,
                               library.last) or text
            if text != texts[other]:
                changed[other] = text
        yield Mutant("move", main, file, line_of(texts[file], at), changed)


def headers_of(main, options, database):
    """The code base's own headers that \\p main includes."""
    folder, words = os.getcwd(), ["clang++-19", *options.compiler, main]
    if database:
        path = os.path.join(database, "compile_commands.json")
        with open(path, encoding="utf-8") as text:
            own = [e for e in json.load(text) if main == os.path.normpath(
                os.path.join(e["directory"], e["file"]))]
        if not own:
            sys.exit(f"error: {path} has no command for {main}")
        folder = own[0]["directory"]
        words = own[0].get("arguments") or own[0]["command"].split()
        words = [w for w in words if w != "-c"]
        if "-o" in words:
            at = words.index("-o")
            del words[at:at + 2]
    command = [*words, "-MM", "-MG"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                         check=False)
    names = run.stdout.replace("\\\n", " ").partition(":")[2].split()
    files = [os.path.realpath(os.path.join(folder, n)) for n in names]
    root = os.path.realpath(options.root) + os.sep
    return sorted({f for f in files if f.startswith(root)} | {main})


def baseline(linter):
    """What is said of a file as it is; each file is linted once."""
    known = {}

    def of(file):
        if file not in known:
            findings, errors = linter.lint(file)
            known[file] = ({(f.file, f.line, f.check, f.text)
                            for f in findings}, errors)
        return known[file]

    return of


def judge(mutant, linter, strict, base, strict_base):
    """Lints the mutant, and says what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        roots = []
        for number, (file, text) in enumerate(mutant.changed.items()):
            name = os.path.join(folder, f"{number}.txt")
            with open(name, "w", encoding="utf-8", newline="") as out:
                out.write(text)
            roots.append({"type": "file", "name": file,
                          "external-contents": name})
        overlay = os.path.join(folder, "overlay.yaml")
        with open(overlay, "w", encoding="utf-8") as out:
            json.dump({"version": 0, "use-external-names": False,
                       "roots": roots}, out)

        def new(linter, base, text=None):
            if text is not None:
                with open(roots[0]["external-contents"], "w",
                          encoding="utf-8", newline="") as out:
                    out.write(text)
            findings, errors = linter.lint(mutant.main,
                                           [f"-vfsoverlay={overlay}"])
            known, known_errors = base(mutant.main)
            if len(errors) > len(known_errors):
                return None
            return [f for f in findings if f.check == CHECK[mutant.kind] and
                    (f.file, f.line, f.check, f.text) not in known]

        found = new(linter, base)
        if found is None:
            mutant.verdict, mutant.reason = "does not compile", None
        elif found:
            mutant.verdict, mutant.reason = "reported", None
        elif mutant.reason:
            mutant.verdict = "no mistake"
        elif mutant.kind == "poll" and new(strict, strict_base):
            mutant.verdict, mutant.reason = "no mistake", "no candidate"
        elif mutant.covered and new(linter, base, mutant.covered):
            mutant.verdict, mutant.reason = "no mistake", "a guard covers it"
        else:
            mutant.verdict = "not reported"
    return mutant


def main():
    arguments, compiler = sys.argv[1:], []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, compiler = arguments[:at], arguments[at + 1:]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("-p", dest="database")
    parser.add_argument("--model")
    parser.add_argument("--library", default="bundled", choices=LIBRARIES)
    parser.add_argument("--kinds", default=",".join(CHECK))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--headers", action="store_true",
                        help="also in the code base's own headers")
    parser.add_argument("--in-loops", action="store_true",
                        help="do not lint mutants outside of loops")
    parser.add_argument("--reasons")
    parser.add_argument("--json")
    parser.add_argument("--clang-tidy", default="clang-tidy-19")
    parser.add_argument("-j", type=int, default=2)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args(arguments)
    options.compiler = compiler
    kinds = options.kinds.split(",")
    library = LIBRARIES[options.library]
    root = os.path.realpath(options.root)
    files = [os.path.realpath(f) for f in
             options.files or database_files(options.database)]
    random_ = random.Random(options.seed)

    reasons = {}
    if options.reasons:
        with open(options.reasons, encoding="utf-8") as text:
            for line in text:
                if line.strip() and not line.startswith("#"):
                    place, kind, reason = line.rstrip("\n").split("\t")
                    reasons[place, kind] = reason

    mutants, seeded, done = [], {"field": [], "move": []}, set()
    for main_file in files:
        own = [main_file]
        if options.headers or "move" in kinds:
            own = headers_of(main_file, options, options.database)
        texts = {}
        for file in own:
            with open(file, encoding="utf-8", errors="replace",
                      newline="") as text:
                texts[file] = text.read()
        for file in own if options.headers else [main_file]:
            if file in done:
                continue
            done.add(file)
            mutants += removals(library, main_file, file, texts[file], kinds)
            if "field" in kinds and library.fields:
                seeded["field"] += fields(library, main_file, file,
                                          texts[file], random_)
        if "move" in kinds and library.context:
            seeded["move"] += [
                m for m in moves(library, main_file, own, texts)
                if (m.file, m.at) not in done and
                not done.add((m.file, m.at))
            ]
    for all_ in seeded.values():
        mutants += random_.sample(all_, min(options.count, len(all_)))

    linter = Linter(options.plugin, model=options.model,
                    database=options.database, clang_tidy=options.clang_tidy,
                    arguments=compiler)
    strict = Linter(options.plugin, model=options.model,
                    database=options.database, clang_tidy=options.clang_tidy,
                    arguments=compiler,
                    more={"context-unpolled-loop.Loops": "all"})
    base, strict_base = baseline(linter), baseline(strict)
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:

        def one(mutant):
            if options.in_loops and mutant.reason:
                mutant.verdict = "no mistake"
            else:
                judge(mutant, linter, strict, base, strict_base)

        list(pool.map(one, mutants))

    counts, rows, missed = collections.Counter(), [], False
    for mutant in mutants:
        place = f"{os.path.relpath(mutant.file, root)}:{mutant.at}"
        if mutant.verdict == "not reported":
            if (place, mutant.kind) in reasons:
                mutant.verdict = "no mistake"
                mutant.reason = reasons[place, mutant.kind]
            else:
                missed = True
        counts[mutant.kind, mutant.verdict] += 1
        print(place, mutant.kind, mutant.verdict, mutant.reason or "",
              sep="\t")
        rows.append({"place": place, "kind": mutant.kind,
                     "verdict": mutant.verdict, "reason": mutant.reason})
    for kind in kinds:
        verdicts = {v: counts[kind, v] for v in
                    ("reported", "not reported", "no mistake",
                     "does not compile")}
        if any(verdicts.values()):
            print(f"{kind}: " + ", ".join(f"{n} {v}"
                                          for v, n in verdicts.items()))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as text:
            json.dump(rows, text, indent=1)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
