// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_VERIFY_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_VERIFY_H

#include "Run.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace clang::tidy::context::lint {

/// Says on \p OS what a run has checked, and of each context type of the models
/// whether it was recognised where its name stands. \p Missing: files of the
/// project that are not there. \returns whether all files were analysed in
/// full.
llvm::Expected<bool> verify(llvm::ArrayRef<FileResult> Results,
                            llvm::ArrayRef<std::string> Missing,
                            const RunOptions &Options, llvm::raw_ostream &OS);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_VERIFY_H
