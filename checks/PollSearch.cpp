// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PollSearch.h"
#include "LLVMVersions.h"
#include "flow/Callees.h"
#include "flow/Objects.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/Builtins.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <deque>
#include <map>

namespace clang::tidy::context {

using flow::Edge;
using flow::EdgeKind;
using flow::NodeId;
using flow::NodeKind;

namespace {

//===-- Values ------------------------------------------------------------===//

/// What is known of a value.
struct Value {
  enum Kind { Unknown, Equal, NotEqual } TheKind = Unknown;
  int64_t Number = 0;

  static Value equal(int64_t N) { return {Equal, N}; }
  static Value notEqual(int64_t N) { return {NotEqual, N}; }
  bool operator==(const Value &O) const {
    return TheKind == O.TheKind && Number == O.Number;
  }
  /// Whether it is N: yes, no, or not known.
  std::optional<bool> is(int64_t N) const {
    if (TheKind == Equal)
      return Number == N;
    if (TheKind == NotEqual && Number == N)
      return false;
    return std::nullopt;
  }
  std::optional<bool> truth() const {
    std::optional<bool> IsNull = is(0);
    return IsNull ? std::optional<bool>(!*IsNull) : std::nullopt;
  }
};

Value fromTruth(std::optional<bool> B) {
  return B ? Value::equal(*B) : Value();
}

/// What a variable or expression tells about the contexts in reach: which
/// values it has when they are done, and when they are not.
struct Fact {
  uint64_t Looked = 0; // The looks that it comes from, one bit each.
  Value Done, Alive;
  /// The decision that it hangs on by what is assigned on its sides.
  int Decision = -1;

  bool operator==(const Fact &O) const {
    return Looked == O.Looked && Done == O.Done && Alive == O.Alive &&
           Decision == O.Decision;
  }
};

using FactId = uint16_t;

/// A point of the search: a step of the function, what the tracked variables
/// hold there, and which looks of the expression in evaluation were made.
struct State {
  NodeId At;
  uint64_t Fresh = 0;
  /// The '&&' and '||' of the expression that did without their right side.
  uint64_t Short = 0;
  llvm::SmallVector<FactId, 8> Facts;

  void endExpression() { Fresh = Short = 0; }
  bool operator<(const State &O) const {
    return std::tie(At, Fresh, Short, Facts) <
           std::tie(O.At, O.Fresh, O.Short, O.Facts);
  }
};

} // namespace

//===-- The search --------------------------------------------------------===//

class PollSearch::Implementation {
public:
  Implementation(const flow::Loop &L, const Looks &TheLooks,
                 const Reach &InReach, ASTContext &Context)
      : L(L), G(L.graph()), TheLooks(TheLooks), InReach(InReach),
        Context(Context) {
    Facts.emplace_back(); // Nothing is known.
    findLooks();
    findVariables();
    // No loop that was written by hand comes near this with flags alone.
    constexpr size_t Most = 50000;
    if (!explore(Most)) {
      KeepConstants = false;
      explore(Most);
    }
  }

  std::optional<flow::Path> findUnpolled(bool Blocking) const;

  std::vector<const CallExpr *> BlockingCalls;
  std::vector<const Expr *> LookExprs; // By bit.
  uint64_t Polled = 0;                 // Looks that decide a poll that leaves.

private:
  /// A decision: a step with the edges that are open to it when the contexts
  /// are done, and when not.
  struct Decision {
    NodeId At;
    unsigned Done, Alive; // Edges, one bit each.
    bool Leaves = false;
    /// Steps that follow only one of its sides.
    llvm::BitVector OneSided;
    /// What the variables assigned there are worth.
    std::map<const ValueDecl *,
             std::pair<std::optional<Value>, std::optional<Value>>>
        Assigned;
  };
  struct Move {
    unsigned To;
    Edge Taken;
  };

  void findLooks();
  bool isSelectCase(const Expr *E) const;
  void findVariables();
  bool explore(size_t Most);

  // Values.
  Fact evaluate(const Expr *E, const State &S) const;
  Fact evaluateOperator(BinaryOperatorKind Op, const Expr *Left,
                        const Expr *Right, const State &S) const;
  Fact evaluateLogical(const BinaryOperator *E, const State &S) const;
  Fact lookFact(unsigned Index) const;
  Fact unknownFrom(const Expr *E, const State &S) const;
  FactId intern(const Fact &F);
  std::optional<unsigned> slotOf(const ValueDecl *D) const;
  std::optional<unsigned> slotOf(const Expr *E) const;

