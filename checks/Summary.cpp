// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Summary.h"
#include "Tracking.h"
#include "flow/Exceptions.h"
#include "flow/Objects.h"
#include "clang/AST/StmtCXX.h"
#include <deque>
#include <map>
#include <set>

namespace clang::tidy::context {

using flow::EdgeKind;
using flow::NodeId;
using flow::NodeKind;
using flow::Value;
using State = Tracking::State;

static bool isInside(const DeclContext *Inner, const DeclContext *Outer) {
  for (; Inner; Inner = Inner->getParent())
    if (Inner == Outer)
      return true;
  return false;
}

// Whether a caller sees what Body does to D.
static bool isSeenOutside(const ValueDecl *D, const FunctionDecl *Body) {
  if (!isInside(D->getDeclContext(), Body))
    return true;
  return isa<ParmVarDecl>(D) && D->getDeclContext() == Body &&
         (D->getType()->isReferenceType() || D->getType()->isPointerType());
}

static bool isOwn(const ValueDecl *D, const FunctionDecl *Body) {
  return isInside(D->getDeclContext(), Body) && !isa<ParmVarDecl>(D);
}

static void addSources(Summary &S, const Look &L, const FunctionDecl *Body) {
  for (const ValueDecl *D : L.From.Decls)
    if (!isOwn(D, Body))
      S.Looked.add(D);
  S.Looked.Unknown |= L.From.Unknown;
}

//===-- Without following it ----------------------------------------------===//

static Summary summarizeRoughly(const FunctionDecl *Body,
                                const Looks &TheLooks) {
  Summary S;
  llvm::SmallVector<const Stmt *, 64> Work{Body->getBody()};
  if (const auto *Coroutine = dyn_cast<CoroutineBodyStmt>(Body->getBody()))
    Work.front() = Coroutine->getBody();
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(Body))
    for (const CXXCtorInitializer *Init : Ctor->inits())
      Work.push_back(Init->getInit());
  bool HasThrow = false;
  while (!Work.empty()) {
    const Stmt *Current = Work.pop_back_val();
    if (!Current)
      continue;
    HasThrow |= isa<CXXThrowExpr>(Current);
    flow::forEachChange(
        Current, [&](const flow::ObjectPath &Path, const Expr *) {
          if (!Path.empty() && isSeenOutside(Path.front(), Body))
            S.Sets.push_back(Path.front());
        });
    if (const auto *E = dyn_cast<Expr>(Current))
      if (std::optional<Look> L = TheLooks.at(E, nullptr);
          L && !L->IsUnderWay) {
        addSources(S, *L, Body);
        S.Throws |= L->ByThrow;
      }
    if (isa<LambdaExpr>(Current))
      continue; // It looks when it is called, if it is.
    for (const Stmt *Child : Current->children())
      Work.push_back(Child);
  }
  S.ByValue = !S.Looked.empty();
  S.Throws |= HasThrow && S.ByValue;
  return S;
}

//===-- By following it ---------------------------------------------------===//

namespace {

/// What can be seen of a function when its contexts are all done, or all not.
struct World {
  bool IsDone;
  std::set<NodeId> Returns, Throws;
  std::map<const ValueDecl *, std::set<NodeId>> Sets;
  std::optional<Value> Result;
};

class Walk {
public:
  Walk(const flow::Graph &G, const Looks &TheLooks, ASTContext &Context)
      : G(G), Context(Context), Exposed(flow::exposedIn(G.body())),
        Tracked(G, reachedIn(G), Exposed, TheLooks, nullptr, Context) {
    for (size_t I = 0; I != Tracked.lookExprs().size(); ++I)
      if (!Tracked.look(I).IsUnderWay)
        Known |= uint64_t(1) << I;
  }

  /// False if there are too many ways.
  bool go(World &W) {
    if (tryToGo(W))
      return true;
    Tracked.dropConstants();
    W = World{W.IsDone, {}, {}, {}, {}};
    return tryToGo(W);
  }

  Summary compare(const World &Done, const World &Alive) const;

private:
  bool tryToGo(World &W) {
    constexpr size_t Most = 4000;
    std::set<State> Seen;
    std::deque<State> Work{Tracked.start(G.entry())};
    Seen.insert(Work.front());
    while (!Work.empty()) {
      State At = std::move(Work.front());
      Work.pop_front();
      for (State &To : pass(At, W))
        if (Seen.insert(To).second)
          Work.push_back(std::move(To));
      if (Seen.size() > Most)
        return false;
    }
    return true;
  }

