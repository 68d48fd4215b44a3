// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function body as a graph of evaluation steps. It is Clang's CFG, taken
// apart into one node per step, plus what that CFG leaves out: where an
// exception goes from each step that may throw, and that a suspended coroutine
// may be destroyed.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_GRAPH_H
#define CONTEXT_TIDY_CHECKS_FLOW_GRAPH_H

#include "clang/AST/ParentMap.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>
#include <vector>

namespace clang::tidy::context::flow {

using NodeId = unsigned;

enum class EdgeKind {
  Next,        ///< To the only step that can follow.
  True,        ///< The condition of a branch holds; a loop goes on.
  False,       ///< It does not hold; a loop ends.
  Case,        ///< A switch jumps to a label, or past the switch.
  Other,       ///< One of several ways that no condition in the source chooses.
  Thrown,      ///< A throw expression, to a handler or out of the function.
  Exception,   ///< An exception leaves a call or the like, likewise.
  Destruction, ///< A coroutine is destroyed while it is suspended here.
};

struct Edge {
  NodeId To;
  EdgeKind Kind;
  /// For Case: the label; null past a switch that has no default.
  const SwitchCase *Label = nullptr;
};

enum class NodeKind {
  Join,       ///< Nothing happens; a block begins.
  Evaluation, ///< Statement is evaluated, its operands have been.
  Destructor, ///< Variable is destroyed, or if null some temporary.
  Branch,     ///< Statement's condition decides.
  Exit,       ///< The function returns.
  Unwound,    ///< An exception leaves the function.
  Destroyed,  ///< The coroutine is destroyed before it has come to an end.
};

struct Node {
  NodeKind Kind = NodeKind::Join;
  /// Evaluation: what is evaluated. Branch: the if, loop, switch, '&&', '||' or
  /// '?:' that decides.
  const Stmt *Statement = nullptr;
  /// Branch: the condition's own expression; null for a range-for and for(;;).
  const Expr *Condition = nullptr;
  /// Destructor: the variable that is destroyed.
  const VarDecl *Variable = nullptr;
  /// Join: the handler that begins here, if one does.
  const CXXCatchStmt *Handler = nullptr;
  llvm::SmallVector<Edge, 2> Out;
};

/// A way through the graph: the edges taken, in order, each with the node that
/// it leaves.
struct Step {
  NodeId From;
  Edge Taken;
};
using Path = std::vector<Step>;

/// What a search makes of a node that it has come to.
enum class Verdict {
  Through, ///< Go on from here.
  Block,   ///< Not this way.
  Arrive,  ///< This is what was looked for.
};

/// What a search knows of the way that it has come: bits of the caller's.
using Knowledge = uint64_t;
struct Position {
  NodeId Node;
  Knowledge Known;
};

/// Whether \p Root has an 'if constexpr' on which a template argument decides:
/// which statements there are, only an instantiation says.
bool hasDependentBranch(const Stmt *Root);

class Graph {
public:
  /// The graph of \p Function's body; null where Clang cannot make one (broken
  /// code). Lambdas inside are steps, not looked into.
  static std::unique_ptr<Graph> build(const FunctionDecl *Function,
                                      ASTContext &Context);

  llvm::ArrayRef<Node> nodes() const { return Nodes; }
  const Node &operator[](NodeId Id) const { return Nodes[Id]; }
  NodeId entry() const { return Entry; }
  const FunctionDecl *function() const { return Function; }
  /// The statements that the graph shows: a coroutine's own body, without what
  /// the compiler wraps around it.
  const Stmt *body() const { return Body; }

  /// Where \p S is evaluated. Empty if it is not (unevaluated, or a part that
  /// is no step of its own); seldom more than one.
  llvm::ArrayRef<NodeId> nodesOf(const Stmt *S) const;
  /// Where the declaration of \p V takes effect.
  llvm::ArrayRef<NodeId> nodesOf(const VarDecl *V) const;
  /// Where each round of \p Loop begins; none if it has no second round.
  std::optional<NodeId> roundOf(const Stmt *Loop) const;

  /// The statement or expression around \p S; null for the body itself.
  const Stmt *parentOf(const Stmt *S) const;
  /// Whether \p S is \p Outer or inside it.
  bool isInside(const Stmt *S, const Stmt *Outer) const;
  /// Whether \p N belongs to \p Outer. Nodes that stand for nothing in the
  /// source belong to everything.
  bool isInside(const Node &N, const Stmt *Outer) const;
  /// The references to \p D in the body. What a lambda or a block captures is
  /// one, what it does with it is none.
  llvm::ArrayRef<const DeclRefExpr *> referencesTo(const ValueDecl *D) const;

  /// The shortest path that leaves one of \p From, whatever these are, and
  /// comes to a node for which \p Visit says Arrive, through nodes for which it
  /// says Through. \p Visit is asked for each edge: a node that one edge may
  /// not enter, another one may.
  std::optional<Path>
  findPath(llvm::ArrayRef<NodeId> From,
           llvm::function_ref<Verdict(const Step &)> Visit) const;
  /// The same where the way matters, not only the node that it has come to:
  /// \p Visit changes what is known at the step's beginning into what is known
  /// at its end. A node is gone through once for each knowledge.
  std::optional<Path>
  findPath(llvm::ArrayRef<Position> From,
           llvm::function_ref<Verdict(const Step &, Knowledge &)> Visit) const;

  /// The nodes that can be reached from the entry.
  const llvm::BitVector &reachable() const { return Reachable; }

private:
  friend class GraphBuilder;
  Graph(const FunctionDecl *Function, Stmt *Body);
  static std::unique_ptr<Graph> buildHere(const FunctionDecl *Function,
                                          ASTContext &Context);
  /// Numbers \p Root and what is in it.
  void number(const Stmt *Root);
  void findReferences() const;

  const FunctionDecl *Function;
  const Stmt *Body;
  std::unique_ptr<CFG> Source;
  ParentMap Parents;
  // Each statement's number, and the first that is no part of it any more.
  llvm::DenseMap<const Stmt *, std::pair<unsigned, unsigned>> Extents;
  // Found when they are first asked for: most graphs never are.
  mutable std::optional<llvm::DenseMap<
      const ValueDecl *, llvm::SmallVector<const DeclRefExpr *, 2>>>
      References;
  NodeId Entry = 0;
  bool Suspends = false; // It is a coroutine.
  std::vector<Node> Nodes;
  llvm::BitVector Reachable;
  llvm::DenseMap<const Stmt *, llvm::SmallVector<NodeId, 1>> StmtNodes;
  llvm::DenseMap<const VarDecl *, llvm::SmallVector<NodeId, 1>> VarNodes;
  llvm::DenseMap<const Stmt *, NodeId> Rounds;
  // DeclStmts that Clang's CFG split in two, to those in the source.
  llvm::DenseMap<const Stmt *, const Stmt *> Originals;
};

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_GRAPH_H
