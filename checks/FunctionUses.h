// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a translation unit uses certain functions: who calls them, and who is
// given them as values.

#ifndef CONTEXT_TIDY_CHECKS_FUNCTIONUSES_H
#define CONTEXT_TIDY_CHECKS_FUNCTIONUSES_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"

namespace clang::tidy::context {

/// The uses of one function, lambda or functor.
struct FunctionUse {
  struct Call {
    const Expr *Site; ///< A CallExpr or a CXXConstructExpr.
    bool InInstantiation;
  };
  llvm::SmallVector<Call, 4> Calls;
  /// Given away as a value: handed to a call, a constructor or a conversion,
  /// returned, or, a lambda, invoked on the spot. Whoever takes it may ask for
  /// its parameters to be as they are.
  bool HandedOn = false;
  /// Its address is taken, but stays in plain sight.
  bool AddressTaken = false;
  /// Another function has its name, and a call could find that one instead.
  bool SharesName = false;
  /// Somebody uses it in a way that cannot be followed: from a template, say.
  bool Unclear = false;
};

/// Uses by function: the first declaration, and of a template's instantiations
/// the one in the template. See functionKey.
using FunctionUses = llvm::MapVector<const FunctionDecl *, FunctionUse>;

/// The declaration that stands for \p F, its redeclarations and instantiations.
const FunctionDecl *functionKey(const FunctionDecl *F);

/// Fills in the uses of those functions that are keys of \p Uses. Goes through
/// the whole translation unit.
void collectUses(ASTContext &Context, FunctionUses &Uses);

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_FUNCTIONUSES_H
