// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Settles without parsing that a file has nothing to find: it follows the
// includes, reading nothing but preprocessor directives, and looks for the
// model's names in the text of what is the program's own.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PRESCAN_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PRESCAN_H

#include "clang-tidy/ClangTidyOptions.h"
#include "model/Model.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <string>
#include <vector>

namespace clang::tidy::context::lint {

struct Prescan {
  /// Whether the includes could be followed to their ends. If not, a parser has
  /// to say what is wrong.
  bool Complete = false;
  /// Absolute paths of the file and of all that it includes, system headers
  /// too, sorted.
  std::vector<std::string> Dependencies;
  /// What of the vocabulary is spelled in them, system headers left out.
  std::vector<std::string> Spelled;

  bool settled() const { return Complete && Spelled.empty(); }
};

/// Scans \p File with each of its commands in \p Commands, and the arguments
/// that \p Options adds.
Prescan prescan(const std::string &File,
                const tooling::CompilationDatabase &Commands,
                const ClangTidyOptions &Options, const model::Model &Model);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PRESCAN_H
