// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Loop.h"
#include "clang/AST/StmtCXX.h"

namespace clang::tidy::context::flow {

bool isLoop(const Stmt *S) {
  return isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt>(S);
}

const Expr *conditionOf(const Stmt *S) {
  if (const auto *While = dyn_cast<WhileStmt>(S))
    return While->getCond();
  if (const auto *Do = dyn_cast<DoStmt>(S))
    return Do->getCond();
  const auto *For = dyn_cast<ForStmt>(S);
  return For ? For->getCond() : nullptr;
}

SourceLocation keywordOf(const Stmt *Loop) { return Loop->getBeginLoc(); }

std::optional<Loop> Loop::find(const Graph &G, const Stmt *Statement) {
  std::optional<NodeId> Head = G.roundOf(Statement);
  if (!Head || !G.reachable().test(*Head))
    return std::nullopt;
  Loop L(G, Statement, *Head);

  // The heads of loops around this one stand for nothing in the source; a walk
  // that came to one has left.
  llvm::SmallDenseSet<NodeId, 8> Outside;
  for (const Stmt *S = G.parentOf(Statement); S; S = G.parentOf(S))
    if (std::optional<NodeId> Other = G.roundOf(S); Other && *Other != *Head)
      Outside.insert(*Other);
  auto Belongs = [&](NodeId N) {
    return !Outside.count(N) && G.isInside(G[N], Statement);
  };

  // Forward from the head, then back from it.
  llvm::DenseMap<NodeId, llvm::SmallVector<NodeId, 2>> Before;
  Before[*Head];
  std::vector<NodeId> Forward{*Head};
  for (size_t I = 0; I != Forward.size(); ++I) {
    NodeId N = Forward[I];
    for (const Edge &E : G[N].Out) {
      if (!Belongs(E.To))
        continue;
      auto [Place, New] = Before.try_emplace(E.To);
      Place->second.push_back(N);
      if (New)
        Forward.push_back(E.To);
    }
  }
  llvm::DenseSet<NodeId> OnCycle;
  llvm::SmallVector<NodeId, 64> Work{*Head};
  while (!Work.empty())
    for (NodeId N : Before[Work.pop_back_val()])
      if (OnCycle.insert(N).second)
        Work.push_back(N);
  if (!OnCycle.count(*Head))
    return std::nullopt; // It always leaves in its first round.

  for (NodeId N : Forward)
    (OnCycle.count(N) ? L.Nodes : L.Behind).push_back(N);
  llvm::sort(L.Nodes);
  L.First = L.Nodes.front();
  L.Contained.resize(L.Nodes.back() - L.First + 1);
  for (NodeId N : L.Nodes)
    L.Contained.set(N - L.First);
  for (NodeId N : L.Nodes)
    for (const Edge &E : G[N].Out)
      if (!L.contains(E.To)) {
        if (isException(E))
          L.Exceptions.try_emplace(N, L.Ways.size() + L.Exceptions.size());
        else
          L.Ways.try_emplace(E.To, L.Ways.size() + L.Exceptions.size());
      }
  L.findTraps();
  return L;
}

// Whether the way E is one to count on: not for an exception that a call might
// throw, nor for the destruction of a coroutine.
bool Loop::isForeseen(NodeId From, const Edge &E) const {
  return E.Kind == EdgeKind::Exception ? Throwing.count(From) != 0
                                       : E.Kind != EdgeKind::Destruction;
}

void Loop::findTraps() {
  Traps.clear();
  llvm::DenseMap<NodeId, llvm::SmallVector<NodeId, 2>> Before;
  llvm::SmallVector<NodeId, 16> Work;
  for (NodeId N : Behind)
    Traps.insert(N);
  for (NodeId N : Behind) {
    bool Returns = false, Leaves = false;
    for (const Edge &E : (*G)[N].Out) {
      Returns |=
          E.Kind != EdgeKind::Exception && E.Kind != EdgeKind::Destruction;
      if (!isForeseen(N, E))
        continue;
      if (Traps.count(E.To))
        Before[E.To].push_back(N);
      else
        Leaves = true;
    }
    if (Leaves || !Returns)
      Work.push_back(N);
  }
  for (NodeId N : Work)
    Traps.erase(N);
  while (!Work.empty()) {
    auto Place = Before.find(Work.pop_back_val());
    if (Place == Before.end())
      continue;
    for (NodeId N : Place->second)
      if (Traps.erase(N))
        Work.push_back(N);
  }
}

void Loop::setThrowing(llvm::function_ref<bool(const Stmt *)> Throws) {
  for (llvm::ArrayRef<NodeId> Some :
       {llvm::ArrayRef<NodeId>(Nodes), llvm::ArrayRef<NodeId>(Behind)})
    for (NodeId N : Some)
      if (llvm::any_of(
              (*G)[N].Out,
              [](const Edge &E) { return E.Kind == EdgeKind::Exception; }) &&
          (*G)[N].Statement && Throws((*G)[N].Statement))
        Throwing.insert(N);
  if (!Behind.empty())
    findTraps();
}

bool Loop::hasWayOut() const {
  for (NodeId N : Nodes)
    for (const Edge &E : (*G)[N].Out)
      if (isForeseen(N, E) && isWayOut(N, E))
        return true;
  return false;
}

void Loop::walk(NodeId From, const Edge &E, llvm::BitVector &Seen,
                llvm::BitVector *Out) const {
  auto NoteWayOut = [&](NodeId N, const Edge &Taken) {
    if (Out && isWayOut(N, Taken))
      Out->set(isException(Taken) ? Exceptions.lookup(N)
                                  : Ways.lookup(Taken.To));
  };
  if (!contains(E.To)) {
    NoteWayOut(From, E);
    return;
  }
  if (E.To == Head)
    Seen.set(indexOf(Head));
  if (E.To == Head || E.To == From)
    return;
  llvm::SmallVector<NodeId, 32> Work{E.To};
  Seen.set(indexOf(E.To));
  while (!Work.empty()) {
    NodeId N = Work.pop_back_val();
    for (const Edge &Next : (*G)[N].Out) {
      if (!isForeseen(N, Next))
        continue;
      if (!contains(Next.To)) {
        NoteWayOut(N, Next);
      } else if (Next.To != From && !Seen.test(indexOf(Next.To))) {
        Seen.set(indexOf(Next.To));
        if (Next.To != Head)
          Work.push_back(Next.To);
      }
    }
  }
}

llvm::BitVector Loop::waysOut(NodeId From, const Edge &E) const {
  llvm::BitVector Seen(size()), Out(Ways.size() + Exceptions.size());
  walk(From, E, Seen, &Out);
  return Out;
}

llvm::BitVector Loop::following(NodeId From, const Edge &E) const {
  llvm::BitVector Seen(size());
  walk(From, E, Seen, nullptr);
  return Seen;
}

bool Loop::alwaysPasses(const llvm::BitVector &Nodes, const Edge &E,
                        const llvm::BitVector &Side) const {
  llvm::BitVector Seen(size());
  llvm::SmallVector<NodeId, 16> Work;
  // Comes to a step; false if it is beyond the side.
  auto Come = [&](NodeId N) {
    if (!contains(N) || Nodes.test(indexOf(N)) || Seen.test(indexOf(N)))
      return true;
    Seen.set(indexOf(N));
    Work.push_back(N);
    return Side.test(indexOf(N));
  };
  if (!Come(E.To))
    return false;
  while (!Work.empty()) {
    NodeId N = Work.pop_back_val();
    for (const Edge &Next : (*G)[N].Out)
      if (isForeseen(N, Next) && !Come(Next.To))
        return false;
  }
  return true;
}

} // namespace clang::tidy::context::flow
