// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ChangedLines.h"
#include "Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <limits>
#include <string>

namespace clang::tidy::context::lint {

namespace fs = llvm::sys::fs;

// What git prints for these arguments, run in \p Folder.
static llvm::Expected<std::string>
git(llvm::StringRef Folder, llvm::ArrayRef<llvm::StringRef> Arguments) {
  llvm::ErrorOr<std::string> Program = llvm::sys::findProgramByName("git");
  if (!Program)
    return llvm::createStringError(
        Program.getError(), "--diff needs git, and there is none on the PATH.");
  llvm::SmallString<128> Output, Complaints;
  if (std::error_code EC =
          fs::createTemporaryFile("context-lint", "out", Output))
    return llvm::errorCodeToError(EC);
  llvm::FileRemover RemoveOutput(Output);
  if (std::error_code EC =
          fs::createTemporaryFile("context-lint", "err", Complaints))
    return llvm::errorCodeToError(EC);
  llvm::FileRemover RemoveComplaints(Complaints);

  llvm::SmallVector<llvm::StringRef, 16> Command = {
      *Program, "-C", Folder, "-c", "core.quotePath=false"};
  llvm::append_range(Command, Arguments);
  std::string Message;
  const int Status = llvm::sys::ExecuteAndWait(
      *Program, Command, /*Env=*/std::nullopt,
      {llvm::StringRef(), Output.str(), Complaints.str()}, 0, 0, &Message);
  auto Text = llvm::MemoryBuffer::getFile(Status == 0 ? Output : Complaints);
  if (!Text)
    return llvm::errorCodeToError(Text.getError());
  if (Status == 0)
    return (*Text)->getBuffer().str();
  return llvm::createStringError(
      std::errc::invalid_argument, "--diff: git says: %s",
      ((*Text)->getBuffer() + Message).str().c_str());
}

llvm::Expected<ChangedLines> ChangedLines::since(llvm::StringRef Revision,
                                                 llvm::StringRef Folder) {
  llvm::Expected<std::string> Top =
      git(Folder, {"rev-parse", "--show-toplevel"});
  if (!Top)
    return Top.takeError();
  const llvm::StringRef Root = llvm::StringRef(*Top).rtrim("\n");
  // A file that was moved has all its lines where they were.
  llvm::Expected<std::string> Diff =
      git(Root, {"diff", "--unified=0", "--no-prefix", "--no-color",
                 "--no-ext-diff", "--find-renames", Revision, "--"});
  if (!Diff)
    return Diff.takeError();
  llvm::Expected<std::string> New =
      git(Root, {"ls-files", "-z", "--others", "--exclude-standard"});
  if (!New)
    return New.takeError();

  ChangedLines Result;
  Result.readDiff(*Diff, Root);
  llvm::SmallVector<llvm::StringRef, 0> Names;
  llvm::StringRef(*New).split(Names, '\0', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Name : Names)
    Result.Changed[inFolder(Root, Name)] = {
        {0, std::numeric_limits<unsigned>::max()}};
  return Result;
}

void ChangedLines::readDiff(llvm::StringRef Diff, llvm::StringRef Top) {
  Lines *File = nullptr;
  unsigned Left = 0; // Lines of the hunk that are still to come.
  while (!Diff.empty()) {
    llvm::StringRef Row;
    std::tie(Row, Diff) = Diff.split('\n');
    if (Left > 0 && (Row.starts_with("+") || Row.starts_with("-"))) {
      --Left;
      continue;
    }
    if (Row.consume_front("+++ ")) {
      // git quotes names with characters that it finds unusual.
      llvm::StringRef Name = Row.rtrim("\t\r");
      const bool IsQuoted = Name.consume_front("\"") && Name.consume_back("\"");
      const std::string Plain = IsQuoted ? unescaped(Name) : Name.str();
      File = Plain == "/dev/null" ? nullptr : &Changed[inFolder(Top, Plain)];
      continue;
    }
    // "@@ -a,b +c,d @@": d lines from c on, 1 if it does not say.
    if (!Row.consume_front("@@ -"))
      continue;
    auto Count = [](llvm::StringRef &Row, unsigned &First) {
      unsigned Result = 1;
      if (Row.consumeInteger(10, First) ||
          (Row.consume_front(",") && Row.consumeInteger(10, Result)))
        return 0U;
      return Result;
    };
    unsigned First = 0;
    const unsigned Removed = Count(Row, First);
    if (!Row.consume_front(" +"))
      continue;
    const unsigned Added = Count(Row, First);
    Left = Removed + Added;
    if (File && Added > 0)
      File->emplace_back(First, First + Added - 1);
  }
}

bool ChangedLines::contains(llvm::StringRef File, unsigned Line) const {
  // git follows links: its names are those of the files themselves.
  llvm::SmallString<256> Real;
  if (fs::real_path(File, Real))
    Real = File;
  auto Known = Changed.find(Real);
  return Known != Changed.end() &&
         llvm::any_of(Known->second, [Line](const auto &Range) {
           return Range.first <= Line && Line <= Range.second;
         });
}

} // namespace clang::tidy::context::lint
