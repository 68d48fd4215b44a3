// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Many files, as a graph for ninja: it knows what is still up to date, runs as
// many workers as it is told, and goes on after one that fails.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_RUN_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_RUN_H

#include "Project.h"
#include "Worker.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace clang::tidy::context::lint {

struct RunOptions {
  Settings TheSettings;
  std::string Cache;  ///< The folder for results; it may not exist yet.
  unsigned Jobs = 1;  ///< Files at a time.
  unsigned Limit = 0; ///< Seconds for each; 0: no limit.
  bool ShowProgress = false;
  std::string Root; ///< Where paths that are shown count from.
};

/// What came of one file.
struct FileResult {
  std::string File;
  Result TheResult;
};

/// Looks at the configuration of all \p Files: errors in it, names of checks
/// and options that there are not. Each message names the place and the mend.
std::vector<std::string> configurationErrors(const Settings &S,
                                             llvm::ArrayRef<std::string> Files);

/// Brings the results of \p Files up to date and returns them, in their order;
/// a file without a result has failed. Only one process at a time uses a cache:
/// others wait. An error if nothing could be run.
llvm::Expected<std::vector<FileResult>> run(const Project &TheProject,
                                            llvm::ArrayRef<std::string> Files,
                                            const RunOptions &Options);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_RUN_H
