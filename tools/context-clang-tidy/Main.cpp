// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stock clang-tidy with this project's checks built in: nothing to load,
// and nothing to load wrongly.

namespace clang::tidy {
int clangTidyMain(int Argc, const char **Argv);
} // namespace clang::tidy

int main(int Argc, const char **Argv) {
  return clang::tidy::clangTidyMain(Argc, Argv);
}
