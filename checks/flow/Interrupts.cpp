// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Interrupts.h"
#include "Callees.h"
#include "clang/AST/ASTContext.h"
#include "clang/Lex/Lexer.h"

namespace clang::tidy::context::flow {

// Whether E is the error number of a call that a signal interrupted.
static bool isEintr(const Expr *E, const ASTContext &Context) {
  E = meant(E);
  if (const auto *Minus = dyn_cast<UnaryOperator>(E);
      Minus && Minus->getOpcode() == UO_Minus)
    E = meant(Minus->getSubExpr());
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (const auto *Enumerator = dyn_cast<EnumConstantDecl>(Ref->getDecl()))
      return Enumerator->getName() == "interrupted" &&
             Enumerator->isInStdNamespace();
  return isa<IntegerLiteral>(E) && E->getBeginLoc().isMacroID() &&
         Lexer::getImmediateMacroName(E->getBeginLoc(),
                                      Context.getSourceManager(),
                                      Context.getLangOpts()) == "EINTR";
}

// Whether E can only come out as Outcome because of EINTR.
static bool meansEintr(const Expr *E, bool Outcome, const ASTContext &Context) {
  E = meant(E);
  if (const auto *Not = dyn_cast<UnaryOperator>(E);
      Not && Not->getOpcode() == UO_LNot)
    return meansEintr(Not->getSubExpr(), !Outcome, Context);
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(E))
    return meansEintr(Rewritten->getSemanticForm(), Outcome, Context);
  const Expr *Left = nullptr, *Right = nullptr;
  bool Equality = false, Inequality = false;
  if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
    Left = Binary->getLHS();
    Right = Binary->getRHS();
    if (Binary->isLogicalOp()) {
      bool A = meansEintr(Left, Outcome, Context);
      bool B = meansEintr(Right, Outcome, Context);
      return (Binary->getOpcode() == BO_LAnd) == Outcome ? A || B : A && B;
    }
    Equality = Binary->getOpcode() == BO_EQ;
    Inequality = Binary->getOpcode() == BO_NE;
  } else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E);
             Operator && Operator->getNumArgs() == 2) {
    Left = Operator->getArg(0);
    Right = Operator->getArg(1);
    Equality = Operator->getOperator() == OO_EqualEqual;
    Inequality = Operator->getOperator() == OO_ExclaimEqual;
  }
  return (Outcome ? Equality : Inequality) &&
         (isEintr(Left, Context) || isEintr(Right, Context));
}

bool isForInterrupt(const Node &N, const Edge &E, const ASTContext &Context) {
  if (E.Kind == EdgeKind::Case) {
    const auto *Case = dyn_cast_or_null<CaseStmt>(E.Label);
    return Case && isEintr(Case->getLHS(), Context);
  }
  return N.Condition &&
         (E.Kind == EdgeKind::True || E.Kind == EdgeKind::False) &&
         meansEintr(N.Condition, E.Kind == EdgeKind::True, Context);
}

} // namespace clang::tidy::context::flow
