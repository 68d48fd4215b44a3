// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Tracking.h"
#include "flow/Callees.h"
#include "flow/Loop.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/Builtins.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace clang::tidy::context {

using flow::constantOf;
using flow::Value;

Tracking::Tracking(const flow::Graph &G, llvm::ArrayRef<flow::NodeId> Region,
                   const flow::DeclSet &Exposed, const Looks &TheLooks,
                   const Reach *InReach, ASTContext &Context)
    : G(G), Exposed(Exposed), TheLooks(TheLooks), InReach(InReach),
      Context(Context) {
  Facts.emplace_back(); // Nothing is known.
  findLooks(Region);
  findVariables(Region);
}

std::optional<unsigned> Tracking::lookOf(const Stmt *S) const {
  const auto *E = dyn_cast_or_null<Expr>(S);
  auto Found = E ? LookIndex.find(E) : LookIndex.end();
  if (Found == LookIndex.end())
    return std::nullopt;
  return Found->second;
}

Tracking::State Tracking::start(flow::NodeId N) const {
  State S{N, 0, 0, {}};
  S.Facts.assign(SlotDecls.size(), 0);
  return S;
}

// Whether E is an argument of a select, which does the looking.
bool Tracking::isSelectCase(const Expr *E) const {
  for (const Stmt *S = G.parentOf(E); S && isa<Expr>(S); S = G.parentOf(S))
    if (const auto *Call = dyn_cast<CallExpr>(S))
      return TheLooks.isSelect(Call);
  return false;
}

void Tracking::findLooks(llvm::ArrayRef<flow::NodeId> Region) {
  for (flow::NodeId N : Region) {
    const flow::Node &Node = G[N];
    const auto *E = dyn_cast_or_null<Expr>(Node.Statement);
    if (E && Node.Kind == flow::NodeKind::Branch &&
        isa<BinaryOperator, ConditionalOperator>(E) && SideIndex.size() < 64)
      SideIndex.try_emplace(E, SideIndex.size());
    if (!E || Node.Kind != flow::NodeKind::Evaluation ||
        LookExprs.size() == 64 || LookIndex.count(E) || isSelectCase(E))
      continue;
    if (std::optional<Look> Found = TheLooks.at(E, InReach)) {
      LookIndex[E] = LookExprs.size();
      LookExprs.push_back(E);
      LookKinds.push_back(std::move(*Found));
    }
  }
}

namespace {
/// What a condition says of a variable if it holds, and if it does not.
struct Test {
  const ValueDecl *Tested = nullptr;
  Value Holds, Fails;
};
} // namespace

// The test that is all of a condition: 'v', '!v', 'v == 3'.
static Test testedBy(const Expr *E, const ASTContext &Context) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (!isa<VarDecl>(Ref->getDecl()) ||
        !Ref->getType().getNonReferenceType()->isIntegralOrEnumerationType())
      return {};
    return {flow::rootOf(E),
            E->getType()->isBooleanType() ? Value::equal(1)
                                          : Value::notEqual(0),
            Value::equal(0)};
  }
  if (const auto *Not = dyn_cast<UnaryOperator>(E);
      Not && Not->getOpcode() == UO_LNot) {
    Test Inner = testedBy(Not->getSubExpr(), Context);
    std::swap(Inner.Holds, Inner.Fails);
    return Inner;
  }
  const auto *Binary = dyn_cast<BinaryOperator>(E);
  if (!Binary || !Binary->isEqualityOp())
    return {};
  std::optional<int64_t> Number = constantOf(Binary->getRHS(), Context);
  Test Inner = testedBy(Binary->getLHS(), Context);
  if (!Number || !Inner.Tested ||
      !isa<DeclRefExpr>(Binary->getLHS()->IgnoreParenImpCasts()))
    return {};
  Inner.Holds = Value::equal(*Number);
  Inner.Fails = Value::notEqual(*Number);
  // Of a bool that says which of the two it is.
  if (Binary->getLHS()->IgnoreParenImpCasts()->getType()->isBooleanType() &&
      (*Number == 0 || *Number == 1))
    Inner.Fails = Value::equal(1 - *Number);
  if (Binary->getOpcode() == BO_NE)
    std::swap(Inner.Holds, Inner.Fails);
  return Inner;
}