  // Steps.
  void evaluateStep(State &S);
  void assign(State &S, unsigned Slot, Fact New);
  void pass(const State &From, unsigned Number);
  int decide(NodeId At, unsigned Done, unsigned Alive);
  void applyDecision(State &S, int D, uint64_t Looked);
  unsigned openEdges(const flow::Node &N, const Value &V) const;
  void go(unsigned From, State To, const Edge &Taken);
  bool goesRoundForEintr(const flow::Node &N, const Edge &E) const;
  bool isDependent(const flow::Node &N) const;

  const flow::Loop &L;
  const flow::Graph &G;
  const Looks &TheLooks;
  const Reach &InReach;
  ASTContext &Context;

  std::vector<Look> LookKinds; // By bit.
  llvm::DenseMap<const Expr *, unsigned> LookIndex;
  llvm::DenseMap<const Stmt *, unsigned> LogicalIndex; // To a bit of Short.
  llvm::BitVector BlockingNodes;
  llvm::DenseMap<const ValueDecl *, unsigned> Slots;
  std::vector<const ValueDecl *> SlotDecls;
  llvm::SmallPtrSet<const ValueDecl *, 8> Exposed;

  // Whether the values of variables that tell nothing of a context count: they
  // close ways, at the price of more states.
  bool KeepConstants = true;
  std::vector<Fact> Facts;
  std::vector<Decision> Decisions;
  std::map<std::tuple<NodeId, unsigned, unsigned>, int> DecisionIds;

  std::map<State, unsigned> StateIds;
  std::vector<std::map<State, unsigned>::const_iterator> States;
  std::vector<llvm::SmallVector<Move, 2>> Moves;
  std::deque<unsigned> Work;
};

// Whether E is an argument of a select, which does the looking.
bool PollSearch::Implementation::isSelectCase(const Expr *E) const {
  for (const Stmt *S = G.parentOf(E); S && isa<Expr>(S); S = G.parentOf(S))
    if (const auto *Call = dyn_cast<CallExpr>(S))
      return TheLooks.isSelect(Call);
  return false;
}

void PollSearch::Implementation::findLooks() {
  BlockingNodes.resize(G.nodes().size());
  for (unsigned N : L.nodes().set_bits()) {
    const flow::Node &Node = G[N];
    const auto *E = dyn_cast_or_null<Expr>(Node.Statement);
    if (E && Node.Kind == NodeKind::Branch && isa<BinaryOperator>(E) &&
        LogicalIndex.size() < 64)
      LogicalIndex.try_emplace(E, LogicalIndex.size());
    if (!E || Node.Kind != NodeKind::Evaluation)
      continue;
    if (const auto *Call = dyn_cast<CallExpr>(E);
        Call && TheLooks.isBlocking(Call)) {
      BlockingNodes.set(N);
      BlockingCalls.push_back(Call);
    }
    if (LookExprs.size() < 64 && !LookIndex.count(E) && !isSelectCase(E))
      if (std::optional<Look> Found = TheLooks.at(E, &InReach)) {
        LookIndex[E] = LookExprs.size();
        LookExprs.push_back(E);
        LookKinds.push_back(std::move(*Found));
      }
  }
  llvm::sort(BlockingCalls, [&](const CallExpr *A, const CallExpr *B) {
    return Context.getSourceManager().isBeforeInTranslationUnit(
        A->getBeginLoc(), B->getBeginLoc());
  });
}

// The variable that a binding or a reference is a part or another name of.
static const ValueDecl *trackedDecl(const Expr *E) { return flow::rootOf(E); }

// Tracked are the variables that a look can tell something by, and that
// something in the loop branches on: those that the loop sets and reads.
void PollSearch::Implementation::findVariables() {
  if (LookExprs.empty())
    return;
  llvm::SmallPtrSet<const ValueDecl *, 16> Set, Read;
  std::vector<const ValueDecl *> InOrder;
  for (unsigned N : L.nodes().set_bits()) {
    const flow::Node &Node = G[N];
    if (Node.Kind == NodeKind::Evaluation) {
      flow::forEachChange(
          Node.Statement, [&](const flow::ObjectPath &Path, const Expr *) {
            if (!Path.empty() && Set.insert(Path.front()).second)
              InOrder.push_back(Path.front());
          });
      if (const auto *E = dyn_cast<Expr>(Node.Statement))
        if (auto Found = LookIndex.find(E); Found != LookIndex.end())
          for (const ValueDecl *D : LookKinds[Found->second].Outs)
            if (Set.insert(D).second)
              InOrder.push_back(D);
    }
  }
  // Read by branches, or by what is assigned to others that are.
  llvm::SmallVector<const Stmt *, 64> Work;
  for (unsigned N : L.nodes().set_bits())
    if (G[N].Kind == NodeKind::Branch && G[N].Condition)
      Work.push_back(G[N].Condition);
  auto Mention = [&](const ValueDecl *D) {
    if (!Read.insert(D).second)
      return;
    for (unsigned N : L.nodes().set_bits())
      if (G[N].Kind == NodeKind::Evaluation)
        flow::forEachChange(G[N].Statement, [&](const flow::ObjectPath &Path,
                                                const Expr *Value) {
          if (!Path.empty() && Path.front() == D && Value)
            Work.push_back(Value);
        });
  };
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *E = dyn_cast<Expr>(S); E && isa<DeclRefExpr, MemberExpr>(E))
      if (const ValueDecl *D = trackedDecl(E))
        Mention(D);
    for (const Stmt *Child : S->children())
      Work.push_back(Child);
  }
  // What others may change at any time has no value that is known.
  Work.push_back(G.body());
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
          Exposed.insert(
              cast<ValueDecl>(Capture.getCapturedVar()->getCanonicalDecl()));
    if (const auto *Unary = dyn_cast<UnaryOperator>(S);
        Unary && Unary->getOpcode() == UO_AddrOf)
      if (const ValueDecl *D = flow::rootOf(Unary->getSubExpr()))
        Exposed.insert(D);
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

