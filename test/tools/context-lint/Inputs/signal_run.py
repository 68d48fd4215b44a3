# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Starts a run, sends it a signal as soon as a file's new result is there, and says
how it ends, and what it leaves running. SIGINT goes to all of its processes, as
Ctrl-C does. usage: signal_run.py SIGNAL FOLDER FILE PROGRAM ARGUMENT..."""

import glob
import os
import signal
import subprocess
import sys
import time

name, folder, file, *command = sys.argv[1:]
number = getattr(signal, name)


def result():
    return [os.stat(path).st_mtime_ns for path in glob.glob(
        os.path.join(folder, f".context-lint/results/{file}-*.json"))]


def is_running():
    try:
        os.killpg(run.pid, 0)
        return True
    except ProcessLookupError:
        return False


before = result()
run = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, text=True,
                       start_new_session=True)
while result() in ([], before) and run.poll() is None:
    time.sleep(0.01)
(os.killpg if name == "SIGINT" else os.kill)(run.pid, number)
said = run.stderr.read()
print(f"exit status {run.wait()}: {said.strip()}")
# The workers are in groups of their own.
limit = time.monotonic() + 60
while time.monotonic() < limit:
    left = subprocess.run(["pgrep", "-f", f"--work {os.path.realpath(folder)}"],
                          stdout=subprocess.PIPE, text=True,
                          check=False).stdout.split()
    if not left and not is_running():
        break
    time.sleep(0.05)
print(f"left running: {left}" if left else "nothing is left running")
