// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Loop.h"
#include "clang/AST/StmtCXX.h"

namespace clang::tidy::context::flow {

bool isLoop(const Stmt *S) {
  return isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt>(S);
}

SourceLocation keywordOf(const Stmt *Loop) { return Loop->getBeginLoc(); }

std::optional<Loop> Loop::find(const Graph &G, const Stmt *Statement) {
  std::optional<NodeId> Head = G.roundOf(Statement);
  if (!Head || !G.reachable().test(*Head))
    return std::nullopt;
  Loop L(G, Statement, *Head);
  size_t Count = G.nodes().size();
  L.FirstEdge.reserve(Count + 1);
  unsigned Edges = 0;
  for (const Node &N : G.nodes()) {
    L.FirstEdge.push_back(Edges);
    Edges += N.Out.size();
  }
  L.FirstEdge.push_back(Edges);

  // The heads of loops around this one stand for nothing in the source; a walk
  // that came to one has left.
  llvm::BitVector Outside(Count);
  for (const Stmt *S = G.parentOf(Statement); S; S = G.parentOf(S))
    if (std::optional<NodeId> Other = G.roundOf(S); Other && *Other != *Head)
      Outside.set(*Other);
  auto Belongs = [&](NodeId N) {
    return !Outside.test(N) && G.isInside(G[N], Statement);
  };

  // Forward from the head, then back from it.
  llvm::BitVector Forward(Count);
  std::vector<llvm::SmallVector<NodeId, 2>> Before(Count);
  llvm::SmallVector<NodeId, 64> Work{*Head};
  Forward.set(*Head);
  while (!Work.empty()) {
    NodeId N = Work.pop_back_val();
    for (const Edge &E : G[N].Out) {
      if (!Belongs(E.To))
        continue;
      Before[E.To].push_back(N);
      if (!Forward.test(E.To)) {
        Forward.set(E.To);
        Work.push_back(E.To);
      }
    }
  }
  L.Nodes.resize(Count);
  Work.push_back(*Head);
  while (!Work.empty())
    for (NodeId N : Before[Work.pop_back_val()])
      if (!L.Nodes.test(N)) {
        L.Nodes.set(N);
        Work.push_back(N);
      }
  if (!L.Nodes.test(*Head))
    return std::nullopt; // It always leaves in its first round.
  return L;
}

static bool isUnforeseen(const Edge &E) {
  return E.Kind == EdgeKind::Exception || E.Kind == EdgeKind::Destruction;
}

bool Loop::hasWayOut() const {
  for (unsigned N : Nodes.set_bits())
    for (const Edge &E : (*G)[N].Out)
      if (!isUnforeseen(E) && isWayOut(N, E))
        return true;
  return false;
}

void Loop::walk(NodeId From, const Edge &E, const llvm::BitVector &Throwing,
                llvm::BitVector &Seen, llvm::BitVector *Out) const {
  auto NoteWayOut = [&](NodeId N, const Edge &Taken) {
    if (Out)
      Out->set(FirstEdge[N] + (&Taken - (*G)[N].Out.begin()));
  };
  if (!contains(E.To)) {
    NoteWayOut(From, E);
    return;
  }
  if (E.To == Head || E.To == From)
    return;
  llvm::SmallVector<NodeId, 32> Work{E.To};
  Seen.set(E.To);
  while (!Work.empty()) {
    NodeId N = Work.pop_back_val();
    for (const Edge &Next : (*G)[N].Out) {
      if (isUnforeseen(Next) &&
          !(Next.Kind == EdgeKind::Exception && Throwing.test(N)))
        continue;
      if (!contains(Next.To)) {
        NoteWayOut(N, Next);
      } else if (Next.To != Head && Next.To != From && !Seen.test(Next.To)) {
        Seen.set(Next.To);
        Work.push_back(Next.To);
      }
    }
  }
}

llvm::BitVector Loop::waysOut(NodeId From, const Edge &E,
                              const llvm::BitVector &Throwing) const {
  llvm::BitVector Seen(Nodes.size()), Out(FirstEdge.back());
  walk(From, E, Throwing, Seen, &Out);
  return Out;
}

llvm::BitVector Loop::following(NodeId From, const Edge &E) const {
  llvm::BitVector Seen(Nodes.size());
  walk(From, E, llvm::BitVector(Nodes.size()), Seen, nullptr);
  return Seen;
}

} // namespace clang::tidy::context::flow
