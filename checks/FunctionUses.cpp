// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FunctionUses.h"
#include "LLVMVersions.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace clang::tidy::context {

const FunctionDecl *functionKey(const FunctionDecl *F) {
  if (const FunctionDecl *Pattern = F->getTemplateInstantiationPattern())
    F = Pattern;
  return F->getCanonicalDecl();
}

namespace {

// The definition that an instantiation of a class template was made from.
const CXXRecordDecl *recordKey(const CXXRecordDecl *R) {
  if (const CXXRecordDecl *Pattern = R->getTemplateInstantiationPattern())
    R = Pattern;
  return R->getCanonicalDecl();
}

// What E names once the casts, copies and '&' around it are taken off.
const Expr *named(const Expr *E) {
  while (E) {
    E = E->IgnoreUnlessSpelledInSource();
    const auto *Address = dyn_cast<UnaryOperator>(E);
    if (!Address || Address->getOpcode() != UO_AddrOf)
      break;
    E = Address->getSubExpr();
  }
  return E;
}

// Visits a parent before its children: what a parent knows of a name is noted
// by the time the name is met.
class UseCollector : public RecursiveASTVisitor<UseCollector> {
  using Base = RecursiveASTVisitor<UseCollector>;

public:
  explicit UseCollector(FunctionUses &Uses) : Uses(Uses) {
    for (const auto &Entry : Uses)
      if (const auto *Method = dyn_cast<CXXMethodDecl>(Entry.first);
          Method && Method->getOverloadedOperator() == OO_Call &&
          !Method->getParent()->isLambda())
        Functors[recordKey(Method->getParent())].push_back(Method);
  }

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool shouldVisitImplicitCode() const { return true; }

  bool TraverseDecl(Decl *D) {
    bool IsInstantiation = false;
    if (const auto *F = dyn_cast_or_null<FunctionDecl>(D))
      IsInstantiation = F->isTemplateInstantiation();
    else if (const auto *R = dyn_cast_or_null<CXXRecordDecl>(D))
      IsInstantiation =
          isTemplateInstantiation(R->getTemplateSpecializationKind());
    else if (const auto *V = dyn_cast_or_null<VarDecl>(D))
      IsInstantiation =
          isTemplateInstantiation(V->getTemplateSpecializationKind());
    Instantiations += IsInstantiation;
    bool GoOn = Base::TraverseDecl(D);
    Instantiations -= IsInstantiation;
    return GoOn;
  }

  // To capture a lambda gives it to nobody: its uses inside tell.
  bool TraverseLambdaCapture(LambdaExpr *Lambda, const LambdaCapture *Capture,
                             Expr *Init) {
    return !Lambda->isInitCapture(Capture) ||
           Base::TraverseLambdaCapture(Lambda, Capture, Init);
  }