std::optional<unsigned>
PollSearch::Implementation::slotOf(const ValueDecl *D) const {
  auto Found = Slots.find(D);
  if (Found == Slots.end())
    return std::nullopt;
  return Found->second;
}

std::optional<unsigned>
PollSearch::Implementation::slotOf(const Expr *E) const {
  const ValueDecl *D = flow::rootOf(E);
  return D ? slotOf(D) : std::nullopt;
}

FactId PollSearch::Implementation::intern(const Fact &F) {
  for (size_t I = 0; I != Facts.size(); ++I)
    if (Facts[I] == F)
      return I;
  // More than one can tell apart are too many to tell anything.
  if (Facts.size() > 4000)
    return 0;
  Facts.push_back(F);
  return Facts.size() - 1;
}

Fact PollSearch::Implementation::lookFact(unsigned Index) const {
  const Look &Found = LookKinds[Index];
  Fact F;
  F.Looked = uint64_t(1) << Index;
  if (Found.TheKind == Look::Poll && Found.Boolean) {
    F.Done = Value::notEqual(0);
    F.Alive = Value::equal(0);
  } else if (Found.TheKind == Look::Select && Found.DoneCase) {
    F.Done = Value::equal(*Found.DoneCase);
    F.Alive = Value::notEqual(*Found.DoneCase);
  }
  return F;
}

Fact PollSearch::Implementation::unknownFrom(const Expr *E,
                                             const State &S) const {
  Fact F;
  if (isa<LambdaExpr>(E))
    return F;
  for (const Stmt *Child : E->children())
    if (const auto *Part = dyn_cast_or_null<Expr>(Child))
      F.Looked |= evaluate(Part, S).Looked;
  return F;
}

static Value negate(const Value &V) {
  std::optional<bool> T = V.truth();
  return T ? Value::equal(!*T) : Value();
}

static Value both(const Value &A, const Value &B, bool And) {
  std::optional<bool> L = A.truth(), R = B.truth();
  bool Decides = !And;
  if ((L && *L == Decides) || (R && *R == Decides))
    return Value::equal(Decides);
  return L && R ? Value::equal(!Decides) : Value();
}

static Value compare(const Value &A, const Value &B, BinaryOperatorKind Op) {
  std::optional<bool> Equal;
  if (B.TheKind == Value::Equal)
    Equal = A.is(B.Number);
  else if (A.TheKind == Value::Equal)
    Equal = B.is(A.Number);
  if (Op == BO_EQ)
    return fromTruth(Equal);
  if (Op == BO_NE)
    return negate(fromTruth(Equal));
  if (A.TheKind != Value::Equal || B.TheKind != Value::Equal)
    return {};
  switch (Op) {
  case BO_LT:
    return Value::equal(A.Number < B.Number);
  case BO_GT:
    return Value::equal(A.Number > B.Number);
  case BO_LE:
    return Value::equal(A.Number <= B.Number);
  case BO_GE:
    return Value::equal(A.Number >= B.Number);
  default:
    return {};
  }
}

