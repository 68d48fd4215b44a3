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

// The function that E names, other than by calling it; null if it is none.
const FunctionDecl *namedFunction(const Expr *E) {
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return dyn_cast<FunctionDecl>(Ref->getDecl());
  if (const auto *Member = dyn_cast<MemberExpr>(E)) // A static member.
    return dyn_cast<FunctionDecl>(Member->getMemberDecl());
  return nullptr;
}

// What a call calls, also through (*f)(x).
const Expr *calleeOf(const CallExpr &Call) {
  const Expr *E = Call.getCallee()->IgnoreParenImpCasts();
  for (const auto *Op = dyn_cast<UnaryOperator>(E);
       Op && (Op->getOpcode() == UO_Deref || Op->getOpcode() == UO_AddrOf);
       Op = dyn_cast<UnaryOperator>(E))
    E = Op->getSubExpr()->IgnoreParenImpCasts();
  return E;
}

// Whether R is Base, or derives from it.
bool isOrDerivesFrom(const CXXRecordDecl *R, const CXXRecordDecl *Base) {
  if (recordKey(R) == Base)
    return true;
  return R->hasDefinition() && !R->forallBases([&](const CXXRecordDecl *B) {
    return recordKey(B) != Base;
  });
}

// Whether a call could find Other where it means F, which has the same name.
bool canBeTakenFor(const FunctionDecl &Other, const FunctionDecl &F) {
  const auto *A = dyn_cast<CXXMethodDecl>(&Other);
  const auto *B = dyn_cast<CXXMethodDecl>(&F);
  if (!A || !B) // By using-directives, by its arguments' namespaces, ...
    return !A && !B;
  return isOrDerivesFrom(A->getParent(), recordKey(B->getParent())) ||
         isOrDerivesFrom(B->getParent(), recordKey(A->getParent()));
}

