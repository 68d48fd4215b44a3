// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stock clangd with this project's checks built in: clangd loads no
// plugins.

#include "common/Installation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace clang::clangd {
int clangdMain(int Argc, char **Argv);
} // namespace clang::clangd

using namespace clang::tidy::context;

static bool namesResources(llvm::StringRef Argument) {
  return Argument.ltrim('-').starts_with("resource-dir");
}

int main(int Argc, char **Argv) {
  llvm::SmallVector<char *, 16> Arguments(Argv, Argv + Argc);
  // clangd looks for Clang's own headers beside itself, where they are not if
  // this program is installed below another prefix than LLVM.
  std::string Resources = "--resource-dir=";
  if (llvm::none_of(Arguments, namesResources)) {
    llvm::Expected<std::string> Folder = resourceDirectory();
    if (!Folder) {
      llvm::errs() << "error: " << llvm::toString(Folder.takeError()) << "\n";
      return 2;
    }
    Resources += *Folder;
    Arguments.insert(Arguments.begin() + 1, Resources.data());
  }
  Arguments.push_back(nullptr);
  return clang::clangd::clangdMain(static_cast<int>(Arguments.size()) - 1,
                                   Arguments.data());
}
