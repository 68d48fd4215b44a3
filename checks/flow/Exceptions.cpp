// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Exceptions.h"
#include "clang/AST/Attr.h"
#include "clang/AST/CXXInheritance.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

namespace clang::tidy::context::flow {

// Whether a value of type T could be called back.
static bool isCallback(QualType T) {
  return T->isFunctionPointerType() || T->isFunctionReferenceType();
}

static bool isPlainC(const FunctionDecl *F, const ASTContext &Context) {
  if (!F->isExternC() ||
      !Context.getSourceManager().isInSystemHeader(F->getLocation()))
    return false;
  for (const ParmVarDecl *P : F->parameters())
    if (isCallback(P->getType()))
      return false;
  return true;
}

// The implicit exception specification of a member that the compiler defines
// and has not yet been asked about: it throws if what it calls does
// ([except.spec]/8). Clang works it out for members that are used, so this is
// only reached for those that others call.
static bool implicitMayThrow(const CXXMethodDecl *Method,
                             const ASTContext &Context) {
  const CXXRecordDecl *Class = Method->getParent();
  if (!Class->hasDefinition())
    return false;
  auto PartMayThrow = [&](QualType T) {
    const CXXRecordDecl *Part =
        T->getBaseElementTypeUnsafe()->getAsCXXRecordDecl();
    if (!Part || !Part->hasDefinition())
      return false;
    if (isa<CXXDestructorDecl>(Method)) {
      const CXXDestructorDecl *D = Part->getDestructor();
      return D && mayThrow(D, Context);
    }
    // The same kind of member; which overload it calls does not matter where
    // none of them throws.
    for (const CXXMethodDecl *M : Part->methods()) {
      bool SameKind =
          isa<CXXConstructorDecl>(Method)
              ? isa<CXXConstructorDecl>(M) &&
                    M->getNumParams() == Method->getNumParams()
              : M->getOverloadedOperator() == Method->getOverloadedOperator();
      if (SameKind && !M->isDeleted() && M != Method && mayThrow(M, Context))
        return true;
    }
    return false;
  };
  for (const FieldDecl *Field : Class->fields())
    if (PartMayThrow(Field->getType()))
      return true;
  for (const CXXBaseSpecifier &Base : Class->bases())
    if (PartMayThrow(Base.getType()))
      return true;
  return false;
}

static bool specMayThrow(const FunctionProtoType *Type) {
  switch (Type->getExceptionSpecType()) {
  case EST_DynamicNone:
  case EST_NoThrow:
  case EST_BasicNoexcept:
  case EST_NoexceptTrue:
  case EST_DependentNoexcept: // Unknown until it is instantiated.
    return false;
  default:
    return true;
  }
}

bool mayThrow(const FunctionDecl *F, const ASTContext &Context) {
  if (!Context.getLangOpts().CXXExceptions || F->hasAttr<NoThrowAttr>() ||
      F->getBuiltinID() != 0 || isPlainC(F, Context))
    return false;
  const auto *Type = F->getType()->getAs<FunctionProtoType>();
  if (!Type)
    return !F->isExternC(); // An old-style C declaration.
  if (Type->getExceptionSpecType() == EST_Unevaluated) {
    const auto *Method = dyn_cast<CXXMethodDecl>(F);
    return Method && implicitMayThrow(Method, Context);
  }
  if (Type->getExceptionSpecType() == EST_Uninstantiated)
    if (const FunctionDecl *Source = Type->getExceptionSpecTemplate())
      Type = Source->getType()->castAs<FunctionProtoType>();
  return specMayThrow(Type);
}

bool isNoexcept(const FunctionDecl *F, const ASTContext &Context) {
  const auto *Type = F->getType()->getAs<FunctionProtoType>();
  return Type && !isUnresolvedExceptionSpec(Type->getExceptionSpecType()) &&
                 Type->getExceptionSpecType() != EST_DependentNoexcept
             ? !specMayThrow(Type)
             : !F->isDependentContext() && !mayThrow(F, Context);
}

static bool destructionMayThrow(QualType T, const ASTContext &Context) {
  const CXXRecordDecl *R =
      T.isNull() ? nullptr
                 : T->getBaseElementTypeUnsafe()->getAsCXXRecordDecl();
  const CXXDestructorDecl *D =
      R && R->hasDefinition() ? R->getDestructor() : nullptr;
  return D && mayThrow(D, Context);
}

static bool callMayThrow(const CallExpr *Call, const ASTContext &Context) {
  if (Call->isTypeDependent() ||
      isa<CXXPseudoDestructorExpr>(Call->getCallee()->IgnoreParenImpCasts()))
    return false;
  if (const FunctionDecl *F = Call->getDirectCallee())
    return mayThrow(F, Context);
  QualType Callee = Call->getCallee()->getType();
  if (Callee->isSpecificBuiltinType(BuiltinType::BoundMember))
    Callee = Expr::findBoundMemberType(Call->getCallee()->IgnoreParens());
  if (Callee.isNull() || Callee->isDependentType())
    return false;
  if (const auto *Pointer = Callee->getAs<PointerType>())
    Callee = Pointer->getPointeeType();
  else if (const auto *Block = Callee->getAs<BlockPointerType>())
    Callee = Block->getPointeeType();
  const auto *Type = Callee->getAs<FunctionProtoType>();
  return Type && specMayThrow(Type);
}

// What the compiler can work out does not throw, whatever its declaration
// promises: the standard library's '2s' is constexpr, but not noexcept.
static bool isConstant(const Expr *E, const FunctionDecl *Callee,
                       const ASTContext &Context) {
  return Callee && Callee->isConstexpr() && !E->isInstantiationDependent() &&
         E->isCXX11ConstantExpr(Context);
}

// Default arguments stand at the call and are no steps of their own.
template <typename CallT>
static bool defaultArgumentMayThrow(const CallT *Call,
                                    const ASTContext &Context);

static bool anyPartMayThrow(const Stmt *S, const ASTContext &Context) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (mayThrow(S, Context))
    return true;
  for (const Stmt *Child : S->children())
    if (anyPartMayThrow(Child, Context))
      return true;
  return false;
}

