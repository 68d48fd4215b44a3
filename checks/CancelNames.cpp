// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "CancelNames.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

namespace clang::tidy::context {

//===-- Expressions -------------------------------------------------------===//

bool isCallable(QualType T) {
  const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition())
    return false;
  if (R->isLambda())
    return true;
  auto Declares = [](const CXXRecordDecl *Class) {
    return llvm::any_of(Class->decls(), [](const Decl *D) {
      if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
        D = Template->getTemplatedDecl();
      const auto *M = dyn_cast<CXXMethodDecl>(D);
      return M && M->getOverloadedOperator() == OO_Call;
    });
  };
  return Declares(R) || !R->forallBases([&](const CXXRecordDecl *Base) {
    return !Declares(Base);
  });
}

static bool isSameRecord(QualType A, QualType B) {
  const CXXRecordDecl *RA = A.getNonReferenceType()->getAsCXXRecordDecl();
  const CXXRecordDecl *RB = B.getNonReferenceType()->getAsCXXRecordDecl();
  return RA && RB && RA->getCanonicalDecl() == RB->getCanonicalDecl();
}

bool keepsValue(const Stmt *Outer, const Expr *Inner) {
  if (isa<ParenExpr, ImplicitCastExpr, FullExpr, MaterializeTemporaryExpr,
          CXXBindTemporaryExpr>(Outer))
    return true;
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Outer))
    return isSameRecord(Cast->getType(), Inner->getType());
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Outer))
    return Construct->getNumArgs() >= 1 && Construct->getArg(0) == Inner &&
           Construct->getConstructor()->isCopyOrMoveConstructor();
  if (const auto *List = dyn_cast<InitListExpr>(Outer))
    return List->getNumInits() == 1 &&
           isSameRecord(List->getType(), Inner->getType());
  if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(Outer))
    return Choice->getCond() != Inner;
  if (const auto *Comma = dyn_cast<BinaryOperator>(Outer))
    return Comma->isCommaOp() && Comma->getRHS() == Inner;
  return false;
}

// Whether Outer makes another callable out of Inner alone: a std::function.
static bool wrapsCallable(const Stmt *Outer, const Expr *Inner) {
  const auto *Construct = dyn_cast<CXXConstructExpr>(Outer);
  if (!Construct || Construct->getNumArgs() == 0 ||
      Construct->getArg(0) != Inner || isa<LambdaExpr>(Outer))
    return isa<ExplicitCastExpr>(Outer) &&
           isCallable(cast<Expr>(Outer)->getType());
  for (unsigned I = 1; I != Construct->getNumArgs(); ++I)
    if (!Construct->getArg(I)->isDefaultArgument())
      return false;
  return isCallable(Construct->getType());
}

static bool isVoidCast(const Stmt *S) {
  const auto *Cast = dyn_cast<ExplicitCastExpr>(S);
  return Cast && Cast->getType()->isVoidType();
}

// The sides of an assignment, built-in or overloaded.
static std::pair<const Expr *, const Expr *> assignment(const Stmt *S) {
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S))
    if (Call->getOperator() == OO_Equal && Call->getNumArgs() == 2)
      return {Call->getArg(0), Call->getArg(1)};
  if (const auto *Op = dyn_cast<BinaryOperator>(S))
    if (Op->getOpcode() == BO_Assign)
      return {Op->getLHS(), Op->getRHS()};
  return {nullptr, nullptr};
}

static bool isComparison(const Stmt *S) {
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S))
    return Call->isComparisonOp();
  if (const auto *Op = dyn_cast<BinaryOperator>(S))
    return Op->isComparisonOp();
  return isa<CXXRewrittenBinaryOperator>(S);
}

static const ValueDecl *namedBy(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
  return Ref ? Ref->getDecl() : nullptr;
}

// Whether V lives on the stack with what it has: no reference to something
// else, though perhaps one that keeps a temporary alive.
static bool isOwnLocal(const VarDecl *V) {
  if (!V || !V->hasLocalStorage())
    return false;
  if (!V->getType()->isReferenceType())
    return true;
  const Expr *Init = V->getInit();
  if (const auto *Full = dyn_cast_or_null<FullExpr>(Init))
    Init = Full->getSubExpr();
  return isa_and_nonnull<MaterializeTemporaryExpr>(Init);
}

