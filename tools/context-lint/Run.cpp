// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Run.h"
#include "CompilerArguments.h"
#include "Findings.h"
#include "Inputs.h"
#include "WholeFile.h"
#include "clang-tidy/ClangTidy.h"
#include "common/Installation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <atomic>
#include <csignal>
#include <cstdlib>

namespace clang::tidy::context::lint {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

//===----------------------------------------------------------------------===//
// Configuration
//===----------------------------------------------------------------------===//

// One file of each folder: files of one folder have the same configuration.
static llvm::StringMap<llvm::StringRef>
byFolder(llvm::ArrayRef<std::string> Files) {
  llvm::StringMap<llvm::StringRef> Result;
  for (const std::string &File : Files)
    Result.try_emplace(path::parent_path(File), File);
  return Result;
}

static std::string nearest(llvm::StringRef Name,
                           const llvm::StringSet<> &Known) {
  std::string Best;
  unsigned Least = 4; // Further off is another name.
  for (llvm::StringRef Candidate : Known.keys())
    if (unsigned Distance = Name.edit_distance(Candidate, true, Least);
        Distance < Least) {
      Least = Distance;
      Best = Candidate.str();
    }
  return Best;
}

std::vector<std::string>
configurationErrors(const Settings &S, llvm::ArrayRef<std::string> Files) {
  std::vector<std::string> Errors;
  auto Insert = [&Errors](std::string Error) {
    if (!llvm::is_contained(Errors, Error))
      Errors.push_back(std::move(Error));
  };
  auto Provider = OptionsProvider::create(S);
  if (!Provider)
    return {llvm::toString(Provider.takeError())};

  NamesAndOptions Known = getAllChecksAndOptions();
  auto Unknown = [&](llvm::StringRef What, llvm::StringRef Name,
                     llvm::StringRef Where, const llvm::StringSet<> &Names) {
    std::string Hint = nearest(Name, Names);
    Insert((Where + ": unknown " + What + " '" + Name + "'" +
            (Hint.empty() ? "" : "; did you mean '" + Hint + "'?"))
               .str());
  };
  const std::vector<std::string> Checks = allChecks();
  auto LookAt = [&](llvm::StringRef List, llvm::StringRef Source) {
    llvm::SmallVector<llvm::StringRef, 8> Globs;
    List.split(Globs, ',');
    for (llvm::StringRef Glob : Globs) {
      Glob = Glob.trim();
      Glob.consume_front("-");
      // Of others' checks this program knows nothing, and says nothing.
      if (Glob.starts_with("context-") && !Glob.contains('*') &&
          !llvm::is_contained(Checks, Glob))
        Unknown("check", Glob, Source, Known.Names);
    }
  };
  LookAt(S.Checks, "--checks");
  for (const auto &[Folder, File] : byFolder(Files)) {
    for (const auto &[Options, Source] : (*Provider)->getRawOptions(File)) {
      LookAt(Options.Checks.value_or(""), Source);
      for (llvm::StringRef Option : Options.CheckOptions.keys())
        if (Option.starts_with("context-") && !Known.Options.contains(Option))
          Unknown("check option", Option, Source, Known.Options);
    }
    ClangTidyOptions Options = (*Provider)->getOptions(File);
    if (Options.Checks == "-*")
      Insert((Folder +
              ": no check is on. The checks of this program "
              "are: " +
              llvm::join(Checks, ", "))
                 .str());
    if (llvm::Expected<KnownModel> Model = modelOf(Options, File); !Model)
      Insert(llvm::toString(Model.takeError()));
  }
  for (const std::string &Error : (*Provider)->errors())
    Insert(llvm::StringRef(Error).rtrim().str());
  return Errors;
}

//===----------------------------------------------------------------------===//
// The graph
//===----------------------------------------------------------------------===//

static std::string hash(llvm::StringRef Text) {
  return llvm::utohexstr(llvm::xxh3_64bits(Text), /*LowerCase=*/true, 16);
}

// What this program is: another build of it may find something else.
static std::string identity(llvm::StringRef Program) {
  fs::file_status Status;
  if (fs::status(Program, Status))
    return Program.str();
  return (Program + " " + llvm::Twine(Status.getSize()) + " " +
          llvm::Twine(
              Status.getLastModificationTime().time_since_epoch().count()))
      .str();
}

static std::string escaped(llvm::StringRef Text) {
  std::string Result;
  for (char C : Text) {
    if (C == '$')
      Result += '$';
    Result += C == '\n' ? ' ' : C; // Of a path, which is only shown.
  }
  return Result;
}

static std::string quoted(llvm::StringRef Argument) {
  std::string Result = "'";
  for (char C : Argument)
    if (C == '\'')
      Result += "'\\''";
    else
      Result += C;
  return Result + "'";
}

// The name of a result, with the part of a path that a person looks for.
static std::string resultName(llvm::StringRef File) {
  std::string Name;
  for (char C : path::filename(File).take_front(100))
    Name += llvm::isAlnum(C) || C == '.' || C == '_' ? C : '-';
  return "results/" + Name + "-" + hash(File) + ".json";
}

namespace {

class Graph {
public:
  Graph(const Project &TheProject, const RunOptions &Options)
      : TheProject(TheProject), Options(Options), Program(program()) {}

