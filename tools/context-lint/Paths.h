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

/// Where files of several folders are shown, and compared, those below \p Root
/// have paths relative to it; others keep theirs.
std::string relativeTo(llvm::StringRef Root, llvm::StringRef Path);

/// Reads a name in which \\t, \\n and \\\\ stand for a tab, a line's end and a
/// backslash, as git writes one between quotes.
std::string unescaped(llvm::StringRef Text);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PATHS_H
