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
#include <string>
#include <unistd.h>

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
  // What a user has set for diffs that people read is not for this one.
  llvm::SmallVector<llvm::StringRef, 64> Environment;
  for (char **Variable = environ; *Variable; ++Variable)
    if (!llvm::StringRef(*Variable).starts_with("GIT_DIFF_OPTS="))
      Environment.push_back(*Variable);
  const int Status = llvm::sys::ExecuteAndWait(
      *Program, Command, llvm::ArrayRef<llvm::StringRef>(Environment),
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
  // Before the first commit all is new.
  std::string From = Revision.str();
  if (Revision == "HEAD") {
    if (llvm::Expected<std::string> Commit =
            git(Root, {"rev-parse", "--verify", "--quiet", "HEAD"});
        !Commit) {
      llvm::consumeError(Commit.takeError());
      llvm::Expected<std::string> Nothing =
          git(Root, {"hash-object", "-t", "tree", "/dev/null"});
      if (!Nothing)
        return Nothing.takeError();
      From = llvm::StringRef(*Nothing).trim().str();
    }
  }
  // A file that was moved has all its lines where they were.
  llvm::Expected<std::string> Diff =
      git(Root, {"diff", "--unified=0", "--inter-hunk-context=0", "--no-prefix",
                 "--no-color", "--no-ext-diff", "--no-textconv", "--text",
                 "--submodule=diff", "--find-renames", From, "--"});
  if (!Diff)
    return Diff.takeError();
  llvm::Expected<std::string> Tracked =
      git(Root, {"ls-files", "-z", "--cached", "--recurse-submodules"});
  if (!Tracked)
    return Tracked.takeError();

  ChangedLines Result;
  Result.Root = Root.str();
  Result.readDiff(*Diff, Root);
  llvm::SmallVector<llvm::StringRef, 0> Names;
  llvm::StringRef(*Tracked).split(Names, '\0', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Name : Names)
    Result.Tracked.insert(inFolder(Root, Name));
  return Result;
}

void ChangedLines::readDiff(llvm::StringRef Diff, llvm::StringRef Top) {
  Lines *File = nullptr;
  unsigned OldLeft = 0, NewLeft = 0; // Lines of the hunk that are to come.
  unsigned At = 0;                   // The next of them in the new file.
  while (!Diff.empty()) {
    llvm::StringRef Row;
    std::tie(Row, Diff) = Diff.split('\n');
    if (OldLeft + NewLeft > 0) {
      const char Kind = Row.empty() ? ' ' : Row.front();
      if (Kind == '+' && File)
        File->insert(At);
      OldLeft -= (Kind == '-' || Kind == ' ') && OldLeft > 0;
      NewLeft -= (Kind == '+' || Kind == ' ') && NewLeft > 0;
      At += Kind == '+' || Kind == ' ';
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
    auto Count = [&Row](unsigned &First) {
      unsigned Result = 1;
      if (Row.consumeInteger(10, First) ||
          (Row.consume_front(",") && Row.consumeInteger(10, Result)))
        return 0U;
      return Result;
    };
    unsigned First = 0;
    OldLeft = Count(First);
    NewLeft = Row.consume_front(" +") ? Count(At) : 0;
  }
}

bool ChangedLines::contains(llvm::StringRef File, unsigned Line) const {
  // git follows links: its names are those of the files themselves.
  const std::string Real = real(File);
  if (auto Known = Changed.find(Real);
      Known != Changed.end() && Known->second.count(Line))
    return true;
  // What git does not know, new or ignored, it cannot say to be unchanged.
  llvm::StringRef Below = Real;
  return isBelow(Root, Below) && !Tracked.contains(Real);
}

} // namespace clang::tidy::context::lint
