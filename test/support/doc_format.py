# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A format of lit's: every example of the check pages is a test."""

import os

import lit.formats
import lit.Test

from doc_examples import examples, lint


class DocExamples(lit.formats.TestFormat):

    def __init__(self, pages, command, compiler):
        self.pages, self.command, self.compiler = pages, command, compiler

    def getTestsInDirectory(self, testSuite, path_in_suite, litConfig,
                            localConfig):
        if path_in_suite:
            return
        for name in sorted(os.listdir(self.pages)):
            path = os.path.join(self.pages, name)
            if not name.endswith(".md"):
                continue
            with open(path, encoding="utf-8") as text:
                page = text.read()
            try:
                found = examples(page)
            except ValueError as error:
                found, problem = [], str(error)
            else:
                # The list of the checks needs none.
                problem = ("" if found or name == "index.md"
                           else "the page has no example")
            if problem:
                test = lit.Test.Test(testSuite, (name,), localConfig)
                test.example, test.problem = None, problem
                yield test
            for example in found:
                test = lit.Test.Test(testSuite, (f"{name}:{example.line}",),
                                     localConfig)
                test.example = example
                yield test

    def execute(self, test, litConfig):
        if test.example is None:
            problem = test.problem
        else:
            page, line = test.path_in_suite[-1].split(":")
            problem = lint(test.example, f"{page.removesuffix('.md')}-{line}",
                           os.path.join(test.suite.getExecPath(()), "Output"),
                           self.command, self.compiler)
        if problem:
            return lit.Test.FAIL, f"{test.path_in_suite[-1]}: {problem}"
        return lit.Test.PASS, ""
