// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FixIts.h"
#include "WholeFile.h"
#include "clang/Format/Format.h"
#include "clang/Tooling/Core/Replacement.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>
#include <string>

namespace clang::tidy::context::lint {

using tooling::Replacement;
using tooling::Replacements;

// Adds all of a fix, or nothing.
static bool add(const llvm::StringMap<Replacements> &Fix,
                std::map<std::string, Replacements> &All) {
  std::map<std::string, Replacements> Trial;
  for (const auto &[Path, Edits] : Fix) {
    Replacements &Sum = Trial[Path.str()];
    Sum = All[Path.str()];
    for (const Replacement &R : Edits) {
      // The same one again is no conflict: two findings may need one include.
      if (llvm::is_contained(Sum, R))
        continue;
      if (llvm::Error E = Sum.add(R)) {
        llvm::consumeError(std::move(E));
        return false;
      }
    }
  }
  for (auto &[Path, Sum] : Trial)
    All[Path] = std::move(Sum);
  return true;
}

static llvm::Error apply(const std::string &Path, const Replacements &Edits) {
  auto Text = llvm::MemoryBuffer::getFile(Path);
  if (!Text)
    return llvm::createStringError(Text.getError(), "cannot read %s: %s",
                                   Path.c_str(),
                                   Text.getError().message().c_str());
  const std::string Code = (*Text)->getBuffer().str();
  // An inserted include goes where it belongs.
  llvm::Expected<format::FormatStyle> Style =
      format::getStyle("none", Path, "none");
  if (!Style)
    return Style.takeError();
  llvm::Expected<Replacements> Clean =
      format::cleanupAroundReplacements(Code, Edits, *Style);
  if (!Clean)
    return Clean.takeError();
  llvm::Expected<std::string> Changed =
      tooling::applyAllReplacements(Code, *Clean);
  if (!Changed)
    return Changed.takeError();
  return writeWholeFile(Path,
                        [&Changed](llvm::raw_ostream &OS) { OS << *Changed; });
}

llvm::Expected<Applied> applyFixes(llvm::ArrayRef<ClangTidyError> Findings,
                                   bool FixNotes) {
  Applied Result;
  std::map<std::string, Replacements> All;
  for (const ClangTidyError &E : Findings) {
    const llvm::StringMap<Replacements> *Fix = getFixIt(E, FixNotes);
    if (!Fix || Fix->empty())
      continue;
    if (add(*Fix, All))
      ++Result.Findings;
    else
      ++Result.Conflicts;
  }
  for (const auto &[Path, Edits] : All)
    if (llvm::Error E = apply(Path, Edits))
      return E;
  return Result;
}

} // namespace clang::tidy::context::lint
