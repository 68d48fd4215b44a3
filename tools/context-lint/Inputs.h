// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The files that results were made from, as they were then. Ninja sees that a
// file is newer than a result; that it was replaced by an older one (by mv, a
// copy that keeps its time, a package's update) is seen here.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_INPUTS_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_INPUTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace clang::tidy::context::lint {

/// Takes down, beside a result, which files it was made from and how they were.
llvm::Error writeInputs(llvm::StringRef ResultPath,
                        llvm::ArrayRef<std::string> Files);

class Inputs {
public:
  /// What the last run has left at \p Path; nothing if it is not readable.
  explicit Inputs(std::string Path);

  /// Removes those of \p Results that were made from a file which is another
  /// one now, and takes down what the others were made from. (Also a run that
  /// was interrupted has left it beside its results.)
  llvm::Error update(llvm::ArrayRef<std::string> Results);

private:
  struct State {
    int64_t Time = 0; // Of the last change, in nanoseconds.
    uint64_t Size = 0;
    bool operator==(const State &Other) const {
      return Time == Other.Time && Size == Other.Size;
    }
  };
  static bool look(llvm::StringRef File, State &Now);
  static void forEachInput(
      llvm::StringRef Path,
      llvm::function_ref<void(llvm::StringRef File, const State &Then)> Each);
  friend llvm::Error writeInputs(llvm::StringRef ResultPath,
                                 llvm::ArrayRef<std::string> Files);

  const std::string Path;
  llvm::StringMap<State> Known;
};

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_INPUTS_H
