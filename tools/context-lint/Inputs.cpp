// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Inputs.h"
#include "WholeFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

namespace clang::tidy::context::lint {

namespace fs = llvm::sys::fs;

static std::string inputsPath(llvm::StringRef ResultPath) {
  return (ResultPath + ".files").str();
}

// Each line of such a file is "time size path".
void Inputs::forEachInput(
    llvm::StringRef Path,
    llvm::function_ref<void(llvm::StringRef, const State &)> Each) {
  auto Text = llvm::MemoryBuffer::getFile(Path);
  if (!Text)
    return;
  llvm::StringRef Rest = (*Text)->getBuffer();
  while (!Rest.empty()) {
    llvm::StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    State Then;
    if (!Line.consumeInteger(10, Then.Time) && Line.consume_front(" ") &&
        !Line.consumeInteger(10, Then.Size) && Line.consume_front(" "))
      Each(Line, Then);
  }
}

bool Inputs::look(llvm::StringRef File, State &Now) {
  fs::file_status Status;
  if (fs::status(File, Status))
    return false;
  Now.Time = Status.getLastModificationTime().time_since_epoch().count();
  Now.Size = Status.getSize();
  return true;
}

llvm::Error writeInputs(llvm::StringRef ResultPath,
                        llvm::ArrayRef<std::string> Files) {
  return writeWholeFile(inputsPath(ResultPath), [&](llvm::raw_ostream &OS) {
    for (const std::string &File : Files) {
      Inputs::State Now; // Of a file that is gone: none that it will have.
      (void)Inputs::look(File, Now);
      OS << Now.Time << ' ' << Now.Size << ' ' << File << '\n';
    }
  });
}

Inputs::Inputs(std::string Path) : Path(std::move(Path)) {
  forEachInput(this->Path, [this](llvm::StringRef File, const State &Then) {
    Known[File] = Then;
  });
}

llvm::Error Inputs::update(llvm::ArrayRef<std::string> Results) {
  State LastUpdate;
  if (!look(Path, LastUpdate))
    LastUpdate.Time = 0;
  llvm::StringMap<State> Now; // What was looked at, once each.
  auto HasChanged = [&Now](llvm::StringRef File, const State &Then) {
    auto [At, IsFirst] = Now.try_emplace(File);
    if (IsFirst)
      (void)look(File, At->second);
    return !(At->second == Then);
  };
  llvm::StringSet<> Changed;
  for (const auto &[File, Then] : Known)
    if (HasChanged(File, Then))
      Changed.insert(File);

  bool IsNew = false;
  for (const std::string &Result : Results) {
    State Made;
    if (!look(Result, Made))
      continue;
    // An older one was made from what is known, and that is all that there is
    // to ask if none of it has changed.
    const bool IsNewer = Made.Time > LastUpdate.Time;
    if (!IsNewer && Changed.empty())
      continue;
    bool IsOutdated = false;
    forEachInput(inputsPath(Result),
                 [&](llvm::StringRef File, const State &Then) {
                   IsOutdated |= HasChanged(File, Then);
                   if (IsNewer)
                     Known[File] = Then;
                 });
    IsNew |= IsNewer;
    if (IsOutdated)
      (void)fs::remove(Result);
  }
  // Only from now on: what was removed is made again.
  for (auto &[File, Then] : Known)
    if (auto At = Now.find(File); At != Now.end())
      Then = At->second;
  // Written whenever there is something new: the file's own age counts.
  if (!IsNew && Changed.empty())
    return llvm::Error::success();
  return writeWholeFile(Path, [this](llvm::raw_ostream &OS) {
    for (const auto &[File, Then] : Known)
      OS << Then.Time << ' ' << Then.Size << ' ' << File << '\n';
  });
}

} // namespace clang::tidy::context::lint
