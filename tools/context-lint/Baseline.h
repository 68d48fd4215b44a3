// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings that a team has decided to live with: a text file that lives with
// the code. One finding is one line, and lines are sorted, so that version
// control can merge two of them.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_BASELINE_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_BASELINE_H

#include "Report.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <set>
#include <string>
#include <vector>

namespace clang::tidy::context::lint {

class Baseline {
public:
  /// Reads the file at \p Path. An error names the line that is none.
  static llvm::Expected<Baseline> read(llvm::StringRef Path);
  /// One with these findings.
  static Baseline of(llvm::ArrayRef<Finding> Findings, llvm::StringRef Root);

  /// Takes the findings out of \p Findings that are in here. \p Root is where
  /// the paths in here count from.
  void apply(std::vector<Finding> &Findings, llvm::StringRef Root);

  /// How many lines apply() has met no finding for.
  size_t stale() const { return Lines.size() - Met.size(); }
  /// Drops these lines.
  void prune() { Lines = Met; }

  llvm::Error write(llvm::StringRef Path) const;

private:
  // The file comes first: what belongs together stands together.
  struct Line {
    std::string File, Check, Message;
    unsigned Occurrence;
    bool operator<(const Line &Other) const;
  };
  static Line lineOf(const Identity &I);

  std::set<Line> Lines;
  std::set<Line> Met;
};

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_BASELINE_H
