// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Merge.h"
#include "Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <set>

namespace clang::tidy::context::lint {

static llvm::Error wrong(const llvm::Twine &What) {
  return llvm::createStringError(
      std::make_error_code(std::errc::invalid_argument), What);
}

static llvm::Expected<Report> readPart(llvm::StringRef Path,
                                       llvm::StringRef Root) {
  auto Text = llvm::MemoryBuffer::getFile(Path);
  if (!Text)
    return wrong("cannot read " + Path + ": " + Text.getError().message());
  return readJSON((*Text)->getBuffer(), Root, Path);
}

// Takes out what cannot be shown.
static std::vector<Problem> dropUnreadable(std::vector<ClangTidyError> &Found) {
  std::set<std::string> Gone;
  llvm::erase_if(Found, [&Gone](const ClangTidyError &E) {
    const std::string &File = E.Message.FilePath;
    if (File.empty() || llvm::sys::fs::exists(File))
      return false;
    Gone.insert(File);
    return true;
  });
  std::vector<Problem> Result;
  for (const std::string &File : Gone)
    Result.push_back({File,
                      "a part has findings in it, and there is no such file. "
                      "Run merge in the code base's folder, or name that with "
                      "--root.",
                      {}});
  return Result;
}

llvm::Expected<Report> merge(llvm::ArrayRef<std::string> Paths,
                             llvm::StringRef Root) {
  if (Paths.empty())
    return wrong("merge takes reports that --format=json=FILE wrote");
  Report All;
  All.Root = Root.str();
  All.IsWhole = true;
  std::vector<ClangTidyError> Found;
  unsigned Count = 0; // Of parts that make a whole.
  std::set<unsigned> There;
  for (const std::string &Path : Paths) {
    llvm::Expected<Report> R = readPart(Path, Root);
    if (!R)
      return R.takeError();
    if (Count == 0)
      Count = R->Part.Count;
    if (R->Part.Count != Count)
      return wrong(Path + " is one of " + llvm::Twine(R->Part.Count) +
                   " parts, and " + Paths.front() + " one of " +
                   llvm::Twine(Count));
    if (!There.insert(R->Part.Index).second && Count > 1)
      return wrong(Path + " is part " + llvm::Twine(R->Part.Index) + " of " +
                   llvm::Twine(Count) + ", which is there already");
    llvm::move(R->Findings, std::back_inserter(Found));
    llvm::move(R->Problems, std::back_inserter(All.Problems));
    All.IsWhole &= R->IsWhole;
    All.Files += R->Files;
    All.Settled += R->Settled;
  }
  for (unsigned I = 1; I <= Count; ++I)
    if (!There.count(I))
      return wrong("part " + llvm::Twine(I) + " of " + llvm::Twine(Count) +
                   " is missing");
  llvm::append_range(All.Problems, dropUnreadable(Found));
  All.Findings = findings(std::move(Found));
  return All;
}

} // namespace clang::tidy::context::lint
