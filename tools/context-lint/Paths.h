// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PATHS_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PATHS_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace clang::tidy::context::lint {

/// From the current folder, without dots and without a slash at its end.
std::string absolute(llvm::StringRef Path);

/// \p Path from \p Folder, without dots. What ".." leads to is asked of the
/// file system: behind a link it is another folder than the one before it.
std::string plain(llvm::StringRef Folder, llvm::StringRef Path);

/// The path of \p Name in \p Folder.
std::string inFolder(llvm::StringRef Folder, llvm::StringRef Name);

/// \p Path without links, or as it is if there is no such file.
std::string real(llvm::StringRef Path);

/// Whether \p Path is below \p Folder, as it is spelled; if so, takes the
/// folder from it.
bool isBelow(llvm::StringRef Folder, llvm::StringRef &Path);

/// How a path is shown: those of files below \p Root, which has no links in it,
/// relative to that, also if a link leads to them; others as they are.
std::string relativeTo(llvm::StringRef Root, llvm::StringRef Path);

/// Reads a name in which \\t, \\n, \\\\, \\001 and the like stand for
/// characters, as git writes one between quotes.
std::string unescaped(llvm::StringRef Text);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PATHS_H