// Tracked are the variables that a look can tell something by, and that
// something here branches on: those that are set here and read.
void Tracking::findVariables(llvm::ArrayRef<flow::NodeId> Region) {
  llvm::SmallPtrSet<const ValueDecl *, 16> Set, Read;
  llvm::DenseMap<const ValueDecl *, llvm::SmallVector<const Expr *, 2>> Values;
  std::vector<const ValueDecl *> InOrder;
  auto Add = [&](const ValueDecl *D) {
    if (Set.insert(D).second)
      InOrder.push_back(D);
  };
  llvm::SmallVector<const Stmt *, 64> Work;
  llvm::DenseMap<const ValueDecl *, unsigned> Tests;
  for (flow::NodeId N : Region) {
    const flow::Node &Node = G[N];
    if (Node.Kind == flow::NodeKind::Branch && Node.Condition) {
      Work.push_back(Node.Condition);
      if (const ValueDecl *D = testedBy(Node.Condition, Context).Tested)
        ++Tests[D];
    } else if (!InReach && isa_and_nonnull<ReturnStmt>(Node.Statement)) {
      Work.push_back(Node.Statement); // What a caller gets to see.
    }
    if (Node.Kind != flow::NodeKind::Evaluation)
      continue;
    flow::forEachChange(Node.Statement,
                        [&](const flow::ObjectPath &Path, const Expr *Value) {
                          if (Path.empty())
                            return;
                          Add(Path.front());
                          if (Value)
                            Values[Path.front()].push_back(Value);
                        });
    if (std::optional<unsigned> Index = lookOf(Node.Statement))
      for (const ValueDecl *D : LookKinds[*Index].Outs)
        Add(D);
  }
  // Read by branches, or by what is assigned to others that are.
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *E = dyn_cast<Expr>(S); E && isa<DeclRefExpr, MemberExpr>(E))
      if (const ValueDecl *D = flow::rootOf(E); D && Read.insert(D).second) {
        Work.append(Values[D].begin(), Values[D].end());
        if (Tests.lookup(D) > 1)
          Add(D); // The first test tells what the second one finds.
      }
    for (const Stmt *Child : S->children())
      Work.push_back(Child);
  }
  constexpr size_t Most = 24;
  for (const ValueDecl *D : InOrder)
    if (Read.count(D) && SlotDecls.size() < Most) {
      Slots[D] = SlotDecls.size();
      SlotDecls.push_back(D);
    }
}

void Tracking::noteSide(State &S, const flow::Node &N, const flow::Edge &E) {
  if (N.Kind != flow::NodeKind::Branch ||
      (E.Kind != flow::EdgeKind::True && E.Kind != flow::EdgeKind::False))
    return;
  bool Holds = E.Kind == flow::EdgeKind::True;
  // What the test of a variable tells of it.
  if (N.Condition && KeepConstants)
    if (Test T = testedBy(N.Condition, Context);
        T.Tested && Slots.count(T.Tested) && isPrivate(T.Tested))
      if (Fact F = factOf(S, T.Tested);
          !F.Looked && F.Done.TheKind != Value::Equal) {
        F.Done = F.Alive = Holds ? T.Holds : T.Fails;
        setFact(S, T.Tested, F);
      }
  auto Index = SideIndex.find(N.Statement);
  if (Index == SideIndex.end())
    return;
  const auto *Binary = dyn_cast<BinaryOperator>(N.Statement);
  bool Notes = Binary && Binary->getOpcode() == BO_LOr ? Holds : !Holds;
  uint64_t Bit = uint64_t(1) << Index->second;
  S.Sides = Notes ? S.Sides | Bit : S.Sides & ~Bit;
}

