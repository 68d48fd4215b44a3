// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What has changed since a revision, as git tells it.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_CHANGEDLINES_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_CHANGEDLINES_H

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include <set>
#include <string>

namespace clang::tidy::context::lint {

class ChangedLines {
public:
  /// The lines of the files in the work tree around \p Folder, submodules too,
  /// that differ from \p Revision, and all lines of files there that git does
  /// not know. An error says what git said.
  static llvm::Expected<ChangedLines> since(llvm::StringRef Revision,
                                            llvm::StringRef Folder);

  /// Whether line \p Line of the file at the absolute path \p File has changed.
  bool contains(llvm::StringRef File, unsigned Line) const;

private:
  using Lines = std::set<unsigned>;
  /// Reads the output of "git diff --unified=0 --no-prefix"; paths count from
  /// \p Top.
  void readDiff(llvm::StringRef Diff, llvm::StringRef Top);

  std::string Root; // Of the work tree.
  llvm::StringMap<Lines> Changed;
  llvm::StringSet<> Tracked;
};

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_CHANGEDLINES_H
