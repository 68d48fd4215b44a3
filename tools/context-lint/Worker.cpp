// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Worker.h"
#include "Analysis.h"
#include "Findings.h"
#include "Inputs.h"
#include "Paths.h"
#include "Prescan.h"
#include "WholeFile.h"
#include "common/Installation.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <unistd.h>

namespace clang::tidy::context::lint {

namespace json = llvm::json;

//===----------------------------------------------------------------------===//
// Task and result as JSON
//===----------------------------------------------------------------------===//

namespace {

/// The commands of one file, and of no other.
class OneFile : public tooling::CompilationDatabase {
public:
  explicit OneFile(const Task &T) : T(T) {}
  std::vector<tooling::CompileCommand>
  getCompileCommands(StringRef) const override {
    return T.Commands;
  }
  std::vector<std::string> getAllFiles() const override { return {T.File}; }

private:
  const Task &T;
};

struct Command {
  std::string Directory;
  std::vector<std::string> Arguments;
};

bool fromJSON(const json::Value &V, Command &C, json::Path P) {
  json::ObjectMapper Map(V, P);
  return Map && Map.map("directory", C.Directory) &&
         Map.map("arguments", C.Arguments);
}

} // namespace

json::Value toJSON(const Task &T) {
  json::Array Commands;
  for (const tooling::CompileCommand &C : T.Commands)
    Commands.push_back(json::Object{{"directory", C.Directory},
                                    {"arguments", json::Array(C.CommandLine)}});
  return json::Object{{"file", T.File},
                      {"commands", std::move(Commands)},
                      {"settings", T.TheSettings}};
}

bool fromJSON(const json::Value &V, Task &T, json::Path P) {
  json::ObjectMapper Map(V, P);
  std::vector<Command> Commands;
  if (!Map || !Map.map("file", T.File) || !Map.map("commands", Commands) ||
      !Map.map("settings", T.TheSettings))
    return false;
  for (Command &C : Commands)
    T.Commands.emplace_back(C.Directory, T.File, std::move(C.Arguments), "");
  return true;
}

static constexpr llvm::StringLiteral OutcomeNames[] = {"settled", "analyzed",
                                                       "failed"};

static json::Value toJSON(const Result &R) {
  Sources Text("/");
  json::Array Diagnostics;
  for (const ClangTidyError &Error : R.Diagnostics)
    Diagnostics.push_back(toJSON(Error, /*Root=*/"", Text));
  return json::Object{{"outcome", OutcomeNames[R.TheOutcome]},
                      {"reason", json::fixUTF8(R.Reason)},
                      {"spelled", json::Array(R.Spelled)},
                      {"recognized", json::Array(R.Recognized)},
                      {"diagnostics", std::move(Diagnostics)}};
}

llvm::Expected<Result> readResult(llvm::StringRef Path) {
  auto Text = llvm::MemoryBuffer::getFile(Path);
  if (!Text)
    return llvm::errorCodeToError(Text.getError());
  llvm::Expected<json::Value> Value = json::parse((*Text)->getBuffer());
  if (!Value)
    return Value.takeError();
  json::Path::Root Where("result");
  json::ObjectMapper Map(*Value, Where);
  Result R;
  std::string Outcome;
  if (!Map || !Map.map("outcome", Outcome) || !Map.map("reason", R.Reason) ||
      !Map.map("spelled", R.Spelled) || !Map.map("recognized", R.Recognized))
    return Where.getError();
  const auto *Known = llvm::find(OutcomeNames, Outcome);
  const json::Array *Diagnostics =
      Value->getAsObject()->getArray("diagnostics");
  if (Known == std::end(OutcomeNames) || !Diagnostics)
    return llvm::createStringError(std::errc::invalid_argument,
                                   "not a result of this program");
  R.TheOutcome = static_cast<Result::Outcome>(Known - OutcomeNames);
  for (const json::Value &Diagnostic : *Diagnostics) {
    llvm::Expected<ClangTidyError> Error = fromJSON(Diagnostic, /*Root=*/"/");
    if (!Error)
      return Error.takeError();
    R.Diagnostics.push_back(std::move(*Error));
  }
  return R;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

bool Result::isComplete() const {
  return TheOutcome != Failed && llvm::none_of(Diagnostics, isProblem);
}

std::string failurePath(llvm::StringRef ResultPath) {
  return (ResultPath + ".failed").str();
}

static int complain(llvm::Error E) {
  llvm::errs() << "error: " << llvm::toString(std::move(E)) << "\n";
  return 1;
}

static llvm::Expected<Task> readTask(llvm::StringRef Path) {
  auto Text = llvm::MemoryBuffer::getFile(Path);
  if (!Text)
    return llvm::errorCodeToError(Text.getError());
  return json::parse<Task>((*Text)->getBuffer());
}

// All of a result, or nothing: a reader never sees half of one.
static llvm::Error write(const Result &R, llvm::StringRef Path) {
  return writeWholeFile(
      Path, [&R](llvm::raw_ostream &OS) { OS << toJSON(R) << "\n"; });
}

// As in a makefile, where ninja reads what the compilers write.
static void writeEscaped(llvm::raw_ostream &OS, llvm::StringRef Path) {
  for (char C : Path) {
    if (C == ' ' || C == '#' || C == '\\')
      OS << '\\';
    if (C == '$')
      OS << '$';
    OS << C;
  }
}

static llvm::Error writeDependencies(llvm::StringRef ResultPath,
                                     llvm::ArrayRef<std::string> Files) {
  if (llvm::Error E = writeInputs(ResultPath, Files))
    return E;
  return writeWholeFile((ResultPath + ".d").str(), [&](llvm::raw_ostream &OS) {
    writeEscaped(OS, ResultPath);
    OS << ":";
    for (const std::string &File : Files) {
      OS << " \\\n ";
      writeEscaped(OS, File);
    }
    OS << "\n";
  });
}

//===----------------------------------------------------------------------===//
// The processes
//===----------------------------------------------------------------------===//

namespace {

/// A task, and what its configuration says.
struct Prepared {
  Task T;
  std::unique_ptr<OptionsProvider> Options;
  ClangTidyOptions FileOptions;
  KnownModel Known;
};

} // namespace

// (The configuration was in order when the run began.)
static llvm::Expected<Prepared> prepare(llvm::StringRef TaskPath) {
  llvm::Expected<Task> T = readTask(TaskPath);
  if (!T)
    return T.takeError();
  auto Options = OptionsProvider::create(T->TheSettings);
  if (!Options)
    return Options.takeError();
  ClangTidyOptions FileOptions = (*Options)->getOptions(T->File);
  llvm::Expected<KnownModel> Known = modelOf(FileOptions, T->File);
  if (!Known)
    return Known.takeError();
  return Prepared{std::move(*T), std::move(*Options), std::move(FileOptions),
                  std::move(*Known)};
}

int parse(llvm::StringRef TaskPath, llvm::StringRef ResultPath) {
  llvm::Expected<Prepared> P = prepare(TaskPath);
  if (!P)
    return complain(P.takeError());
  Analysis Found =
      analyze(P->T.File, OneFile(P->T), std::move(P->Options), P->Known.Model);
  Result R;
  R.TheOutcome = Result::Analyzed;
  R.Diagnostics = std::move(Found.Diagnostics);
  R.Recognized = std::move(Found.Recognized);
  for (ClangTidyError &Error : R.Diagnostics)
    makeAbsolute(Error);
  if (llvm::Error E = write(R, ResultPath))
    return complain(std::move(E));
  return 0;
}

static unsigned limit() {
  unsigned Seconds = 0;
  (void)llvm::StringRef(std::getenv(LimitVariable)).getAsInteger(10, Seconds);
  return Seconds;
}

// Parses in a process of its own, and reads what that has found.
static Result parseElsewhere(llvm::StringRef TaskPath,
                             llvm::StringRef ResultPath) {
  const std::string Program = program();
  const std::string Output = (ResultPath + ".parsed").str();
  const std::string Complaints = (ResultPath + ".stderr").str();
  bool KeepComplaints = false;
  auto Clean = llvm::make_scope_exit([&] {
    (void)llvm::sys::fs::remove(Output);
    if (!KeepComplaints)
      (void)llvm::sys::fs::remove(Complaints);
  });
  (void)llvm::sys::fs::remove(Output);

  std::string Message;
  const int Status = llvm::sys::ExecuteAndWait(
      Program, {Program, "--parse", TaskPath, Output},
      /*Env=*/std::nullopt,
      {llvm::StringRef(), llvm::StringRef(), llvm::StringRef(Complaints)},
      limit(), /*MemoryLimit=*/0, &Message);

  Result R;
  if (Status == 0) {
    llvm::Expected<Result> Parsed = readResult(Output);
    if (Parsed)
      return std::move(*Parsed);
    Message = llvm::toString(Parsed.takeError());
  }
  R.TheOutcome = Result::Failed;
  KeepComplaints = true;
  if (llvm::StringRef(Message).starts_with("Child timed out"))
    R.Reason = "not done after " + std::to_string(limit()) +
               " seconds of --limit, and stopped";
  else if (Status < 0 && !Message.empty())
    R.Reason = "the analysis crashed (" + Message + ")";
  else
    R.Reason = "the analysis ended with exit status " + std::to_string(Status) +
               (Message.empty() ? "" : ": " + Message);
  if (auto Text = llvm::MemoryBuffer::getFile(Complaints)) {
    // Of a stack dump, where in the source it was.
    llvm::SmallVector<llvm::StringRef, 0> Rows;
    (*Text)->getBuffer().split(Rows, '\n');
    for (llvm::StringRef Row : Rows)
      if (Row.consume_front("1.\t"))
        R.Reason += ", at " + Row.str();
  }
  R.Reason += ". What it said is in " + Complaints;
  return R;
}

int work(llvm::StringRef TaskPath, llvm::StringRef ResultPath) {
  // Whatever becomes of this process: an older result is no answer.
  (void)llvm::sys::fs::remove(ResultPath);
  (void)llvm::sys::fs::remove(failurePath(ResultPath));
  llvm::Expected<Prepared> P = prepare(TaskPath);
  if (!P)
    return complain(P.takeError());

  // To follow includes may take for ever, too: a condition is a program. The
  // signal ends this process, and ninja goes on.
  ::alarm(limit());
  Prescan Scan =
      prescan(P->T.File, OneFile(P->T), P->FileOptions, P->Known.Model);
  ::alarm(0);

  Result R;
  if (!Scan.settled())
    R = parseElsewhere(TaskPath, ResultPath);
  R.Spelled = Scan.Spelled;
  llvm::append_range(Scan.Dependencies, P->Known.Files);
  if (llvm::Error E = writeDependencies(ResultPath, Scan.Dependencies))
    return complain(std::move(E));
  // Ninja does again next time what has no result. (What it takes to compile a
  // file that does not, such as a header that is missing, is not known.)
  const std::string Path =
      R.isComplete() ? ResultPath.str() : failurePath(ResultPath);
  if (llvm::Error E = write(R, Path))
    return complain(std::move(E));
  return 0;
}

} // namespace clang::tidy::context::lint
