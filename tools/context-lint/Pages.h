// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The checks' pages, docs/checks/*.md, which travel inside the program.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PAGES_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PAGES_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace clang::tidy::context::lint {

struct Page {
  std::string Markdown; ///< All of it; empty if there is no such page.
  std::string Summary;  ///< Its first sentences, in one line.
  std::string Link;     ///< Where it is read in a browser.
};

/// The page of \p Check.
Page page(llvm::StringRef Check);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PAGES_H
