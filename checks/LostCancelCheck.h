// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_CHECKS_LOSTCANCELCHECK_H
#define CONTEXT_TIDY_CHECKS_LOSTCANCELCHECK_H

#include "ContextTidyCheck.h"

namespace clang::tidy::context {

class LostCancelCheck : public ContextTidyCheck {
public:
  LostCancelCheck(StringRef Name, ClangTidyContext *Context)
      : ContextTidyCheck(Name, Context) {}
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_LOSTCANCELCHECK_H
