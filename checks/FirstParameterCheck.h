// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_CHECKS_FIRSTPARAMETERCHECK_H
#define CONTEXT_TIDY_CHECKS_FIRSTPARAMETERCHECK_H

#include "ContextTidyCheck.h"
#include "FunctionUses.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace clang::tidy::context {

/// Finds functions that take a context elsewhere than in front, or than where
/// its model wants it.
class FirstParameterCheck : public ContextTidyCheck {
public:
  FirstParameterCheck(StringRef Name, ClangTidyContext *Context);
  void storeOptions(ClangTidyOptions::OptionMap &Opts) override;
  void onEndOfTranslationUnit() override;
  bool isLanguageVersionSupported(const LangOptions &Lang) const override {
    return Lang.CPlusPlus;
  }

private:
  bool mayFind(const model::Presence &Present) const override {
    return Present.Placed;
  }
  void visitFunction(const FunctionDecl &F, ASTContext &Context) override;

  /// A context that is out of place.
  struct Misplaced {
    unsigned Index;  ///< Where it is.
    unsigned Wanted; ///< Where it should be.
  };

  std::optional<Misplaced> findMisplaced(const FunctionDecl &F);
  /// The context that parameter \p P hands in; null if it hands in none.
  const model::ContextType *contextIn(const ParmVarDecl &P);
  bool isOutParameter(QualType T) const;
  /// Whether a convention puts \p P before a context.
  bool isAllowedBefore(const FunctionDecl &F, unsigned Index) const;
  void report(const FunctionDecl &F, Misplaced Found, const FunctionUse &Uses);

  const std::string AllowedBeforeOption;
  const model::NameList AllowedBefore;
  ASTContext *TheASTContext = nullptr;
  /// Whether the signature is reported is only known at the end.
  FunctionUses Candidates;
  /// Functions of templates that are seen to override in an instantiation.
  llvm::DenseSet<const FunctionDecl *> Overriders;
  llvm::DenseMap<QualType, const model::ContextType *> Known;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_FIRSTPARAMETERCHECK_H
