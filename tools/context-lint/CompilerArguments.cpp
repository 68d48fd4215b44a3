// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "CompilerArguments.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace clang::tidy::context::lint {

llvm::Expected<std::string> resourceDirectory() {
  static int Anchor;
  const std::string Program =
      llvm::sys::fs::getMainExecutable(nullptr, &Anchor);
  llvm::SmallString<256> Beside(
      llvm::sys::path::parent_path(llvm::sys::path::parent_path(Program)));
  llvm::sys::path::append(Beside, "lib", "clang",
                          CONTEXT_TIDY_CLANG_VERSION_MAJOR);
  for (llvm::StringRef Candidate :
       {llvm::StringRef(Beside), llvm::StringRef(CONTEXT_TIDY_RESOURCES)}) {
    llvm::SmallString<256> Header(Candidate);
    llvm::sys::path::append(Header, "include", "stddef.h");
    if (llvm::sys::fs::exists(Header))
      return Candidate.str();
  }
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
