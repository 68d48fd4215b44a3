// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Project.h"
#include "Findings.h"
#include "clang/Tooling/JSONCompilationDatabase.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

namespace clang::tidy::context::lint {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static constexpr llvm::StringLiteral DatabaseName = "compile_commands.json";

// The folder with a database that goes with where we are; empty if none.
static std::string databaseAbove(std::string Folder) {
  while (true) {
    for (const std::string &Place : {Folder, inFolder(Folder, "build")})
      if (fs::exists(inFolder(Place, DatabaseName)))
        return Place;
    if (!path::has_parent_path(Folder) || Folder == "/")
      return "";
    Folder = path::parent_path(Folder).str();
  }
}

llvm::Expected<Project> Project::fromDatabase(llvm::StringRef Folder) {
  Project Result;
  if (path::filename(Folder) == DatabaseName)
    Folder =
        path::parent_path(Folder).empty() ? "." : path::parent_path(Folder);
  Result.Folder =
      Folder.empty() ? databaseAbove(absolute(".")) : absolute(Folder);
  const std::string File = inFolder(Result.Folder, DatabaseName);
  if (Result.Folder.empty() || !fs::exists(File))
    return llvm::createStringError(
        std::errc::no_such_file_or_directory,
        "there is no %s%s. Let CMake write it "
        "(-DCMAKE_EXPORT_COMPILE_COMMANDS=ON), or record a build with "
        "`bear -- make`, and name its folder with -p; or name files and give "
        "the compiler's arguments after --.",
        Result.Folder.empty() ? DatabaseName.data() : File.c_str(),
        Result.Folder.empty()
            ? " in this folder, in one above, or in the build/ of one"
            : "");

  std::string Message;
  std::unique_ptr<tooling::JSONCompilationDatabase> JSON =
      tooling::JSONCompilationDatabase::loadFromFile(
          File, Message, tooling::JSONCommandLineSyntax::AutoDetect);
  if (!JSON)
    return llvm::createStringError(
        std::errc::invalid_argument,
        "%s is no compile database: %s. Have the build system write it again.",
        File.c_str(), llvm::StringRef(Message).rtrim(".\n").str().c_str());
  // As LLVM's tools read one.
  Result.Database =
      tooling::inferTargetAndDriverMode(tooling::expandResponseFiles(
          std::move(JSON), llvm::vfs::getRealFileSystem()));
  llvm::StringSet<> Seen;
  for (const std::string &Name : Result.Database->getAllFiles())
    if (Seen.insert(Name).second)
      (fs::exists(Name) ? Result.All.Files : Result.All.Missing)
          .push_back(Name);
  if (Result.All.Files.empty())
    return llvm::createStringError(
        std::errc::invalid_argument,
        Result.All.Missing.empty()
            ? "%s names no files. Have the build system write it again."
            : "none of the files in %s exists. Set that build up again.",
        File.c_str());
  return Result;
}

llvm::Expected<Project>
Project::fromArguments(llvm::ArrayRef<std::string> Names,
                       llvm::ArrayRef<std::string> Arguments) {
  Project Result;
  llvm::StringSet<> Seen;
  for (const std::string &Name : Names) {
    if (fs::is_directory(Name))
      return llvm::createStringError(
          std::errc::is_a_directory,
          "%s is a folder; arguments after -- go with files.", Name.c_str());
    const std::string File = absolute(Name);
    if (!Seen.insert(File).second)
      continue;
    (fs::exists(File) ? Result.All.Files : Result.All.Missing).push_back(File);
  }
  Result.Database = std::make_unique<tooling::FixedCompilationDatabase>(
      absolute("."), Arguments.vec());
  return Result;
}

std::vector<tooling::CompileCommand>
Project::commands(llvm::StringRef File) const {
  return Database->getCompileCommands(File);
}

llvm::Expected<Project::Selection>
Project::select(llvm::ArrayRef<std::string> Paths) const {
  if (Paths.empty())
    return All;
  std::vector<std::string> Wanted;
  for (const std::string &Path : Paths)
    Wanted.push_back(real(absolute(Path)));
  llvm::SmallVector<bool> Used(Wanted.size(), false);
  // (A link may lead to the code, or to what the database was made for.)
  auto IsWanted = [&](llvm::StringRef File) {
    bool Result = false;
    const std::string Real = real(File);
    for (auto [Above, IsUsed] : llvm::zip(Wanted, Used)) {
      llvm::StringRef Rest = Real;
      if (Rest == Above || isBelow(Above, Rest))
        Result = IsUsed = true;
    }
    return Result;
  };
  Selection Result;
  llvm::copy_if(All.Files, std::back_inserter(Result.Files), IsWanted);
  llvm::copy_if(All.Missing, std::back_inserter(Result.Missing), IsWanted);

  for (auto [Path, IsUsed] : llvm::zip(Paths, Used)) {
    if (IsUsed)
      continue;
    if (!fs::exists(Path))
      return llvm::createStringError(std::errc::no_such_file_or_directory,
                                     "there is no %s.", Path.c_str());
    return llvm::createStringError(
        std::errc::invalid_argument,
        "%s: the %s in %s has no such file, and none below it. Add it to that "
        "build (a header is checked through a file that includes it, with "
        "--header-filter), or give the compiler's arguments after --.",
        Path.c_str(), DatabaseName.data(), Folder.c_str());
  }
  return Result;
}

std::vector<std::string> shard(llvm::ArrayRef<std::string> Files, Shard Part,
                               llvm::StringRef Root) {
  std::vector<std::string> Result;
  llvm::copy_if(Files, std::back_inserter(Result), [&](llvm::StringRef File) {
    return llvm::xxh3_64bits(relativeTo(Root, File)) % Part.Count ==
           Part.Index - 1;
  });
  return Result;
}

} // namespace clang::tidy::context::lint