  // All files of the project, so that ninja forgets none, and those that are
  // wanted this time.
  llvm::Expected<std::string> text(llvm::ArrayRef<std::string> Files) {
    auto Provider = OptionsProvider::create(Options.TheSettings);
    if (!Provider)
      return Provider.takeError();
    std::string Result;
    llvm::raw_string_ostream OS(Result);
    OS << "ninja_required_version = 1.10\n"
       << "builddir = " << escaped(Options.Cache) << "\n"
       << "rule lint\n"
       << "  command = " << escaped(quoted(Program))
       << " --work $out.task $out --key $key\n"
       << "  description = $name\n"
       << "  depfile = $out.d\n"
       << "  deps = gcc\n"
       << "  rspfile = $out.task\n"
       << "  rspfile_content = $task\n";
    for (const std::string &File : TheProject.all().Files) {
      Task T;
      T.File = File;
      T.Commands = TheProject.commands(File);
      T.TheSettings = Options.TheSettings;
      OS << "build " << output(File) << ": lint\n"
         << "  name = " << escaped(relativeTo(Options.Root, File)) << "\n"
         << "  key = " << key(File, **Provider) << "\n"
         << "  task = " << escaped(llvm::formatv("{0}", toJSON(T)).str())
         << "\n";
    }
    OS << "build wanted: phony";
    for (const std::string &File : Files)
      OS << " " << output(File);
    OS << "\n";
    return Result;
  }

private:
  // As ninja reads a path.
  std::string output(llvm::StringRef File) const {
    std::string Result;
    for (char C : inFolder(Options.Cache, resultName(File))) {
      if (C == '$' || C == ' ' || C == ':')
        Result += '$';
      Result += C;
    }
    return Result;
  }

  // What a result depends on and no file's age tells.
  std::string key(llvm::StringRef File, OptionsProvider &Provider) {
    std::string &Key = Keys[path::parent_path(File)];
    if (!Key.empty())
      return Key;
    ClangTidyOptions Effective = Provider.getOptions(File);
    std::string Text = identity(Program) + configurationAsText(Effective);
    for (const std::string &Own : modelFiles(Effective, File))
      if (auto Content = llvm::MemoryBuffer::getFile(Own))
        Text += Own + (*Content)->getBuffer().str();
    return Key = hash(Text);
  }

