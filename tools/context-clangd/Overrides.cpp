// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What clangd has to know of this project's checks, and cannot be told.

#include "Overridden.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "common/Configuration.h"
#include "common/Installation.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>

namespace clang::clangd {

// As clangd declares them.
struct PublishDiagnosticsParams;
struct CodeAction;
using TidyProviderRef =
    llvm::function_ref<void(tidy::ClangTidyOptions &, llvm::StringRef)>;

using tidy::context::documentation;
using tidy::context::isOurs;
using tidy::context::withOurs;

//===----------------------------------------------------------------------===//
// Which checks run
//===----------------------------------------------------------------------===//

std::optional<bool> theirIsFastTidyCheck(llvm::StringRef Check)
    CONTEXT_TIDY_THEIRS("_ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE");
std::optional<bool> isFastTidyCheck(llvm::StringRef Check)
    CONTEXT_TIDY_OURS("_ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE");

// A check that clangd has no figure for, it drops. What ours take is in
// docs/performance.md: less than what it calls fast.
std::optional<bool> isFastTidyCheck(llvm::StringRef Check) {
  return isOurs(Check) ? true : theirIsFastTidyCheck(Check);
}

TidyProviderRef theirProvideDefaultChecks()
    CONTEXT_TIDY_THEIRS("_ZN5clang6clangd20provideDefaultChecksEv");
TidyProviderRef provideDefaultChecks()
    CONTEXT_TIDY_OURS("_ZN5clang6clangd20provideDefaultChecksEv");

// Asked after .clang-tidy and .clangd, so it is known what they say. Where they
// turn off everything, that is meant.
TidyProviderRef provideDefaultChecks() {
  static const auto Provide = [](tidy::ClangTidyOptions &Options,
                                 llvm::StringRef File) {
    theirProvideDefaultChecks()(Options, File);
    const llvm::StringRef Checks = llvm::StringRef(*Options.Checks).rtrim();
    if (Checks != "-*" && !Checks.ends_with(",-*"))
      Options.Checks = withOurs(Checks);
  };
  return Provide;
}

//===----------------------------------------------------------------------===//
// What is said
//===----------------------------------------------------------------------===//

// clangd links to LLVM's pages, where ours are not.
static void correctLinks(llvm::json::Object &Message) {
  llvm::json::Array *Diagnostics = Message.getArray("diagnostics");
  if (!Diagnostics)
    return;
  for (llvm::json::Value &Entry : *Diagnostics) {
    llvm::json::Object *Diagnostic = Entry.getAsObject();
    std::optional<llvm::StringRef> Check = Diagnostic->getString("code");
    if (!Check || !isOurs(*Check))
      continue;
    const std::string Page = documentation(*Check);
    if (Page.empty())
      Diagnostic->erase("codeDescription");
    else if (llvm::json::Object *Description =
                 Diagnostic->getObject("codeDescription"))
      (*Description)["href"] = Page;
  }
}

llvm::json::Value theirToJSON(const PublishDiagnosticsParams &)
    CONTEXT_TIDY_THEIRS(
        "_ZN5clang6clangd6toJSONERKNS0_24PublishDiagnosticsParamsE");
llvm::json::Value toJSON(const PublishDiagnosticsParams &) CONTEXT_TIDY_OURS(
    "_ZN5clang6clangd6toJSONERKNS0_24PublishDiagnosticsParamsE");

llvm::json::Value toJSON(const PublishDiagnosticsParams &Params) {
  llvm::json::Value Result = theirToJSON(Params);
  correctLinks(*Result.getAsObject());
  return Result;
}

llvm::json::Value theirToJSON(const CodeAction &)
    CONTEXT_TIDY_THEIRS("_ZN5clang6clangd6toJSONERKNS0_10CodeActionE");
llvm::json::Value toJSON(const CodeAction &)
    CONTEXT_TIDY_OURS("_ZN5clang6clangd6toJSONERKNS0_10CodeActionE");

llvm::json::Value toJSON(const CodeAction &Action) {
  llvm::json::Value Result = theirToJSON(Action);
  correctLinks(*Result.getAsObject());
  return Result;
}

//===----------------------------------------------------------------------===//
// What program this is
//===----------------------------------------------------------------------===//

std::string theirVersionString()
    CONTEXT_TIDY_THEIRS("_ZN5clang6clangd13versionStringB5cxx11Ev");
std::string versionString()
    CONTEXT_TIDY_OURS("_ZN5clang6clangd13versionStringB5cxx11Ev");

// Editors look for the words "clangd version".
std::string versionString() {
  return theirVersionString() + " with context-tidy " CONTEXT_TIDY_VERSION;
}

} // namespace clang::clangd
