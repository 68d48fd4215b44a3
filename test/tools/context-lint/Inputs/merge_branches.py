# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Two branches add findings to one baseline, beside each other; git merges them,
and the gate knows all. usage: merge_branches.py LINT"""

import subprocess
import sys

BASELINE = "merged-baseline.txt"


def git(*arguments):
    subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e@example.com",
                    *arguments], check=True, stdout=subprocess.DEVNULL)


def lint(*arguments):
    return subprocess.run([sys.argv[1], "--quiet", f"--baseline={BASELINE}",
                           *arguments], check=False).returncode


def lines():
    with open(BASELINE, encoding="utf-8") as text:
        return text.readlines()


assert lint("--write-baseline") == 0
header, *all_lines = lines()


def commit(branch, kept):
    git("checkout", "-q", "-b", branch, "main")
    with open(BASELINE, "w", encoding="utf-8") as out:
        out.writelines([header, *kept])
    git("commit", "-qam", branch)


git("init", "-q", "-b", "main", ".")
with open(".gitattributes", "w", encoding="utf-8") as out:
    out.write(f"{BASELINE} merge=union\n")
with open(BASELINE, "w", encoding="utf-8") as out:
    out.write(header)
git("add", ".gitattributes", BASELINE)
git("commit", "-qm", "first")
commit("one", all_lines[::2])
commit("two", all_lines[1::2])
git("merge", "-q", "one")
print(f"merged; exit status {lint()}")
