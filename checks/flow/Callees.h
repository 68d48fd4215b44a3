// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which function a call runs, and how much of it a reader of this translation
// unit can see.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_CALLEES_H
#define CONTEXT_TIDY_CHECKS_FLOW_CALLEES_H

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

namespace clang::tidy::context::flow {

/// The definition of \p F, if its body can be judged. One in a system header
/// counts as unseen, and so does one that the host skipped (clangd skips bodies
/// in a preamble's headers): the verdict is to be the same everywhere.
const FunctionDecl *visibleBody(const FunctionDecl *F, const SourceManager &SM);

/// The definition that \p Call is certain to run, if its body can be judged;
/// null for virtual calls and calls through pointers.
const FunctionDecl *visibleCallee(const CallExpr *Call,
                                  const SourceManager &SM);

/// Whether \p F belongs to the C or C++ standard library, or is a system's
/// function with C linkage, or a builtin.
bool isStandard(const FunctionDecl *F, const SourceManager &SM);

/// The expression inside parentheses, implicit conversions, temporaries and
/// copies: what a reader would say is meant.
const Expr *meant(const Expr *E);

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_CALLEES_H
