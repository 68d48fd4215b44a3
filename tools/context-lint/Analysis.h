// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One file, parsed and checked in this process, as clang-tidy does it but for
// what the checks do not need: bodies of functions in system headers.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_ANALYSIS_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_ANALYSIS_H

#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "model/Model.h"
#include "clang/Tooling/CompilationDatabase.h"
#include <memory>
#include <string>
#include <vector>

namespace clang::tidy::context::lint {

struct Analysis {
  /// What clang-tidy would show: findings, and the compiler's errors. These
  /// have the level Error and the check "clang-diagnostic-error".
  std::vector<ClangTidyError> Diagnostics;
  /// The context types of the model that are declared, and known for what they
  /// are, by the names that the model gives them; sorted.
  std::vector<std::string> Recognized;
};

/// Runs the checks that \p Options enables for \p File over it, once for each
/// of its commands in \p Commands.
Analysis analyze(const std::string &File,
                 const tooling::CompilationDatabase &Commands,
                 std::unique_ptr<ClangTidyOptionsProvider> Options,
                 const model::Model &Model);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_ANALYSIS_H
