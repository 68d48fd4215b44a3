// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is done to the arguments of a compile command before a file is read.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_COMPILERARGUMENTS_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_COMPILERARGUMENTS_H

#include "clang-tidy/ClangTidyOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/Error.h"
#include <string>

namespace clang::tidy::context::lint {

/// Makes \p Tool read a file as clang-tidy does: with the arguments that
/// \p Options adds, without plugins, with Clang's own headers.
void adjustArguments(tooling::ClangTool &Tool, const ClangTidyOptions &Options);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_COMPILERARGUMENTS_H
