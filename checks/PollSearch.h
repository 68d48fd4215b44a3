// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Does every cycle of a loop pass a poll that can leave it?

#ifndef CONTEXT_TIDY_CHECKS_POLLSEARCH_H
#define CONTEXT_TIDY_CHECKS_POLLSEARCH_H

#include "Looks.h"
#include "flow/Loop.h"
#include "flow/Objects.h"

namespace clang::tidy::context {

/// Follows what looks at a context tell, on every way round a loop: through
/// conditions, local variables and flags to the branches that they decide.
///
/// A poll is a branch (or a step that throws) that a look of the same round, or
/// the one before, decides. It can leave the loop if a way out is open on its
/// done side and not on its other one. The search is for a cycle through the
/// loop's head that passes none.
class PollSearch {
public:
  /// \p Exposed are the variables that flow::exposedIn() finds in the function.
  /// Tells \p L which exceptions are to be reckoned with.
  PollSearch(flow::Loop &L, const flow::DeclSet &Exposed, const Looks &TheLooks,
             const Reach &InReach, ASTContext &Context);
  ~PollSearch();

  /// The round, or rounds, of a cycle that no poll interrupts; none if there is
  /// no such cycle. With \p Blocking only cycles that pass a blocking call
  /// count.
  std::optional<flow::Path> findUnpolled(bool Blocking) const;

  /// The blocking calls of the loop, in the order of the source.
  llvm::ArrayRef<const CallExpr *> blockingCalls() const;
  /// Looks of the loop that are, or decide, a poll that can leave it.
  std::vector<const Expr *> polls() const;
  /// The other looks of the loop.
  std::vector<const Expr *> idleLooks() const;

private:
  class Implementation;
  std::unique_ptr<Implementation> TheImplementation;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_POLLSEARCH_H
