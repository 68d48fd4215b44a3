# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lints each public header of the runtime on its own: it must compile without
any other, and keep our own rules.

usage: lint_headers.py INCLUDE_DIR SCRATCH_DIR CLANG_TIDY [ARGUMENT...]
"""

import pathlib
import subprocess
import sys


def main():
    include, scratch = (pathlib.Path(a) for a in sys.argv[1:3])
    scratch.mkdir(parents=True, exist_ok=True)
    headers = sorted((include / "context").glob("*.h"))
    failures = 0
    for header in headers:
        source = scratch / f"{header.stem}.cpp"
        source.write_text(f"#include <context/{header.name}>\n")
        result = subprocess.run(
            [*sys.argv[3:], "--header-filter=.*", str(source), "--",
             "-std=c++20", f"-I{include}"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if result.returncode != 0 or "warning:" in result.stdout:
            failures += 1
            print(f"{header.name}:\n{result.stdout}{result.stderr}",
                  file=sys.stderr)
    print(f"{len(headers)} headers, {failures} with findings")
    return 1 if failures or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
