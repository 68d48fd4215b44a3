// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FirstParameterCheck.h"
#include "LLVMVersions.h"
#include "ParameterOrder.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

namespace clang::tidy::context {

FirstParameterCheck::FirstParameterCheck(StringRef Name,
                                         ClangTidyContext *Context)
    : ContextTidyCheck(Name, Context),
      AllowedBeforeOption(
          Options.get("AllowedBefore", "std::allocator_arg_t;std::in_place_t")),
      AllowedBefore(AllowedBeforeOption) {}

void FirstParameterCheck::storeOptions(ClangTidyOptions::OptionMap &Opts) {
  ContextTidyCheck::storeOptions(Opts);
  Options.store(Opts, "AllowedBefore", AllowedBeforeOption);
}

//===-- Whose signature is its own ----------------------------------------===//

// Whether F, or a class or function around it, is an instantiation. The
// template itself is judged.
static bool isInstantiated(const FunctionDecl &F) {
  if (F.getTemplateSpecializationKind() != TSK_Undeclared)
    return true;
  for (const DeclContext *Scope = F.getDeclContext(); Scope;
       Scope = Scope->getParent()) {
    if (const auto *Outer = dyn_cast<FunctionDecl>(Scope))
      if (Outer->isTemplateInstantiation())
        return true;
    if (const auto *R = dyn_cast<CXXRecordDecl>(Scope))
      if (isTemplateInstantiation(R->getTemplateSpecializationKind()))
        return true;
  }
  return false;
}

// Whether F is a member of a specialization that the primary template has too.
static bool followsPrimary(const FunctionDecl &F) {
  const auto *Spec =
      dyn_cast<ClassTemplateSpecializationDecl>(F.getDeclContext());
  if (!Spec)
    return false;
  const CXXRecordDecl *Primary =
      Spec->getSpecializedTemplate()->getTemplatedDecl();
  if (!Primary->getDefinition())
    return false;
  for (const Decl *D : Primary->getDefinition()->decls()) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      D = Template->getTemplatedDecl();
    const auto *Same = dyn_cast<FunctionDecl>(D);
    // Constructors are named after their own class.
    if (Same && Same->getNumParams() == F.getNumParams() &&
        (Same->getDeclName() == F.getDeclName() ||
         (isa<CXXConstructorDecl>(Same) && isa<CXXConstructorDecl>(F))))
      return true;
  }
  return false;
}

// Whether a base class that depends on template parameters has Method as a
// virtual one. An instantiation would tell, but there may be none.
static bool overridesInTemplate(const CXXMethodDecl &Method) {
  if (!Method.getParent()->isDependentContext())
    return false;
  llvm::SmallPtrSet<const CXXRecordDecl *, 4> Seen;
  llvm::SmallVector<const CXXRecordDecl *, 4> Work{Method.getParent()};
  while (!Work.empty()) {
    const CXXRecordDecl *R = Work.pop_back_val()->getDefinition();
    if (!R || !Seen.insert(R).second)
      continue;
    if (R != Method.getParent())
      for (const NamedDecl *D : R->lookup(Method.getDeclName()))
        if (const auto *Same = dyn_cast<CXXMethodDecl>(D);
            Same && Same->isVirtual() &&
            Same->getNumParams() == Method.getNumParams())
          return true;
    for (const CXXBaseSpecifier &Base : R->bases())
      if (const CXXRecordDecl *B = model::recordOrTemplateOf(Base.getType()))
        Work.push_back(B);
  }
  return false;
}

