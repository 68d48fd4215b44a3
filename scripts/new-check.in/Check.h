// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_CHECKS_@GUARD@_H
#define CONTEXT_TIDY_CHECKS_@GUARD@_H

#include "ContextTidyCheck.h"

namespace clang::tidy::context {

/// FIXME: Finds ... (one sentence, the same here, in the page, in the list).
class @CLASS@ : public ContextTidyCheck {
public:
  using ContextTidyCheck::ContextTidyCheck;
  void registerMatchers(ast_matchers::MatchFinder *Finder) override;
  void check(const ast_matchers::MatchFinder::MatchResult &Result) override;
  bool isLanguageVersionSupported(const LangOptions &Lang) const override {
    return Lang.CPlusPlus;
  }
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_@GUARD@_H
