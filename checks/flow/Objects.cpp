// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Objects.h"
#include "clang/AST/StmtCXX.h"

namespace clang::tidy::context::flow {

static ObjectPath pathOf(const Expr *E, unsigned Depth);

static ObjectPath pathOf(const ValueDecl *D, unsigned Depth) {
  if (const auto *Binding = dyn_cast<BindingDecl>(D))
    return Binding->getDecomposedDecl()
               ? pathOf(Binding->getDecomposedDecl(), Depth)
               : ObjectPath();
  const auto *V = dyn_cast<VarDecl>(D);
  if (!V)
    return {};
  if (V->getType()->isReferenceType() && V->getInit() && Depth < 8 &&
      !isa<ParmVarDecl>(V)) {
    ObjectPath Bound = pathOf(V->getInit(), Depth + 1);
    if (!Bound.empty())
      return Bound;
  }
  return {V->getCanonicalDecl()};
}

// Adds Step to Path, if that has a beginning.
static ObjectPath extend(ObjectPath Path, const ValueDecl *Step) {
  if (!Path.empty())
    Path.push_back(Step);
  return Path;
}

static ObjectPath pathOf(const Expr *E, unsigned Depth) {
  E = E->IgnoreParenCasts();
  if (const auto *Full = dyn_cast<FullExpr>(E))
    return pathOf(Full->getSubExpr(), Depth);
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
    return pathOf(Temporary->getSubExpr(), Depth);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return pathOf(Ref->getDecl(), Depth);
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (!Field) {
      const auto *Static = dyn_cast<VarDecl>(Member->getMemberDecl());
      return Static ? ObjectPath{Static->getCanonicalDecl()} : ObjectPath();
    }
    const Expr *Base = Member->getBase()->IgnoreParenImpCasts();
    if (isa<CXXThisExpr>(Base))
      return {Field->getCanonicalDecl()};
    ObjectPath Path = pathOf(Base, Depth);
    if (Member->isArrow())
      Path = extend(std::move(Path), nullptr);
    return extend(std::move(Path), Field->getCanonicalDecl());
  }
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
    return extend(pathOf(Subscript->getBase(), Depth), nullptr);
  if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
    if (Unary->getOpcode() == UO_Deref)
      return extend(pathOf(Unary->getSubExpr(), Depth), nullptr);
    if (Unary->getOpcode() == UO_AddrOf || Unary->isPrefix())
      return pathOf(Unary->getSubExpr(), Depth);
    return {};
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E))
    switch (Operator->getOperator()) {
    case OO_Arrow:
    case OO_Star:
    case OO_Subscript:
      return extend(pathOf(Operator->getArg(0), Depth), nullptr);
    default:
      return {};
    }
  if (const auto *Call = dyn_cast<CallExpr>(E); Call && Call->isCallToStdMove())
    return pathOf(Call->getArg(0), Depth);
  return {};
}

ObjectPath objectOf(const Expr *E) { return pathOf(E, 0); }

const ValueDecl *rootOf(const Expr *E) {
  ObjectPath Path = objectOf(E);
  return Path.empty() ? nullptr : Path.front();
}

DeclSet exposedIn(const Stmt *Body) {
  DeclSet Exposed;
  // Each with whether it is an argument.
  llvm::SmallVector<std::pair<const Stmt *, bool>, 64> Work{{Body, false}};
  while (!Work.empty()) {
    auto [S, IsArgument] = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
          Exposed.insert(
              cast<ValueDecl>(Capture.getCapturedVar()->getCanonicalDecl()));
    if (const auto *Unary = dyn_cast<UnaryOperator>(S);
        Unary && Unary->getOpcode() == UO_AddrOf && !IsArgument)
      if (const ValueDecl *D = rootOf(Unary->getSubExpr()))
        Exposed.insert(D);
    bool HandsOver =
        isa<CallExpr>(S) || (IsArgument && isa<ImplicitCastExpr>(S));
    for (const Stmt *Child : S->children())
      Work.push_back({Child, HandsOver});
  }
  return Exposed;
}

using ChangedFn =
    llvm::function_ref<void(const ObjectPath &, const Expr *Value)>;

// An argument that its callee can change what it refers to.
static void changeByArgument(const Expr *Arg, ChangedFn Changed) {
  QualType T = Arg->getType();
  if (T.isNull() || isa<LambdaExpr>(Arg->IgnoreImplicit()))
    return;
  if (Arg->isGLValue()) {
    if (!T.isConstQualified() && !T->isFunctionType())
      Changed(objectOf(Arg), nullptr);
    return;
  }
  if (!T->isPointerType() || T->getPointeeType().isConstQualified() ||
      T->isFunctionPointerType())
    return;
  const Expr *Pointer = Arg->IgnoreParenCasts();
  const auto *Unary = dyn_cast<UnaryOperator>(Pointer);
  if (Unary && Unary->getOpcode() == UO_AddrOf)
    Changed(objectOf(Unary->getSubExpr()), nullptr);
  else
    Changed(extend(objectOf(Pointer), nullptr), nullptr);
}

static bool isAccess(OverloadedOperatorKind Operator) {
  return Operator == OO_Arrow || Operator == OO_Star ||
         Operator == OO_Subscript || Operator == OO_ArrowStar;
}

void forEachChange(const Stmt *S, ChangedFn Changed) {
  if (const auto *Binary = dyn_cast<BinaryOperator>(S)) {
    if (Binary->isAssignmentOp())
      Changed(objectOf(Binary->getLHS()),
              Binary->isCompoundAssignmentOp() ? nullptr : Binary->getRHS());
    return;
  }
  if (const auto *Unary = dyn_cast<UnaryOperator>(S)) {
    if (Unary->isIncrementDecrementOp())
      Changed(objectOf(Unary->getSubExpr()), nullptr);
    return;
  }
  if (const auto *Declared = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Declared->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        Changed({V->getCanonicalDecl()}, V->getInit());
    return;
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(S)) {
    if (isAccess(Operator->getOperator()))
      return;
    if (Operator->getOperator() == OO_Equal && Operator->getNumArgs() == 2) {
      Changed(objectOf(Operator->getArg(0)), Operator->getArg(1));
      return;
    }
  }
  if (const auto *Call = dyn_cast<CallExpr>(S)) {
    if (Call->isTypeDependent() || Call->isCallToStdMove())
      return;
    const auto *F = Call->getDirectCallee();
    if (F && F->getBuiltinID() != 0)
      return;
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
      const CXXMethodDecl *Method = Member->getMethodDecl();
      const Expr *Object = Member->getImplicitObjectArgument();
      if (Method && Object && !Method->isConst() && !Method->isStatic() &&
          !isa<CXXConversionDecl>(Method)) {
        ObjectPath Path = objectOf(Object);
        if (Object->getType()->isPointerType())
          Path = extend(std::move(Path), nullptr);
        Changed(Path, nullptr);
      }
    }
    for (const Expr *Arg : Call->arguments())
      changeByArgument(Arg, Changed);
    return;
  }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(S))
    for (const Expr *Arg : Construct->arguments())
      changeByArgument(Arg, Changed);
}

} // namespace clang::tidy::context::flow
