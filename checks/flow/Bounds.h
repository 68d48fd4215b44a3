// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What ends a loop: does anything that the loop itself does bring its condition
// nearer to false?

#ifndef CONTEXT_TIDY_CHECKS_FLOW_BOUNDS_H
#define CONTEXT_TIDY_CHECKS_FLOW_BOUNDS_H

#include "Loop.h"
#include "Objects.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <functional>

namespace clang::tidy::context::flow {

enum class Bound {
  Bounded,       ///< The condition is governed by what the loop changes.
  Unbounded,     ///< It reads only what the loop leaves alone.
  Unconditional, ///< There is none, or it is always true.
};

/// How far its own condition bounds \p Loop: a counter, an iterator, a
/// container that is drained or a stream that is read does; a flag that others
/// set, or a function that is asked about nothing the loop changes, does not.
/// Of 'a || b' both must, of 'a && b' one. What depends on a template parameter
/// counts as bounded.
Bound boundOf(const Stmt *Loop, const ASTContext &Context);

/// Whether \p L comes to an end by what it does, though its condition does not
/// bring it about: every round passes an 'if' or a 'switch' that can leave it
/// and that is governed by what the loop changes, where this is the function's
/// own (a local variable or a parameter by value, which nobody else can reach:
/// it is not among \p Exposed, what exposedIn() finds in the function). What a
/// variable was set to from something counts as that. \p Ignored expressions
/// change nothing.
bool comesToAnEnd(const Loop &L, const DeclSet &Exposed,
                  const ASTContext &Context,
                  llvm::function_ref<bool(const Expr *)> Ignored);

/// Whether functions do no more than compute: they call nothing but the
/// standard library's functions, operators, and visible bodies that do
/// likewise. Remembers its answers, so it serves one ASTContext.
class CheapCalls {
public:
  /// \p IsCostly names the exceptions among the standard library's functions.
  using CostlyFn = std::function<bool(const CallExpr *)>;
  explicit CheapCalls(CostlyFn IsCostly) : IsCostly(std::move(IsCostly)) {}

  /// Whether everything inside \p S is cheap.
  bool areIn(const Stmt *S, const ASTContext &Context);

private:
  bool isCheap(const FunctionDecl *F, const ASTContext &Context);

  CostlyFn IsCostly;
  llvm::DenseMap<const FunctionDecl *, bool> Known;
};

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_BOUNDS_H