// The local variable that D names or is a part of.
static const VarDecl *ownLocal(const ValueDecl *D) {
  if (const auto *Binding = dyn_cast_or_null<BindingDecl>(D))
    D = dyn_cast_or_null<ValueDecl>(Binding->getDecomposedDecl());
  const auto *V = dyn_cast_or_null<VarDecl>(D);
  return isOwnLocal(V) ? V : nullptr;
}

// Whether the value of E, an operand of Parent, is thrown away there: it is a
// statement of its own, say. ParentOf tells a statement expression's result.
static bool isDropped(const Stmt *Parent, const Expr *E, ParentOf Up) {
  if (!Parent)
    return false; // The initialiser of a member or of a global variable.
  if (isVoidCast(Parent))
    return true;
  if (const auto *Comma = dyn_cast<BinaryOperator>(Parent))
    return Comma->isCommaOp() && Comma->getLHS() == E;
  if (const auto *Block = dyn_cast<CompoundStmt>(Parent))
    return !isa_and_nonnull<StmtExpr>(Up(Block)) || Block->body_back() != E;
  return !isa<Expr, DeclStmt, ReturnStmt, CoreturnStmt>(Parent);
}

//===-- What becomes of a result ------------------------------------------===//

const VarDecl *MadeCancel::variable() const {
  if (const auto *Binding = dyn_cast_or_null<BindingDecl>(Name))
    return dyn_cast<VarDecl>(Binding->getDecomposedDecl());
  return dyn_cast_or_null<VarDecl>(Name);
}

std::string MadeCancel::expression() const {
  std::string Text = Name->getNameAsString();
  if (!HasWhole)
    return Text;
  unsigned Index = 0;
  if (!llvm::StringRef(Derived.Cancel).getAsInteger(10, Index))
    return std::string();
  return Text + "." + Derived.Cancel;
}

// The place of a part among the elements of a result: the index that the model
// gives, or that of the member of this name; the members of a std::pair are
// bound as a tuple's elements.
static std::optional<unsigned> indexOf(llvm::StringRef Part, QualType Result) {
  unsigned Index = 0;
  if (!Part.getAsInteger(10, Index))
    return Index;
  const CXXRecordDecl *R = Result.getNonReferenceType()->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition())
    return std::nullopt;
  for (const FieldDecl *F : R->fields())
    if (F->getIdentifier() && F->getName() == Part)
      return F->getFieldIndex();
  return std::nullopt;
}

// The binding of D that has the part of a result; null if it cannot be told.
static const BindingDecl *bindingOf(const DecompositionDecl *D,
                                    llvm::StringRef Part) {
  std::optional<unsigned> Index = indexOf(Part, D->getType());
  return Index && *Index < D->bindings().size() ? D->bindings()[*Index]
                                                : nullptr;
}

// The I of 'get<I>(Result)', the protocol of what can be bound as a tuple is.
static std::optional<unsigned> elementTaken(const Stmt *S, const Expr *Result) {
  const auto *Call = dyn_cast<CallExpr>(S);
  if (!Call || Call->getNumArgs() != 1 || Call->getArg(0) != Result)
    return std::nullopt;
  const FunctionDecl *F = Call->getDirectCallee();
  const TemplateArgumentList *Arguments =
      F && F->getIdentifier() && F->getName() == "get"
          ? F->getTemplateSpecializationArgs()
          : nullptr;
  if (!Arguments || Arguments->size() == 0 ||
      Arguments->get(0).getKind() != TemplateArgument::Integral)
    return std::nullopt;
  return Arguments->get(0).getAsIntegral().getZExtValue();
}

// Whether S takes the part of that name, or index, out of Result.
static bool takesPart(const Stmt *S, const Expr *Result, llvm::StringRef Part) {
  if (const auto *Member = dyn_cast<MemberExpr>(S))
    return Member->getMemberDecl()->getIdentifier() &&
           Member->getMemberDecl()->getName() == Part;
  std::optional<unsigned> Element = elementTaken(S, Result);
  return Element && Element == indexOf(Part, Result->getType());
}