Fact PollSearch::Implementation::evaluateOperator(BinaryOperatorKind Op,
                                                  const Expr *Left,
                                                  const Expr *Right,
                                                  const State &S) const {
  if (Op == BO_Comma || Op == BO_Assign)
    return evaluate(Right, S);
  Fact A = evaluate(Left, S), B = evaluate(Right, S), F;
  F.Looked = A.Looked | B.Looked;
  if (Op == BO_Or || Op == BO_And || Op == BO_OrAssign || Op == BO_AndAssign) {
    bool And = Op == BO_And || Op == BO_AndAssign;
    // Bits of two numbers may well be apart.
    if (!And || (Left->getType()->isBooleanType() &&
                 Right->IgnoreImpCasts()->getType()->isBooleanType())) {
      F.Done = both(A.Done, B.Done, And);
      F.Alive = both(A.Alive, B.Alive, And);
    }
  } else if (BinaryOperator::isComparisonOp(Op)) {
    F.Done = compare(A.Done, B.Done, Op);
    F.Alive = compare(A.Alive, B.Alive, Op);
  }
  return F;
}

Fact PollSearch::Implementation::evaluateLogical(const BinaryOperator *E,
                                                 const State &S) const {
  bool And = E->getOpcode() == BO_LAnd;
  Fact A = evaluate(E->getLHS(), S), B, F;
  if (auto Index = LogicalIndex.find(E); Index != LogicalIndex.end()) {
    // The way here tells whether the left side has decided.
    bool IsShort = S.Short >> Index->second & 1;
    if (!A.Looked)
      A.Done = A.Alive = Value::equal(IsShort != And);
    if (!IsShort)
      B = evaluate(E->getRHS(), S);
  } else {
    B = evaluate(E->getRHS(), S);
  }
  F.Looked = A.Looked | B.Looked;
  F.Done = both(A.Done, B.Done, And);
  F.Alive = both(A.Alive, B.Alive, And);
  return F;
}

// An object that was made from nothing: std::error_code() is "no error".
static bool isEmptyObject(const Expr *E) {
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
    return Construct->getNumArgs() == 0;
  if (const auto *List = dyn_cast<InitListExpr>(E))
    return List->getNumInits() == 0;
  return isa<CXXScalarValueInitExpr, ImplicitValueInitExpr>(E);
}

static std::optional<int64_t> constantOf(const Expr *E,
                                         const ASTContext &Context) {
  if (E->isValueDependent() || E->isTypeDependent() ||
      !E->getType()->isScalarType())
    return std::nullopt;
  if (E->isNullPointerConstant(const_cast<ASTContext &>(Context),
                               Expr::NPC_NeverValueDependent) &&
      E->getType()->isAnyPointerType())
    return 0;
  if (E->getType()->isNullPtrType())
    return 0;
  Expr::EvalResult Result;
  if (!E->getType()->isIntegralOrEnumerationType() ||
      !E->EvaluateAsInt(Result, Context))
    return std::nullopt;
  llvm::APSInt Number = Result.Val.getInt();
  if (Number.getSignificantBits() > 63)
    return std::nullopt;
  return Number.getExtValue();
}

