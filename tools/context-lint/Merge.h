// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_MERGE_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_MERGE_H

#include "Report.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace clang::tidy::context::lint {

/// Joins reports that --format=json wrote on several machines; their paths
/// count from \p Root, where the code is. An error if a part is missing, is
/// there twice or is one of another whole. A file with findings that is not
/// here is one that could not be analysed.
llvm::Expected<Report> merge(llvm::ArrayRef<std::string> Paths,
                             llvm::StringRef Root);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_MERGE_H
