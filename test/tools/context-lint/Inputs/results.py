# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Says which results in a cache are new since it was last asked. usage:
results.py FOLDER                           the files, or "none"
results.py FOLDER --damage FILE             cuts off a file's result
results.py FOLDER --full PROGRAM ARGUMENT...  runs it where no file can grow"""

import json
import os
import resource
import signal
import subprocess
import sys

folder, *rest = sys.argv[1:]
cache = (folder if os.path.exists(os.path.join(folder, "results"))
         else os.path.join(folder, ".context-lint"))
results = os.path.join(cache, "results")


def paths():
    return {name.rsplit("-", 1)[0]: os.path.join(results, name)
            for name in sorted(os.listdir(results)) if name.endswith(".json")}


if rest[:1] == ["--damage"]:
    os.truncate(paths()[rest[1]], 10)
elif rest[:1] == ["--full"]:
    for path in paths().values():
        os.remove(path)

    def no_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    done = subprocess.run(rest[1:], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          preexec_fn=no_room)
    print(f"exit status {done.returncode}\n{done.stdout}")
else:
    seen = os.path.join(folder, "seen.json")
    before = json.load(open(seen)) if os.path.exists(seen) else {}
    now = {name: os.stat(path).st_mtime_ns for name, path in paths().items()}
    json.dump(now, open(seen, "w"))
    new = [name for name in now if now[name] != before.get(name)]
    print(" ".join(new) or "none")
