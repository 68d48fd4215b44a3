// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "@CLASS@.h"
#include "clang/AST/ASTContext.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"

using namespace clang::ast_matchers;

namespace clang::tidy::context {

// FIXME: match what the rule is about. What plays which part in a library is
// the model's to say: ask recognizer(), and name no library here.
void @CLASS@::registerMatchers(MatchFinder *Finder) {
  Finder->addMatcher(callExpr().bind("call"), this);
}

void @CLASS@::check(const MatchFinder::MatchResult &Result) {
  const auto *Call = Result.Nodes.getNodeAs<CallExpr>("call");
  SourceLocation Loc = Call->getBeginLoc();
  if (!recognizer().isRoot(Call) || !isWanted(Loc, *Result.SourceManager) ||
      !isFirstReport(Loc, *Result.SourceManager))
    return;
  diag(Loc, "FIXME: %0 is called here; say what goes wrong at run time")
      << Call->getDirectCallee();
}

} // namespace clang::tidy::context