Fact PollSearch::Implementation::evaluate(const Expr *E, const State &S) const {
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
      Not && Not->getOpcode() == UO_LNot) {
    Fact F = evaluate(Not->getSubExpr(), S);
    F.Done = negate(F.Done);
    F.Alive = negate(F.Alive);
    F.Decision = -1;
    return F;
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(E);
      Binary && Binary->isLogicalOp())
    return evaluateLogical(Binary, S);
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    return evaluateOperator(Binary->getOpcode(), Binary->getLHS(),
                            Binary->getRHS(), S);
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    Fact If = evaluate(Choice->getCond(), S);
    Fact A = evaluate(Choice->getTrueExpr(), S);
    Fact B = evaluate(Choice->getFalseExpr(), S);
    auto Choose = [](const Value &C, const Value &T, const Value &F) {
      std::optional<bool> Truth = C.truth();
      return Truth ? (*Truth ? T : F) : (T == F ? T : Value());
    };
    Fact F;
    F.Looked = If.Looked | A.Looked | B.Looked;
    F.Done = Choose(If.Done, A.Done, B.Done);
    F.Alive = Choose(If.Alive, A.Alive, B.Alive);
    return F;
  }
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(E))
    return evaluate(Rewritten->getSemanticForm(), S);
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
    auto Kind = Operator->getOperator();
    if (Operator->getNumArgs() == 2 &&
        (Kind == OO_EqualEqual || Kind == OO_ExclaimEqual ||
         Kind == OO_Equal)) {
      const Expr *Left = Operator->getArg(0), *Right = Operator->getArg(1);
      // Only "no error" has a number among objects.
      auto AsObject = [](Value V) {
        return V.TheKind == Value::Equal && V.Number != 0 ? Value() : V;
      };
      if (Kind == OO_Equal)
        return evaluate(Right, S);
      Fact A = evaluate(Left, S), B = evaluate(Right, S), F;
      BinaryOperatorKind Op = Kind == OO_EqualEqual ? BO_EQ : BO_NE;
      bool Enumerator = isa<DeclRefExpr>(flow::meant(Left)) &&
                        isa<EnumConstantDecl>(
                            cast<DeclRefExpr>(flow::meant(Left))->getDecl());
      Enumerator |= isa<DeclRefExpr>(flow::meant(Right)) &&
                    isa<EnumConstantDecl>(
                        cast<DeclRefExpr>(flow::meant(Right))->getDecl());
      F.Looked = A.Looked | B.Looked;
      if (!Enumerator) {
        F.Done = compare(AsObject(A.Done), AsObject(B.Done), Op);
        F.Alive = compare(AsObject(A.Alive), AsObject(B.Alive), Op);
      }
      return F;
    }
    if (Kind == OO_Exclaim)
      return [&] {
        Fact F = evaluate(Operator->getArg(0), S);
        F.Done = negate(F.Done);
        F.Alive = negate(F.Alive);
        F.Decision = -1;
        return F;
      }();
  }
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    const FunctionDecl *F = Call->getDirectCallee();
    if (F && F->getBuiltinID() == Builtin::BI__builtin_expect)
      return evaluate(Call->getArg(0), S);
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
        Member && isa_and_nonnull<CXXConversionDecl>(Member->getMethodDecl()))
      return evaluate(Member->getImplicitObjectArgument(), S);
  }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E);
      Construct && Construct->getNumArgs() == 1)
    return evaluate(Construct->getArg(0), S);
  if (const auto *List = dyn_cast<InitListExpr>(E);
      List && List->getNumInits() == 1)
    return evaluate(List->getInit(0), S);
  return unknownFrom(E, S);
}

