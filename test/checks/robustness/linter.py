# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""clang-tidy with the checks and without them, and how its runs end."""

import re
import resource
import subprocess

# The loops check looks into more loops than by default.
CONFIG = "{CheckOptions: [{key: context-unpolled-loop.Loops, value: all}]}"
# Of clang-tidy's own, one that has next to nothing to do.
OWN_CHECK = "readability-duplicate-include"
CRASHED = re.compile(
    r"PLEASE submit a bug report|Stack dump:|LLVM ERROR|UNREACHABLE executed|"
    r"Assertion `")
FINDING = re.compile(
    r"^(?P<file>.*?):(?P<line>\d+):(?P<column>\d+): warning: (?P<text>.*) "
    r"\[(?P<check>context-[\w-]+)\]$", re.M)
ERROR = re.compile(r"^.*?: (?:fatal )?error: ", re.M)


MEMORY = 12 << 30  # bytes


class Failure(Exception):
    """What keeps the question from being answered."""


class Outcome:
    """How a run ended. 'bad' is None, "crash" or "hang"."""

    def __init__(self, bad, text):
        self.bad, self.text = bad, text

    def findings(self):
        return {(m["file"], int(m["line"]), int(m["column"]), m["check"],
                 m["text"]) for m in FINDING.finditer(self.text)}

    def parses(self):
        return not ERROR.search(self.text)


class Linter:

    def __init__(self, clang_tidy, plugin, limit):
        self.clang_tidy, self.plugin, self.limit = clang_tidy, plugin, limit

    def command(self, files, flags, with_checks=True, tidy=()):
        own = ([f"-load={self.plugin}", "--checks=-*,context-*"]
               if with_checks else [f"--checks=-*,{OWN_CHECK}"])
        # Only once: versions before 16 take no second one.
        if not any(option.startswith("--config=") for option in tidy):
            own.append(f"--config={CONFIG}")
        return [self.clang_tidy, "--quiet", *own, *tidy, *files,
                "--", "-Wno-everything", "-ferror-limit=0", *flags]

    def run(self, files, flags, with_checks=True, tidy=()):
        """The outcome of linting these files in one process."""
        seconds = self.limit * len(files)

        def restrain():
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            # A runaway must not take the machine with it.
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

        try:
            done = subprocess.run(
                self.command(files, flags, with_checks, tidy),
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                errors="replace", check=False, preexec_fn=restrain,
                # Asleep for ever is no use of the CPU.
                timeout=60 + 20 * seconds)
        except subprocess.TimeoutExpired:
            return Outcome("hang", "")
        # SIGKILL and SIGXCPU: the limit. (LLVM dumps its stack then, too.)
        if done.returncode in (-9, -24):
            return Outcome("hang", done.stdout)
        if (CRASHED.search(done.stdout) or done.returncode < 0 or
                done.returncode > 1):
            return Outcome("crash", done.stdout)
        if done.returncode and not ERROR.search(done.stdout):
            raise Failure(f"clang-tidy does not run:\n{done.stdout}")
        return Outcome(None, done.stdout)

    def blame(self, file, flags, tidy=()):
        """How the checks end badly on this file: None, "crash" or "hang". What
        clang-tidy does without them is not theirs."""
        with_checks = self.run([file], flags, tidy=tidy)
        if not with_checks.bad:
            return None
        if self.run([file], flags, with_checks=False, tidy=tidy).bad:
            return None
        return with_checks.bad
