// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Moves a parameter of a function to another place, where nobody can notice.

#ifndef CONTEXT_TIDY_CHECKS_PARAMETERORDER_H
#define CONTEXT_TIDY_CHECKS_PARAMETERORDER_H

#include "FunctionUses.h"
#include "clang/Basic/Diagnostic.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace clang::tidy::context {

/// The edits that move parameter \p From of \p F to the place \p To, in every
/// declaration and call. None if that cannot be done within the main file, or
/// could change what the program does. \p Uses are all uses of F. \p IsPure
/// tells which calls have no effect and give the same whenever they are made.
llvm::SmallVector<FixItHint, 8>
moveParameter(const FunctionDecl &F, unsigned From, unsigned To,
              const FunctionUse &Uses,
              llvm::function_ref<bool(const CallExpr &)> IsPure);

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_PARAMETERORDER_H