// Visits a parent before its children: what a parent knows of a name is noted
// by the time the name is met.
class UseCollector : public RecursiveASTVisitor<UseCollector> {
  using Base = RecursiveASTVisitor<UseCollector>;

public:
  UseCollector(const SourceManager &SM, FunctionUses &Uses)
      : SM(SM), Uses(Uses) {
    for (const auto &Entry : Uses) {
      ByName[Entry.first->getDeclName()].push_back(Entry.first);
      if (const auto *Method = dyn_cast<CXXMethodDecl>(Entry.first);
          Method && Method->getOverloadedOperator() == OO_Call &&
          !Method->getParent()->isLambda())
        Functors[recordKey(Method->getParent())].push_back(Method);
    }
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

  bool VisitFunctionDecl(FunctionDecl *Other) {
    if (auto Same = ByName.find(Other->getDeclName());
        Same != ByName.end() && !Other->isImplicit())
      for (const FunctionDecl *F : Same->second)
        if (functionKey(Other) != F && canBeTakenFor(*Other, *F))
          Uses.find(F)->second.SharesName = true;
    // explicit(...) is not among the children.
    Expr *Explicit = ExplicitSpecifier::getFromDecl(Other).getExpr();
    return !Explicit || TraverseStmt(Explicit);
  }

  // A class that takes the name over may have others like it.
  bool VisitUsingShadowDecl(UsingShadowDecl *Shadow) {
    const auto *F = dyn_cast<FunctionDecl>(Shadow->getTargetDecl());
    if (FunctionUse *Use = F ? find(F) : nullptr)
      Use->SharesName |= Shadow->getDeclContext()->isRecord();
    return true;
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
    } else if (V->getType()->getContainedAutoType()) {
      const FunctionDecl *F = namedFunction(Init);
      F = F && find(F) ? functionKey(F) : nullptr;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(Init); Ref && !F)
        F = Names.lookup(Ref->getDecl());
      if (F) {
        Plain.insert(Init);
        Names[V] = F;
      }
    }
    return true;
  }

  bool VisitCallExpr(CallExpr *Call) {
    const Expr *Callee = calleeOf(*Call);
    Called.insert(Callee);
    const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
    if (const Expr *Object =
            Member ? Member->getImplicitObjectArgument() : nullptr)
      Called.insert(Object->IgnoreParenImpCasts());
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
    if (FunctionUse *Use =
            find(Ctor->getInheritedConstructor().getConstructor()))
      Use->Unclear = true;
    for (const Expr *Arg : Construct->arguments())
      if (!Ctor->isCopyOrMoveConstructor() ||
          !isFunctor(Arg->getType(), Ctor->getParent()))
        give(Arg);
    return true;
  }

  // What a concept asks of a type is not seen where it is asked.
  bool VisitCXXUnresolvedConstructExpr(CXXUnresolvedConstructExpr *E) {
    if (!SM.isInSystemHeader(E->getBeginLoc()))
      constructs(E->getTypeAsWritten(), /*Hidden=*/true);
    return true;
  }
  bool VisitTypeTraitExpr(TypeTraitExpr *E) {
    if (E->getNumArgs() > 2)
      constructs(E->getArg(0)->getType(), /*Hidden=*/false);
    return true;
  }
  bool VisitCXXDependentScopeMemberExpr(CXXDependentScopeMemberExpr *E) {
    return namesUnclearly(E->getMember());
  }
  bool VisitDependentScopeDeclRefExpr(DependentScopeDeclRefExpr *E) {
    return namesUnclearly(E->getDeclName());
  }

  bool VisitReturnStmt(ReturnStmt *Return) {
    if (Return->getRetValue())
      give(Return->getRetValue());
    return true;
  }

  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (Op->isComparisonOp())
      Plain.insert(named(Op->getLHS()));
    if (Op->isComparisonOp() || Op->isPtrMemOp())
      Plain.insert(named(Op->getRHS()));
    return true;
  }

  bool VisitExplicitCastExpr(ExplicitCastExpr *Cast) {
    if (Cast->getType()->isVoidType())
      Plain.insert(named(Cast->getSubExpr()));
    return true;
  }

  bool VisitUnaryExprOrTypeTraitExpr(UnaryExprOrTypeTraitExpr *E) {
    if (!E->isArgumentType())
      Plain.insert(named(E->getArgumentExpr()));
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
    else
      noteName(Ref);
    return true;
  }

  bool VisitMemberExpr(MemberExpr *Member) {
    if (!Called.count(Member))
      noteName(Member);
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
    if (!F)
      return nullptr;
    auto Known = Uses.find(functionKey(F));
    return Known == Uses.end() ? nullptr : &Known->second;
  }

  // A function that is named, but not to call it.
  void noteName(const Expr *E) {
    if (FunctionUse *Use = find(namedFunction(E)))
      (Plain.count(E) ? Use->AddressTaken : Use->HandedOn) = true;
  }

  // What the name means is decided by the arguments of a template.
  bool namesUnclearly(DeclarationName Name) {
    for (const FunctionDecl *F : ByName.lookup(Name))
      if (isa<CXXMethodDecl>(F))
        Uses.find(F)->second.Unclear = true;
    return true;
  }

  // Something constructs a T, or asks whether it could. Of a Hidden type it is
  // not known which.
  void constructs(QualType T, bool Hidden) {
    const CXXRecordDecl *R = T->getAsCXXRecordDecl();
    if (R || (Hidden && T->isDependentType()))
      for (auto &[F, Use] : Uses)
        if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(F))
          Use.Unclear |= !R || recordKey(R) == recordKey(Ctor->getParent());
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
    if (!R || Functors.empty())
      return;
    auto Give = [this](const CXXRecordDecl *Given) {
      if (auto Known = Functors.find(recordKey(Given)); Known != Functors.end())
        for (const FunctionDecl *F : Known->second)
          Uses.find(F)->second.HandedOn = true;
      return true;
    };
    Give(R);
    if (R->hasDefinition())
      R->forallBases(Give);
  }

  const SourceManager &SM;
  FunctionUses &Uses;
  llvm::DenseMap<DeclarationName, llvm::SmallVector<const FunctionDecl *, 1>>
      ByName;
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
  UseCollector(Context.getSourceManager(), Uses).TraverseAST(Context);
}

} // namespace clang::tidy::context
