// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Follows one cancel function through a function body by the names it goes by.

#ifndef CONTEXT_TIDY_CHECKS_CANCELNAMES_H
#define CONTEXT_TIDY_CHECKS_CANCELNAMES_H

#include "flow/Graph.h"
#include "model/Recognizer.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

namespace clang::tidy::context {

/// What becomes of the result of a call that derives a context.
struct MadeCancel {
  enum Fate {
    Used,      ///< It is called, returned, passed on or stored right there.
    Discarded, ///< Nothing has it.
    Declared,  ///< A local variable is declared with it.
    Assigned,  ///< It is assigned to a local variable that was there before.
  };
  Fate TheFate = Used;
  const CallExpr *Call = nullptr;
  model::Derivation Derived;
  /// Declared and Assigned: the variable, or structured binding, that has the
  /// whole result, or (HasWhole false) the cancel function alone.
  const ValueDecl *Name = nullptr;
  bool HasWhole = false;
  /// Assigned: the assignment.
  const Expr *Assignment = nullptr;

  /// The variable that is declared: for a structured binding, all of it.
  const VarDecl *variable() const;
  /// The cancel function as an expression: "cancel", "made.cancel"; empty for
  /// an element of a tuple that has no name of its own.
  std::string expression() const;
};

using ParentOf = llvm::function_ref<const Stmt *(const Stmt *)>;

/// Sees what becomes of the result of \p Call, which derives \p D.
MadeCancel fateOf(const CallExpr *Call, const model::Derivation &D,
                  ParentOf Parent, const model::Recognizer &Recognizer);

/// The names of one cancel function in a body, and what each mention does.
class CancelNames {
public:
  CancelNames(const flow::Graph &G, const MadeCancel &Made,
              const model::Recognizer &Recognizer);

  /// Whether anything in the body uses it at all.
  bool isUsed() const { return !Uses.empty(); }
  bool isUse(flow::NodeId N) const { return Uses.count(N); }
  /// A use through which the variable itself, not its value, is known
  /// elsewhere: what is assigned to it later is used there too.
  bool isReference(flow::NodeId N) const { return References.count(N); }
  /// An assignment by which the cancel function is lost, unless used before.
  bool isOverwrite(flow::NodeId N) const {
    return !HasCopy && Overwrites.count(N);
  }
  /// Whether the edge is taken only if the cancel function is empty, which it
  /// never is: the false side of 'if (cancel)'.
  bool isImpossible(const flow::Step &S) const;

  /// Every variable and binding that stands for it, or for the whole result.
  llvm::ArrayRef<const ValueDecl *> cancels() const {
    return Cancels.getArrayRef();
  }
  llvm::ArrayRef<const ValueDecl *> wholes() const {
    return Wholes.getArrayRef();
  }

private:
  enum class Mention { Nothing, Use, Reference, Overwrite };

  void collect();
  Mention mentionOfWhole(const Expr *E);
  Mention mentionOfCancel(const Expr *E);
  Mention initialises(const DeclStmt *Declaration, const Expr *Init,
                      const Expr *Value, bool Whole);
  void note(const DeclRefExpr *Ref, Mention M);
  void noteNullTest(const Expr *Comparison);
  void addParts(const DecompositionDecl *D);

  const flow::Graph &G;
  const MadeCancel &Made;
  const model::Recognizer &Recognizer;
  llvm::SmallSetVector<const ValueDecl *, 4> Cancels;
  llvm::SmallSetVector<const ValueDecl *, 4> Wholes;
  llvm::DenseSet<flow::NodeId> Uses;
  llvm::DenseSet<flow::NodeId> References;
  llvm::DenseSet<flow::NodeId> Overwrites;
  // Conditions that ask whether the cancel function is empty: their value if it
  // is not.
  llvm::SmallDenseMap<const Expr *, bool, 2> HoldsIfThere;
  bool HasCopy = false;
};

/// Every reference to a declaration in \p Root, what is captured by a lambda
/// or block included, their bodies not.
void forEachReference(const Stmt *Root,
                      llvm::function_ref<void(const DeclRefExpr *)> Visit);

/// Whether \p T is a class whose objects can be called.
bool isCallable(QualType T);

/// Whether \p Outer has the value of its operand \p Inner: parentheses, casts
/// that keep the type, copies, and the like.
bool keepsValue(const Stmt *Outer, const Expr *Inner);

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_CANCELNAMES_H
