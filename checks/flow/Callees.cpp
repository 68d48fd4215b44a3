// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Callees.h"
#include "LLVMVersions.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

namespace clang::tidy::context::flow {

const FunctionDecl *visibleBody(const FunctionDecl *F,
                                const SourceManager &SM) {
  const FunctionDecl *Definition = nullptr;
  if (!F || F->hasSkippedBody() || !F->hasBody(Definition) || !Definition ||
      Definition->hasSkippedBody() || !Definition->getBody() ||
      SM.isInSystemHeader(Definition->getLocation()))
    return nullptr;
  return Definition;
}

const FunctionDecl *visibleCallee(const CallExpr *Call,
                                  const SourceManager &SM) {
  const FunctionDecl *F = Call->getDirectCallee();
  if (!F)
    return nullptr;
  const auto *Method = dyn_cast<CXXMethodDecl>(F);
  if (Method && Method->isVirtual() && !Method->hasAttr<FinalAttr>() &&
      !Method->getParent()->isEffectivelyFinal()) {
    const auto *Member =
        dyn_cast<MemberExpr>(Call->getCallee()->IgnoreParenImpCasts());
    // 'Base::f()' names its function, and the type of an object that is no
    // reference is known; all else may run an override.
    const auto *Object =
        Member ? dyn_cast<DeclRefExpr>(Member->getBase()->IgnoreParenImpCasts())
               : nullptr;
    bool Certain =
        Member && (Member->hasQualifier() ||
                   (!Member->isArrow() && Object &&
                    !Object->getDecl()->getType()->isReferenceType()));
    if (!Certain)
      return nullptr;
  }
  return visibleBody(F, SM);
}

bool isStandard(const FunctionDecl *F, const SourceManager &SM) {
  if (F->getBuiltinID() != 0)
    return true;
  const NamespaceDecl *Outermost = nullptr;
  for (const DeclContext *Scope = F->getDeclContext(); Scope;
       Scope = Scope->getParent())
    if (const auto *NS = dyn_cast<NamespaceDecl>(Scope))
      Outermost = NS;
  if (Outermost)
    // The implementation has helpers of its own beside std (__gnu_cxx).
    return Outermost->getName() == "std" ||
           (startsWith(Outermost->getName(), "__") &&
            SM.isInSystemHeader(F->getLocation()));
  return F->isExternC() && SM.isInSystemHeader(F->getLocation());
}

const Expr *meant(const Expr *E) {
  while (E) {
    const Expr *Inner = E->IgnoreImplicit()->IgnoreParens();
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner);
        Construct && Construct->getNumArgs() == 1 &&
        Construct->getConstructor()->isCopyOrMoveConstructor())
      Inner = Construct->getArg(0);
    else if (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(Inner);
             Cast && Cast->getType()->isRecordType())
      Inner = Cast->getSubExpr();
    else if (const auto *Call = dyn_cast<CallExpr>(Inner);
             Call && Call->isCallToStdMove())
      Inner = Call->getArg(0);
    if (Inner == E)
      break;
    E = Inner;
  }
  return E;
}

} // namespace clang::tidy::context::flow
