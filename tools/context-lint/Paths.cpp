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

std::string real(llvm::StringRef Path) {
  llvm::SmallString<256> Result;
  return llvm::sys::fs::real_path(Path, Result) ? Path.str()
                                                : std::string(Result);
}

bool isBelow(llvm::StringRef Folder, llvm::StringRef &Path) {
  llvm::StringRef Rest = Path;
  if (!Rest.consume_front(Folder) ||
      !(Folder.ends_with("/") || Rest.consume_front("/")))
    return false;
  Path = Rest;
  return true;
}

std::string relativeTo(llvm::StringRef Root, llvm::StringRef Path) {
  if (Root.empty() || Path.empty())
    return Path.str();
  llvm::StringRef Rest = Path;
  if (isBelow(Root, Rest))
    return Rest.str();
  const std::string Real = real(Path);
  Rest = Real;
  return isBelow(Root, Rest) ? Rest.str() : Path.str();
}

std::string unescaped(llvm::StringRef Text) {
  static constexpr llvm::StringLiteral Letters = "abtnvfr",
                                       Controls = "\a\b\t\n\v\f\r";
  std::string Result;
  while (!Text.empty()) {
    const char C = Text.front();
    Text = Text.drop_front();
    if (C != '\\' || Text.empty()) {
      Result += C;
      continue;
    }
    unsigned Octal = 0;
    if (!Text.take_front(3).getAsInteger(8, Octal)) {
      Result += static_cast<char>(Octal);
      Text = Text.drop_front(3);
      continue;
    }
    const size_t Letter = Letters.find(Text.front());
    Result += Letter == llvm::StringRef::npos ? Text.front() : Controls[Letter];
    Text = Text.drop_front();
  }
  return Result;
}

} // namespace clang::tidy::context::lint
