// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The files that results were made from, as they were then. Ninja sees that a
// file is newer than a result; that it was replaced by an older one (by mv, a
// copy that keeps its time, a package's update) is seen here.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_INPUTS_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_INPUTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace clang::tidy::context::lint {

/// Where a result's dependencies are listed, one path a line.
std::string dependenciesPath(llvm::StringRef ResultPath);

class Inputs {
public:
  /// What the last run has left at \p Path; nothing if it is not readable.
  explicit Inputs(std::string Path);

  /// Removes those of \p Results that were made from a file which is another
  /// one now, though it is no newer.
  void removeOutdated(llvm::ArrayRef<std::string> Results) const;

  /// Takes down how the dependencies of \p Results are now, for the next run.
  llvm::Error remember(llvm::ArrayRef<std::string> Results);

private:
  struct State {
    int64_t Time = 0; // Of the last change, in nanoseconds.
    uint64_t Size = 0;
    bool operator==(const State &Other) const {
      return Time == Other.Time && Size == Other.Size;
    }
  };
  static bool look(llvm::StringRef File, State &Now);

  const std::string Path;
  llvm::StringMap<State> Known;
};

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_INPUTS_H
