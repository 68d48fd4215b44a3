// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which variables of a function can be named where.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_SCOPES_H
#define CONTEXT_TIDY_CHECKS_FLOW_SCOPES_H

#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>
#include <vector>

namespace clang::tidy::context::flow {

/// The variables of one function, parameters aside. Goes through its body once,
/// whatever is asked of it then.
class Scopes {
public:
  using Variables = llvm::SmallVector<const VarDecl *, 16>;

  explicit Scopes(const FunctionDecl *F);

  /// The variables that are declared before the rounds of \p Loop, in order.
  Variables visibleAt(const Stmt *Loop) const;
  /// Those that are declared before the lambda whose class is \p Closure.
  Variables visibleAt(const CXXRecordDecl *Closure) const;

  /// The variables that anything in the function assigns to, or may change, as
  /// a whole; its lambdas count, too.
  const llvm::DenseSet<const ValueDecl *> &assigned() const;

private:
  // A list without an end of its own: each variable knows the one before it.
  using Place = unsigned;
  void walk(const Stmt *Body);
  Place declare(const Stmt *S, Place Last);
  Variables upTo(Place Last) const;

  const Stmt *Body;
  std::vector<std::pair<const VarDecl *, Place>> Declared;
  llvm::DenseMap<const Stmt *, Place> Loops;
  llvm::DenseMap<const CXXRecordDecl *, Place> Closures;
  mutable std::optional<llvm::DenseSet<const ValueDecl *>> Assigned;
};

/// The scopes of functions, each made when it is first asked for.
class ScopesOfFunctions {
public:
  const Scopes &of(const FunctionDecl *F);

private:
  llvm::DenseMap<const FunctionDecl *, std::unique_ptr<Scopes>> Known;
};

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_SCOPES_H