MadeCancel fateOf(const CallExpr *Call, const model::Derivation &D,
                  ParentOf Parent, const model::Recognizer &Recognizer) {
  MadeCancel Made;
  Made.Call = Call;
  Made.Derived = D;
  Made.HasWhole = D.Cancel != "result";
  const Expr *E = Call;
  auto Fate = [&](MadeCancel::Fate F) {
    Made.TheFate = F;
    return Made;
  };
  while (true) {
    const Stmt *P = Parent(E);
    if (isDropped(P, E, Parent))
      return Fate(MadeCancel::Discarded);
    if (!P)
      return Fate(MadeCancel::Used);
    if (keepsValue(P, E) || (!Made.HasWhole && wrapsCallable(P, E))) {
      E = cast<Expr>(P);
      continue;
    }
    if (Made.HasWhole && takesPart(P, E, D.Context))
      return Fate(MadeCancel::Discarded);
    if (Made.HasWhole && takesPart(P, E, D.Cancel)) {
      Made.HasWhole = false;
      E = cast<Expr>(P);
      continue;
    }
    if (const auto [To, From] = assignment(P); To && From == E) {
      if (const ValueDecl *Name = namedBy(To);
          Name && Recognizer.isDiscard(Name))
        return Fate(MadeCancel::Discarded);
      // 'made.cancel = ...' fills 'made'.
      const Expr *Filled = To->IgnoreParenImpCasts();
      if (const auto *Member = dyn_cast<MemberExpr>(Filled);
          Member && !Made.HasWhole && !Member->isArrow() &&
          isSameRecord(Member->getBase()->getType(), Call->getType()) &&
          takesPart(Member, Member->getBase(), D.Cancel)) {
        Filled = Member->getBase()->IgnoreParenImpCasts();
        Made.HasWhole = true;
      }
      const auto *Ref = dyn_cast<DeclRefExpr>(Filled);
      if (!Ref || Ref->refersToEnclosingVariableOrCapture() ||
          !ownLocal(Ref->getDecl()))
        return Fate(MadeCancel::Used);
      Made.Name = Ref->getDecl();
      Made.Assignment = cast<Expr>(P);
      return Fate(MadeCancel::Assigned);
    }
    const auto *Declaration = dyn_cast<DeclStmt>(P);
    if (!Declaration)
      return Fate(MadeCancel::Used);
    for (const Decl *Each : Declaration->decls()) {
      const auto *V = dyn_cast<VarDecl>(Each);
      if (!V || V->getInit() != E)
        continue;
      if (!V->hasLocalStorage())
        return Fate(MadeCancel::Used);
      Made.Name = V;
      if (const auto *Parts = dyn_cast<DecompositionDecl>(V)) {
        Made.Name = Made.HasWhole ? bindingOf(Parts, D.Cancel) : nullptr;
        Made.HasWhole = false;
        if (!Made.Name)
          return Fate(MadeCancel::Used);
      }
      // A variable of another type has swallowed the result: an optional, any.
      if (Made.HasWhole && !isSameRecord(V->getType(), Call->getType()))
        return Fate(MadeCancel::Used);
      return Fate(MadeCancel::Declared);
    }
    return Fate(MadeCancel::Used);
  }
}

//===-- Mentions ----------------------------------------------------------===//

CancelNames::CancelNames(const flow::Graph &G, const MadeCancel &Made,
                         const model::Recognizer &Recognizer)
    : G(G), Made(Made), Recognizer(Recognizer) {
  std::optional<unsigned> First = holderOf(Made.variable());
  // A binding is the cancel function of the result that it is a part of.
  addName(Made.Name, {*First, Made.HasWhole});
  if (const auto *Parts = dyn_cast<DecompositionDecl>(Made.variable()))
    addParts(Parts, *First);
  // A mention may bring in another name, whose mentions then count too.
  while (!Unseen.empty())
    for (const DeclRefExpr *Ref : G.referencesTo(Unseen.pop_back_val()))
      see(Ref);
}

void CancelNames::addName(const ValueDecl *D, Meaning M) {
  if (!Names.insert({D, M}).second)
    return;
  Order.push_back(D);
  Unseen.push_back(D);
}

void CancelNames::addParts(const DecompositionDecl *D, unsigned Holder) {
  if (const BindingDecl *B = bindingOf(D, Made.Derived.Cancel))
    addName(B, {Holder, /*Whole=*/false});
}