// Whether the parameters of F are not for its author to choose.
static bool hasImposedSignature(const FunctionDecl &F) {
  if (isa<CXXDeductionGuideDecl>(F) || F.isExternC() ||
      (F.isInExternCContext() && !isa<CXXMethodDecl>(F)))
    return true;
  if (F.isOverloadedOperator() && F.getOverloadedOperator() != OO_Call)
    return true;
  // In a template the friend that is meant is known when it is instantiated.
  if (F.getFriendObjectKind() &&
      F.getLexicalDeclContext()->isDependentContext())
    return !F.isThisDeclarationADefinition();
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&F)) {
    if (Method->size_overridden_methods() > 0 ||
        Method->hasAttr<OverrideAttr>() || overridesInTemplate(*Method))
      return true;
    // A lambda's conversion to a function pointer has a function of its own.
    if (Method->getParent()->isLambda() &&
        Method->getOverloadedOperator() != OO_Call)
      return true;
    // The compiler calls a promise's constructor with the coroutine's own
    // parameters, after the object that the coroutine is a member of.
    if (isa<CXXConstructorDecl>(Method) &&
        model::declaresMembers(Method->getParent(),
                               {"get_return_object", "initial_suspend"}))
      return true;
  }
  return followsPrimary(F);
}

//===-- Parameters --------------------------------------------------------===//

// Whether a function may take a value of the class, so that a pointer or
// reference to one is a choice.
static bool isPassedByValue(const CXXRecordDecl *R) {
  R = R ? R->getDefinition() : nullptr;
  if (!R || R->isAbstract())
    return false;
  bool HasOwnCopy = false;
  for (const CXXConstructorDecl *Ctor : R->ctors())
    if (Ctor->isCopyConstructor()) {
      if (!Ctor->isDeleted() && Ctor->getAccess() == AS_public)
        return true;
      HasOwnCopy = true;
    }
  return !HasOwnCopy && !R->defaultedCopyConstructorIsDeleted();
}

bool FirstParameterCheck::isOutParameter(QualType T) const {
  T = T.getCanonicalType();
  if (!T->isLValueReferenceType() && !T->isPointerType())
    return false;
  QualType Target = T->getPointeeType();
  if (Target.isConstQualified())
    return false;
  return Target->isPointerType() || model::Recognizer::isSmartPointer(Target) ||
         isPassedByValue(Target->getAsCXXRecordDecl());
}

const model::ContextType *FirstParameterCheck::contextIn(const ParmVarDecl &P) {
  QualType T = P.getType().getCanonicalType();
  auto [Place, IsNew] = Known.try_emplace(T, nullptr);
  if (!IsNew)
    return Place->second;
  const model::ContextType *Answer = recognizer().contextOf(T);
  if (Answer && isOutParameter(T))
    Answer = nullptr;
  return Known[T] = Answer;
}

// Whether List names T, a base of it, or an alias that T is written with.
static bool isNamed(QualType T, const model::NameList &List) {
  while (true) {
    QualType Plain = T.getNonReferenceType();
    while (Plain->isPointerType())
      Plain = Plain->getPointeeType();
    if (const auto *Alias = Plain->getAs<TypedefType>()) {
      if (List.contains(Alias->getDecl()))
        return true;
      T = Alias->desugar();
      continue;
    }
    T = model::Recognizer::referredType(Plain);
    break;
  }
  if (const auto *TST = T->getAs<TemplateSpecializationType>())
    if (List.contains(TST->getTemplateName().getAsTemplateDecl()))
      return true;
  if (List.contains(T->getAsTagDecl()))
    return true;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && R->hasDefinition() && !R->forallBases([&](const auto *Base) {
    return !List.contains(Base);
  });
}

// What the language's library puts in front of an allocator.
static bool isAllocatorTag(const ParmVarDecl &P) {
  static const model::NameList Tag("std::allocator_arg_t");
  return isNamed(P.getType(), Tag);
}

bool FirstParameterCheck::isAllowedBefore(const FunctionDecl &F,
                                          unsigned Index) const {
  const ParmVarDecl &P = *F.getParamDecl(Index);
  return isExplicitObjectParameter(P) || P.isParameterPack() ||
         isAllocatorTag(P) ||
         (Index > 0 && isAllocatorTag(*F.getParamDecl(Index - 1))) ||
         isNamed(P.getType(), AllowedBefore);
}

