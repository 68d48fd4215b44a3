// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The line that calls a cancel function at the end of its scope, where such a
// line is certain to be right.

#ifndef CONTEXT_TIDY_CHECKS_GUARDFIX_H
#define CONTEXT_TIDY_CHECKS_GUARDFIX_H

#include "CancelNames.h"
#include "clang-tidy/utils/IncludeInserter.h"
#include "llvm/ADT/StringSet.h"

namespace clang::tidy::context {

/// Why something outlives the scope: where it leaves it.
struct Departure {
  const ValueDecl *Name = nullptr; ///< What leaves, or what it was made from.
  const Stmt *Where = nullptr;
};

/// The first place at which one of \p Names, or something made from one,
/// leaves the scope that they live in. A guard there would cancel what was
/// handed out. What a call is given counts only if its result, or an object
/// from outside, can hold it; a callable that is passed on always counts.
std::optional<Departure> findDeparture(const flow::Graph &G,
                                       llvm::ArrayRef<const ValueDecl *> Names,
                                       const model::Recognizer &Recognizer);

/// Names that are free in a function, each given once: the fix-its that have
/// them may be applied together.
class FreeNames {
public:
  /// \p Wanted, or with a number behind it, such that nothing in \p F is called
  /// that.
  std::string get(const FunctionDecl *F, llvm::StringRef Wanted);

private:
  struct InFunction {
    llvm::StringSet<> Taken;
    llvm::StringMap<unsigned> Last; // The number given last.
  };
  llvm::DenseMap<const FunctionDecl *, InFunction> Known;
};

/// The fix-its that put a guard on the line after the declaration of \p Made;
/// none where there is no place for one (a macro, the head of a loop or if, a
/// model without a guard). \p Names is the same for all of them.
struct GuardFix {
  std::string Line; ///< The guard itself.
  llvm::SmallVector<FixItHint, 3> Edits;
};
GuardFix makeGuard(const flow::Graph &G, const MadeCancel &Made,
                   const ASTContext &Context, utils::IncludeInserter &Includes,
                   FreeNames &Names);

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_GUARDFIX_H