template <typename CallT>
static bool defaultArgumentMayThrow(const CallT *Call,
                                    const ASTContext &Context) {
  for (const Expr *Arg : Call->arguments())
    if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(Arg))
      if (anyPartMayThrow(Default->getExpr(), Context))
        return true;
  return false;
}

bool mayThrow(const Stmt *S, const ASTContext &Context) {
  if (!Context.getLangOpts().CXXExceptions)
    return false;
  if (const auto *Call = dyn_cast<CallExpr>(S))
    return (callMayThrow(Call, Context) &&
            !isConstant(Call, Call->getDirectCallee(), Context)) ||
           defaultArgumentMayThrow(Call, Context);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(S))
    return (mayThrow(Construct->getConstructor(), Context) &&
            !isConstant(Construct, Construct->getConstructor(), Context)) ||
           defaultArgumentMayThrow(Construct, Context);
  if (const auto *Inherited = dyn_cast<CXXInheritedCtorInitExpr>(S))
    return mayThrow(Inherited->getConstructor(), Context);
  if (const auto *New = dyn_cast<CXXNewExpr>(S))
    return New->getOperatorNew() && !New->isTypeDependent() &&
           mayThrow(New->getOperatorNew(), Context);
  if (const auto *Delete = dyn_cast<CXXDeleteExpr>(S))
    return !Delete->getArgument()->isTypeDependent() &&
           destructionMayThrow(Delete->getDestroyedType(), Context);
  if (const auto *Cast = dyn_cast<CXXDynamicCastExpr>(S))
    return Cast->getType()->isRecordType() && !Cast->isTypeDependent();
  if (const auto *Typeid = dyn_cast<CXXTypeidExpr>(S))
    return Typeid->isPotentiallyEvaluated() &&
           !Typeid->getExprOperand()->isTypeDependent();
  if (const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(S))
    return anyPartMayThrow(Suspend->getReadyExpr(), Context) ||
           anyPartMayThrow(Suspend->getSuspendExpr(), Context) ||
           anyPartMayThrow(Suspend->getResumeExpr(), Context);
  if (const auto *Init = dyn_cast<CXXDefaultInitExpr>(S))
    return anyPartMayThrow(Init->getExpr(), Context);
  return false;
}

