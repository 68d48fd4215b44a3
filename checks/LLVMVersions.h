// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What differs between the versions of LLVM that the checks are built with: 14,
// 16 and 19. No other file asks which one it is.

#ifndef CONTEXT_TIDY_CHECKS_LLVMVERSIONS_H
#define CONTEXT_TIDY_CHECKS_LLVMVERSIONS_H

#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/utils/IncludeInserter.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/StringRef.h"

// Since 22 ClangTidyModule.h has what is in there.
#if CLANG_VERSION_MAJOR < 22
#include "clang-tidy/ClangTidyModuleRegistry.h"
#endif

namespace clang::tidy::context {

/// Whether \p Text begins with \p Prefix: a member of StringRef, startswith
/// once and starts_with now.
inline bool startsWith(llvm::StringRef Text, llvm::StringRef Prefix) {
  return Text.take_front(Prefix.size()) == Prefix;
}

/// Whether \p Flag, an llvm::Optional<bool> once and a std::optional<bool> now,
/// is there and true.
template <class OptionalBool> bool isSet(const OptionalBool &Flag) {
  return Flag && *Flag;
}

/// What inserts #include lines, in the style wanted. Since 15 it heeds that a
/// host may ask for findings that can be applied one without the other.
inline utils::IncludeInserter
makeIncludeInserter(utils::IncludeSorter::IncludeStyle Style,
                    const ClangTidyContext &Context) {
#if CLANG_VERSION_MAJOR >= 15
  return utils::IncludeInserter(Style, Context.areDiagsSelfContained());
#else
  (void)Context;
  return utils::IncludeInserter(Style);
#endif
}

/// Whether the host is an editor's, such as clangd, which shows its findings
/// one by one. Before 15 none could hold these checks.
inline bool isEditor(const ClangTidyContext &Context) {
#if CLANG_VERSION_MAJOR >= 15
  return Context.areDiagsSelfContained();
#else
  (void)Context;
  return false;
#endif
}

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

/// What a co_await or co_yield is written with. Before 15 only the awaiter is
/// kept: what the promise's await_transform and then 'operator co_await' make
/// of it.
inline const Expr *operandOf(const CoroutineSuspendExpr &Suspension) {
#if CLANG_VERSION_MAJOR >= 15
  return Suspension.getOperand();
#else
  const Expr *E = Suspension.getCommonExpr()->IgnoreImplicit();
  if (!isa<CoawaitExpr>(Suspension))
    return E;
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    const FunctionDecl *F = Call->getDirectCallee();
    if (F && F->getOverloadedOperator() == OO_Coawait) {
      const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
      E = (Member ? Member->getImplicitObjectArgument() : Call->getArg(0))
              ->IgnoreImplicit();
    }
  }
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
    const CXXMethodDecl *F = Call->getMethodDecl();
    if (F && F->getIdentifier() && F->getName() == "await_transform" &&
        Call->getNumArgs() == 1)
      E = Call->getArg(0);
  }
  return E;
#endif
}

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_LLVMVERSIONS_H