  bool VisitVarDecl(VarDecl *V) {
    const Expr *Init = V->getInit() ? named(V->getInit()) : nullptr;
    if (!Init)
      return true;
    if (const auto *Lambda = dyn_cast<LambdaExpr>(Init)) {
      // A variable of another type, a std::function, is a conversion.
      if (holds(*V, *Lambda) && find(Lambda->getCallOperator())) {
        Plain.insert(Lambda);
        Names[V] = functionKey(Lambda->getCallOperator());
      }
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(Init)) {
      if (!V->getType()->getContainedAutoType())
        return true;
      if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl());
          F && find(F)) {
        Plain.insert(Ref);
        Names[V] = functionKey(F);
      } else if (const FunctionDecl *Other = Names.lookup(Ref->getDecl())) {
        Plain.insert(Ref);
        Names[V] = Other;
      }
    }
    return true;
  }

  bool VisitCallExpr(CallExpr *Call) {
    const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
    Called.insert(Callee);
    const bool HasObject = takesObjectFirst(*Call);
    if (HasObject)
      Called.insert(Call->getArg(0)->IgnoreParenImpCasts());
    if (const FunctionDecl *F = Call->getDirectCallee())
      addCall(F, Call);
    else if (const auto *Ref = dyn_cast<DeclRefExpr>(Callee))
      if (const FunctionDecl *F = Names.lookup(Ref->getDecl()))
        Uses.find(F)->second.Unclear = true;
    for (unsigned I = HasObject; I < Call->getNumArgs(); ++I)
      give(Call->getArg(I));
    return true;
  }

  bool VisitCXXConstructExpr(CXXConstructExpr *Construct) {
    const CXXConstructorDecl *Ctor = Construct->getConstructor();
    addCall(Ctor, Construct);
    for (const Expr *Arg : Construct->arguments())
      if (!Ctor->isCopyOrMoveConstructor() ||
          !isFunctor(Arg->getType(), Ctor->getParent()))
        give(Arg);
    return true;
  }

  bool VisitCXXInheritedCtorInitExpr(CXXInheritedCtorInitExpr *E) {
    if (FunctionUse *Use = find(E->getConstructor()))
      Use->Unclear = true;
    return true;
  }

  bool VisitReturnStmt(ReturnStmt *Return) {
    if (Return->getRetValue())
      give(Return->getRetValue());
    return true;
  }

  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (Op->isComparisonOp()) {
      Plain.insert(named(Op->getLHS()));
      Plain.insert(named(Op->getRHS()));
    }
    return true;
  }

  bool VisitCStyleCastExpr(CStyleCastExpr *Cast) {
    if (Cast->getType()->isVoidType())
      Plain.insert(named(Cast->getSubExpr()));
    return true;
  }

  bool VisitDecltypeTypeLoc(DecltypeTypeLoc Loc) {
    if (const Expr *E = Loc.getUnderlyingExpr())
      Plain.insert(named(E));
    return true;
  }

  bool VisitLambdaExpr(LambdaExpr *Lambda) {
    if (FunctionUse *Use = find(Lambda->getCallOperator()))
      Use->HandedOn |= !Plain.count(Lambda);
    return true;
  }

  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (Called.count(Ref))
      return true;
    if (const FunctionDecl *F = Names.lookup(Ref->getDecl()))
      (Plain.count(Ref) ? Uses.find(F)->second.AddressTaken
                        : Uses.find(F)->second.HandedOn) = true;
    else if (const auto *Direct = dyn_cast<FunctionDecl>(Ref->getDecl()))
      if (FunctionUse *Use = find(Direct))
        (Plain.count(Ref) ? Use->AddressTaken : Use->HandedOn) = true;
    return true;
  }

  // A name in a template that its instantiations will look up.
  bool VisitOverloadExpr(OverloadExpr *Names) {
    for (const NamedDecl *D : Names->decls()) {
      D = D->getUnderlyingDecl();
      if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
        D = Template->getTemplatedDecl();
      const auto *F = dyn_cast<FunctionDecl>(D);
      if (FunctionUse *Use = F ? find(F) : nullptr)
        (Called.count(Names) ? Use->Unclear : Use->HandedOn) = true;
    }
    return true;
  }

private:
  // Whether the first argument is the object whose member is called.
  static bool takesObjectFirst(const CallExpr &Call) {
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Call.getCalleeDecl());
    if (!Method || Call.getNumArgs() == 0)
      return false;
    return isa<CXXOperatorCallExpr>(Call) ||
           (Method->getNumParams() > 0 &&
            isExplicitObjectParameter(*Method->getParamDecl(0)));
  }

  FunctionUse *find(const FunctionDecl *F) {
    auto Known = Uses.find(functionKey(F));
    return Known == Uses.end() ? nullptr : &Known->second;
  }

  void addCall(const FunctionDecl *F, const Expr *Site) {
    if (FunctionUse *Use = find(F))
      Use->Calls.push_back({Site, Instantiations != 0});
  }

  static bool isFunctor(QualType T, const CXXRecordDecl *R) {
    const CXXRecordDecl *Own = T.getNonReferenceType()->getAsCXXRecordDecl();
    return Own && Own->getCanonicalDecl() == R->getCanonicalDecl();
  }

  // Whether V is the lambda, or a reference to it.
  static bool holds(const VarDecl &V, const LambdaExpr &Lambda) {
    return V.getType()->getContainedAutoType() ||
           isFunctor(V.getType(), Lambda.getLambdaClass());
  }

  // E goes to somebody else. Names are seen to when they are met; a functor is
  // told by its type.
  void give(const Expr *E) {
    QualType T = E->getType().getNonReferenceType();
    if (T->isPointerType())
      T = T->getPointeeType();
    const CXXRecordDecl *R = T->getAsCXXRecordDecl();
    auto Known = R ? Functors.find(recordKey(R)) : Functors.end();
    if (Known != Functors.end())
      for (const FunctionDecl *F : Known->second)
        Uses.find(F)->second.HandedOn = true;
  }

  FunctionUses &Uses;
  llvm::DenseMap<const CXXRecordDecl *,
                 llvm::SmallVector<const FunctionDecl *, 1>>
      Functors;
  /// Variables that are another name of a function.
  llvm::DenseMap<const ValueDecl *, const FunctionDecl *> Names;
  llvm::SmallPtrSet<const Expr *, 32> Called;
  llvm::SmallPtrSet<const Expr *, 32> Plain; // Neither called nor given away.
  unsigned Instantiations = 0;
};

} // namespace

void collectUses(ASTContext &Context, FunctionUses &Uses) {
  UseCollector(Uses).TraverseAST(Context);
}

} // namespace clang::tidy::context
