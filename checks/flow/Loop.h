// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop of the source as a part of its function's graph: the steps of its
// cycles, and the ways out of them.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_LOOP_H
#define CONTEXT_TIDY_CHECKS_FLOW_LOOP_H

#include "Graph.h"
#include <optional>
#include <vector>

namespace clang::tidy::context::flow {

/// Where the keyword of \p Loop stands.
SourceLocation keywordOf(const Stmt *Loop);

/// Whether \p S is a loop statement.
bool isLoop(const Stmt *S);

class Loop {
public:
  /// The cycles through the head of \p Statement; none if it has no second
  /// round. Refers to \p G.
  static std::optional<Loop> find(const Graph &G, const Stmt *Statement);

  const Graph &graph() const { return *G; }
  const Stmt *statement() const { return Statement; }
  /// Where each round begins.
  NodeId head() const { return Head; }
  /// Whether \p N is on a cycle through the head.
  bool contains(NodeId N) const { return Nodes.test(N); }
  const llvm::BitVector &nodes() const { return Nodes; }

  /// Whether taking \p E from \p From, a step of the loop, gives up every
  /// chance of another round.
  bool isWayOut(NodeId From, const Edge &E) const {
    return contains(From) && !contains(E.To);
  }
  /// Whether the source has a way out: exceptions that calls might throw and
  /// the destruction of a coroutine are none.
  bool hasWayOut() const;

  /// The ways out, numbered, that are open in this round once \p E has been
  /// taken from \p From, without coming to \p From again. Beside \p E itself,
  /// exceptions out of calls do not count, but for those of \p Throwing.
  llvm::BitVector waysOut(NodeId From, const Edge &E,
                          const llvm::BitVector &Throwing) const;
  /// The steps of the loop that can follow likewise, in this round.
  llvm::BitVector following(NodeId From, const Edge &E) const;

private:
  Loop(const Graph &G, const Stmt *Statement, NodeId Head)
      : G(&G), Statement(Statement), Head(Head) {}
  void walk(NodeId From, const Edge &E, const llvm::BitVector &Throwing,
            llvm::BitVector &Seen, llvm::BitVector *Out) const;

  const Graph *G;
  const Stmt *Statement;
  NodeId Head;
  llvm::BitVector Nodes;
  // FirstEdge[N] numbers the first edge of N among all of the graph.
  std::vector<unsigned> FirstEdge;
};

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_LOOP_H
