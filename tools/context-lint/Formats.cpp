// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Formats.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace clang::tidy::context::lint {

static constexpr Format Formats[] = {
    {"text", writeText},     {"json", writeJSON},     {"sarif", writeSarif},
    {"github", writeGitHub}, {"gitlab", writeGitLab}, {"html", writeHtml},
};

const Format *findFormat(llvm::StringRef Name) {
  const Format *Found = llvm::find_if(
      Formats, [Name](const Format &F) { return F.Name == Name; });
  return Found == std::end(Formats) ? nullptr : Found;
}

std::string formatNames() {
  return llvm::join(
      llvm::map_range(Formats, [](const Format &F) { return F.Name.str(); }),
      ", ");
}

} // namespace clang::tidy::context::lint