// Whether nobody but the steps of the function can change it.
bool Tracking::isPrivate(const ValueDecl *D) const {
  const auto *V = dyn_cast<VarDecl>(D);
  return V && V->hasLocalStorage() && !Exposed.count(V) &&
         !V->getType()->isReferenceType() &&
         !V->getType().isVolatileQualified();
}

std::optional<unsigned> Tracking::slotOf(const ValueDecl *D) const {
  auto Found = Slots.find(D);
  if (Found == Slots.end())
    return std::nullopt;
  return Found->second;
}

std::optional<unsigned> Tracking::slotOf(const Expr *E) const {
  const ValueDecl *D = flow::rootOf(E);
  return D ? slotOf(D) : std::nullopt;
}

Tracking::FactId Tracking::intern(const Fact &F) {
  for (size_t I = 0; I != Facts.size(); ++I)
    if (Facts[I] == F)
      return I;
  // More than one can tell apart are too many to tell anything.
  if (Facts.size() > 4000)
    return 0;
  Facts.push_back(F);
  return Facts.size() - 1;
}

Fact Tracking::lookFact(unsigned Index) const {
  const Look &Found = LookKinds[Index];
  Fact F;
  F.Looked = uint64_t(1) << Index;
  F.Done = Found.WhenDone;
  F.Alive = Found.WhenAlive;
  return F;
}

Fact Tracking::unknownFrom(const Expr *E, const State &S) const {
  Fact F;
  if (isa<LambdaExpr>(E))
    return F;
  for (const Stmt *Child : E->children())
    if (const auto *Part = dyn_cast_or_null<Expr>(Child))
      F.Looked |= evaluate(Part, S).Looked;
  return F;
}

Fact Tracking::evaluateOperator(BinaryOperatorKind Op, const Expr *Left,
                                const Expr *Right, const State &S) const {
  if (Op == BO_Comma || Op == BO_Assign)
    return evaluate(Right, S);
  Fact A = evaluate(Left, S), B = evaluate(Right, S), F;
  F.Looked = A.Looked | B.Looked;
  if (Op == BO_Or || Op == BO_And || Op == BO_OrAssign || Op == BO_AndAssign) {
    bool And = Op == BO_And || Op == BO_AndAssign;
    // Bits of two numbers may well be apart.
    if (!And || (Left->getType()->isBooleanType() &&
                 Right->IgnoreImpCasts()->getType()->isBooleanType())) {
      F.Done = flow::both(A.Done, B.Done, And);
      F.Alive = flow::both(A.Alive, B.Alive, And);
    }
  } else if (BinaryOperator::isComparisonOp(Op)) {
    F.Done = flow::compare(A.Done, B.Done, Op);
    F.Alive = flow::compare(A.Alive, B.Alive, Op);
  }
  return F;
}

// Whether the way here did without the right side of '&&' or '||'. Clang leads
// it from the operand that decides to where the whole is decided, past the
// operators between: 'a' of 'a && b && c'.
bool Tracking::isShort(const BinaryOperator *E, const State &S) const {
  auto Index = SideIndex.find(E);
  if (Index == SideIndex.end())
    return false;
  if (S.Sides >> Index->second & 1)
    return true;
  return decidedBefore(E->getLHS(), S) ==
         std::optional(E->getOpcode() == BO_LOr);
}

// What E is, if an operator in it was short.
std::optional<bool> Tracking::decidedBefore(const Expr *E,
                                            const State &S) const {
  const auto *Binary = dyn_cast<BinaryOperator>(E->IgnoreParens());
  if (!Binary || !SideIndex.count(Binary))
    return std::nullopt;
  if (isShort(Binary, S))
    return Binary->getOpcode() == BO_LOr;
  return decidedBefore(Binary->getRHS(), S);
}

// Whether E is made of conditions, of which the way here has decided some.
static bool isJoined(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  while (const auto *Not = dyn_cast<UnaryOperator>(E)) {
    if (Not->getOpcode() != UO_LNot)
      return false;
    E = Not->getSubExpr()->IgnoreParenImpCasts();
  }
  const auto *Binary = dyn_cast<BinaryOperator>(E);
  return isa<ConditionalOperator>(E) || (Binary && Binary->isLogicalOp());
}

