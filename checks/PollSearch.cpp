// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PollSearch.h"
#include "LLVMVersions.h"
#include "Tracking.h"
#include "flow/Exceptions.h"
#include "flow/Interrupts.h"
#include "flow/Objects.h"
#include <deque>
#include <map>

namespace clang::tidy::context {

using flow::Edge;
using flow::EdgeKind;
using flow::NodeId;
using flow::NodeKind;
using flow::Value;
using State = Tracking::State;

class PollSearch::Implementation {
public:
  Implementation(flow::Loop &L, const flow::DeclSet &Exposed,
                 const Looks &TheLooks, const Reach &InReach,
                 ASTContext &Context)
      : L(L), G(L.graph()), Context(Context),
        Tracked(G, L.nodes(), Exposed, TheLooks, &InReach, Context) {
    // That a look throws when its context is done is no surprise.
    L.setThrowing([&](const Stmt *S) {
      const auto *E = dyn_cast<Expr>(S);
      std::optional<Look> Found = E ? TheLooks.at(E, &InReach) : std::nullopt;
      return Found && Found->ByThrow;
    });
    Tracked.setOneSided([&](int Decision, NodeId At) {
      return Decisions[Decision].OneSided.test(L.indexOf(At));
    });
    findBlockingCalls(TheLooks);
    // No loop that was written by hand comes near this with flags alone.
    constexpr size_t Most = 50000;
    if (!explore(Most)) {
      Tracked.dropConstants();
      explore(Most);
    }
  }

  std::optional<flow::Path> findUnpolled(bool Blocking) const;
  // The looks that decide a poll that leaves, or those that do not.
  std::vector<const Expr *> looks(bool ThatLeave) const;

  std::vector<const CallExpr *> BlockingCalls;

private:
  /// What a variable is set to on the edges of a side.
  struct SideValue {
    std::optional<Value> Set; // On some of them; none: on none.
    unsigned Edges = 0;       // Which ones, one bit each.
    bool Always = true;       // Alive: whether on all ways that these begin.
  };
  struct Assignment {
    SideValue Done, Alive;
  };
  /// A decision: a step with the edges that are open to it when the contexts
  /// are done, and when not.
  struct Decision {
    bool Leaves = false;
    /// Steps that follow only one of its sides, by their index in the loop.
    llvm::BitVector OneSided;
    unsigned Done, Alive; // Edges, one bit each.
    /// What the variables assigned there are worth on each side.
    std::map<const ValueDecl *, Assignment> Assigned;
  };
  struct Move {
    unsigned To;
    Edge Taken;
  };

  void findBlockingCalls(const Looks &TheLooks);
  bool explore(size_t Most);
  void pass(const State &From, unsigned Number);
  bool leaves(NodeId At, unsigned Done, unsigned Alive) const;
  int decide(NodeId At, unsigned Done, unsigned Alive);
  void noteAssigned(Decision &D, NodeId At);
  bool isCertain(const SideValue &Alive, const Decision &D) const;
  void applyDecision(State &S, int D, uint64_t Looked);
  unsigned thrownEdges(NodeId At) const;
  void go(unsigned From, State To, const Edge &Taken);
  bool isDependent(const flow::Node &N) const;

  const flow::Loop &L;
  const flow::Graph &G;
  ASTContext &Context;
  Tracking Tracked;
  llvm::BitVector BlockingNodes; // By their index in the loop.
  uint64_t Polled = 0;
  std::vector<Decision> Decisions;
  std::map<std::tuple<NodeId, unsigned, unsigned>, int> DecisionIds;

