// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One file in processes of its own, started by ninja: a crash or a hang costs
// this file and no other.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_WORKER_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_WORKER_H

#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "common/Configuration.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace clang::tidy::context::lint {

/// The variable of the environment that tells a worker how many seconds it may
/// take to follow includes, and to parse; 0: as many as it wants. It is not in
/// the task: a result is the same whatever the limit was.
inline constexpr char LimitVariable[] = "CONTEXT_LINT_LIMIT";

/// What is to be done.
struct Task {
  std::string File; ///< Absolute.
  std::vector<tooling::CompileCommand> Commands;
  Settings TheSettings;
};

llvm::json::Value toJSON(const Task &T);
bool fromJSON(const llvm::json::Value &V, Task &T, llvm::json::Path P);

/// What came of it.
struct Result {
  enum Outcome {
    Settled,  ///< Without parsing: nothing can be found.
    Analyzed, ///< The diagnostics are what clang-tidy would show.
    Failed    ///< Crashed, or took too long; Reason says which.
  };
  Outcome TheOutcome = Settled;
  std::string Reason;
  std::vector<std::string> Spelled; ///< The model's names in the file.
  std::vector<std::string>
      Recognized; ///< Its context types in the parsed file.
  std::vector<ClangTidyError> Diagnostics;

  /// Whether all of the file was understood. If not, there may be more to find.
  bool isComplete() const;
};

/// Reads a result. An error if there is none, or what is there is none.
llvm::Expected<Result> readResult(llvm::StringRef Path);

/// Where a worker leaves a result that is to be worked out again next time.
std::string failurePath(llvm::StringRef ResultPath);

/// Does the task in the file \p TaskPath, and writes the result to
/// \p ResultPath, or to failurePath of it, and what it depends on to
/// \p ResultPath + ".d", for ninja. Returns the exit status of the process,
/// which is 0 whenever there is a result.
int work(llvm::StringRef TaskPath, llvm::StringRef ResultPath);

/// The part of work() that may crash or hang, in a process of its own.
int parse(llvm::StringRef TaskPath, llvm::StringRef ResultPath);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_WORKER_H