Fact Tracking::evaluateLogical(const BinaryOperator *E, const State &S) const {
  bool And = E->getOpcode() == BO_LAnd;
  Fact A = evaluate(E->getLHS(), S), B, F;
  bool IsShort = isShort(E, S);
  if (SideIndex.count(E)) {
    // The way here tells whether the left side has decided.
    if (!A.Looked)
      A.Done = A.Alive = Value::equal(IsShort != And);
    if (!IsShort)
      B = evaluate(E->getRHS(), S);
    // Another way might have decided them otherwise: if (!done || (a || b)).
    if (A.Looked && !B.Looked && isJoined(E->getRHS()))
      B = Fact();
  } else {
    B = evaluate(E->getRHS(), S);
  }
  F.Looked = A.Looked | B.Looked;
  F.Done = flow::both(A.Done, B.Done, And);
  F.Alive = flow::both(A.Alive, B.Alive, And);
  return F;
}

Fact Tracking::evaluateChoice(const ConditionalOperator *E,
                              const State &S) const {
  Fact If = evaluate(E->getCond(), S);
  if (auto Index = SideIndex.find(E); Index != SideIndex.end() && !If.Looked) {
    // The way here tells which of the two it was.
    bool IsSecond = S.Sides >> Index->second & 1 ||
                    decidedBefore(E->getCond(), S) == std::optional(false);
    return evaluate(IsSecond ? E->getFalseExpr() : E->getTrueExpr(), S);
  }
  Fact A = evaluate(E->getTrueExpr(), S), B = evaluate(E->getFalseExpr(), S), F;
  auto Choose = [](const Value &C, const Value &T, const Value &F) {
    std::optional<bool> Truth = C.truth();
    return Truth ? (*Truth ? T : F) : flow::either(T, F);
  };
  F.Looked = If.Looked | A.Looked | B.Looked;
  F.Done = Choose(If.Done, A.Done, B.Done);
  F.Alive = Choose(If.Alive, A.Alive, B.Alive);
  return F;
}

static Fact negate(Fact F) {
  F.Done = flow::negate(F.Done);
  F.Alive = flow::negate(F.Alive);
  F.Decision = -1;
  return F;
}

// A comparison or assignment of objects, a conversion of one, or a function
// that hands its argument on.
Fact Tracking::evaluateCall(const CallExpr *E, const State &S) const {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
    auto Kind = Operator->getOperator();
    if (Kind == OO_Exclaim)
      return negate(evaluate(Operator->getArg(0), S));
    if (Kind == OO_Equal && Operator->getNumArgs() == 2)
      return evaluate(Operator->getArg(1), S);
    if ((Kind == OO_EqualEqual || Kind == OO_ExclaimEqual) &&
        Operator->getNumArgs() == 2) {
      // Only "none" has a number among objects; others are just something.
      auto AsObject = [](Value V) {
        return V.TheKind == Value::Equal && V.Number != 0 ? Value::notEqual(0)
                                                          : V;
      };
      BinaryOperatorKind Op = Kind == OO_EqualEqual ? BO_EQ : BO_NE;
      Fact A = evaluate(Operator->getArg(0), S),
           B = evaluate(Operator->getArg(1), S), F;
      F.Looked = A.Looked | B.Looked;
      F.Done = flow::compare(AsObject(A.Done), AsObject(B.Done), Op);
      F.Alive = flow::compare(AsObject(A.Alive), AsObject(B.Alive), Op);
      // Done, it is taken to be the error that is asked for.
      if (F.Looked && F.Done == Value())
        F.Done = flow::negate(F.Alive);
      return F;
    }
    return unknownFrom(E, S);
  }
  const FunctionDecl *F = E->getDirectCallee();
  if (F && F->getBuiltinID() == Builtin::BI__builtin_expect)
    return evaluate(E->getArg(0), S);
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E);
      Member && isa_and_nonnull<CXXConversionDecl>(Member->getMethodDecl()))
    return evaluate(Member->getImplicitObjectArgument(), S);
  return unknownFrom(E, S);
}

