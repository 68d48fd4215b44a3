// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Reach.h"
#include "flow/Callees.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/StmtCXX.h"

namespace clang::tidy::context {

//===-- Types -------------------------------------------------------------===//

bool ContextTypes::isLookable(QualType T) const {
  return !T.isNull() && !T->isDependentType() &&
         (R.contextOf(T) || R.signalOf(T));
}

bool ContextTypes::holds(QualType T) const {
  if (T.isNull() || T->isDependentType())
    return false;
  if (isLookable(T) || R.isResult(T.getNonReferenceType()))
    return true;
  QualType Referred = model::Recognizer::referredType(T);
  return !Referred.isNull() && holds(Referred->getAsCXXRecordDecl());
}

bool ContextTypes::holds(const CXXRecordDecl *Record) const {
  if (!Record || !Record->hasDefinition())
    return false;
  Record = Record->getDefinition();
  if (R.isCanceller(Record->getASTContext().getTypeDeclType(Record)))
    return false;
  auto [Place, New] = Known.try_emplace(Record, false);
  if (!New)
    return Place->second;
  bool Answer = R.isCarrier(Record);
  for (const FieldDecl *Field : Record->fields()) {
    QualType T = Field->getType();
    // One level of a class of the user's own is enough to be handed over; the
    // standard library's insides are nobody's carriers.
    Answer |= isLookable(T) || R.isResult(T);
  }
  for (const CXXBaseSpecifier &Base : Record->bases())
    Answer |= holds(Base.getType()->getAsCXXRecordDecl());
  Known[Record] = Answer;
  return Answer;
}

// Whether a context is among the fields, theirs, and those of the bases.
bool ContextTypes::hasParts(const CXXRecordDecl *Record) const {
  if (!Record || !Record->hasDefinition())
    return false;
  Record = Record->getDefinition();
  auto [Place, New] = WithParts.try_emplace(Record, false);
  if (!New)
    return Place->second;
  bool Answer = false;
  for (const FieldDecl *Field : Record->fields()) {
    QualType T = Field->getType();
    Answer = Answer || R.contextOf(T) || hasParts(T->getAsCXXRecordDecl());
  }
  for (const CXXBaseSpecifier &Base : Record->bases())
    Answer = Answer || hasParts(Base.getType()->getAsCXXRecordDecl());
  return WithParts[Record] = Answer;
}

bool ContextTypes::mayGive(QualType T) const {
  if (T.isNull() || T->isDependentType())
    return false;
  T = T.getCanonicalType();
  auto [Place, New] = Givers.try_emplace(T, false);
  if (!New)
    return Place->second;
  QualType Referred = model::Recognizer::referredType(T);
  return Givers[T] =
             R.contextOf(T) ||
             (!Referred.isNull() && hasParts(Referred->getAsCXXRecordDecl()));
}

bool ContextTypes::membersMayGive(const CXXRecordDecl *Class) const {
  if (!Class || !Class->hasDefinition())
    return false;
  Class = Class->getDefinition();
  auto [Place, New] = WithMembers.try_emplace(Class, false);
  if (!New)
    return Place->second;
  bool Answer = false;
  for (const FieldDecl *Field : Class->fields())
    Answer = Answer || mayGive(Field->getType());
  for (const CXXBaseSpecifier &Base : Class->bases())
    Answer = Answer || membersMayGive(Base.getType()->getAsCXXRecordDecl());
  return WithMembers[Class] = Answer;
}

//===-- What is in reach --------------------------------------------------===//

bool Reach::isPossible(const FunctionDecl *F, const ContextTypes &Types) {
  auto MayGive = [&](const ValueDecl *D) {
    if (const auto *Decomposed = dyn_cast<DecompositionDecl>(D))
      for (const BindingDecl *Binding : Decomposed->bindings())
        if (Types.mayGive(Binding->getType()))
          return true;
    return Types.mayGive(D->getType());
  };
  if (llvm::any_of(F->parameters(), MayGive))
    return true;
  for (const Decl *D : F->decls())
    if (const auto *Variable = dyn_cast<VarDecl>(D);
        Variable && MayGive(Variable))
      return true;
  const auto *Method = dyn_cast<CXXMethodDecl>(F);
  if (!Method)
    return false;
  const CXXRecordDecl *Class = Method->getParent();
  if (!Class->isLambda())
    return Types.membersMayGive(Class);
  bool CapturesMore = Class->getLambdaCaptureDefault() != LCD_None;
  for (const LambdaCapture &Capture : Class->captures()) {
    if (Capture.capturesVariable() && MayGive(Capture.getCapturedVar()))
      return true;
    CapturesMore |= Capture.capturesThis();
  }
  const auto *Around = dyn_cast_or_null<FunctionDecl>(Class->getDeclContext());
  return CapturesMore && Around && isPossible(Around, Types);
}

Reach::Reach(const FunctionDecl *F, const Stmt *Loop, const ContextTypes &Types,
             flow::ScopesOfFunctions &Scopes)
    : Types(Types), Scopes(Scopes) {
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F))
    Inside = Method->getParent();
  for (const ParmVarDecl *P : F->parameters())
    addValue(P, F);
  addVariables(Scopes.of(F).visibleAt(Loop), F);
  addFunction(F);
}

