// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The forms of a report, by the names that --format knows them by.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_FORMATS_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_FORMATS_H

#include "Report.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace clang::tidy::context::lint {

struct Format {
  llvm::StringLiteral Name;
  /// Writes all of the report.
  void (*Write)(const Report &R, Sources &Text, llvm::raw_ostream &OS);
};

/// See Report.h for what all of these do. The last two show findings beside the
/// lines of a change.
void writeSarif(const Report &R, Sources &Text, llvm::raw_ostream &OS);
void writeHtml(const Report &R, Sources &Text, llvm::raw_ostream &OS);
void writeGitHub(const Report &R, Sources &Text, llvm::raw_ostream &OS);
void writeGitLab(const Report &R, Sources &Text, llvm::raw_ostream &OS);

/// The format of that name; null if there is none.
const Format *findFormat(llvm::StringRef Name);
/// All names, separated by commas.
std::string formatNames();

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_FORMATS_H
