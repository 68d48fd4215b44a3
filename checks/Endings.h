// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which contexts of a function have ended before a step, and which cannot end.

#ifndef CONTEXT_TIDY_CHECKS_ENDINGS_H
#define CONTEXT_TIDY_CHECKS_ENDINGS_H

#include "flow/Graph.h"
#include "flow/Scopes.h"
#include "model/Recognizer.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <string>

namespace clang::tidy::context {

/// The field that \p Binding stands for; null if it stands for none.
const FieldDecl *boundField(const BindingDecl *Binding);

/// Answers for all loops of one function: what has to be searched for in the
/// graph is searched for once. Refers to what it is made from.
class Endings {
public:
  Endings(const flow::Graph &G, const model::Recognizer &R,
          flow::ScopesOfFunctions &Scopes)
      : G(G), R(R), Scopes(Scopes) {}

  const flow::Graph &graph() const { return G; }

  /// Whether a cancel has ended the context that \p Made has, the result of a
  /// derivation, on every way to \p N.
  bool hasEnded(const VarDecl *Made, flow::NodeId N);
  /// The name of that context's part of \p Made, whose cancel is called here.
  const std::string &contextOf(const VarDecl *Made);

  /// Whether some way leads from an assignment to \p V, or from a call of a
  /// lambda that has one, to \p N. One that is only made, or handed over, runs
  /// elsewhere: what it assigns, this function has not got.
  bool mayBeAssigned(const VarDecl *V, flow::NodeId N);

private:
  using Nodes = llvm::SmallVector<flow::NodeId, 2>;
  struct Cancelled {
    std::string Context;
    Nodes Cancels;
  };
  void findCancels();
  void findAssignments();
  llvm::DenseSet<flow::NodeId> reachedFrom(llvm::ArrayRef<flow::NodeId> Start,
                                           llvm::ArrayRef<flow::NodeId> Ends);

  const flow::Graph &G;
  const model::Recognizer &R;
  flow::ScopesOfFunctions &Scopes;
  std::optional<llvm::DenseMap<const ValueDecl *, Cancelled>> Cancels;
  std::optional<llvm::DenseMap<const ValueDecl *, Nodes>> Assignments;
  // Where it has not ended, and where it may have been assigned.
  llvm::DenseMap<const VarDecl *, llvm::DenseSet<flow::NodeId>> Alive, Given;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_ENDINGS_H
