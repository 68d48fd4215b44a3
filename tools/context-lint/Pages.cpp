// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Pages.h"
#include "Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include <algorithm>

namespace clang::tidy::context::lint {

namespace {

struct Text {
  llvm::StringLiteral Name, Markdown;
};

} // namespace

static constexpr Text Texts[] = {
#include "Pages.inc"
};

// What is between <!-- and --> is for the test of the page.
static std::string withoutComments(llvm::StringRef Markdown) {
  std::string Result;
  while (!Markdown.empty()) {
    auto [Shown, Rest] = Markdown.split("<!--");
    Result += Shown;
    Markdown = Rest.split("-->").second;
    if (llvm::StringRef(Result).ends_with("\n\n"))
      Markdown = Markdown.ltrim('\n');
  }
  return Result;
}

// The paragraph below the title, as one line.
static std::string summary(llvm::StringRef Markdown) {
  llvm::StringRef Paragraph =
      Markdown.split("\n\n").second.ltrim('\n').split("\n\n").first;
  std::string Result = Paragraph.rtrim().str();
  std::replace(Result.begin(), Result.end(), '\n', ' ');
  return Result;
}

// Where the project's pages are read, or else where they were installed.
static std::string link(llvm::StringRef Check) {
  const llvm::StringRef Site = CONTEXT_TIDY_DOCS_URL;
  if (!Site.empty())
    return (Site.rtrim('/') + "/checks/" + Check + ".md").str();
  const std::string Installed =
      installed((CONTEXT_TIDY_DOCS_FOLDER "/checks/" + Check + ".md").str());
  return llvm::sys::fs::exists(Installed) ? "file://" + Installed : "";
}

Page page(llvm::StringRef Check) {
  const Text *Found =
      llvm::find_if(Texts, [Check](const Text &T) { return T.Name == Check; });
  if (Found == std::end(Texts))
    return {};
  Page Result;
  Result.Markdown = withoutComments(Found->Markdown);
  Result.Summary = summary(Result.Markdown);
  Result.Link = link(Check);
  return Result;
}

} // namespace clang::tidy::context::lint
