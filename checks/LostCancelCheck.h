// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_CHECKS_LOSTCANCELCHECK_H
#define CONTEXT_TIDY_CHECKS_LOSTCANCELCHECK_H

#include "CancelNames.h"
#include "ContextTidyCheck.h"
#include "GuardFix.h"
#include "clang-tidy/utils/IncludeInserter.h"
#include "flow/DeadLambdas.h"
#include "flow/Graph.h"

namespace clang::tidy::context {

/// Finds cancel functions that some path does not call.
///
/// For the user-facing documentation see docs/checks/context-lost-cancel.md.
class LostCancelCheck : public ContextTidyCheck {
public:
  LostCancelCheck(StringRef Name, ClangTidyContext *Context);
  void storeOptions(ClangTidyOptions::OptionMap &Opts) override;
  void registerPPCallbacks(const SourceManager &SM, Preprocessor *PP,
                           Preprocessor *ModuleExpanderPP) override;

private:
  bool mayFind(const model::Presence &Present) const override {
    return Present.Derives;
  }
  void visitFunction(const FunctionDecl &F, ASTContext &Context) override;
  void visitField(const FieldDecl &Field, ASTContext &Context) override;
  void visitVariable(const VarDecl &Variable, ASTContext &Context) override;

  using Makers =
      llvm::SmallVector<std::pair<const CallExpr *, model::Derivation>, 4>;

  Makers findMakers(const Stmt *Root) const;
  void checkFunction(const FunctionDecl *Function, ASTContext &Context);
  void checkInitializer(const Expr *Init, ASTContext &Context);
  void checkMade(const MadeCancel &Made, const flow::Graph &G,
                 ASTContext &Context);
  void reportDiscarded(const MadeCancel &Made, const flow::Graph *G,
                       ASTContext &Context);
  void reportLost(const MadeCancel &Made, const CancelNames &Names,
                  const flow::Graph &G, const flow::Path &Path,
                  ASTContext &Context);
  std::optional<Departure> report(const MadeCancel &Made,
                                  llvm::ArrayRef<const ValueDecl *> Names,
                                  const flow::Graph &G,
                                  const ASTContext &Context, SourceLocation Loc,
                                  StringRef Message);
  void noteDeparture(const std::optional<Departure> &Leaves);

  const bool RequireGuard;
  flow::DeadLambdas Dead;
  utils::IncludeInserter Includes;
  // What fix-its have given.
  FreeNames GivenNames;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_LOSTCANCELCHECK_H
