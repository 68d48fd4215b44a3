// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "CompilerArguments.h"
#include "Paths.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "llvm/Support/FileSystem.h"

namespace clang::tidy::context::lint {

llvm::Expected<std::string> resourceDirectory() {
  const std::string Beside =
      installed("lib/clang/" CONTEXT_TIDY_CLANG_VERSION_MAJOR);
  for (const std::string &Candidate :
       {Beside, std::string(CONTEXT_TIDY_RESOURCES)})
    if (llvm::sys::fs::exists(inFolder(Candidate, "include/stddef.h")))
      return Candidate;
  return llvm::createStringError(
      std::errc::no_such_file_or_directory,
      "Clang's own headers (stddef.h and others) are neither in %s nor in %s. "
      "Install libclang-common-" CONTEXT_TIDY_CLANG_VERSION_MAJOR "-dev.",
      Beside.c_str(), static_cast<const char *>(CONTEXT_TIDY_RESOURCES));
}

void adjustArguments(tooling::ClangTool &Tool,
                     const ClangTidyOptions &Options) {
  using namespace tooling;
  if (Options.ExtraArgsBefore)
    Tool.appendArgumentsAdjuster(getInsertArgumentAdjuster(
        *Options.ExtraArgsBefore, ArgumentInsertPosition::BEGIN));
  if (Options.ExtraArgs)
    Tool.appendArgumentsAdjuster(getInsertArgumentAdjuster(
        *Options.ExtraArgs, ArgumentInsertPosition::END));
  Tool.appendArgumentsAdjuster(getStripPluginsAdjuster());
  // A warning that the build makes an error is the build's business.
  Tool.appendArgumentsAdjuster(
      getInsertArgumentAdjuster("-Wno-error", ArgumentInsertPosition::END));
  Tool.appendArgumentsAdjuster(
      [](const CommandLineArguments &Arguments, StringRef) {
        CommandLineArguments Result = Arguments;
        if (llvm::none_of(Arguments, [](StringRef Argument) {
              return Argument.starts_with("-resource-dir");
            })) {
          if (llvm::Expected<std::string> Directory = resourceDirectory())
            Result.insert(Result.begin() + 1, "-resource-dir=" + *Directory);
          else
            llvm::consumeError(Directory.takeError());
        }
        return Result;
      });
}

} // namespace clang::tidy::context::lint
