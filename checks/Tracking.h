// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What looks at contexts tell, followed through expressions and variables.

#ifndef CONTEXT_TIDY_CHECKS_TRACKING_H
#define CONTEXT_TIDY_CHECKS_TRACKING_H

#include "Looks.h"
#include "flow/Graph.h"
#include "flow/Objects.h"
#include "flow/Value.h"
#include <functional>
#include <tuple>
#include <vector>

namespace clang::tidy::context {

/// What a variable or expression tells about the contexts in reach: which
/// values it has when they are done, and when they are not.
struct Fact {
  uint64_t Looked = 0; // The looks that it comes from, one bit each.
  flow::Value Done, Alive;
  /// The decision that it hangs on by what is assigned on its sides.
  int Decision = -1;

  bool operator==(const Fact &O) const {
    return Looked == O.Looked && Done == O.Done && Alive == O.Alive &&
           Decision == O.Decision;
  }
};

/// The steps of a function, or of a part of it, with the variables that a look
/// at a context can tell something by. Refers to what it is made from.
class Tracking {
public:
  using FactId = uint16_t;

  /// A point on a way: a step of the function, what the variables hold there,
  /// and which looks of the expression in evaluation were made.
  struct State {
    flow::NodeId At;
    uint64_t Fresh = 0;
    /// Which '&&' and '||' of the expression did without their right side, and
    /// which '?:' took its second one.
    uint64_t Sides = 0;
    llvm::SmallVector<FactId, 8> Facts;

    void endExpression() { Fresh = Sides = 0; }
    bool operator<(const State &O) const {
      return std::tie(At, Fresh, Sides, Facts) <
             std::tie(O.At, O.Fresh, O.Sides, O.Facts);
    }
  };

  /// Tracks the steps \p Region of \p G. \p InReach null: any context counts.
  /// \p Exposed are the variables that flow::exposedIn() finds in the function.
  Tracking(const flow::Graph &G, llvm::ArrayRef<flow::NodeId> Region,
           const flow::DeclSet &Exposed, const Looks &TheLooks,
           const Reach *InReach, ASTContext &Context);

  /// The looks of the region, by their bit in Fact::Looked.
  llvm::ArrayRef<const Expr *> lookExprs() const { return LookExprs; }
  const Look &look(unsigned Index) const { return LookKinds[Index]; }
  /// The look that \p S is; none if it is none.
  std::optional<unsigned> lookOf(const Stmt *S) const;

  /// At \p N, where nothing is known yet.
  State start(flow::NodeId N) const;
  /// What \p E tells where it has just been evaluated.
  Fact evaluate(const Expr *E, const State &S) const;
  /// Takes the step that \p S is at.
  void step(State &S);
  /// Notes which way the branch \p N goes: for the expression that it is in,
  /// and for the variable that it tests.
  void noteSide(State &S, const flow::Node &N, const flow::Edge &E);
  /// The edges of the branch \p N that are open if its condition is \p V, a
  /// bit each.
  unsigned openEdges(const flow::Node &N, const flow::Value &V) const;
  /// What \p S tells by the steps before it: a look among its operands.
  uint64_t lookedIn(const Expr *E, const State &S) const {
    return unknownFrom(E, S).Looked;
  }

  bool isTracked(const ValueDecl *D) const { return Slots.count(D); }
  const Fact &factOf(const State &S, const ValueDecl *D) const {
    return Facts[S.Facts[Slots.lookup(D)]];
  }
  void setFact(State &S, const ValueDecl *D, const Fact &F) {
    S.Facts[Slots.lookup(D)] = intern(F);
  }

  /// Says whether a step follows only one of the sides of a decision. What is
  /// assigned there tells which side was taken, but only behind it.
  void setOneSided(std::function<bool(int Decision, flow::NodeId)> Is) {
    IsOneSided = std::move(Is);
  }

  /// Forgets the values of variables that tell nothing of a context: they close
  /// ways, at the price of more states.
  void dropConstants() { KeepConstants = false; }

private:
  bool isSelectCase(const Expr *E) const;
  void findLooks(llvm::ArrayRef<flow::NodeId> Region);
  void findVariables(llvm::ArrayRef<flow::NodeId> Region);
  Fact evaluateOperator(BinaryOperatorKind Op, const Expr *Left,
                        const Expr *Right, const State &S) const;
  Fact evaluateLogical(const BinaryOperator *E, const State &S) const;
  Fact evaluateChoice(const ConditionalOperator *E, const State &S) const;
  Fact evaluateCall(const CallExpr *E, const State &S) const;
  Fact lookFact(unsigned Index) const;
  Fact unknownFrom(const Expr *E, const State &S) const;
  FactId intern(const Fact &F);
  bool isPrivate(const ValueDecl *D) const;
  bool isShort(const BinaryOperator *E, const State &S) const;
  std::optional<bool> decidedBefore(const Expr *E, const State &S) const;
  bool tellsOnlyBehind(const Fact &F, flow::NodeId At) const {
    return F.Decision >= 0 && IsOneSided && IsOneSided(F.Decision, At);
  }
  std::optional<unsigned> slotOf(const ValueDecl *D) const;
  std::optional<unsigned> slotOf(const Expr *E) const;
  void assign(State &S, unsigned Slot, Fact New);

  const flow::Graph &G;
  const flow::DeclSet &Exposed;
  const Looks &TheLooks;
  const Reach *InReach;
  ASTContext &Context;
  std::vector<const Expr *> LookExprs;
  std::vector<Look> LookKinds;
  llvm::DenseMap<const Expr *, unsigned> LookIndex;
  llvm::DenseMap<const Stmt *, unsigned> SideIndex; // To a bit of Sides.
  llvm::DenseMap<const ValueDecl *, unsigned> Slots;
  std::vector<const ValueDecl *> SlotDecls;
  bool KeepConstants = true;
  std::function<bool(int, flow::NodeId)> IsOneSided;
  std::vector<Fact> Facts;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_TRACKING_H
