# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints the fingerprints of the findings in three reports of one run. usage:
fingerprints.py SARIF JSON GITLAB"""

import json
import sys

sarif, own, gitlab = [json.load(open(path, encoding="utf-8"))
                      for path in sys.argv[1:]]
prints = [[result["partialFingerprints"]["contextLintIdentity/v1"]
           for result in sarif["runs"][0]["results"]],
          [finding["fingerprint"] for finding in own["findings"]],
          [issue["fingerprint"] for issue in gitlab
           if issue["check_name"] != "context-lint"]]
assert prints[0] == prints[1] == prints[2], prints
assert len(set(prints[0])) == len(prints[0])
print("\n".join(prints[0]))
print(f"{len(prints[0])} of each, the same")