// What a function has in reach beside its parameters and locals: its members,
// and what a lambda captures.
void Reach::addFunction(const FunctionDecl *F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(F);
  if (!Method)
    return;
  const CXXRecordDecl *Class = Method->getParent();
  if (!Class->isLambda()) {
    // The object, and the context with it, ends with its destructor: work that
    // is to be finished there has nothing to look at.
    if (!Method->isStatic() && !isa<CXXDestructorDecl>(Method)) {
      Inside = Class;
      addMembers(Class, "");
    }
    return;
  }
  bool CapturesThis = Class->getLambdaCaptureDefault() != LCD_None;
  for (const LambdaCapture &Capture : Class->captures()) {
    if (Capture.capturesVariable())
      addValue(Capture.getCapturedVar(), F);
    CapturesThis |= Capture.capturesThis();
  }
  const auto *Around = dyn_cast_or_null<FunctionDecl>(Class->getDeclContext());
  if (!Around)
    return;
  if (Class->getLambdaCaptureDefault() != LCD_None) {
    for (const ParmVarDecl *P : Around->parameters())
      addValue(P, Around);
    addVariables(Scopes.of(Around).visibleAt(Class), Around);
  }
  const auto *AroundMethod = dyn_cast<CXXMethodDecl>(Around);
  bool InLambda = AroundMethod && AroundMethod->getParent()->isLambda();
  if (CapturesThis || (InLambda && Class->getLambdaCaptureDefault()))
    addFunction(Around);
}

void Reach::addVariables(llvm::ArrayRef<const VarDecl *> Variables,
                         const FunctionDecl *F) {
  for (const VarDecl *V : Variables) {
    if (const auto *Decomposed = dyn_cast<DecompositionDecl>(V)) {
      for (const BindingDecl *Binding : Decomposed->bindings())
        addValue(Binding, F);
      continue;
    }
    addValue(V, F);
  }
}

void Reach::addValue(const ValueDecl *D, const FunctionDecl *F) {
  D = cast<ValueDecl>(D->getCanonicalDecl());
  QualType T = D->getType();
  if (T.isNull() || T->isDependentType() || Roots.count(D) ||
      Excluded.count(D) || !D->getDeclName())
    return;
  const model::Recognizer &R = Types.recognizer();
  if (R.contextOf(T)) {
    // One that is made from a root and stays so is never done.
    const auto *V = dyn_cast<VarDecl>(D);
    const Expr *Init = V && !isa<ParmVarDecl>(V) ? V->getInit() : nullptr;
    if (Init && !T->isPointerType() && !Init->isValueDependent()) {
      Init = flow::meant(Init);
      const auto *Call = dyn_cast<CallExpr>(Init);
      const auto *Made = dyn_cast<CXXConstructExpr>(Init);
      const auto *Copied = dyn_cast<DeclRefExpr>(Init);
      bool IsRoot = (Call && R.isRoot(Call)) ||
                    (Made && Made->getConstructor()->isDefaultConstructor() &&
                     R.isRoot(Made->getConstructor())) ||
                    (Copied && Excluded.count(Copied->getDecl()));
      if (IsRoot && !Scopes.of(F).assigned().count(V)) {
        Excluded.insert(D);
        return;
      }
      if (IsRoot)
        RootsAtFirst.push_back(V);
    }
    addEntry(D, D->getNameAsString(), T);
    return;
  }
  QualType Referred = model::Recognizer::referredType(T);
  if (!Referred.isNull() && !R.isCanceller(Referred))
    addParts(D, Referred->getAsCXXRecordDecl(),
             D->getNameAsString() + (T.getNonReferenceType()->isPointerType() ||
                                             model::Recognizer::isSmartPointer(
                                                 T.getNonReferenceType())
                                         ? "->"
                                         : "."),
             0);
}

