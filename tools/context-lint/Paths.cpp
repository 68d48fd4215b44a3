// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace clang::tidy::context::lint {

std::string absolute(llvm::StringRef Path) {
  llvm::SmallString<256> Result(Path);
  llvm::sys::fs::make_absolute(Result);
  llvm::sys::path::remove_dots(Result, /*remove_dot_dot=*/true);
  const llvm::StringRef Trimmed = Result.str().rtrim('/');
  return Trimmed.empty() ? "/" : Trimmed.str();
}

std::string plain(llvm::StringRef Folder, llvm::StringRef Path) {
  llvm::SmallString<256> Result(Path);
  llvm::sys::fs::make_absolute(Folder, Result);
  llvm::sys::path::remove_dots(Result);
  llvm::SmallString<256> Real;
  if (llvm::is_contained(llvm::make_range(llvm::sys::path::begin(Result),
                                          llvm::sys::path::end(Result)),
                         "..") &&
      !llvm::sys::fs::real_path(Result, Real))
    return Real.str().str();
  return Result.str().str();
}

std::string inFolder(llvm::StringRef Folder, llvm::StringRef Name) {
  llvm::SmallString<256> Result(Folder);
  llvm::sys::path::append(Result, Name);
  return Result.str().str();
}

std::string relativeTo(llvm::StringRef Root, llvm::StringRef Path) {
  llvm::StringRef Rest = Path;
  if (!Root.empty() && Rest.consume_front(Root) &&
      (Root.ends_with("/") || Rest.consume_front("/")))
    return Rest.str();
  return Path.str();
}

std::string unescaped(llvm::StringRef Text) {
  std::string Result;
  for (size_t I = 0; I != Text.size(); ++I) {
    if (Text[I] != '\\' || I + 1 == Text.size()) {
      Result += Text[I];
      continue;
    }
    ++I;
    Result += Text[I] == 't' ? '\t' : Text[I] == 'n' ? '\n' : Text[I];
  }
  return Result;
}

} // namespace clang::tidy::context::lint
