// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings between processes, runs and machines: as JSON, with nothing lost.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_FINDINGS_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_FINDINGS_H

#include "Paths.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace clang::tidy::context::lint {

/// Whether \p Error is no finding but an error of the compiler's, whatever its
/// name, or one in a configuration: there may be more to find.
bool isProblem(const ClangTidyError &Error);

/// Whether \p Error is shown as an error: WarningsAsErrors counts.
bool isError(const ClangTidyError &Error);

/// The text of the files that findings are in, by absolute path. Files are read
/// when they are first asked for; those below the root are known to the manager
/// by their path relative to it. Not safe for use from several threads at once.
class Sources {
public:
  explicit Sources(llvm::StringRef Root);

  /// The place in a file; invalid if it cannot be read or is shorter.
  SourceLocation locate(llvm::StringRef Path, unsigned Offset);
  SourceManager &manager() { return Manager; }

private:
  const std::string Root;
  IntrusiveRefCntPtr<FileManager> Files;
  DiagnosticsEngine Engine;
  SourceManager Manager;
  llvm::StringMap<FileID> Known;
};

/// Makes the paths of \p Error absolute and free of dots; they are relative to
/// its build directory.
void makeAbsolute(ClangTidyError &Error);

/// One finding as JSON, with paths below \p Root relative to it, and line and
/// column beside each offset.
llvm::json::Object toJSON(const ClangTidyError &Error, llvm::StringRef Root,
                          Sources &Text);

/// Reads what toJSON wrote.
llvm::Expected<ClangTidyError> fromJSON(const llvm::json::Value &Value,
                                        llvm::StringRef Root);

/// Sorts by place, and drops what several files found in the same header.
void sortAndMerge(std::vector<ClangTidyError> &Findings);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_FINDINGS_H
