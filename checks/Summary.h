// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What calling a function tells about the contexts that it looks at.

#ifndef CONTEXT_TIDY_CHECKS_SUMMARY_H
#define CONTEXT_TIDY_CHECKS_SUMMARY_H

#include "Reach.h"
#include "flow/Value.h"

namespace clang::tidy::context {

class Looks;

/// What a function whose body can be seen does with contexts that it is handed
/// or holds.
struct Summary {
  Sources Looked;
  /// Whether its result tells, and what it is when they are done, and when not.
  bool ByValue = false;
  flow::Value WhenDone, WhenAlive;
  /// Whether it throws because one is done.
  bool Throws = false;
  /// What that is; empty: nobody knows.
  llvm::SmallVector<QualType, 1> Thrown;
  /// What tells beside the result: fields, parameters and variables of the
  /// functions around it.
  llvm::SmallVector<const ValueDecl *, 2> Sets;
  /// It is not known yet, because it is this function that is summarized.
  bool IsUnderWay = false;
};

/// Goes through \p Body as if all its looks found their contexts done, and as
/// if none did, and compares. Where it cannot be followed (a coroutine, a
/// template's own definition, too many ways), all that it has looked at tells.
Summary summarize(const FunctionDecl *Body, const Looks &TheLooks,
                  ASTContext &Context);

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_SUMMARY_H
