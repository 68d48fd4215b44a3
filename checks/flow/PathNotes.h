// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tells a path as a reader would walk it: which way at each branch.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_PATHNOTES_H
#define CONTEXT_TIDY_CHECKS_FLOW_PATHNOTES_H

#include "Graph.h"
#include <string>
#include <vector>

namespace clang::tidy::context::flow {

struct PathNote {
  SourceLocation Loc;
  std::string Text; ///< A clause such as "'ok' is false on this path".
};

/// One note for each decision on \p P, in order: branches, switch labels,
/// exceptions and the handlers that take them, coroutines destroyed.
std::vector<PathNote> describePath(const Graph &G, const Path &P,
                                   const ASTContext &Context);

/// The name of what \p S calls, for a message: "Work", "operator new", or
/// empty where there is none.
std::string calledName(const Stmt *S);

/// What throws at \p N, as the subject of a sentence: "'Work'", "the destructor
/// of 'lock'"; empty where it has no name.
std::string throwerName(const Node &N);

/// The text of \p S in the source on one line, shortened if it is long; empty
/// if it does not stand there as such (a macro's part).
std::string sourceText(const Stmt *S, const ASTContext &Context);

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_PATHNOTES_H
