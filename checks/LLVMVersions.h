// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What differs between the versions of LLVM that the checks are built with.

#ifndef CONTEXT_TIDY_CHECKS_LLVMVERSIONS_H
#define CONTEXT_TIDY_CHECKS_LLVMVERSIONS_H

#include "clang/AST/Decl.h"
#include "clang/Basic/Version.h"

namespace clang::tidy::context {

/// Whether \p Parameter is C++23's explicit object parameter. Clang has had
/// them since 18.
inline bool isExplicitObjectParameter(const ParmVarDecl &Parameter) {
#if CLANG_VERSION_MAJOR >= 18
  return Parameter.isExplicitObjectParameter();
#else
  (void)Parameter;
  return false;
#endif
}

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_LLVMVERSIONS_H
