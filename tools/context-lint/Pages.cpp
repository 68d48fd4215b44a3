// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Pages.h"
#include "common/Installation.h"
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

Page page(llvm::StringRef Check) {
  const Text *Found =
      llvm::find_if(Texts, [Check](const Text &T) { return T.Name == Check; });
  if (Found == std::end(Texts))
    return {};
  Page Result;
  Result.Markdown = withoutComments(Found->Markdown);
  Result.Summary = summary(Result.Markdown);
  Result.Link = documentation(Check);
  return Result;
}

} // namespace clang::tidy::context::lint