  std::map<State, unsigned> StateIds;
  std::vector<std::map<State, unsigned>::const_iterator> States;
  std::vector<llvm::SmallVector<Move, 2>> Moves;
  std::deque<unsigned> Work;
};

void PollSearch::Implementation::findBlockingCalls(const Looks &TheLooks) {
  BlockingNodes.resize(L.size());
  for (NodeId N : L.nodes())
    if (const auto *Call = dyn_cast_or_null<CallExpr>(G[N].Statement);
        Call && G[N].Kind == NodeKind::Evaluation &&
        TheLooks.isBlocking(Call)) {
      BlockingNodes.set(L.indexOf(N));
      BlockingCalls.push_back(Call);
    }
  llvm::sort(BlockingCalls, [&](const CallExpr *A, const CallExpr *B) {
    return Context.getSourceManager().isBeforeInTranslationUnit(
        A->getBeginLoc(), B->getBeginLoc());
  });
}

static bool has(unsigned Edges, unsigned I) { return Edges >> I & 1; }

// Whether a way out is open on the done side of a decision and not on the
// other one.
bool PollSearch::Implementation::leaves(NodeId At, unsigned Done,
                                        unsigned Alive) const {
  const auto &Out = G[At].Out;
  std::vector<llvm::BitVector> WaysOut;
  for (const Edge &E : Out)
    WaysOut.push_back(L.waysOut(At, E));
  // Which of the edges belongs to which, nobody knows: not if any may be taken
  // on both sides, nor of the labels for the rest of a select's cases.
  if (Done == Alive || ((Done & Alive) && isa<SwitchStmt>(G[At].Statement))) {
    for (unsigned I = 0; I != Out.size(); ++I)
      for (unsigned J = 0; J != Out.size(); ++J)
        if (I != J && has(Done, I) && has(Alive, J) &&
            WaysOut[I].test(WaysOut[J]))
          return true;
    return false;
  }
  llvm::BitVector Shared(WaysOut.front().size());
  for (unsigned I = 0; I != Out.size(); ++I)
    if (has(Alive, I))
      Shared |= WaysOut[I];
  for (unsigned I = 0; I != Out.size(); ++I)
    if (has(Done, I) && WaysOut[I].test(Shared))
      return true;
  return false;
}

int PollSearch::Implementation::decide(NodeId At, unsigned Done,
                                       unsigned Alive) {
  auto [Place, New] =
      DecisionIds.try_emplace({At, Done, Alive}, Decisions.size());
  if (!New)
    return Place->second;
  Decisions.emplace_back();
  Decision &D = Decisions.back();
  D.Done = Done;
  D.Alive = Alive;
  D.Leaves = leaves(At, Done, Alive);
  D.OneSided.resize(L.size());
  noteAssigned(D, At);
  return Place->second;
}

// The edges that a side is taken to go by: those that are its own, if it has
// any. What is joined to a poll is read as what lets the poll decide.
static unsigned taken(unsigned Side, unsigned Other) {
  return Side & ~Other ? Side & ~Other : Side;
}

// What the sides of a decision assign.
void PollSearch::Implementation::noteAssigned(Decision &D, NodeId At) {
  const auto &Out = G[At].Out;
  std::vector<llvm::BitVector> Following;
  for (const Edge &E : Out)
    Following.push_back(L.following(At, E));
  for (unsigned I = 0; I != Out.size(); ++I) {
    if (!has(D.Done | D.Alive, I))
      continue;
    llvm::BitVector Only = Following[I], Others(L.size());
    for (unsigned J = 0; J != Out.size(); ++J)
      if (I != J && has(D.Done | D.Alive, J))
        Others |= Following[J];
    // Where the others only leave there is nothing to compare with.
    if (!Only.anyCommon(Others))
      continue;
    Only.reset(Others);
    D.OneSided |= Only;
    std::map<const ValueDecl *, llvm::BitVector> Assigning;
    for (NodeId N : L.nodes()) {
      if (!Only.test(L.indexOf(N)) || G[N].Kind != NodeKind::Evaluation)
        continue;
      State Nowhere = Tracked.start(N);
      flow::forEachChange(G[N].Statement, [&](const flow::ObjectPath &Path,
                                              const Expr *Assigned) {
        if (Path.empty() || !Tracked.isTracked(Path.front()))
          return;
        Value V;
        if (Assigned && Path.size() == 1)
          V = Tracked.evaluate(Assigned, Nowhere).Done;
        Assignment &A = D.Assigned[Path.front()];
        auto &Nodes = Assigning[Path.front()];
        Nodes.resize(L.size());
        Nodes.set(L.indexOf(N));
        auto Note = [&](SideValue &Known, unsigned Side) {
          if (!has(Side, I))
            return;
          Known.Set = !Known.Set || *Known.Set == V ? V : Value();
          Known.Edges |= 1U << I;
        };
        Note(A.Done, taken(D.Done, D.Alive));
        Note(A.Alive, taken(D.Alive, D.Done));
      });
    }
    for (const auto &[Decl, Nodes] : Assigning) {
      SideValue &Alive = D.Assigned[Decl].Alive;
      Alive.Always &= !has(D.Alive, I) || L.alwaysPasses(Nodes, Out[I], Only);
    }
  }
}

// Whether the side that is not done sets it to something that is known,
// whatever way it takes.
bool PollSearch::Implementation::isCertain(const SideValue &Alive,
                                           const Decision &D) const {
  return Alive.Set && !(*Alive.Set == Value()) && Alive.Always &&
         Alive.Edges == taken(D.Alive, D.Done);
}

static Value otherThan(int64_t Number, QualType Type) {
  if (Type->isBooleanType() && (Number == 0 || Number == 1))
    return Value::equal(1 - Number);
  return Value::notEqual(Number);
}

void PollSearch::Implementation::applyDecision(State &S, int Id,
                                               uint64_t Looked) {
  const Decision &D = Decisions[Id];
  for (const auto &[Decl, Assigned] : D.Assigned) {
    const Fact Before = Tracked.factOf(S, Decl);
    // Done it stays what it was, alive it may as well: nothing is told by it.
    if (!Assigned.Done.Set && !isCertain(Assigned.Alive, D) &&
        (Before.Looked || Before.Done == Value())) {
      Fact F = Before;
      F.Alive = Value();
      Tracked.setFact(S, Decl, F);
      continue;
    }
    // Where it is not assigned it stays what it was.
    auto Settle = [&](const SideValue &To, unsigned Side, unsigned Other,
                      const Value &Was) {
      Value Old = Before.Looked ? Value() : Was;
      if (!To.Set)
        return Old;
      bool IsCertain = (Side & ~Other) != 0 || To.Edges == Side;
      return IsCertain ? *To.Set : flow::either(*To.Set, Old);
    };
    Fact F;
    F.Looked = Looked;
    F.Decision = Id;
    F.Done = Settle(Assigned.Done, D.Done, D.Alive, Before.Done);
    F.Alive = Settle(Assigned.Alive, D.Alive, D.Done, Before.Alive);
    // Some round is the first one in which it is set.
    if (!Assigned.Alive.Set && F.Alive == Value() &&
        F.Done.TheKind == Value::Equal)
      F.Alive = otherThan(F.Done.Number, Decl->getType());
    // The same on both sides: it tells nothing.
    if (F.Done == F.Alive && F.Done.TheKind == Value::Equal) {
      F.Looked = 0;
      F.Decision = -1;
    }
    Tracked.setFact(S, Decl, F);
  }
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

// The edges by which an exception leaves the look at At when its context is
// done. Only those for which what it throws is no surprise.
unsigned PollSearch::Implementation::thrownEdges(NodeId At) const {
  const flow::Node &N = G[At];
  std::optional<unsigned> Index = Tracked.lookOf(N.Statement);
  llvm::ArrayRef<QualType> Thrown;
  if (Index)
    Thrown = Tracked.look(*Index).Thrown;
  unsigned Edges = 0;
  for (unsigned I = 0; I != N.Out.size() && I != 32; ++I)
    if (N.Out[I].Kind == EdgeKind::Exception)
      Edges |= 1U << I;
  if (Thrown.empty())
    return Edges;
  unsigned Taken = 0;
  for (QualType T : Thrown)
    for (unsigned I = 0; I != N.Out.size() && I != 32; ++I) {
      if (!has(Edges, I))
        continue;
      const CXXCatchStmt *Handler = G[N.Out[I].To].Handler;
      flow::Match M =
          Handler ? flow::matches(Handler, T, Context) : flow::Match::Yes;
      if (M != flow::Match::No)
        Taken |= 1U << I;
      if (M == flow::Match::Yes)
        break;
    }
  return Taken;
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
    Tracked.step(Next);
    uint64_t Looked = 0;
    if (std::optional<unsigned> Index = Tracked.lookOf(N.Statement)) {
      if (Tracked.look(*Index).ByThrow)
        Looked = uint64_t(1) << *Index;
    } else if (const auto *Await =
                   dyn_cast<CoroutineSuspendExpr>(N.Statement)) {
      if (const Expr *Operand = operandOf(*Await))
        Looked = Tracked.lookedIn(Await, From) |
                 Tracked.evaluate(Operand, From).Looked;
    }
    unsigned Exceptional = 0;
    for (unsigned I = 0; I != N.Out.size() && I != 32; ++I)
      if (N.Out[I].Kind == EdgeKind::Exception)
        Exceptional |= 1U << I;
    if (Looked && Exceptional && Exceptional != All) {
      unsigned Done = thrownEdges(From.At), Alive = All & ~Exceptional;
      Open = Done | Alive;
      if (std::optional<unsigned> Index = Tracked.lookOf(N.Statement);
          Index && Tracked.look(*Index).TheKind == Look::Poll && Done)
        Open = Done;
      int D = decide(From.At, Done, Alive);
      if (Decisions[D].Leaves) {
        Polled |= Looked;
        return;
      }
      applyDecision(Next, D, Looked);
      applyDecision(Thrown, D, Looked);
    }
  } else if (N.Kind == NodeKind::Branch && N.Condition) {
    Fact F = Tracked.evaluate(N.Condition, From);
    unsigned Done = Tracked.openEdges(N, F.Done) & All;
    unsigned Alive = Tracked.openEdges(N, F.Alive) & All;
    Open = Done | Alive;
    if (F.Looked && N.Out.size() > 1) {
      int D = decide(From.At, Done, Alive);
      if (Decisions[D].Leaves) {
        Polled |= F.Looked;
        return;
      }
      applyDecision(Next, D, F.Looked);
      // The rounds that count are those after the context is done.
      if (Done)
        Open = Done;
    }
    if (!isa<Expr>(N.Statement))
      Next.endExpression();
  }
  for (unsigned I = 0; I != N.Out.size(); ++I) {
    const Edge &E = N.Out[I];
    if (!L.contains(E.To) || (I < 32 && !has(Open, I)) ||
        flow::isForInterrupt(N, E, Context))
      continue;
    bool Throws = E.Kind == EdgeKind::Exception || E.Kind == EdgeKind::Thrown;
    State To = Throws ? Thrown : Next;
    To.At = E.To;
    Tracked.noteSide(To, N, E);
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
  States.push_back(StateIds.try_emplace(Tracked.start(L.head()), 0).first);
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
      bool Blocked =
          Copy >= Count || BlockingNodes.test(L.indexOf(States[S]->first.At));
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

std::vector<const Expr *>
PollSearch::Implementation::looks(bool ThatLeave) const {
  std::vector<const Expr *> Found;
  for (const Expr *E : Tracked.lookExprs())
    if (bool(Polled >> *Tracked.lookOf(E) & 1) == ThatLeave)
      Found.push_back(E);
  return Found;
}

//===-- The interface -----------------------------------------------------===//

PollSearch::PollSearch(flow::Loop &L, const flow::DeclSet &Exposed,
                       const Looks &TheLooks, const Reach &InReach,
                       ASTContext &Context)
    : TheImplementation(std::make_unique<Implementation>(L, Exposed, TheLooks,
                                                         InReach, Context)) {}
PollSearch::~PollSearch() = default;

std::optional<flow::Path> PollSearch::findUnpolled(bool Blocking) const {
  return TheImplementation->findUnpolled(Blocking);
}

llvm::ArrayRef<const CallExpr *> PollSearch::blockingCalls() const {
  return TheImplementation->BlockingCalls;
}

std::vector<const Expr *> PollSearch::polls() const {
  return TheImplementation->looks(/*ThatLeave=*/true);
}

std::vector<const Expr *> PollSearch::idleLooks() const {
  return TheImplementation->looks(/*ThatLeave=*/false);
}

} // namespace clang::tidy::context
