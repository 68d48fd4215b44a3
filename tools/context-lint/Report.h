// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a run has found, in the forms that people and services read.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_REPORT_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_REPORT_H

#include "Findings.h"
#include "Project.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <set>
#include <string>
#include <vector>

namespace clang::tidy::context::lint {

/// A file that was not analysed, or not in full.
struct Problem {
  std::string File;                   ///< Absolute.
  std::string Reason;                 ///< What happened and how to mend it.
  std::vector<ClangTidyError> Errors; ///< The compiler's; may be empty.
};

/// A finding, and which one it is of those of its check, file and message: from
/// 1 in order of place, see number().
struct Finding : ClangTidyError {
  explicit Finding(ClangTidyError E) : ClangTidyError(std::move(E)) {}
  unsigned Occurrence = 1;
  bool IsNew = true; ///< On a changed line; all are, if nobody asked.
};

struct Report {
  std::string Root; ///< Absolute; paths below it are shown relative to it.
  std::vector<Finding> Findings; ///< In order of place.
  std::vector<Problem> Problems;
  /// Files with findings of a file that was not analysed in full: what looks
  /// like a mend there may be none.
  std::set<std::string> NotToFix;
  Shard Part; ///< Of all files, those that this is about.
  /// Whether the files are the whole project, or all of that part of it.
  bool IsWhole = false;
  unsigned Files = 0;   ///< All that were looked at.
  unsigned Settled = 0; ///< Those that did not have to be parsed.
};

/// A finding's identity, independent of where in its file it stands: check,
/// file, message, and which of several it is of those that have these in
/// common, counted from 1 in order of place.
struct Identity {
  std::string Check, File, Message;
  unsigned Occurrence = 1;
};

Identity identify(const Finding &F, llvm::StringRef Root);

/// All of \p Errors, in order of place, those that several files found in the
/// same header once.
std::vector<Finding> findings(std::vector<ClangTidyError> Errors);

/// Counts which of several each of \p Findings is, those that are new after all
/// that were there before: what is known of these stays true.
void number(std::vector<Finding> &Findings);

/// A short name for an identity, the same on every machine.
std::string fingerprint(const Identity &I);

/// "1 file", "2 files".
std::string counted(size_t N, llvm::StringRef What);

/// Each writes all of \p R to \p OS. What the form has no place for is left
/// out; only JSON keeps all, and readJSON reads it again.
void writeText(const Report &R, Sources &Text, llvm::raw_ostream &OS);
void writeJSON(const Report &R, Sources &Text, llvm::raw_ostream &OS);

/// The compiler's errors of \p R alone, for people.
void writeErrors(const Report &R, Sources &Text, llvm::raw_ostream &OS);

/// Reads what writeJSON wrote, maybe on another machine: paths count from
/// \p Root. \p Name is for the error's message.
llvm::Expected<Report> readJSON(llvm::StringRef Text, llvm::StringRef Root,
                                llvm::StringRef Name);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_REPORT_H
