# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Commits all there is in this folder, which becomes a repository if it is none.
usage: commit.py MESSAGE"""

import os
import subprocess
import sys

if not os.path.exists(".git"):
    subprocess.run(["git", "init", "-q", "."], check=True)
subprocess.run(["git", "add", "."], check=True)
subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e@example.com",
                "commit", "-qm", sys.argv[1]], check=True)
