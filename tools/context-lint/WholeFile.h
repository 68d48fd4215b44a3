// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_WHOLEFILE_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_WHOLEFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace clang::tidy::context::lint {

/// Writes a file all at once: whoever reads it sees what was there before or
/// all of what \p Write writes. What is no regular file (a pipe, a terminal) is
/// written to as it is. An error names the file. (llvm::writeToOutput takes a
/// '%' in a path for a placeholder.)
llvm::Error writeWholeFile(llvm::StringRef Path,
                           llvm::function_ref<void(llvm::raw_ostream &)> Write);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_WHOLEFILE_H
