// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Inputs.h"
#include "WholeFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

namespace clang::tidy::context::lint {

namespace fs = llvm::sys::fs;

std::string dependenciesPath(llvm::StringRef ResultPath) {
  return (ResultPath + ".files").str();
}

// Calls \p Each for each line of a file, if there is one.
static void forEachLine(llvm::StringRef Path,
                        llvm::function_ref<void(llvm::StringRef)> Each) {
  auto Text = llvm::MemoryBuffer::getFile(Path);
  if (!Text)
    return;
  llvm::StringRef Rest = (*Text)->getBuffer();
  while (!Rest.empty()) {
    llvm::StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    Each(Line);
  }
}

Inputs::Inputs(std::string Path) : Path(std::move(Path)) {
  // "time size path"
  forEachLine(this->Path, [this](llvm::StringRef Line) {
    State Then;
    if (!Line.consumeInteger(10, Then.Time) && Line.consume_front(" ") &&
        !Line.consumeInteger(10, Then.Size) && Line.consume_front(" "))
      Known[Line] = Then;
  });
}

bool Inputs::look(llvm::StringRef File, State &Now) {
  fs::file_status Status;
  if (fs::status(File, Status))
    return false;
  Now.Time = Status.getLastModificationTime().time_since_epoch().count();
  Now.Size = Status.getSize();
  return true;
}

void Inputs::removeOutdated(llvm::ArrayRef<std::string> Results) const {
  State LastRun;
  if (!look(Path, LastRun))
    return;
  llvm::StringSet<> Replaced;
  for (const auto &[File, Then] : Known) {
    State Now;
    // What is newer than the results, or gone, is what ninja looks for.
    if (look(File, Now) && !(Now == Then) && Now.Time <= LastRun.Time)
      Replaced.insert(File);
  }
  if (Replaced.empty())
    return;
  for (const std::string &Result : Results) {
    bool IsOutdated = false;
    forEachLine(dependenciesPath(Result), [&](llvm::StringRef File) {
      IsOutdated |= Replaced.contains(File);
    });
    if (IsOutdated)
      (void)fs::remove(Result);
  }
}

llvm::Error Inputs::remember(llvm::ArrayRef<std::string> Results) {
  // Of an older result all is known: it is as it was at the last run, or else
  // the result would have been made again.
  State LastRun;
  if (!look(Path, LastRun))
    LastRun.Time = 0;
  bool IsNewer = false;
  llvm::StringSet<> Seen;
  for (const std::string &Result : Results) {
    State Made;
    if (!look(Result, Made) || Made.Time <= LastRun.Time)
      continue;
    IsNewer = true;
    forEachLine(dependenciesPath(Result), [&](llvm::StringRef File) {
      if (State Now; Seen.insert(File).second && look(File, Now))
        Known[File] = Now;
    });
  }
  // Written whenever there is a newer result: the file's own age counts.
  if (!IsNewer)
    return llvm::Error::success();
  return writeWholeFile(Path, [this](llvm::raw_ostream &OS) {
    for (const auto &[File, Then] : Known)
      OS << Then.Time << ' ' << Then.Size << ' ' << File << '\n';
  });
}

} // namespace clang::tidy::context::lint
