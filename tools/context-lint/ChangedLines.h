// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What has changed since a revision, as git tells it.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_CHANGEDLINES_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_CHANGEDLINES_H

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <utility>
#include <vector>

namespace clang::tidy::context::lint {

class ChangedLines {
public:
  /// The lines of the files in the work tree around \p Folder that differ from
  /// \p Revision, and all lines of files that git does not know yet (but for
  /// those that it ignores). An error says what git said.
  static llvm::Expected<ChangedLines> since(llvm::StringRef Revision,
                                            llvm::StringRef Folder);

  /// Whether line \p Line of the file at the absolute path \p File has changed.
  bool contains(llvm::StringRef File, unsigned Line) const;

private:
  using Lines = std::vector<std::pair<unsigned, unsigned>>; // First, and last.
  /// Reads the output of "git diff --unified=0 --no-prefix"; paths count from
  /// \p Top.
  void readDiff(llvm::StringRef Diff, llvm::StringRef Top);

  llvm::StringMap<Lines> Changed;
};

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_CHANGEDLINES_H
