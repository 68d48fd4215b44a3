// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The look at a context with which a round of a loop begins.

#ifndef CONTEXT_TIDY_CHECKS_LEAVEFIX_H
#define CONTEXT_TIDY_CHECKS_LEAVEFIX_H

#include "Reach.h"
#include "clang/Basic/Diagnostic.h"

namespace clang::tidy::context {

/// The fix-its that let \p F return at the start of a round of \p Loop once the
/// nearest context of \p InReach is done, and where that is. No fix-its where
/// the check cannot know what to return (anything but nothing, a bool, an
/// error code, or what the look itself returns), the context cannot be named or
/// looked at there, or anything of it is in a macro.
///
/// The code that is inserted is right as C++; whether a round may end there,
/// its author knows.
struct LeaveFix {
  SourceLocation Where;
  llvm::SmallVector<FixItHint, 2> Edits;
  std::string Name = ""; ///< The context's.
};
LeaveFix makeLeave(const FunctionDecl *F, const Stmt *Loop,
                   const Reach &InReach, const model::Recognizer &Recognizer,
                   flow::ScopesOfFunctions &Scopes, const ASTContext &Context);

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_LEAVEFIX_H