  llvm::SmallVector<State, 2> pass(const State &From, World &W);
  void noteReturn(const ReturnStmt *Return, const State &S, World &W);
  void noteSets(const State &S, World &W);
  bool takesException(const flow::Edge &E, NodeId At, World &W);

  static std::vector<NodeId> reachedIn(const flow::Graph &G) {
    std::vector<NodeId> Steps;
    for (NodeId N : G.reachable().set_bits())
      Steps.push_back(N);
    return Steps;
  }

  const flow::Graph &G;
  ASTContext &Context;
  const flow::DeclSet Exposed;
  Tracking Tracked;
  uint64_t Known = 0;    // The looks but for those that are under way.
  uint64_t Returned = 0; // The looks that some result comes from.
  std::set<const ValueDecl *> Told; // Set to what a look tells.
  bool LookThrows = false, ThrowsAnything = false;
  llvm::SmallVector<QualType, 1> Thrown;
};

} // namespace

void Walk::noteReturn(const ReturnStmt *Return, const State &S, World &W) {
  const Expr *Result = Return->getRetValue();
  if (!Result)
    return;
  Fact F = Tracked.evaluate(Result, S);
  Returned |= F.Looked & Known;
  const Value &V = W.IsDone ? F.Done : F.Alive;
  if (V.TheKind == Value::Nothing)
    return;
  W.Returns.insert(S.At);
  W.Result = W.Result ? flow::either(*W.Result, V) : V;
}

void Walk::noteSets(const State &S, World &W) {
  const Stmt *At = G[S.At].Statement;
  auto Note = [&](const ValueDecl *D, bool Tells) {
    if (!isSeenOutside(D, G.function()))
      return;
    W.Sets[D].insert(S.At);
    if (Tells)
      Told.insert(D);
  };
  flow::forEachChange(
      At, [&](const flow::ObjectPath &Path, const Expr *Assigned) {
        if (!Path.empty())
          Note(Path.front(),
               Assigned && Tracked.evaluate(Assigned, S).Looked & Known);
      });
  if (std::optional<unsigned> Index = Tracked.lookOf(At))
    for (const ValueDecl *D : Tracked.look(*Index).Outs)
      Note(D, true);
}

// Whether the exception E leaves the step At in this world: what a look throws
// does so only when its context is done, what others throw always.
bool Walk::takesException(const flow::Edge &E, NodeId At, World &W) {
  std::optional<unsigned> Index = Tracked.lookOf(G[At].Statement);
  if (!Index || !Tracked.look(*Index).ByThrow)
    return G[E.To].Kind != NodeKind::Unwound;
  const Look &L = Tracked.look(*Index);
  if (!W.IsDone || L.IsUnderWay)
    return false;
  const CXXCatchStmt *Handler = G[E.To].Handler;
  bool IsTaken = L.Thrown.empty();
  for (QualType T : L.Thrown)
    IsTaken |=
        !Handler || flow::matches(Handler, T, Context) != flow::Match::No;
  if (IsTaken && !Handler) {
    LookThrows = true;
    ThrowsAnything |= L.Thrown.empty();
    Thrown.append(L.Thrown);
  }
  return IsTaken;
}

