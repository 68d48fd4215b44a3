// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Reach.h"
#include "flow/Callees.h"
#include "flow/Objects.h"
#include "clang/AST/StmtCXX.h"
#include <functional>

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

//===-- Scopes ------------------------------------------------------------===//

namespace {

/// Finds the variables that can be named at a place in a function.
class ScopeWalk {
public:
  explicit ScopeWalk(std::function<bool(const Stmt *)> IsTarget)
      : IsTarget(std::move(IsTarget)) {}

  bool find(const Stmt *S) {
    if (!S)
      return false;
    if (IsTarget(S)) {
      // What a for declares is declared before its rounds.
      if (const auto *For = dyn_cast<ForStmt>(S))
        declare(For->getInit());
      return true;
    }
    if (isa<LambdaExpr>(S))
      return false; // A function of its own.
    size_t Outer = Visible.size();
    if (const auto *Catch = dyn_cast<CXXCatchStmt>(S);
        Catch && Catch->getExceptionDecl())
      Visible.push_back(Catch->getExceptionDecl());
    for (const Stmt *Child : S->children()) {
      if (find(Child))
        return true;
      declare(Child);
    }
    Visible.resize(Outer);
    return false;
  }

  llvm::SmallVector<const VarDecl *, 16> Visible;

private:
  void declare(const Stmt *S) {
    if (const auto *Declared = dyn_cast_or_null<DeclStmt>(S))
      for (const Decl *D : Declared->decls())
        // What a range-for declares of its own nobody can name.
        if (const auto *V = dyn_cast<VarDecl>(D); V && !V->isImplicit())
          Visible.push_back(V);
  }

  std::function<bool(const Stmt *)> IsTarget;
};

} // namespace

static const Stmt *writtenBody(const FunctionDecl *F) {
  const Stmt *Body = F->getBody();
  if (const auto *Coroutine = dyn_cast_or_null<CoroutineBodyStmt>(Body))
    return Coroutine->getBody();
  return Body;
}

Reach::Reach(const FunctionDecl *F, const Stmt *Loop, const ContextTypes &Types)
    : Types(Types) {
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F))
    Inside = Method->getParent();
  for (const ParmVarDecl *P : F->parameters())
    addValue(P, F);
  ScopeWalk Walk([&](const Stmt *S) { return S == Loop; });
  if (Walk.find(writtenBody(F)))
    addVariables(Walk.Visible, F);
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
    ScopeWalk Walk([&](const Stmt *S) {
      const auto *Lambda = dyn_cast<LambdaExpr>(S);
      return Lambda && Lambda->getLambdaClass() == Class;
    });
    if (Walk.find(writtenBody(Around)))
      addVariables(Walk.Visible, Around);
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

