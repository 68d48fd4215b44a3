// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "CompilerArguments.h"
#include "common/Installation.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "llvm/ADT/STLExtras.h"

namespace clang::tidy::context::lint {

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
      [](const CommandLineArguments &Arguments, StringRef) {
        CommandLineArguments Result = Arguments;
        llvm::erase_if(Result, [](StringRef Argument) {
          return Argument == "-Werror" || Argument.starts_with("-Werror=") ||
                 Argument == "-pedantic-errors";
        });
        return Result;
      });
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