std::optional<FirstParameterCheck::Misplaced>
FirstParameterCheck::findMisplaced(const FunctionDecl &F) {
  const unsigned N = F.getNumParams();
  std::optional<unsigned> Leading, Trailing;
  for (unsigned I = 0; I != N; ++I) {
    const model::ContextType *C = contextIn(*F.getParamDecl(I));
    if (!C || C->Wanted == model::Position::Any)
      continue;
    if (C->Wanted == model::Position::First) {
      if (!Leading) {
        Leading = 0;
        while (*Leading < I && isAllowedBefore(F, *Leading))
          ++*Leading;
      }
      if (*Leading < I && !contextIn(*F.getParamDecl(*Leading)))
        return Misplaced{I, *Leading};
    } else {
      if (!Trailing) {
        Trailing = N - 1;
        while (*Trailing > I && F.getParamDecl(*Trailing)->isParameterPack())
          --*Trailing;
      }
      if (*Trailing > I && !contextIn(*F.getParamDecl(*Trailing)))
        return Misplaced{I, *Trailing};
    }
  }
  return std::nullopt;
}

//===-- Findings ----------------------------------------------------------===//

void FirstParameterCheck::visitFunction(const FunctionDecl &Function,
                                        ASTContext &Context) {
  TheASTContext = &Context;
  const FunctionDecl *F = &Function;
  if (F->isImplicit() || F->getNumParams() < 2 || !F->isFirstDecl() ||
      F->isInvalidDecl() || F->isDeleted())
    return;
  if (isInstantiated(*F)) {
    const auto *Method = dyn_cast<CXXMethodDecl>(F);
    if (Method && Method->size_overridden_methods() > 0)
      Overriders.insert(functionKey(F));
    return;
  }
  if (findMisplaced(*F) && !hasImposedSignature(*F))
    Candidates[functionKey(F)];
}

void FirstParameterCheck::onEndOfTranslationUnit() {
  Candidates.remove_if(
      [&](const auto &Entry) { return Overriders.count(Entry.first); });
  // Only now, and only for a file with candidates, is it worth a walk through
  // all of the file.
  if (Candidates.empty())
    return;
  collectUses(*TheASTContext, Candidates);
  for (const auto &[F, Uses] : Candidates)
    if (std::optional<Misplaced> Found = findMisplaced(*F);
        Found && !Uses.HandedOn)
      report(*F, *Found, Uses);
}

void FirstParameterCheck::report(const FunctionDecl &F, Misplaced Found,
                                 const FunctionUse &Uses) {
  const ParmVarDecl &Context = *F.getParamDecl(Found.Index);
  const ParmVarDecl &Other = *F.getParamDecl(Found.Wanted);
  const bool WantsLast = Found.Wanted > Found.Index;
  if (!isFirstReport(Context.getLocation(), TheASTContext->getSourceManager()))
    return;
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  const bool IsLambda = Method && Method->getParent()->isLambda();
  // A constructor's own name spells out its template parameters.
  const NamedDecl *Named = &F;
  if (isa<CXXConstructorDecl>(F))
    Named = Method->getParent();
  llvm::SmallVector<FixItHint, 8> Fix = moveParameter(
      F, Found.Index, Found.Wanted, Uses,
      [&](const CallExpr &Call) { return recognizer().isRoot(&Call); });
  diag(Context.getLocation(),
       "%select{the context %1|the context}0 is not the %select{first|last}2 "
       "parameter of %select{%4|the lambda}3; where a context has no fixed "
       "place, calls hand on the wrong one or none, and their work goes on "
       "after its caller is cancelled")
      << !Context.getIdentifier() << &Context << WantsLast << IsLambda << Named
      << withFinding(Fix);
  diag(Other.getLocation(),
       "%select{%1|a parameter without a name}0 stands "
       "%select{before|after}2 it",
       DiagnosticIDs::Note)
      << !Other.getIdentifier() << &Other << WantsLast;
  offerFix(Context.getLocation(), Fix,
           WantsLast ? "move the context to the end of the parameters"
                     : "move the context to the front of the parameters");
}

} // namespace clang::tidy::context