bool maySuspend(const Stmt *S) {
  const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(S);
  if (!Suspend)
    return false;
  const Expr *Ready = Suspend->getReadyExpr();
  const auto *Call =
      Ready ? dyn_cast<CallExpr>(Ready->IgnoreParenImpCasts()) : nullptr;
  const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
  // suspend_never and its like: 'return true' is all that await_ready does.
  const auto *Body = F ? dyn_cast_or_null<CompoundStmt>(F->getBody()) : nullptr;
  if (!Body || Body->size() != 1)
    return true;
  const auto *Return = dyn_cast<ReturnStmt>(Body->body_front());
  const auto *Value =
      Return && Return->getRetValue()
          ? dyn_cast<CXXBoolLiteralExpr>(Return->getRetValue()->IgnoreParens())
          : nullptr;
  return !Value || !Value->getValue();
}

// Types as handlers compare them.
static QualType plainType(QualType T, const ASTContext &Context) {
  return T.isNull() ? T
                    : Context.getCanonicalType(
                          T.getNonReferenceType().getUnqualifiedType());
}

static QualType caughtType(const CXXCatchStmt *Handler,
                           const ASTContext &Context) {
  return plainType(Handler->getCaughtType(), Context);
}

// Whether a handler of type Caught takes an object of type Thrown.
static bool takes(QualType Caught, QualType Thrown, const ASTContext &Context) {
  if (Thrown == Caught)
    return true;
  bool Pointers = Thrown->isPointerType() && Caught->isPointerType();
  if (Pointers) {
    Thrown = Thrown->getPointeeType();
    Caught = Caught->getPointeeType();
    if (!Caught.isAtLeastAsQualifiedAs(Thrown))
      return false;
    if (Caught->isVoidType())
      return true;
    Thrown = Thrown.getUnqualifiedType();
    Caught = Caught.getUnqualifiedType();
    if (Thrown == Caught)
      return true;
  } else if (Thrown->isNullPtrType() && Caught->isPointerType()) {
    return true;
  }
  const CXXRecordDecl *Derived = Thrown->getAsCXXRecordDecl();
  const CXXRecordDecl *Base = Caught->getAsCXXRecordDecl();
  if (!Derived || !Base || !Derived->hasDefinition() || !Base->hasDefinition())
    return false;
  CXXBasePaths Paths;
  if (!Derived->isDerivedFrom(Base, Paths))
    return false;
  // A handler does not take an object of which it would see two bases, or none.
  if (Paths.isAmbiguous(Context.getCanonicalType(Caught)))
    return false;
  for (const CXXBasePath &P : Paths)
    if (P.Access == AS_public)
      return true;
  return false;
}

Exception::Exception(QualType Thrown, const ASTContext &Context) {
  if (Thrown->isDependentType())
    return;
  Type = plainType(Thrown, Context);
  IsExact = true;
}

// Whether all exceptions of type T have been taken already.
bool Exception::isTaken(QualType T, const ASTContext &Context) const {
  for (QualType Before : Taken)
    if (takes(Before, T, Context))
      return true;
  return false;
}

Match Exception::offerTo(const CXXCatchStmt *Handler,
                         const ASTContext &Context) {
  QualType Caught = caughtType(Handler, Context);
  if (Caught.isNull())
    return Match::Yes; // catch (...)
  if (Caught->isDependentType())
    return Match::Maybe;
  if (!Type.isNull()) {
    if (takes(Caught, Type, Context))
      return Match::Yes;
    if (IsExact || !takes(Type, Caught, Context))
      return Match::No;
  }
  if (isTaken(Caught, Context))
    return Match::No;
  Taken.push_back(Caught);
  return Match::Maybe;
}

Exception Exception::takenBy(const CXXCatchStmt *Handler,
                             const ASTContext &Context) const {
  QualType Caught = caughtType(Handler, Context);
  Exception E = *this;
  if (!Caught.isNull() && !Caught->isDependentType() &&
      (Type.isNull() || !takes(Caught, Type, Context)))
    E.Type = Caught;
  return E;
}

bool Exception::operator==(const Exception &Other) const {
  return Type == Other.Type && IsExact == Other.IsExact && Taken == Other.Taken;
}

Match matches(const CXXCatchStmt *Handler, QualType Thrown,
              const ASTContext &Context) {
  Exception E(Thrown, Context);
  return E.offerTo(Handler, Context);
}

} // namespace clang::tidy::context::flow
