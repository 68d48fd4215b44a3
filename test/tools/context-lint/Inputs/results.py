# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Says which results in a cache are new since it was last asked. usage:
results.py FOLDER                           the files, or "none"
results.py FOLDER --damage FILE             cuts off a file's result
results.py FOLDER --full FILE PROGRAM ARGUMENT...  runs it, with FOLDER for its
                                            cache; again, with a change in FILE,
                                            when there is no room left"""

import json
import os
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
    # A file system of its own, with room for the first run, and none for the next.
    file, *command = rest[1:]
    os.makedirs(folder)
    subprocess.run(["unshare", "--map-root-user", "--mount", "sh", "-c", """
mount -t tmpfs -o size=512k none "$0" || exit
file=$1; shift
"$@"; echo "first: exit status $?"
dd if=/dev/zero of="$0/filler" bs=1k 2>/dev/null
echo "// Other code." >> "$file"
"$@"; echo "full: exit status $?"
""", folder, file, *command], stderr=subprocess.STDOUT, check=False)
else:
    seen = os.path.join(folder, "seen.json")
    before = json.load(open(seen)) if os.path.exists(seen) else {}
    now = {name: os.stat(path).st_mtime_ns for name, path in paths().items()}
    json.dump(now, open(seen, "w"))
    new = [name for name in now if now[name] != before.get(name)]
    print(" ".join(new) or "none")