// The statement in which the names of a declaration are known.
static const Stmt *scopeOf(const VarDecl *V, const flow::Graph &G) {
  llvm::ArrayRef<flow::NodeId> Declared = G.nodesOf(V);
  if (Declared.empty())
    return G.body(); // A parameter.
  const Stmt *S = G.parentOf(G[Declared.front()].Statement);
  while (isa_and_nonnull<LabelStmt, SwitchCase, AttributedStmt>(S))
    S = G.parentOf(S);
  return S ? S : G.body();
}

// The holder that V is; none if there are too many.
std::optional<unsigned> CancelNames::holderOf(const VarDecl *V) {
  for (unsigned I = 0; I != Holders.size(); ++I)
    if (Holders[I].Variable == V)
      return I;
  if (Holders.size() == MostHolders)
    return std::nullopt;
  Holders.push_back({V, scopeOf(V, G)});
  // Each time its declaration is come to it begins anew.
  for (flow::NodeId N : G.nodesOf(V))
    Events[N].push_back(
        {Event::Overwrite, static_cast<unsigned>(Holders.size() - 1)});
  return Holders.size() - 1;
}

// Notes what happens at the step of S, or if that is none (some parts of an
// expression are not) at the one around it.
void CancelNames::note(const Stmt *S, Event::Kind What, unsigned Subject,
                       unsigned Object) {
  llvm::ArrayRef<flow::NodeId> Where;
  for (; S && Where.empty(); S = G.parentOf(S)) {
    if (isa<UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, CXXTypeidExpr>(S))
      return; // Not evaluated.
    Where = G.nodesOf(S);
  }
  for (flow::NodeId N : Where)
    Events[N].push_back({What, Subject, Object});
  HasUse |=
      What == Event::Use || What == Event::GuardUse || What == Event::Refer;
}

void CancelNames::noteGuard(const Stmt *S, const VarDecl *Variable,
                            unsigned Holder) {
  if (Guards.size() == MostGuards)
    return note(S, Event::Use, Holder);
  Guards.push_back(
      {Variable, Variable ? scopeOf(Variable, G) : nullptr, Holder});
  if (Variable && GuardNames.insert({Variable, Guards.size() - 1}).second)
    Unseen.push_back(Variable);
  note(S, Event::Refer, Guards.size() - 1);
}

// The lambda in G's body in whose body S stands.
static const LambdaExpr *lambdaAround(const Stmt *S, const flow::Graph &G) {
  const LambdaExpr *Outermost = nullptr;
  for (const Stmt *Inner = S; Inner; Inner = G.parentOf(Inner))
    if (const auto *Lambda = dyn_cast_or_null<LambdaExpr>(G.parentOf(Inner));
        Lambda && Lambda->getBody() == Inner)
      Outermost = Lambda;
  return Outermost;
}

void CancelNames::see(const DeclRefExpr *Ref) {
  auto Guard = GuardNames.find(Ref->getDecl());
  if (Guard != GuardNames.end()) {
    if (!isDropped(G.parentOf(Ref), Ref,
                   [&](const Stmt *S) { return G.parentOf(S); }))
      note(Ref, Event::GuardUse, Guard->second);
    return;
  }
  Meaning M = Names.find(Ref->getDecl())->second;
  if (const LambdaExpr *Lambda = lambdaAround(Ref, G)) {
    if (Lambda->getCaptureDefault() == LCD_ByRef)
      seeReference(Lambda, M.Of);
    else
      note(Lambda, Event::Use, M.Of);
    return;
  }
  seeValue(Ref, M, Ref);
}

static bool isEmptinessTest(const Stmt *Parent) {
  const auto *Member = dyn_cast<MemberExpr>(Parent);
  return Member && isa<CXXConversionDecl>(Member->getMemberDecl()) &&
         Member->getMemberDecl()
             ->getType()
             ->castAs<FunctionType>()
             ->getReturnType()
             ->isBooleanType();
}

