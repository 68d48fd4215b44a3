// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Installation.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace clang::tidy::context {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

std::string program() {
  static int Anchor;
  return fs::getMainExecutable(nullptr, &Anchor);
}

std::string installed(llvm::StringRef Path) {
  llvm::SmallString<256> Result(
      path::parent_path(path::parent_path(program())));
  path::append(Result, Path);
  return std::string(Result);
}

llvm::Expected<std::string> resourceDirectory() {
  const std::string Beside =
      installed("lib/clang/" CONTEXT_TIDY_CLANG_VERSION_MAJOR);
  for (const std::string &Candidate :
       {Beside, std::string(CONTEXT_TIDY_RESOURCES)})
    if (fs::exists(Candidate + "/include/stddef.h"))
      return Candidate;
  return llvm::createStringError(
      std::errc::no_such_file_or_directory,
      "Clang's own headers (stddef.h and others) are neither in %s nor in %s. "
      "Install libclang-common-" CONTEXT_TIDY_CLANG_VERSION_MAJOR "-dev.",
      Beside.c_str(), static_cast<const char *>(CONTEXT_TIDY_RESOURCES));
}

std::string documentation(llvm::StringRef Check) {
  const llvm::StringRef Site = CONTEXT_TIDY_DOCS_URL;
  if (!Site.empty())
    return (Site.rtrim('/') + "/checks/" + Check + ".md").str();
  const std::string Installed =
      installed((CONTEXT_TIDY_DOCS_FOLDER "/checks/" + Check + ".md").str());
  return fs::exists(Installed) ? "file://" + Installed : "";
}

} // namespace clang::tidy::context
