// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names for the objects that expressions read and change.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_OBJECTS_H
#define CONTEXT_TIDY_CHECKS_FLOW_OBJECTS_H

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"

namespace clang::tidy::context::flow {

/// An object as a path: a variable or a field of '*this', then fields, and null
/// for each step through a pointer. Empty for what has no name, '*this' itself
/// among it.
using ObjectPath = llvm::SmallVector<const ValueDecl *, 4>;

using DeclSet = llvm::SmallPtrSet<const ValueDecl *, 8>;

/// The object that \p E, an lvalue or a pointer, denotes. Local references
/// stand for what they were bound to.
ObjectPath objectOf(const Expr *E);

/// The first step of objectOf(\p E): its variable or its field of '*this'; null
/// if there is none.
const ValueDecl *rootOf(const Expr *E);

/// The variables in \p Body that others than the expressions which name them
/// may change: a closure refers to them, or their address is kept and not only
/// handed to a call.
DeclSet exposedIn(const Stmt *Body);

/// Calls \p Changed for each object that evaluating \p S itself, its operands
/// aside, may change: by assignment, by a call of a member that is not const,
/// as an argument by non-const reference or pointer. \p Value is what is
/// assigned, null where that is not known.
void forEachChange(
    const Stmt *S,
    llvm::function_ref<void(const ObjectPath &, const Expr *Value)> Changed);

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_OBJECTS_H