// Whether Parent asks a cancel function, its operand, whether it is empty, or
// compares it otherwise.
bool CancelNames::isNullTest(const Stmt *Parent) {
  if (isEmptinessTest(Parent)) {
    if (const auto *Call = dyn_cast_or_null<Expr>(G.parentOf(Parent)))
      HoldsIfThere[Call] = true;
    return true;
  }
  if (!isComparison(Parent))
    return false;
  // 'cancel == nullptr' and 'cancel != nullptr'.
  auto Kind = BO_Comma;
  bool WithNull = false;
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(Parent))
    Kind = BinaryOperator::getOverloadedOpcode(Call->getOperator());
  else if (const auto *Op = dyn_cast<BinaryOperator>(Parent))
    Kind = Op->getOpcode();
  for (const Stmt *Side : Parent->children())
    if (const auto *E = dyn_cast_or_null<Expr>(Side))
      WithNull |=
          isa<CXXNullPtrLiteralExpr, GNUNullExpr>(E->IgnoreParenImpCasts());
  if (WithNull && (Kind == BO_EQ || Kind == BO_NE))
    HoldsIfThere[cast<Expr>(Parent)] = Kind == BO_NE;
  return true;
}

// The holder that E, the left side of an assignment, names.
std::optional<CancelNames::Meaning> CancelNames::localMeaning(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Member = dyn_cast<MemberExpr>(E);
      Member && !Member->isArrow() &&
      takesPart(Member, Member->getBase(), Made.Derived.Cancel) &&
      isSameRecord(Member->getBase()->getType(), Made.Call->getType()))
    E = Member->getBase()->IgnoreParenImpCasts();
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  if (!Ref || Ref->refersToEnclosingVariableOrCapture())
    return std::nullopt;
  auto Known = Names.find(Ref->getDecl());
  if (Known != Names.end())
    return Known->second;
  const VarDecl *V = ownLocal(Ref->getDecl());
  std::optional<unsigned> Holder = V ? holderOf(V) : std::nullopt;
  if (!Holder)
    return std::nullopt;
  Meaning M{*Holder, Made.Call->getType()->isRecordType() &&
                         isSameRecord(Ref->getType(), Made.Call->getType()) &&
                         Made.Derived.Cancel != "result"};
  addName(Ref->getDecl(), M);
  return M;
}

// Follows the value of E, which is M, to what becomes of it. Value is the
// expression in which it last took its type.
void CancelNames::seeValue(const Expr *E, Meaning M, const Expr *Value) {
  auto Up = [&](const Stmt *S) { return G.parentOf(S); };
  bool Moved = false;
  while (true) {
    const Stmt *P = G.parentOf(E);
    if (isDropped(P, E, Up))
      return;
    if (!P)
      return note(E, Event::Use, M.Of);
    if (M.Whole && takesPart(P, E, Made.Derived.Context))
      return;
    if (M.Whole && takesPart(P, E, Made.Derived.Cancel)) {
      M.Whole = false;
      E = Value = cast<Expr>(P);
      continue;
    }
    if (!M.Whole && isNullTest(P))
      return;
    if (const auto [To, From] = assignment(P); To) {
      if (To == E)
        return note(P, Event::Overwrite, M.Of);
      if (const ValueDecl *Name = namedBy(To);
          Name && Recognizer.isDiscard(Name))
        return;
      std::optional<Meaning> Other = localMeaning(To);
      return Other ? note(P, Moved ? Event::Move : Event::Copy, M.Of, Other->Of)
                   : note(P, Event::Use, M.Of);
    }
    if (const auto *Call = dyn_cast<CallExpr>(P);
        Call && Call->isCallToStdMove()) {
      Moved = true;
      E = Call;
      continue;
    }
    if (keepsValue(P, E) || (!M.Whole && wrapsCallable(P, E))) {
      E = cast<Expr>(P);
      continue;
    }
    if (const auto *Declaration = dyn_cast<DeclStmt>(P))
      return initialise(Declaration, E, Value, M, Moved);
    // Calling it, or moving from it, uses the value; what else has the variable
    // itself may use what is assigned to it later.
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(P);
    bool Called = Operator && Operator->getOperator() == OO_Call &&
                  Operator->getArg(0) == E;
    if (E->isGLValue() && !Called && !Moved)
      return seeReference(cast<Expr>(E), M.Of);
    return note(P, Event::Use, M.Of);
  }
}