  const Project &TheProject;
  const RunOptions &Options;
  const std::string Program;
  llvm::StringMap<std::string> Keys; // By folder.
};

} // namespace

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

static llvm::Error writeIfChanged(llvm::StringRef Path, llvm::StringRef Text) {
  if (auto Old = llvm::MemoryBuffer::getFile(Path))
    if ((*Old)->getBuffer() == Text)
      return llvm::Error::success();
  return writeWholeFile(Path, [Text](llvm::raw_ostream &OS) { OS << Text; });
}

static llvm::Error noCache(llvm::StringRef Cache, std::error_code EC) {
  return llvm::createStringError(
      EC, "cannot use %s as a cache: %s. Name another folder with --cache.",
      Cache.str().c_str(), EC.message().c_str());
}

static llvm::Error prepare(llvm::StringRef Cache) {
  if (std::error_code EC = fs::create_directories(inFolder(Cache, "results")))
    return noCache(Cache, EC);
  // Results are nobody's sources.
  return writeIfChanged(inFolder(Cache, ".gitignore"), "*\n");
}

// What ninja and the workers say.
static constexpr llvm::StringLiteral LogName = "ninja.log";

// Of one file: its result, or why there is none.
static Result take(llvm::StringRef Cache, llvm::StringRef File,
                   bool &IsCorrupt) {
  const std::string Path = inFolder(Cache, resultName(File));
  for (const std::string &Place : {Path, failurePath(Path)}) {
    if (!fs::exists(Place))
      continue;
    llvm::Expected<Result> R = readResult(Place);
    if (R)
      return std::move(*R);
    IsCorrupt = true;
    llvm::consumeError(R.takeError());
    (void)fs::remove(Place);
  }
  Result None;
  None.TheOutcome = Result::Failed;
  None.Reason =
      "there is no result: to follow its includes crashed or took "
      "longer than --limit, or the result could not be kept. What was "
      "said is in " +
      inFolder(Cache, LogName);
  return None;
}

// One run at a time: ninja's own log takes no second writer.
static llvm::Expected<int> lock(llvm::StringRef Cache) {
  int File = -1;
  const std::string Path = inFolder(Cache, "lock");
  std::error_code EC =
      fs::openFileForReadWrite(Path, File, fs::CD_OpenAlways, fs::OF_None);
  if (!EC && fs::tryLockFile(File)) {
    llvm::errs() << "waiting for another run that uses " << Cache << "\n";
    EC = fs::lockFile(File);
  }
  if (EC)
    return noCache(Cache, EC);
  return File;
}

// The process that a signal is handed on to, and that there was one.
static std::atomic<int> RunningNinja;
static std::atomic<bool> IsInterrupted;

static void passOnInterrupt() {
  IsInterrupted = true;
  if (const int Process = RunningNinja)
    ::kill(Process, SIGTERM);
}

// Why ninja itself could not go on; empty if it could, and only commands have
// failed: of which files, their results tell. That, too, it says.
static std::string ownError(llvm::StringRef Log) {
  bool HasSpoken = false;
  if (auto Text = llvm::MemoryBuffer::getFile(Log)) {
    llvm::SmallVector<llvm::StringRef, 0> Rows;
    (*Text)->getBuffer().split(Rows, '\n');
    for (llvm::StringRef Row : Rows) {
      if (!Row.consume_front("ninja: "))
        continue;
      HasSpoken = true;
      if (Row.consume_front("error: ") && !Row.starts_with("build stopped"))
        return Row.str();
    }
  }
  return HasSpoken ? "" : "it could not say why; is the disk full?";
}

static llvm::Error runNinja(const std::string &Ninja,
                            const std::string &GraphPath,
                            const RunOptions &Options) {
  const std::string Jobs = std::to_string(Options.Jobs);
  const std::string Log = inFolder(Options.Cache, LogName);
  // No input, its own output if that is progress, and no complaints: which file
  // has failed, and why, is what the results tell.
  llvm::SmallVector<std::optional<llvm::StringRef>, 3> Streams = {
      llvm::StringRef(), std::nullopt, llvm::StringRef(Log)};
  if (!Options.ShowProgress)
    Streams[1] = llvm::StringRef(Log);
  // Who ends this program ends ninja, which ends the workers; a lock without
  // its run would let two ninjas write one log.
  std::string Message;
  bool HasFailed = false;
  llvm::sys::SetInterruptFunction(passOnInterrupt);
  const llvm::sys::ProcessInfo Process = llvm::sys::ExecuteNoWait(
      Ninja, {Ninja, "-f", GraphPath, "-j", Jobs, "-k", "0", "wanted"},
      /*Env=*/std::nullopt, Streams, 0, &Message, &HasFailed);
  RunningNinja = Process.Pid;
  if (IsInterrupted) // Before there was anyone to tell.
    passOnInterrupt();
  const int Status =
      HasFailed
          ? -1
          : llvm::sys::Wait(Process, /*SecondsToWait=*/std::nullopt, &Message)
                .ReturnCode;
  RunningNinja = 0;
  if (IsInterrupted)
    return llvm::createStringError(std::errc::interrupted,
                                   "interrupted; what was done is kept");
  // 1 is a worker's failure, which its file's result tells, or ninja's own.
  if (Status == 1)
    Message = ownError(Log);
  if (Status == 0 || (Status == 1 && Message.empty()))
    return llvm::Error::success();
  return llvm::createStringError(
      std::errc::io_error, "ninja ended with status %d%s%s (its log is %s)",
      Status, Message.empty() ? "" : ": ", Message.c_str(), Log.c_str());
}

llvm::Expected<std::vector<FileResult>> run(const Project &TheProject,
                                            llvm::ArrayRef<std::string> Files,
                                            const RunOptions &Options) {
  llvm::ErrorOr<std::string> Ninja = llvm::sys::findProgramByName("ninja");
  if (!Ninja)
    return llvm::createStringError(
        Ninja.getError(),
        "there is no ninja on the PATH. Install ninja-build.");
  if (llvm::Expected<std::string> Resources = resourceDirectory(); !Resources)
    return Resources.takeError();
  if (llvm::Error E = prepare(Options.Cache))
    return E;

  llvm::Expected<int> Lock = lock(Options.Cache);
  if (!Lock)
    return Lock.takeError();
  auto Unlock = llvm::make_scope_exit([&Lock] {
    (void)fs::unlockFile(*Lock);
    fs::closeFile(*Lock);
  });

  Graph TheGraph(TheProject, Options);
  llvm::Expected<std::string> Text = TheGraph.text(Files);
  if (!Text)
    return Text.takeError();
  const std::string GraphPath = inFolder(Options.Cache, "build.ninja");
  if (llvm::Error E = writeIfChanged(GraphPath, *Text))
    return E;

  // Of all files of the project: also those that are not wanted this time have
  // results.
  std::vector<std::string> Paths;
  for (const std::string &File : TheProject.all().Files)
    Paths.push_back(inFolder(Options.Cache, resultName(File)));
  if (llvm::Error E = Inputs(inFolder(Options.Cache, "inputs")).update(Paths))
    return E;

  ::setenv(LimitVariable, std::to_string(Options.Limit).c_str(),
           /*overwrite=*/1);
  std::vector<FileResult> Results;
  bool IsCorrupt = true;
  // Once more if something in the cache is no result: it is gone by then.
  for (int Round = 0; Round != 2 && IsCorrupt; ++Round) {
    for (const std::string &File : Files)
      (void)fs::remove(failurePath(inFolder(Options.Cache, resultName(File))));
    if (llvm::Error E = runNinja(*Ninja, GraphPath, Options))
      return E;
    Results.clear();
    IsCorrupt = false;
    for (const std::string &File : Files)
      Results.push_back({File, take(Options.Cache, File, IsCorrupt)});
  }
  return Results;
}

} // namespace clang::tidy::context::lint