void Reach::addParts(const ValueDecl *Root, const CXXRecordDecl *Class,
                     const std::string &Prefix, unsigned Depth) {
  constexpr unsigned Deepest = 2;
  if (!Class || !Class->hasDefinition() || Class->isLambda() ||
      Depth == Deepest)
    return;
  Class = Class->getDefinition();
  for (const FieldDecl *Field : Class->fields()) {
    if (Field->getAccess() != AS_public && Class != Inside)
      continue;
    QualType T = Field->getType();
    std::string Name = Prefix + Field->getNameAsString();
    if (Field->isAnonymousStructOrUnion())
      addParts(Root, T->getAsCXXRecordDecl(), Prefix, Depth);
    else if (Types.recognizer().contextOf(T))
      addEntry(Root, Name, T);
    else if (const CXXRecordDecl *Part = T->getAsCXXRecordDecl();
             Part && !Types.recognizer().isCanceller(T))
      addParts(Root, Part, Name + ".", Depth + 1);
  }
  for (const CXXBaseSpecifier &Base : Class->bases())
    if (Base.getAccessSpecifier() == AS_public)
      addParts(Root, Base.getType()->getAsCXXRecordDecl(), Prefix, Depth);
}

void Reach::addMembers(const CXXRecordDecl *Class, const std::string &Prefix) {
  if (!Class->hasDefinition())
    return;
  Class = Class->getDefinition();
  for (const FieldDecl *Field : Class->fields()) {
    if (Class != Inside && Field->getAccess() == AS_private)
      continue;
    QualType T = Field->getType();
    std::string Name = Prefix + Field->getNameAsString();
    if (Field->isAnonymousStructOrUnion())
      addParts(Field->getCanonicalDecl(), T->getAsCXXRecordDecl(), Prefix, 1);
    else if (Types.recognizer().contextOf(T))
      addEntry(Field->getCanonicalDecl(), Name, T);
    else if (QualType Referred = model::Recognizer::referredType(T);
             !Referred.isNull() && !Types.recognizer().isCanceller(Referred))
      addParts(Field->getCanonicalDecl(), Referred->getAsCXXRecordDecl(),
               Name + (Referred.getCanonicalType() ==
                               T.getCanonicalType().getUnqualifiedType()
                           ? "."
                           : "->"),
               1);
  }
  for (const CXXBaseSpecifier &Base : Class->bases())
    if (const CXXRecordDecl *Of = Base.getType()->getAsCXXRecordDecl())
      addMembers(Of, Prefix);
}

void Reach::addEntry(const ValueDecl *Root, std::string Name, QualType T) {
  Roots.insert(Root);
  Entries.push_back({Root, std::move(Name), T});
}

//===-- Sources -----------------------------------------------------------===//

namespace {

class SourceFinder {
public:
  SourceFinder(const ContextTypes &Types,
               const llvm::DenseSet<const ValueDecl *> *Roots,
               const llvm::DenseSet<const ValueDecl *> *Excluded)
      : Types(Types), Roots(Roots), Excluded(Excluded) {}

  Sources Found;

  void visit(const ValueDecl *D) {
    D = cast<ValueDecl>(D->getCanonicalDecl());
    if ((Excluded && Excluded->count(D)) || !Seen.insert(D).second)
      return;
    Found.add(D);
    if (Roots && Roots->count(D))
      return;
    if (const auto *Binding = dyn_cast<BindingDecl>(D)) {
      if (const ValueDecl *Whole = Binding->getDecomposedDecl())
        visit(Whole);
    } else if (const auto *V = dyn_cast<VarDecl>(D);
               V && !isa<ParmVarDecl>(V) && V->getInit() &&
               (V->isLocalVarDecl() || V->isInitCapture())) {
      visit(V->getInit());
    }
  }

  void visit(const Expr *E) {
    E = flow::meant(E);
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      if (isa<VarDecl, BindingDecl>(Ref->getDecl()))
        visit(Ref->getDecl());
      return;
    }
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      if (const auto *V = dyn_cast<VarDecl>(Member->getMemberDecl()))
        return visit(V);
      const Expr *Base = Member->getBase()->IgnoreParenImpCasts();
      if (isa<CXXThisExpr>(Base))
        return visit(Member->getMemberDecl());
      return visit(Base);
    }
    if (const auto *Lambda = dyn_cast<LambdaExpr>(E)) {
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() &&
            Types.holds(Capture.getCapturedVar()->getType()))
          visit(Capture.getCapturedVar());
      if (const CXXRecordDecl *Class = capturedThis(Lambda))
        addFields(Class);
      return;
    }
    if (const auto *Call = dyn_cast<CallExpr>(E))
      return visitCall(Call);
    for (const Stmt *Child : E->children())
      if (const auto *Part = dyn_cast_or_null<Expr>(Child))
        visit(Part);
  }