void CancelNames::initialise(const DeclStmt *Declaration, const Expr *Init,
                             const Expr *Value, Meaning M, bool Moved) {
  for (const Decl *Each : Declaration->decls()) {
    const auto *V = dyn_cast<VarDecl>(Each);
    if (!V || V->getInit() != Init)
      continue;
    bool Alias = isSameRecord(V->getType(), Value->getType()) ||
                 (!M.Whole && isCallable(V->getType()));
    const auto *Parts = dyn_cast<DecompositionDecl>(V);
    if (!V->hasLocalStorage() || !Alias || (Parts && !M.Whole))
      break;
    if (!isOwnLocal(V)) {
      // A reference: another name.
      if (Parts)
        addParts(Parts, M.Of);
      else
        addName(V, M);
      return;
    }
    std::optional<unsigned> Holder = holderOf(V);
    if (!Holder)
      break;
    addName(V, {*Holder, M.Whole});
    if (Parts)
      addParts(Parts, *Holder);
    return note(Declaration, Moved ? Event::Move : Event::Copy, M.Of, *Holder);
  }
  note(Declaration, Event::Use, M.Of);
}

// E refers to a holder: an argument by reference, an operand of '&', a lambda
// that captures it.
void CancelNames::seeReference(const Expr *E, unsigned Holder) {
  // Whether whoever has E may use it later. A function that is given the
  // variable, or a pointer to it, is taken to use what it has now.
  bool Lasts = isa<LambdaExpr>(E);
  for (const Expr *Inner = E;;) {
    const Stmt *P = G.parentOf(Inner);
    if (const auto *Declaration = dyn_cast_or_null<DeclStmt>(P)) {
      for (const Decl *Each : Declaration->decls())
        if (const auto *V = dyn_cast<VarDecl>(Each);
            V && V->getInit() == Inner && V->hasLocalStorage() &&
            (V->getType()->isRecordType() || V->getType()->isPointerType() ||
             V->getType()->isReferenceType()))
          return noteGuard(Declaration, V, Holder);
      break;
    }
    const auto *Outer = dyn_cast_or_null<Expr>(P);
    if (!Outer)
      break;
    if (isa<LambdaExpr, CXXConstructExpr>(Outer))
      Lasts = true;
    if (const auto *Call = dyn_cast<CallExpr>(Outer)) {
      const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
      bool OnTheSpot = Operator && Operator->getOperator() == OO_Call &&
                       Operator->getArg(0) == Inner;
      if (!Lasts || OnTheSpot)
        return note(Outer, Event::Use, Holder);
    }
    Inner = Outer;
  }
  if (!Lasts)
    return note(E, Event::Use, Holder);
  noteGuard(E, /*Variable=*/nullptr, Holder);
}

//===-- Along a path ------------------------------------------------------===//

bool CancelNames::isOverwrite(flow::NodeId N) const {
  auto Found = Events.find(N);
  return Found != Events.end() &&
         llvm::any_of(Found->second, [](const Event &E) {
           return E.What == Event::Overwrite;
         });
}

// Guards that end on the way to To use what their holders have.
void CancelNames::followGuards(const flow::Node &To, flow::Knowledge &Known,
                               bool &Used) const {
  bool Ends = To.Kind == flow::NodeKind::Exit ||
              To.Kind == flow::NodeKind::Unwound ||
              To.Kind == flow::NodeKind::Destroyed;
  for (unsigned I = 0; I != Guards.size(); ++I) {
    if (!(Known & guardBit(I)) || !Guards[I].Variable)
      continue;
    bool Destroyed = To.Kind == flow::NodeKind::Destructor &&
                     To.Variable == Guards[I].Variable;
    if (!Ends && !Destroyed && G.isInside(To, Guards[I].Scope))
      continue;
    Used |= (Known & holderBit(Guards[I].Refers)) != 0;
    Known &= ~guardBit(I);
  }
}

