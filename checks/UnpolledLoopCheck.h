// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_CHECKS_UNPOLLEDLOOPCHECK_H
#define CONTEXT_TIDY_CHECKS_UNPOLLEDLOOPCHECK_H

#include "ContextTidyCheck.h"
#include "Looks.h"
#include "Reach.h"
#include "flow/Bounds.h"
#include "flow/Loop.h"
#include <optional>

namespace clang::tidy::context {

class PollSearch;

/// Finds loops that go on after their context is done.
///
/// For the user-facing documentation see docs/checks/context-unpolled-loop.md.
class UnpolledLoopCheck : public ContextTidyCheck {
public:
  UnpolledLoopCheck(StringRef Name, ClangTidyContext *Context);
  void storeOptions(ClangTidyOptions::OptionMap &Opts) override;

private:
  bool mayFind(const model::Presence &Present) const override {
    return Present.Contexts;
  }
  void visitFunction(const FunctionDecl &F, ASTContext &Context) override;

  /// Why a loop needs a poll, if it does.
  enum class Need { None, EveryCycle, BlockingCycles };

  void checkFunction(const FunctionDecl *Function, ASTContext &Context);
  void checkLoop(flow::Loop &L, const flow::DeclSet &Exposed,
                 const Reach &InReach, ASTContext &Context);
  Need needOf(const flow::Loop &L, bool Blocks, const flow::DeclSet &Exposed,
              const Reach &InReach, const ASTContext &Context);
  bool comesToAnEnd(const flow::Loop &L, const flow::DeclSet &Exposed,
                    const Reach &InReach, const ASTContext &Context) const;
  void report(const flow::Loop &L, const Reach &InReach, Need Why,
              const PollSearch &Search, const flow::Path &Round,
              const ASTContext &Context);
  void offerLeave(const flow::Loop &L, const Reach &InReach,
                  const ASTContext &Context);
  void noteIdleLook(const Expr *Look, const flow::Loop &L);
  void noteSkippedPoll(const Expr *Poll, const flow::Loop &L,
                       const flow::Path &Round, const ASTContext &Context);

  const StringRef LoopKinds;
  const bool OfferReturn;
  const ContextTypes Types;
  flow::CheapCalls Cheap;
  flow::ScopesOfFunctions Scopes;
  // Made for the first function, with its ASTContext.
  std::optional<Looks> TheLooks;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_UNPOLLEDLOOPCHECK_H