private:
  static const CXXRecordDecl *capturedThis(const LambdaExpr *Lambda) {
    for (const Expr *Init : Lambda->capture_inits())
      if (const auto *This = dyn_cast_or_null<CXXThisExpr>(Init))
        return This->getType()->getPointeeCXXRecordDecl();
    return nullptr;
  }

  void addFields(const CXXRecordDecl *Class) {
    if (!Class->hasDefinition())
      return;
    for (const FieldDecl *Field : Class->getDefinition()->fields())
      if (Types.holds(Field->getType()))
        Found.add(Field->getCanonicalDecl());
  }

  void visitCall(const CallExpr *Call) {
    if (Call->isTypeDependent() || Types.recognizer().isRoot(Call))
      return;
    // What a smart pointer points to, as what a pointer does.
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
    if (Operator && Operator->getNumArgs() == 1 &&
        (Operator->getOperator() == OO_Arrow ||
         Operator->getOperator() == OO_Star))
      return visit(Operator->getArg(0));
    bool Followed = false;
    const Expr *Object = nullptr;
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
      Object = Member->getImplicitObjectArgument();
    if (Object && (Types.isLookable(Object->getType()) ||
                   Types.recognizer().isResult(Object->getType()))) {
      Followed = true;
      visit(Object);
    }
    for (const Expr *Arg : Call->arguments())
      if (Types.holds(Arg->getType())) {
        Followed = true;
        visit(Arg);
      }
    // A function that hands a context out of somewhere.
    if (!Followed && Types.holds(Call->getType()))
      Found.Unknown = true;
  }

  const ContextTypes &Types;
  const llvm::DenseSet<const ValueDecl *> *Roots;
  const llvm::DenseSet<const ValueDecl *> *Excluded;
  llvm::DenseSet<const ValueDecl *> Seen;
};

} // namespace

Sources Reach::sourcesOf(const Expr *E) const {
  SourceFinder Finder(Types, &Roots, &Excluded);
  Finder.visit(E);
  return std::move(Finder.Found);
}

Sources Reach::allSourcesOf(const Expr *E, const ContextTypes &Types) {
  SourceFinder Finder(Types, nullptr, nullptr);
  Finder.visit(E);
  return std::move(Finder.Found);
}

Sources Reach::allSourcesOf(const ValueDecl *D, const ContextTypes &Types) {
  SourceFinder Finder(Types, nullptr, nullptr);
  Finder.visit(D);
  return std::move(Finder.Found);
}

const Reach::Entry &Reach::nearest() const {
  const ValueDecl *Named = Entries.front().Root;
  for (const Entry &E : llvm::reverse(Entries))
    if (!isa<ParmVarDecl, FieldDecl>(E.Root) &&
        llvm::is_contained(allSourcesOf(E.Root, Types).Decls, Named))
      return E;
  return Entries.front();
}

bool Reach::contains(const Sources &From) const {
  if (From.Unknown)
    return true;
  return llvm::any_of(From.Decls,
                      [&](const ValueDecl *D) { return Roots.count(D); });
}

//===-- Ended contexts ----------------------------------------------------===//

void Reach::exclude(const ValueDecl *D) {
  Roots.erase(D);
  Excluded.insert(D);
  llvm::erase_if(Entries, [&](const Entry &E) { return E.Root == D; });
}

void Reach::dropEnded(Endings &TheEndings, const Stmt *Loop) {
  const flow::Graph &G = TheEndings.graph();
  std::optional<flow::NodeId> Head = G.roundOf(Loop);
  if (!Head)
    return;
  // Roots that are only assigned to where no way leads on to the loop.
  for (const VarDecl *V : RootsAtFirst)
    if (V->getDeclContext() == G.function() &&
        !TheEndings.mayBeAssigned(V, *Head))
      exclude(V);

  llvm::DenseSet<const ValueDecl *> Ended;
  for (const Entry &E : Entries) {
    const auto *Binding = dyn_cast<BindingDecl>(E.Root);
    const auto *Made = dyn_cast_or_null<VarDecl>(
        Binding ? Binding->getDecomposedDecl() : E.Root);
    if (!Made || isa<ParmVarDecl>(Made) || !TheEndings.hasEnded(Made, *Head))
      continue;
    Ended.insert(Made);
    if (const FieldDecl *Field = Binding ? boundField(Binding) : nullptr;
        Field && Field->getName() == TheEndings.contextOf(Made))
      Ended.insert(Binding);
  }
  if (Ended.empty())
    return;
  // What derives from them was declared after them.
  for (const Entry &E : Entries) {
    const ValueDecl *D = E.Root;
    if (const auto *Binding = dyn_cast<BindingDecl>(D))
      D = Binding->getDecomposedDecl();
    const auto *V = dyn_cast_or_null<VarDecl>(D);
    if (!V || isa<ParmVarDecl>(V) || !V->isLocalVarDecl() || !V->getInit() ||
        V->getType()->isPointerType())
      continue;
    SourceFinder Finder(Types, &Roots, nullptr);
    Finder.visit(V->getInit());
    if (!Finder.Found.Unknown && !Finder.Found.Decls.empty() &&
        llvm::any_of(Finder.Found.Decls,
                     [&](const ValueDecl *From) { return Ended.count(From); }))
      Ended.insert(E.Root);
  }
  for (const ValueDecl *D : Ended)
    exclude(D);
}

} // namespace clang::tidy::context