// An object that was made from nothing: std::error_code() is "no error".
static bool isEmptyObject(const Expr *E) {
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
    return Construct->getNumArgs() == 0;
  if (const auto *List = dyn_cast<InitListExpr>(E))
    return List->getNumInits() == 0;
  return isa<CXXScalarValueInitExpr, ImplicitValueInitExpr>(E);
}

Fact Tracking::evaluate(const Expr *E, const State &S) const {
  E = flow::meant(E);
  if (auto Found = LookIndex.find(E); Found != LookIndex.end()) {
    if (S.Fresh >> Found->second & 1)
      return lookFact(Found->second);
    return Fact();
  }
  if (std::optional<int64_t> Number = constantOf(E, Context)) {
    // An enumerator that stands for an error may be anything but none.
    Fact F;
    F.Done = F.Alive = Value::equal(*Number);
    return F;
  }
  if (isEmptyObject(E)) {
    Fact F;
    F.Done = F.Alive = Value::equal(0);
    return F;
  }
  if (isa<DeclRefExpr>(E) || isa<MemberExpr>(E)) {
    std::optional<unsigned> Slot = slotOf(E);
    if (!Slot)
      return isa<MemberExpr>(E) ? unknownFrom(E, S) : Fact();
    Fact F = Facts[S.Facts[*Slot]];
    if (tellsOnlyBehind(F, S.At))
      return Fact();
    // A part of what is tracked has a value of its own.
    if (flow::objectOf(E).size() != 1 ||
        (isa<DeclRefExpr>(E) &&
         isa<BindingDecl>(cast<DeclRefExpr>(E)->getDecl())))
      F.Done = F.Alive = Value();
    return F;
  }
  if (const auto *Cast = dyn_cast<CastExpr>(E)) {
    Fact F = evaluate(Cast->getSubExpr(), S);
    return F;
  }
  if (const auto *Not = dyn_cast<UnaryOperator>(E);
      Not && Not->getOpcode() == UO_LNot)
    return negate(evaluate(Not->getSubExpr(), S));
  if (const auto *Binary = dyn_cast<BinaryOperator>(E);
      Binary && Binary->isLogicalOp())
    return evaluateLogical(Binary, S);
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    return evaluateOperator(Binary->getOpcode(), Binary->getLHS(),
                            Binary->getRHS(), S);
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E))
    return evaluateChoice(Choice, S);
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(E))
    return evaluate(Rewritten->getSemanticForm(), S);
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return evaluateCall(Call, S);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E);
      Construct && Construct->getNumArgs() == 1)
    return evaluate(Construct->getArg(0), S);
  if (const auto *List = dyn_cast<InitListExpr>(E);
      List && List->getNumInits() == 1)
    return evaluate(List->getInit(0), S);
  return unknownFrom(E, S);
}

void Tracking::assign(State &S, unsigned Slot, Fact New) {
  const Fact &Old = Facts[S.Facts[Slot]];
  // What is assigned on one side of a decision tells which side was taken, and
  // so does that it was not assigned.
  if (!New.Looked && tellsOnlyBehind(Old, S.At))
    return;
  New.Decision = -1;
  if (!New.Looked) {
    if (!KeepConstants || !isPrivate(SlotDecls[Slot]))
      New = Fact();
  }
  S.Facts[Slot] = intern(New);
}

// Whether S is the whole of an expression or declaration whose value nobody
// waits for any more.
static bool endsExpression(const flow::Graph &G, const Stmt *S) {
  if (isa<DeclStmt>(S))
    return true;
  if (!isa<Expr>(S))
    return false;
  const Stmt *Parent = G.parentOf(S);
  if (!Parent)
    return true;
  if (isa<Expr>(Parent) || isa<DeclStmt, ReturnStmt>(Parent))
    return false;
  if (const auto *If = dyn_cast<IfStmt>(Parent))
    return If->getCond() != S;
  if (const auto *Switch = dyn_cast<SwitchStmt>(Parent))
    return Switch->getCond() != S;
  return flow::conditionOf(Parent) != S;
}

