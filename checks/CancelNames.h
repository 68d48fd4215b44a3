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

/// Which variables of a body have a certain cancel function, and which guards
/// refer to them, as far along a path as flow::Knowledge says. Variables with
/// automatic storage that are given it by copying or moving have it, too; what
/// refers to one of them is another name for that one. A path is followed until
/// the function is used or no variable has it any more.
class CancelNames {
public:
  CancelNames(const flow::Graph &G, const MadeCancel &Made,
              const model::Recognizer &Recognizer);

  /// Where a path can begin: the cancel function has just been made, and is not
  /// known elsewhere already.
  llvm::SmallVector<flow::Position, 2> starts() const;

  /// Takes a step: Block if the cancel function is used, or the step is
  /// impossible, Arrive if it is lost.
  flow::Verdict follow(const flow::Step &S, flow::Knowledge &Known) const;

  /// Whether anything in the body uses it at all.
  bool isUsed() const { return HasUse; }
  /// Whether a variable is given something else at \p N.
  bool isOverwrite(flow::NodeId N) const;

  /// Every variable and binding that stands for it, or for the whole result.
  llvm::ArrayRef<const ValueDecl *> names() const { return Order; }
  /// The statement to the end of which the variable lives that it was made for.
  const Stmt *scope() const { return Holders.front().Scope; }

private:
  /// A variable that has the cancel function, or a result with it, of its own.
  struct Holder {
    const VarDecl *Variable;
    const Stmt *Scope;
  };
  /// What calls, at the end of its life, what a holder has then: a variable
  /// that was made with a reference to the holder. Where such a reference went
  /// elsewhere, there is no variable, and the end is anywhere.
  struct Guard {
    const VarDecl *Variable;
    const Stmt *Scope;
    unsigned Refers; // To this holder.
  };
  /// What a name stands for: the holder, or its result's cancel function.
  struct Meaning {
    unsigned Of;
    bool Whole;
  };
  struct Event {
    enum Kind {
      Use,       ///< What Subject has is used.
      GuardUse,  ///< What the guard Subject refers to is used.
      Overwrite, ///< Subject is given something else.
      Copy,      ///< Object is given what Subject has.
      Move,      ///< Likewise, and Subject has it no more.
      Refer,     ///< The guard Subject is made.
    };
    Kind What;
    unsigned Subject;
    unsigned Object = 0;
  };

  static constexpr unsigned MostHolders = 32, MostGuards = 32;
  static flow::Knowledge holderBit(unsigned I) {
    return flow::Knowledge(1) << I;
  }
  static flow::Knowledge guardBit(unsigned I) {
    return flow::Knowledge(1) << (MostHolders + I);
  }

  void see(const DeclRefExpr *Ref);
  void seeValue(const Expr *E, Meaning M, const Expr *Value);
  void seeReference(const Expr *E, unsigned Holder);
  void initialise(const DeclStmt *Declaration, const Expr *Init,
                  const Expr *Value, Meaning M, bool Moved);
  bool isNullTest(const Stmt *Parent);

  std::optional<unsigned> holderOf(const VarDecl *V);
  std::optional<Meaning> localMeaning(const Expr *E);
  void addName(const ValueDecl *D, Meaning M);
  void addParts(const DecompositionDecl *D, unsigned Holder);
  void note(const Stmt *S, Event::Kind What, unsigned Subject,
            unsigned Object = 0);
  void noteGuard(const Stmt *S, const VarDecl *Variable, unsigned Holder);

  void followGuards(const flow::Node &To, flow::Knowledge &Known,
                    bool &Used) const;
  void apply(flow::NodeId N, flow::Knowledge &Known, bool &Used) const;
  bool isKnownElsewhere(flow::Knowledge Known) const;
  bool isImpossible(const flow::Step &S) const;

  const flow::Graph &G;
  const MadeCancel &Made;
  const model::Recognizer &Recognizer;
  llvm::SmallVector<Holder, 4> Holders;
  llvm::SmallVector<Guard, 4> Guards;
  llvm::DenseMap<const ValueDecl *, Meaning> Names;
  llvm::SmallVector<const ValueDecl *, 4> Order; // The keys of Names.
  llvm::DenseMap<const ValueDecl *, unsigned> GuardNames;
  llvm::SmallVector<const ValueDecl *, 8> Unseen; // Names and guards.
  llvm::DenseMap<flow::NodeId, llvm::SmallVector<Event, 1>> Events;
  bool HasUse = false;
  // Conditions that ask whether the cancel function is empty: their value if it
  // is not.
  llvm::SmallDenseMap<const Expr *, bool, 2> HoldsIfThere;
};

/// Whether \p T is a class whose objects can be called.
bool isCallable(QualType T);

/// Whether \p Outer has the value of its operand \p Inner: parentheses, casts
/// that keep the type, copies, and the like.
bool keepsValue(const Stmt *Outer, const Expr *Inner);

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_CANCELNAMES_H
