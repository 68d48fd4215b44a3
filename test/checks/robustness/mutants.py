# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests and examples of the checks, broken at random.

Files end in the middle of a byte; tokens are deleted, swapped, repeated and
replaced. They need not parse. Prints the seed of each mutant that the checks
end badly on, and leaves it, made small, in the folder --keep."""

import concurrent.futures
import glob
import os
import random
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
BATCH = 20  # mutants in a process
TOKEN = re.compile(
    rb'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|'
    rb"[A-Za-z_]\w*|\d[\w.]*|::|->\*?|\[\[|\]\]|<<|>>|&&|\|\||\+\+|--|[-+*/=<>!"
    rb"]=|\.\.\.|\s+|.", re.S)
CHECK_LINE = re.compile(rb"//\s*(?:CHECK|RUN)[^\n]*")


def add_arguments(parser):
    parser.add_argument("--seed", type=int, default=1, help="of the first one")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", help="where bad mutants are left")


class Source:
    """A file to break, as it is linted. 'flags' are the compiler's."""

    def __init__(self, name, text, flags):
        # What a test expects is of no interest to a parser.
        self.name, self.text, self.flags = name, CHECK_LINE.sub(b"//", text), flags
        self.real = "-nostdinc++" not in flags


def sources():
    """All that there is to break."""
    mocks = os.path.join(ROOT, "test", "checks", "Inputs", "include")
    real = ("-std=c++20", "-I" + os.path.join(ROOT, "runtime", "include"))
    found = []
    for path in sorted(glob.glob(os.path.join(ROOT, "test/checks/*/*.cpp"))):
        with open(path, "rb") as source:
            text = source.read()
        # What lit does not know as a test stands beside one.
        if b"RUN:" not in text:
            continue
        if b"-real-headers" in text:
            flags = real
        else:
            standard = re.search(rb"-std=[\w+,]*?(c\+\+\w+)(?![\w,])", text)
            flags = ("-std=" + (standard[1].decode() if standard else "c++20"),
                     "-nostdinc++", "-isystem", mocks)
        folder = os.path.dirname(path)
        found.append(Source(os.path.relpath(path, ROOT), text,
                            (*flags, f"-I{folder}", f"-I{folder}/Inputs")))
    for path in sorted(glob.glob(os.path.join(ROOT, "runtime/examples/*.cpp"))):
        with open(path, "rb") as source:
            found.append(Source(os.path.relpath(path, ROOT), source.read(), real))
    sys.path.insert(0, os.path.join(ROOT, "test", "support"))
    from doc_examples import examples  # pylint: disable=import-outside-toplevel
    for path in sorted(glob.glob(os.path.join(ROOT, "docs/checks/*.md"))):
        with open(path, encoding="utf-8") as page:
            for example in examples(page.read()):
                found.append(Source(
                    f"{os.path.relpath(path, ROOT)}:{example.line}",
                    (example.prelude + example.code).encode(), real))
    return found


class Mutant:

    def __init__(self, seed, pool):
        choose = random.Random(seed)
        # The standard library's own headers take most of the time.
        source = choose.choices(pool, [1 if s.real else 4 for s in pool])[0]
        self.seed, self.origin, self.flags = seed, source.name, source.flags
        self.text = source.text
        # Most keep most of their sense: what does not parse at all is not
        # looked at.
        for _ in range(choose.choice((1, 1, 1, 2, 3, 5, 8))):
            self.text = choose.choice(CHANGES)(choose, self.text, pool)


def cut_off(choose, text, _):
    return text[:choose.randrange(len(text) + 1)]


def on_tokens(change):
    def changed(choose, text, pool):
        tokens = TOKEN.findall(text)
        places = [i for i, token in enumerate(tokens) if token.strip()]
        if places:
            change(choose, tokens, places, pool)
        return b"".join(tokens)
    return changed


@on_tokens
def delete(choose, tokens, places, _):
    start = choose.randrange(len(places))
    for place in places[start:start + choose.choice((1, 1, 1, 2, 4, 20))]:
        tokens[place] = b" "


@on_tokens
def swap(choose, tokens, places, _):
    one = choose.choice(places)
    # A neighbour, or anything.
    other = choose.choice(places) if choose.random() < 0.5 else places[
        min(places.index(one) + 1, len(places) - 1)]
    tokens[one], tokens[other] = tokens[other], tokens[one]


@on_tokens
def repeat(choose, tokens, places, _):
    start = choose.randrange(len(places))
    end = min(start + choose.choice((1, 1, 3, 10)), len(places)) - 1
    piece = b"".join(tokens[places[start]:places[end] + 1])
    tokens[choose.choice(places)] += b" " + piece + b" "


@on_tokens
def replace(choose, tokens, places, pool):
    others = [t for t in TOKEN.findall(choose.choice(pool).text) if t.strip()]
    if others:
        tokens[choose.choice(places)] = choose.choice(others)


CHANGES = (cut_off, delete, delete, swap, repeat, replace)


def reduce(text, is_bad, rounds=400):
    """A smaller text that is still bad, found in at most so many runs."""
    parts = text.splitlines(keepends=True)
    for split in (None, TOKEN.findall):
        if split:
            parts = split(b"".join(parts))
        size = max(len(parts) // 2, 1)
        while size and rounds > 0:
            start = 0
            while start < len(parts) and rounds > 0:
                rounds -= 1
                fewer = parts[:start] + parts[start + size:]
                if is_bad(b"".join(fewer)):
                    parts = fewer
                else:
                    start += size
            size //= 2
    return b"".join(parts)


class Run:

    def __init__(self, linter, options, folder):
        self.linter, self.options, self.folder = linter, options, folder

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.write(text)
        return path

    def lint(self, batch):
        """Those of the batch that end badly: (mutant, "crash" or "hang")."""
        files = [self.write(f"mutant-{m.seed}.cpp", m.text) for m in batch]
        flags = batch[0].flags
        bad = []
        if self.linter.run(files, flags).bad:
            for mutant, file in zip(batch, files):
                blame = self.linter.blame(file, flags)
                if blame:
                    bad.append((mutant, blame))
        for file in files:
            os.remove(file)
        return bad

    def keep(self, mutant, blame):
        def is_bad(text):
            file = self.write(f"reduced-{mutant.seed}.cpp", text)
            return self.linter.blame(file, mutant.flags) == blame

        print(f"{blame}: seed {mutant.seed}, from {mutant.origin}", flush=True)
        if not self.options.keep:
            return
        os.makedirs(self.options.keep, exist_ok=True)
        name = os.path.join(self.options.keep, f"mutant-{mutant.seed}.cpp")
        with open(name, "wb") as out:
            # A hang takes its time each time.
            out.write(reduce(mutant.text, is_bad) if blame == "crash"
                      else mutant.text)
        print("  " + " ".join(self.linter.command([name], mutant.flags)))


def run(linter, options):
    pool = sources()
    wanted = range(options.seed, options.seed + options.count)
    by_flags = {}
    for seed in wanted:
        mutant = Mutant(seed, pool)
        by_flags.setdefault(mutant.flags, []).append(mutant)
    batches = [group[i:i + BATCH] for group in by_flags.values()
               for i in range(0, len(group), BATCH)]
    bad = []
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as jobs:
        this = Run(linter, options, folder)
        for found in jobs.map(this.lint, batches):
            for mutant, blame in found:
                this.keep(mutant, blame)
                bad.append(mutant)
    print(f"{options.count} mutants of {len(pool)} files, seeds {wanted.start} "
          f"to {wanted.stop - 1}: {len(bad)} end badly")
    return 1 if bad else 0
