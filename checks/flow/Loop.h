// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop of the source as a part of its function's graph: the steps of its
// cycles, and the ways out of them.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_LOOP_H
#define CONTEXT_TIDY_CHECKS_FLOW_LOOP_H

#include "Graph.h"
#include "llvm/ADT/DenseSet.h"
#include <optional>
#include <vector>

namespace clang::tidy::context::flow {

/// Where the keyword of \p Loop stands.
SourceLocation keywordOf(const Stmt *Loop);

/// Whether \p S is a loop statement.
bool isLoop(const Stmt *S);

/// The condition of a loop statement as it is written; null if \p S has none,
/// as a range-for, or is no loop.
const Expr *conditionOf(const Stmt *S);

class Loop {
public:
  /// The cycles through the head of \p Statement; none if it has no second
  /// round. Refers to \p G. What it costs depends on the loop, not on how much
  /// of the function there is around it.
  static std::optional<Loop> find(const Graph &G, const Stmt *Statement);

  const Graph &graph() const { return *G; }
  const Stmt *statement() const { return Statement; }
  /// Where each round begins.
  NodeId head() const { return Head; }
  /// The steps that are on a cycle through the head, in order.
  llvm::ArrayRef<NodeId> nodes() const { return Nodes; }
  /// Whether \p N is one of them.
  bool contains(NodeId N) const {
    return N >= First && N - First < Contained.size() &&
           Contained.test(N - First);
  }
  /// The steps of the loop as numbers below size().
  unsigned indexOf(NodeId N) const { return N - First; }
  unsigned size() const { return Contained.size(); }

  /// Whether taking \p E from \p From, a step of the loop, leaves it.
  bool isWayOut(NodeId From, const Edge &E) const {
    return contains(From) && !contains(E.To) && !Traps.count(E.To);
  }
  /// Whether the source has a way out: exceptions that calls might throw and
  /// the destruction of a coroutine are none.
  bool hasWayOut() const;

  /// Tells from which steps an exception is to be reckoned with: \p Throws is
  /// asked for each evaluation that belongs to the loop, or to what it cannot
  /// come back from.
  void setThrowing(llvm::function_ref<bool(const Stmt *)> Throws);

  /// The ways out, numbered, that are open in this round once \p E has been
  /// taken from \p From, without coming to \p From again. Edges to one step are
  /// one way out: a 'break' behind '||', the loop's own condition. Beside \p E
  /// itself, exceptions out of calls do not count, but for those of
  /// setThrowing().
  llvm::BitVector waysOut(NodeId From, const Edge &E) const;
  /// The steps of the loop, by their index, that can follow likewise, in this
  /// round; the head among them if another one can.
  llvm::BitVector following(NodeId From, const Edge &E) const;
  /// Whether each way that \p E begins passes one of \p Nodes before it leaves
  /// \p Side; both by index. What leaves the loop does not count.
  bool alwaysPasses(const llvm::BitVector &Nodes, const Edge &E,
                    const llvm::BitVector &Side) const;

private:
  Loop(const Graph &G, const Stmt *Statement, NodeId Head)
      : G(&G), Statement(Statement), Head(Head) {}
  void findTraps();
  bool isForeseen(NodeId From, const Edge &E) const;
  static bool isException(const Edge &E) {
    return E.Kind == EdgeKind::Exception || E.Kind == EdgeKind::Thrown;
  }
  void walk(NodeId From, const Edge &E, llvm::BitVector &Seen,
            llvm::BitVector *Out) const;

  const Graph *G;
  const Stmt *Statement;
  NodeId Head;
  std::vector<NodeId> Nodes;
  // What belongs to the statement and has no way back to the head, and of that
  // what has no way out either: an endless loop inside.
  std::vector<NodeId> Behind;
  llvm::DenseSet<NodeId> Traps;
  llvm::DenseSet<NodeId> Throwing;
  // The rest is by index: the first node has 0.
  NodeId First = 0;
  llvm::BitVector Contained;
  // The numbers of the ways out, by where they lead to. An exception is a way
  // of its own for each step that it leaves.
  llvm::DenseMap<NodeId, unsigned> Ways, Exceptions;
};

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_LOOP_H