void Tracking::step(State &S) {
  const flow::Node &N = G[S.At];
  const Look *Here = nullptr;
  unsigned Index = 0;
  if (const auto *E = dyn_cast<Expr>(N.Statement))
    if (auto Found = LookIndex.find(E); Found != LookIndex.end()) {
      Index = Found->second;
      Here = &LookKinds[Index];
      if (Here->ByValue)
        S.Fresh |= uint64_t(1) << Index;
    }
  // What is moved from has told what it had to tell.
  const auto *Moved = dyn_cast<CXXConstructExpr>(N.Statement);
  bool Moves = Moved && Moved->getConstructor()->isCopyOrMoveConstructor();
  flow::forEachChange(
      N.Statement, [&](const flow::ObjectPath &Path, const Expr *Value) {
        std::optional<unsigned> Slot =
            Path.empty() ? std::nullopt : slotOf(Path.front());
        if (!Slot || Moves)
          return;
        Fact New;
        if (Value)
          New = evaluate(Value, S);
        else if (const auto *Compound =
                     dyn_cast<CompoundAssignOperator>(N.Statement))
          New = evaluateOperator(Compound->getOpcode(), Compound->getLHS(),
                                 Compound->getRHS(), S);
        if (Path.size() > 1) {
          // A part is set: what the whole tells, it still tells.
          if (!New.Looked)
            return;
          New.Done = New.Alive = {};
        }
        assign(S, *Slot, New);
      });
  if (Here) {
    Fact Told;
    Told.Looked = uint64_t(1) << Index;
    for (const ValueDecl *D : Here->Outs)
      if (std::optional<unsigned> Slot = slotOf(D))
        assign(S, *Slot, Told);
  }
  if (endsExpression(G, N.Statement))
    S.endExpression();
}

unsigned Tracking::openEdges(const flow::Node &N, const Value &V) const {
  unsigned Open = 0;
  auto NumberOf = [&](const Expr *Label) { return constantOf(Label, Context); };
  bool Matched = false;
  for (unsigned I = 0; I != N.Out.size(); ++I) {
    const flow::Edge &E = N.Out[I];
    bool IsOpen = true;
    if (E.Kind == flow::EdgeKind::True || E.Kind == flow::EdgeKind::False) {
      std::optional<bool> T = V.truth();
      IsOpen = !T || *T == (E.Kind == flow::EdgeKind::True);
    } else if (E.Kind == flow::EdgeKind::Case) {
      if (const auto *Case = dyn_cast_or_null<CaseStmt>(E.Label);
          Case && !Case->getRHS())
        if (std::optional<int64_t> Number = NumberOf(Case->getLHS()))
          if (std::optional<bool> Is = V.is(*Number)) {
            IsOpen = *Is;
            Matched |= *Is;
          }
    }
    if (IsOpen)
      Open |= 1U << I;
  }
  // The label for the rest is only for cases that have none of their own.
  if (std::optional<llvm::BitVector> Others = TheLooks.casesWithoutLabel(N)) {
    bool MayBeOther = false;
    for (unsigned Case : Others->set_bits())
      MayBeOther |= V.is(Case) != std::optional(false);
    for (unsigned I = 0; !MayBeOther && I != N.Out.size(); ++I)
      if (!isa_and_nonnull<CaseStmt>(N.Out[I].Label))
        Open &= ~(1U << I);
  }
  if (Matched) // And so no other label, and not past the switch.
    for (unsigned I = 0; I != N.Out.size(); ++I)
      if (N.Out[I].Kind == flow::EdgeKind::Case) {
        const auto *Case = dyn_cast_or_null<CaseStmt>(N.Out[I].Label);
        std::optional<int64_t> Number =
            Case && !Case->getRHS() ? NumberOf(Case->getLHS()) : std::nullopt;
        if (!Number || V.is(*Number) != std::optional<bool>(true))
          Open &= ~(1U << I);
      }
  return Open;
}

} // namespace clang::tidy::context