void PollSearch::Implementation::assign(State &S, unsigned Slot, Fact New) {
  const Fact &Old = Facts[S.Facts[Slot]];
  // What is assigned on one side of a decision tells which side was taken, and
  // so does that it was not assigned.
  if (Old.Decision >= 0 && !New.Looked &&
      Decisions[Old.Decision].OneSided.test(S.At))
    return;
  New.Decision = -1;
  if (!New.Looked) {
    const auto *V = dyn_cast<VarDecl>(SlotDecls[Slot]);
    bool Private = KeepConstants && V && V->hasLocalStorage() &&
                   !Exposed.count(V) && !V->getType()->isReferenceType() &&
                   !V->getType().isVolatileQualified();
    if (!Private)
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
  if (const auto *While = dyn_cast<WhileStmt>(Parent))
    return While->getCond() != S;
  if (const auto *Do = dyn_cast<DoStmt>(Parent))
    return Do->getCond() != S;
  if (const auto *For = dyn_cast<ForStmt>(Parent))
    return For->getCond() != S;
  if (const auto *Switch = dyn_cast<SwitchStmt>(Parent))
    return Switch->getCond() != S;
  return true;
}

void PollSearch::Implementation::evaluateStep(State &S) {
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
  flow::forEachChange(
      N.Statement, [&](const flow::ObjectPath &Path, const Expr *Value) {
        std::optional<unsigned> Slot =
            Path.empty() ? std::nullopt : slotOf(Path.front());
        if (!Slot)
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

unsigned PollSearch::Implementation::openEdges(const flow::Node &N,
                                               const Value &V) const {
  unsigned Open = 0;
  auto NumberOf = [&](const Expr *Label) { return constantOf(Label, Context); };
  bool Matched = false;
  for (unsigned I = 0; I != N.Out.size(); ++I) {
    const Edge &E = N.Out[I];
    bool IsOpen = true;
    if (E.Kind == EdgeKind::True || E.Kind == EdgeKind::False) {
      std::optional<bool> T = V.truth();
      IsOpen = !T || *T == (E.Kind == EdgeKind::True);
    } else if (E.Kind == EdgeKind::Case) {
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
  if (Matched) // And so no other label, and not past the switch.
    for (unsigned I = 0; I != N.Out.size(); ++I)
      if (N.Out[I].Kind == EdgeKind::Case) {
        const auto *Case = dyn_cast_or_null<CaseStmt>(N.Out[I].Label);
        std::optional<int64_t> Number =
            Case && !Case->getRHS() ? NumberOf(Case->getLHS()) : std::nullopt;
        if (!Number || V.is(*Number) != std::optional<bool>(true))
          Open &= ~(1U << I);
      }
  return Open;
}

int PollSearch::Implementation::decide(NodeId At, unsigned Done,
                                       unsigned Alive) {
  auto [Place, New] = DecisionIds.try_emplace({At, Done, Alive}, 0);
  if (!New)
    return Place->second;
  int Id = Place->second = Decisions.size();
  Decisions.emplace_back();
  Decision &D = Decisions.back();
  D.At = At;
  D.Done = Done;
  D.Alive = Alive;
  const auto &Out = G[At].Out;
  auto Has = [](unsigned Edges, unsigned I) { return Edges >> I & 1; };

  std::vector<llvm::BitVector> WaysOut, Following;
  for (const Edge &E : Out) {
    WaysOut.push_back(L.waysOut(At, E));
    Following.push_back(L.following(At, E));
  }
  // A way out that every other side has as well is none of the poll's.
  for (unsigned I = 0; I != Out.size() && !D.Leaves; ++I)
    for (unsigned J = 0; J != Out.size() && !D.Leaves; ++J)
      if (I != J && Has(Done, I) && Has(Alive, J))
        D.Leaves = WaysOut[I].test(WaysOut[J]);

  // What its sides assign.
  D.OneSided.resize(G.nodes().size());
  for (unsigned I = 0; I != Out.size(); ++I) {
    if (!Has(Done | Alive, I))
      continue;
    llvm::BitVector Only = Following[I];
    for (unsigned J = 0; J != Out.size(); ++J)
      if (I != J && Has(Done | Alive, J))
        Only.reset(Following[J]);
    D.OneSided |= Only;
    bool DoneOnly = Has(Done, I) && !Has(Alive, I);
    bool AliveOnly = !Has(Done, I) && Has(Alive, I);
    for (unsigned N : Only.set_bits()) {
      if (G[N].Kind != NodeKind::Evaluation)
        continue;
      State Nowhere{NodeId(N), 0, 0, {}};
      Nowhere.Facts.resize(SlotDecls.size());
      flow::forEachChange(G[N].Statement, [&](const flow::ObjectPath &Path,
                                              const Expr *Assigned) {
        if (Path.empty() || !Slots.count(Path.front()))
          return;
        Value V;
        if (Assigned && Path.size() == 1)
          V = evaluate(Assigned, Nowhere).Done;
        auto &[WhenDone, WhenAlive] = D.Assigned[Path.front()];
        auto Note = [&](std::optional<Value> &Known) {
          Known = !Known || *Known == V ? V : Value();
        };
        if (DoneOnly)
          Note(WhenDone);
        else if (AliveOnly)
          Note(WhenAlive);
      });
    }
  }
  return Id;
}

void PollSearch::Implementation::applyDecision(State &S, int Id,
                                               uint64_t Looked) {
  const Decision &D = Decisions[Id];
  unsigned DoneOnly = D.Done & ~D.Alive, AliveOnly = D.Alive & ~D.Done;
  for (const auto &[Decl, Assigned] : D.Assigned) {
    unsigned Slot = Slots[Decl];
    Fact Before = Facts[S.Facts[Slot]];
    Fact F;
    F.Looked = Looked;
    F.Decision = Id;
    // Where it is not assigned it stays what it was.
    if (Assigned.first)
      F.Done = *Assigned.first;
    else if (DoneOnly && !Before.Looked)
      F.Done = Before.Done;
    if (Assigned.second)
      F.Alive = *Assigned.second;
    else if (AliveOnly && !Before.Looked)
      F.Alive = Before.Alive;
    S.Facts[Slot] = intern(F);
  }
}

// Whether E is the error number of a call that a signal interrupted.
static bool isEintr(const Expr *E, const ASTContext &Context) {
  E = flow::meant(E);
  if (const auto *Minus = dyn_cast<UnaryOperator>(E);
      Minus && Minus->getOpcode() == UO_Minus)
    E = flow::meant(Minus->getSubExpr());
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
  E = flow::meant(E);
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

bool PollSearch::Implementation::goesRoundForEintr(const flow::Node &N,
                                                   const Edge &E) const {
  if (E.Kind == EdgeKind::Case) {
    const auto *Case = dyn_cast_or_null<CaseStmt>(E.Label);
    return Case && isEintr(Case->getLHS(), Context);
  }
  return N.Condition &&
         (E.Kind == EdgeKind::True || E.Kind == EdgeKind::False) &&
         meansEintr(N.Condition, E.Kind == EdgeKind::True, Context);
}

// Whether nobody knows yet what the step will be: a call in a template's own
// definition that depends on its parameters.
bool PollSearch::Implementation::isDependent(const flow::Node &N) const {
  const auto *E = dyn_cast_or_null<Expr>(N.Statement);
  if (!E || N.Kind != NodeKind::Evaluation)
    return false;
  if (E->isTypeDependent())
    return isa<CallExpr, CXXConstructExpr, CXXUnresolvedConstructExpr>(E);
  const auto *Call = dyn_cast<CallExpr>(E);
  return Call && llvm::any_of(Call->arguments(), [](const Expr *Arg) {
           return Arg->isTypeDependent();
         });
}

void PollSearch::Implementation::go(unsigned From, State To,
                                    const Edge &Taken) {
  auto [Place, New] = StateIds.try_emplace(std::move(To), States.size());
  if (New) {
    States.push_back(Place);
    Moves.emplace_back();
    Work.push_back(Place->second);
  }
  Moves[From].push_back({Place->second, Taken});
}

// Takes the steps that can follow a state. Where a poll can leave, none does.
void PollSearch::Implementation::pass(const State &From, unsigned Number) {
  const flow::Node &N = G[From.At];
  if (isDependent(N))
    return;
  unsigned All = N.Out.size() < 32 ? (1U << N.Out.size()) - 1 : ~0U;
  unsigned Open = All;
  State Next = From, Thrown = From;
  if (N.Kind == NodeKind::Evaluation && N.Statement) {
    evaluateStep(Next);
    const auto *E = dyn_cast<Expr>(N.Statement);
    uint64_t Looked = 0;
    if (E) {
      if (auto Found = LookIndex.find(E); Found != LookIndex.end()) {
        if (LookKinds[Found->second].ByThrow)
          Looked = uint64_t(1) << Found->second;
      } else if (const auto *Await = dyn_cast<CoroutineSuspendExpr>(E)) {
        if (const Expr *Operand = operandOf(*Await))
          Looked =
              unknownFrom(Await, From).Looked | evaluate(Operand, From).Looked;
      }
    }
    unsigned Exceptional = 0;
    for (unsigned I = 0; I != N.Out.size() && I != 32; ++I)
      if (N.Out[I].Kind == EdgeKind::Exception)
        Exceptional |= 1U << I;
    if (Looked && Exceptional && Exceptional != All) {
      int D = decide(From.At, Exceptional, All & ~Exceptional);
      if (Decisions[D].Leaves) {
        Polled |= Looked;
        return;
      }
      applyDecision(Next, D, Looked);
      applyDecision(Thrown, D, Looked);
    }
  } else if (N.Kind == NodeKind::Branch && N.Condition) {
    Fact F = evaluate(N.Condition, From);
    unsigned Done = openEdges(N, F.Done) & All;
    unsigned Alive = openEdges(N, F.Alive) & All;
    Open = Done | Alive;
    if (F.Looked && N.Out.size() > 1) {
      int D = decide(From.At, Done, Alive);
      if (Decisions[D].Leaves) {
        Polled |= F.Looked;
        return;
      }
      applyDecision(Next, D, F.Looked);
    }
    if (!isa<Expr>(N.Statement))
      Next.endExpression();
  }
  for (unsigned I = 0; I != N.Out.size(); ++I) {
    const Edge &E = N.Out[I];
    if (!L.contains(E.To) || (I < 32 && !(Open >> I & 1)) ||
        goesRoundForEintr(N, E))
      continue;
    bool Throws = E.Kind == EdgeKind::Exception || E.Kind == EdgeKind::Thrown;
    State To = Throws ? Thrown : Next;
    To.At = E.To;
    if (auto Index = LogicalIndex.find(N.Statement);
        Index != LogicalIndex.end() && N.Kind == NodeKind::Branch) {
      bool And = cast<BinaryOperator>(N.Statement)->getOpcode() == BO_LAnd;
      uint64_t Bit = uint64_t(1) << Index->second;
      bool IsShort = (E.Kind == EdgeKind::False) == And;
      To.Short = IsShort ? To.Short | Bit : To.Short & ~Bit;
    }
    if (Throws || E.To == L.head())
      To.endExpression();
    go(Number, std::move(To), E);
  }
}

// Goes through all states; gives up at more than Most of them.
bool PollSearch::Implementation::explore(size_t Most) {
  States.clear();
  StateIds.clear();
  Moves.clear();
  Work.clear();
  State Start;
  Start.At = L.head();
  Start.Facts.assign(SlotDecls.size(), 0);
  States.push_back(StateIds.try_emplace(std::move(Start), 0).first);
  Moves.emplace_back();
  Work.push_back(0);
  while (!Work.empty()) {
    if (States.size() > Most)
      return false;
    unsigned Number = Work.front();
    Work.pop_front();
    pass(States[Number]->first, Number);
  }
  return true;
}

std::optional<flow::Path>
PollSearch::Implementation::findUnpolled(bool Blocking) const {
  // From each state at the head breadth first back to it. A second copy of
  // each state stands for "and a blocking call was passed".
  size_t Count = States.size();
  for (unsigned Head = 0; Head != Count; ++Head) {
    if (States[Head]->first.At != L.head())
      continue;
    struct Cause {
      unsigned From;
      Edge Taken;
    };
    std::vector<std::optional<Cause>> Causes(2 * Count);
    unsigned Start = Head + (Blocking ? 0 : Count), Goal = Head + Count;
    std::deque<unsigned> Queue{Start};
    while (!Queue.empty()) {
      unsigned Copy = Queue.front();
      Queue.pop_front();
      unsigned S = Copy % Count;
      bool Blocked = Copy >= Count || BlockingNodes.test(States[S]->first.At);
      for (const Move &M : Moves[S]) {
        unsigned To = M.To + (Blocked ? Count : 0);
        if (Causes[To])
          continue;
        Causes[To] = Cause{Copy, M.Taken};
        if (To == Goal) {
          flow::Path Round;
          for (unsigned At = To;;) {
            const Cause &C = *Causes[At];
            Round.push_back({States[C.From % Count]->first.At, C.Taken});
            At = C.From;
            if (At == Start)
              break;
          }
          std::reverse(Round.begin(), Round.end());
          return Round;
        }
        if (To != Start)
          Queue.push_back(To);
      }
    }
  }
  return std::nullopt;
}

//===-- The interface -----------------------------------------------------===//

PollSearch::PollSearch(const flow::Loop &L, const Looks &TheLooks,
                       const Reach &InReach, ASTContext &Context)
    : TheImplementation(
          std::make_unique<Implementation>(L, TheLooks, InReach, Context)) {}
PollSearch::~PollSearch() = default;

std::optional<flow::Path> PollSearch::findUnpolled(bool Blocking) const {
  return TheImplementation->findUnpolled(Blocking);
}

llvm::ArrayRef<const CallExpr *> PollSearch::blockingCalls() const {
  return TheImplementation->BlockingCalls;
}

std::vector<const Expr *> PollSearch::polls() const {
  std::vector<const Expr *> Found;
  for (size_t I = 0; I != TheImplementation->LookExprs.size(); ++I)
    if (TheImplementation->Polled >> I & 1)
      Found.push_back(TheImplementation->LookExprs[I]);
  return Found;
}

std::vector<const Expr *> PollSearch::idleLooks() const {
  std::vector<const Expr *> Found;
  for (size_t I = 0; I != TheImplementation->LookExprs.size(); ++I)
    if (!(TheImplementation->Polled >> I & 1))
      Found.push_back(TheImplementation->LookExprs[I]);
  return Found;
}

} // namespace clang::tidy::context
