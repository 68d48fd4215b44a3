// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Applies the fixes of findings, as clang-tidy --fix does.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_FIXITS_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_FIXITS_H

#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace clang::tidy::context::lint {

struct Applied {
  unsigned Findings = 0;  ///< Whose fixes were applied.
  unsigned Conflicts = 0; ///< Whose fixes overlap others; another run may do.
};

/// Changes the files. A fix is applied in all of its places or in none; of two
/// that overlap the first one is. \p FixNotes: a finding without a fix has that
/// of its only note with one. A file is written all at once. An error names the
/// file that could not be written; those before it are changed.
llvm::Expected<Applied> applyFixes(llvm::ArrayRef<ClangTidyError> Findings,
                                   bool FixNotes);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_FIXITS_H
