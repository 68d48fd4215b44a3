// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stock clangd with this project's checks built in: clangd loads no
// plugins. Its filter of checks that it knows to be fast lets ours through only
// with `FastCheckFilter: None` in .clangd.

namespace clang::clangd {
int clangdMain(int Argc, char **Argv);
} // namespace clang::clangd

int main(int Argc, char **Argv) {
  return clang::clangd::clangdMain(Argc, Argv);
}