// What happens at N.
void CancelNames::apply(flow::NodeId N, flow::Knowledge &Known,
                        bool &Used) const {
  auto Found = Events.find(N);
  if (Found == Events.end())
    return;
  const flow::Knowledge Before = Known;
  for (const Event &E : Found->second)
    if (E.What == Event::Use)
      Used |= (Before & holderBit(E.Subject)) != 0;
    else if (E.What == Event::GuardUse)
      Used |= (Before & guardBit(E.Subject)) != 0 &&
              (Before & holderBit(Guards[E.Subject].Refers)) != 0;
    else if (E.What == Event::Overwrite)
      Known &= ~holderBit(E.Subject);
  for (const Event &E : Found->second) {
    if (E.What == Event::Refer)
      Known |= guardBit(E.Subject);
    if (E.What != Event::Copy && E.What != Event::Move)
      continue;
    if (E.What == Event::Move)
      Known &= ~holderBit(E.Subject);
    Known &= ~holderBit(E.Object);
    if (Before & holderBit(E.Subject))
      Known |= holderBit(E.Object);
  }
}

flow::Verdict CancelNames::follow(const flow::Step &S,
                                  flow::Knowledge &Known) const {
  if (isImpossible(S))
    return flow::Verdict::Block;
  const flow::Node &To = G[S.Taken.To];
  bool Used = false;
  followGuards(To, Known, Used);
  bool Ends = To.Kind == flow::NodeKind::Exit ||
              To.Kind == flow::NodeKind::Unwound ||
              To.Kind == flow::NodeKind::Destroyed;
  bool Held = false;
  auto LookAtHolders = [&] {
    Held = false;
    for (unsigned I = 0; I != Holders.size(); ++I) {
      if (Ends || !G.isInside(To, Holders[I].Scope))
        Known &= ~holderBit(I);
      Held |= (Known & holderBit(I)) != 0;
    }
  };
  LookAtHolders();
  if (Used)
    return flow::Verdict::Block;
  if (Held) {
    apply(S.Taken.To, Known, Used);
    LookAtHolders();
    if (Used || isKnownElsewhere(Known))
      return flow::Verdict::Block;
  }
  return Held ? flow::Verdict::Through : flow::Verdict::Arrive;
}

llvm::SmallVector<flow::Position, 2> CancelNames::starts() const {
  llvm::ArrayRef<flow::NodeId> Where = Made.TheFate == MadeCancel::Assigned
                                           ? G.nodesOf(Made.Assignment)
                                           : G.nodesOf(Made.variable());
  // The variable that it is made for is the first holder.
  llvm::SmallVector<flow::Position, 2> Result;
  if (Guards.empty()) {
    for (flow::NodeId N : Where)
      Result.push_back({N, holderBit(0)});
    return Result;
  }
  // Guards may have been made before, in one way or another. One that has the
  // variable, and may be anywhere, covers what is assigned to it.
  G.findPath({flow::Position{G.entry(), 0}},
             [&](const flow::Step &S, flow::Knowledge &Known) {
               bool Used = false;
               followGuards(G[S.Taken.To], Known, Used);
               apply(S.Taken.To, Known, Used);
               if (!llvm::is_contained(Where, S.Taken.To))
                 return flow::Verdict::Through;
               flow::Knowledge Now = Known | holderBit(0);
               if (!isKnownElsewhere(Now))
                 Result.push_back({S.Taken.To, Now});
               return flow::Verdict::Through;
             });
  return Result;
}

bool CancelNames::isKnownElsewhere(flow::Knowledge Known) const {
  for (unsigned I = 0; I != Guards.size(); ++I)
    if (!Guards[I].Variable && (Known & guardBit(I)) &&
        (Known & holderBit(Guards[I].Refers)))
      return true;
  return false;
}

bool CancelNames::isImpossible(const flow::Step &S) const {
  const flow::Node &Branch = G[S.From];
  if (!Branch.Condition || HoldsIfThere.empty())
    return false;
  bool Holds = S.Taken.Kind == flow::EdgeKind::True;
  if (!Holds && S.Taken.Kind != flow::EdgeKind::False)
    return false;
  const Expr *E = Branch.Condition->IgnoreParenImpCasts();
  while (true) {
    if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(E)) {
      E = Rewritten->getSemanticForm()->IgnoreParenImpCasts();
      continue;
    }
    const auto *Not = dyn_cast<UnaryOperator>(E);
    if (!Not || Not->getOpcode() != UO_LNot)
      break;
    Holds = !Holds;
    E = Not->getSubExpr()->IgnoreParenImpCasts();
  }
  auto Found = HoldsIfThere.find(E);
  return Found != HoldsIfThere.end() && Found->second != Holds;
}

} // namespace clang::tidy::context