// Whether anything in Root assigns to V.
static bool isAssigned(const ValueDecl *V, const Stmt *Root) {
  llvm::SmallVector<const Stmt *, 64> Work{Root};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    bool Found = false;
    if (!isa<DeclStmt>(S))
      flow::forEachChange(S, [&](const flow::ObjectPath &Path, const Expr *) {
        Found |= Path.size() == 1 && Path.front() == V;
      });
    if (Found)
      return true;
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      Work.push_back(Lambda->getBody());
    for (const Stmt *Child : S->children())
      Work.push_back(Child);
  }
  return false;
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
      if (IsRoot && !isAssigned(V, F->getBody())) {
        Excluded.insert(D);
        return;
      }
      if (IsRoot)
        RootsAtFirst.push_back(V);
    }
    addEntry(D, D->getNameAsString());
    return;
  }
  QualType Referred = model::Recognizer::referredType(T);
  if (!Referred.isNull() && !R.isCanceller(Referred))
    addParts(D, Referred->getAsCXXRecordDecl(),
             D->getNameAsString() +
                 (T->isPointerType() || model::Recognizer::isSmartPointer(
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
      addEntry(Root, Name);
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
      addEntry(Field->getCanonicalDecl(), Name);
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

void Reach::addEntry(const ValueDecl *Root, std::string Name) {
  Roots.insert(Root);
  Entries.push_back({Root, std::move(Name)});
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

bool Reach::contains(const Sources &From) const {
  if (From.Unknown)
    return true;
  return llvm::any_of(From.Decls,
                      [&](const ValueDecl *D) { return Roots.count(D); });
}

//===-- Ended contexts ----------------------------------------------------===//

namespace {
// A part of what a derivation made: 'made' with the name of the part, or the
// binding that stands for it.
struct Part {
  const ValueDecl *Root = nullptr;
  std::string Name;
};
} // namespace

static const FieldDecl *boundField(const BindingDecl *Binding) {
  const auto *Member = dyn_cast_or_null<MemberExpr>(
      Binding->getBinding() ? Binding->getBinding()->IgnoreParenImpCasts()
                            : nullptr);
  return Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
}

static Part partOf(const Expr *E, unsigned Depth = 0) {
  E = flow::meant(E);
  if (Depth > 8)
    return {};
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *Binding = dyn_cast<BindingDecl>(Ref->getDecl())) {
      const FieldDecl *Field = boundField(Binding);
      return Field && Binding->getDecomposedDecl()
                 ? Part{Binding->getDecomposedDecl(), Field->getNameAsString()}
                 : Part();
    }
    // A name of its own for a part: auto &cancel = made.cancel.
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
        V && V->isLocalVarDecl() && V->getInit())
      return partOf(V->getInit(), Depth + 1);
    return {};
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    if (const auto *Base =
            dyn_cast<DeclRefExpr>(Member->getBase()->IgnoreParenImpCasts()))
      return {Base->getDecl(), Member->getMemberDecl()->getNameAsString()};
  return {};
}

// Whether S calls a lambda that assigns to V. One that is only made, or handed
// over, runs elsewhere: what it assigns, this function has not got.
static bool callsAssigner(const ValueDecl *V, const Stmt *S) {
  const auto *Call = dyn_cast<CXXOperatorCallExpr>(S);
  const auto *Operator =
      Call ? dyn_cast_or_null<CXXMethodDecl>(Call->getCalleeDecl()) : nullptr;
  return Operator && Operator->getParent()->isLambda() && Operator->hasBody() &&
         isAssigned(V, Operator->getBody());
}

// Roots that are only assigned to where no way leads on to the loop.
void Reach::dropRoots(const flow::Graph &G, flow::NodeId Head) {
  for (const VarDecl *V : RootsAtFirst) {
    if (V->getDeclContext() != G.function())
      continue;
    llvm::SmallVector<flow::NodeId, 4> Assigning;
    for (flow::NodeId N = 0; N != G.nodes().size(); ++N)
      if (const Stmt *S = G[N].Statement;
          S && G[N].Kind == flow::NodeKind::Evaluation && !isa<DeclStmt>(S)) {
        if (callsAssigner(V, S))
          Assigning.push_back(N);
        flow::forEachChange(S, [&](const flow::ObjectPath &Path, const Expr *) {
          if (Path.size() == 1 && Path.front() == V)
            Assigning.push_back(N);
        });
      }
    bool ReachesLoop = G.findPath(Assigning, [&](const flow::Step &S) {
                          return S.Taken.To == Head ? flow::Verdict::Arrive
                                                    : flow::Verdict::Through;
                        }).has_value();
    if (!ReachesLoop)
      exclude(V);
  }
}

void Reach::exclude(const ValueDecl *D) {
  Roots.erase(D);
  Excluded.insert(D);
  llvm::erase_if(Entries, [&](const Entry &E) { return E.Root == D; });
}

void Reach::dropEnded(const flow::Graph &G, const Stmt *Loop) {
  std::optional<flow::NodeId> Head = G.roundOf(Loop);
  if (!Head)
    return;
  dropRoots(G, *Head);
  const model::Recognizer &R = Types.recognizer();
  // Where each made thing is cancelled.
  llvm::SmallVector<std::pair<const ValueDecl *, flow::NodeId>, 4> Cancels;
  llvm::DenseMap<const ValueDecl *, std::string> ContextPart;
  for (flow::NodeId N = 0; N != G.nodes().size(); ++N) {
    const auto *Call = dyn_cast_or_null<CXXOperatorCallExpr>(G[N].Statement);
    if (!Call || Call->getOperator() != OO_Call || Call->getNumArgs() == 0 ||
        G[N].Kind != flow::NodeKind::Evaluation)
      continue;
    Part Cancelled = partOf(Call->getArg(0));
    const auto *Made = dyn_cast_or_null<VarDecl>(Cancelled.Root);
    const Expr *Init = Made && Made->getInit() && Made->isLocalVarDecl()
                           ? flow::meant(Made->getInit())
                           : nullptr;
    if (!Init)
      continue;
    if (std::optional<model::Derivation> D = R.derivation(Init);
        D && D->Cancel == Cancelled.Name) {
      Cancels.emplace_back(Made, N);
      ContextPart[Made] = D->Context;
    }
  }
  llvm::DenseSet<const ValueDecl *> Ended;
  for (const auto &Known : ContextPart) {
    const ValueDecl *Made = Known.first;
    const std::string &Context = Known.second;
    llvm::ArrayRef<flow::NodeId> Declared = G.nodesOf(cast<VarDecl>(Made));
    if (Declared.empty())
      continue;
    bool Escapes =
        G.findPath(Declared, [&](const flow::Step &S) {
           flow::NodeId To = S.Taken.To;
           if (llvm::is_contained(Cancels, std::make_pair(Made, To)))
             return flow::Verdict::Block;
           return To == *Head ? flow::Verdict::Arrive : flow::Verdict::Through;
         }).has_value();
    if (Escapes || Declared.front() == *Head)
      continue;
    Ended.insert(Made);
    if (const auto *Decomposed = dyn_cast<DecompositionDecl>(Made))
      for (const BindingDecl *Binding : Decomposed->bindings())
        if (const FieldDecl *Field = boundField(Binding);
            Field && Field->getName() == Context)
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
