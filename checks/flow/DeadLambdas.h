// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lambdas that stand where no path of the function around them leads: nobody
// ever makes one, let alone calls it.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_DEADLAMBDAS_H
#define CONTEXT_TIDY_CHECKS_FLOW_DEADLAMBDAS_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace clang::tidy::context::flow {

/// Remembers each function that it has looked through.
class DeadLambdas {
public:
  /// Whether \p F is the call operator of such a lambda, or inside one.
  bool contains(const FunctionDecl *F, ASTContext &Context);

private:
  using Closures = llvm::DenseSet<const CXXRecordDecl *>;
  static Closures findIn(const FunctionDecl *Around, ASTContext &Context);

  llvm::DenseMap<const FunctionDecl *, Closures> Known;
};

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_DEADLAMBDAS_H
