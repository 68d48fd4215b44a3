// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which expressions look at a context, and what their outcome tells.

#ifndef CONTEXT_TIDY_CHECKS_LOOKS_H
#define CONTEXT_TIDY_CHECKS_LOOKS_H

#include "Reach.h"
#include "Summary.h"
#include "flow/Graph.h"
#include <optional>

namespace clang::tidy::context {

/// An expression that looks at a context.
struct Look {
  enum Kind {
    Poll,    ///< By what the model calls a poll; a true outcome means done.
    Select,  ///< By waiting for one of several cases, among them its end.
    HandOff, ///< By a function that was handed it, or has it already.
  };
  Kind TheKind = Poll;
  Sources From;
  bool ByValue = false; ///< It has a result that tells.
  bool ByThrow = false; ///< It throws when the context is done, or might.
  /// The result when the context is done, and when it is not.
  flow::Value WhenDone, WhenAlive;
  /// What it throws when the context is done; empty: nobody knows.
  llvm::SmallVector<QualType, 1> Thrown;
  /// What else tells: out-parameters, and what a visible callee sets.
  llvm::SmallVector<const ValueDecl *, 2> Outs;
  /// See Summary.
  bool IsUnderWay = false;
};

/// Recognizes looks. Functions with a visible body are judged by it, others by
/// what they are handed. Remembers its answers, so it serves one ASTContext.
class Looks {
public:
  Looks(const ContextTypes &Types, ASTContext &Context)
      : Types(Types), R(Types.recognizer()), Context(Context) {}

  /// What evaluating \p E itself, its operands aside, looks at. \p InReach
  /// null: whatever it is.
  std::optional<Look> at(const Expr *E, const Reach *InReach) const;

  bool isSelect(const CallExpr *Call) const { return R.selectOf(Call); }
  /// If \p N is a switch on a select, those of its cases that have no label:
  /// for them the way leads past the others, or to 'default'.
  std::optional<llvm::BitVector> casesWithoutLabel(const flow::Node &N) const;
  /// Whether \p Call may wait for long without heeding any context.
  bool isBlocking(const CallExpr *Call) const;

private:
  std::optional<Look> atCall(const CallExpr *Call, const Reach *InReach) const;
  std::optional<Look> atConstruct(const CXXConstructExpr *Construct,
                                  const Reach *InReach) const;
  Look atSelect(const model::Select &S, const CallExpr *Call,
                const Reach *InReach) const;
  template <typename CallT>
  Look handOff(const CallT *Call, const FunctionDecl *Callee,
               const Expr *Object, const Reach *InReach) const;
  template <typename CallT>
  Look follow(const CallT *Call, const FunctionDecl *Body, const Expr *Object,
              const Reach *InReach) const;
  Sources sourcesOf(const Expr *E, const Reach *InReach) const {
    return InReach ? InReach->sourcesOf(E) : Reach::allSourcesOf(E, Types);
  }
  Summary summaryOf(const FunctionDecl *Body) const;
  Summary summarizeRecursion(const FunctionDecl *Body, unsigned Depth) const;

  const ContextTypes &Types;
  const model::Recognizer &R;
  ASTContext &Context;
  mutable llvm::DenseMap<const FunctionDecl *, Summary> Known;
  // Those that are being summarized, with their depth and what is taken to be
  // true of them meanwhile; the least depth that a recursion came back to.
  struct Making {
    unsigned Depth;
    Summary Assumed;
  };
  mutable llvm::DenseMap<const FunctionDecl *, Making> InTheMaking;
  mutable unsigned LowestRecursion = ~0U;
  mutable unsigned Effort = 0;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_LOOKS_H