llvm::SmallVector<State, 2> Walk::pass(const State &From, World &W) {
  const flow::Node &N = G[From.At];
  unsigned Open = ~0U;
  State Next = From;
  bool OnlyThrows = false;
  if (N.Kind == NodeKind::Evaluation && N.Statement) {
    if (const auto *Return = dyn_cast<ReturnStmt>(N.Statement))
      noteReturn(Return, From, W);
    if (isa<CXXThrowExpr>(N.Statement))
      W.Throws.insert(From.At);
    Tracked.step(Next);
    State Before = From;
    Before.Fresh = Next.Fresh;
    noteSets(Before, W);
    if (std::optional<unsigned> Index = Tracked.lookOf(N.Statement))
      OnlyThrows = W.IsDone && Tracked.look(*Index).TheKind == Look::Poll &&
                   Tracked.look(*Index).ByThrow;
  } else if (N.Kind == NodeKind::Branch && N.Condition) {
    Fact F = Tracked.evaluate(N.Condition, From);
    Open = Tracked.openEdges(N, W.IsDone ? F.Done : F.Alive);
    if (!isa<Expr>(N.Statement))
      Next.endExpression();
  }
  llvm::SmallVector<State, 2> Following;
  bool Caught = false; // By a handler that takes it for certain.
  for (unsigned I = 0; I != N.Out.size(); ++I) {
    const flow::Edge &E = N.Out[I];
    bool Throws = E.Kind == EdgeKind::Exception || E.Kind == EdgeKind::Thrown;
    if ((I < 32 && !(Open >> I & 1)) || E.Kind == EdgeKind::Destruction ||
        (OnlyThrows && !Throws))
      continue;
    if (E.Kind == EdgeKind::Exception &&
        (Caught || !takesException(E, From.At, W)))
      continue;
    if (std::optional<unsigned> Index = Tracked.lookOf(N.Statement);
        Index && E.Kind == EdgeKind::Exception && G[E.To].Handler)
      for (QualType T : Tracked.look(*Index).Thrown)
        Caught |=
            flow::matches(G[E.To].Handler, T, Context) == flow::Match::Yes;
    State To = Throws ? From : Next;
    To.At = E.To;
    Tracked.noteSide(To, N, E);
    if (Throws)
      To.endExpression();
    Following.push_back(std::move(To));
  }
  return Following;
}

Summary Walk::compare(const World &Done, const World &Alive) const {
  Summary S;
  for (size_t I = 0; I != Tracked.lookExprs().size(); ++I)
    if (Known >> I & 1)
      addSources(S, Tracked.look(I), G.function());
  if (S.Looked.empty())
    return S;
  if (Done.Result)
    S.WhenDone = *Done.Result;
  if (Alive.Result)
    S.WhenAlive = *Alive.Result;
  bool IsSame = S.WhenDone == S.WhenAlive && S.WhenDone.TheKind == Value::Equal;
  S.ByValue = !IsSame && (Returned || Done.Returns != Alive.Returns ||
                          !(S.WhenDone == S.WhenAlive));

  S.Throws = LookThrows;
  S.Thrown = Thrown;
  bool IsKnown = !ThrowsAnything;
  for (NodeId N : Done.Throws) {
    // What is caught again does not come out.
    bool ComesOut = llvm::any_of(G[N].Out, [&](const flow::Edge &E) {
      return G[E.To].Kind == NodeKind::Unwound;
    });
    if (Alive.Throws.count(N) || !ComesOut)
      continue;
    S.Throws = true;
    const Expr *What = cast<CXXThrowExpr>(G[N].Statement)->getSubExpr();
    IsKnown &= What != nullptr;
    if (What)
      S.Thrown.push_back(What->getType());
  }
  if (!IsKnown)
    S.Thrown.clear();

  static const std::set<NodeId> Nowhere;
  auto At = [](const World &W, const ValueDecl *D) -> const std::set<NodeId> & {
    auto Place = W.Sets.find(D);
    return Place == W.Sets.end() ? Nowhere : Place->second;
  };
  auto AddSets = [&](const World &W) {
    for (const auto &[D, Places] : W.Sets)
      if ((Told.count(D) || At(Done, D) != At(Alive, D)) &&
          !llvm::is_contained(S.Sets, D))
        S.Sets.push_back(D);
  };
  AddSets(Done);
  AddSets(Alive);
  return S;
}

Summary summarize(const FunctionDecl *Body, const Looks &TheLooks,
                  ASTContext &Context) {
  bool CanFollow =
      !isa<CoroutineBodyStmt>(Body->getBody()) && !Body->isDependentContext();
  std::unique_ptr<flow::Graph> G =
      CanFollow ? flow::Graph::build(Body, Context) : nullptr;
  if (G) {
    Walk TheWalk(*G, TheLooks, Context);
    World Done{true, {}, {}, {}, {}}, Alive{false, {}, {}, {}, {}};
    if (TheWalk.go(Done) && TheWalk.go(Alive))
      return TheWalk.compare(Done, Alive);
  }
  return summarizeRoughly(Body, TheLooks);
}

} // namespace clang::tidy::context
