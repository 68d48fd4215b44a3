# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Interrupts a run, as Ctrl-C does, once so many results are there, and runs it
again. usage: interrupt.py FOLDER N PROGRAM ARGUMENT..."""

import glob
import os
import signal
import subprocess
import sys
import time

folder, number, *command = sys.argv[1:]


def results():
    """Path and time of each result."""
    return {path: os.stat(path).st_mtime_ns for path in
            glob.glob(os.path.join(folder, ".context-lint/results/*.json"))}


# In a session of its own: the signal goes to all of its processes.
run = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, start_new_session=True)
while len(results()) < int(number) and run.poll() is None:
    time.sleep(0.01)
os.killpg(run.pid, signal.SIGINT)
run.wait()
while True:  # ninja and its workers end a little later.
    try:
        os.killpg(run.pid, 0)
    except ProcessLookupError:
        break
    time.sleep(0.01)
done = results()
print(f"interrupted with {len(done)} of 60 done")
again = subprocess.run(command, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
after = results()
# One may have been under way.
redone = [path for path in done if after[path] != done[path]]
print("the next run has done the others: exit status" if len(redone) <= 1
      and len(after) == 60 else f"done again: {redone}", again.returncode)
