// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// context-lint: the checks of this project over a code base, as a gate. What
// its options and exit statuses mean: docs/ci.md.

#include "Baseline.h"
#include "ChangedLines.h"
#include "Findings.h"
#include "FixIts.h"
#include "Formats.h"
#include "Merge.h"
#include "Pages.h"
#include "Paths.h"
#include "Project.h"
#include "Report.h"
#include "Run.h"
#include "Verify.h"
#include "WholeFile.h"
#include "Worker.h"
#include "clang-tidy/ClangTidy.h"
#include "common/Configuration.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <optional>
#include <set>

namespace cl = llvm::cl;
namespace fs = llvm::sys::fs;
using clang::tidy::context::allChecks;
using clang::tidy::context::isOurs;
using clang::tidy::context::OptionsProvider;
using clang::tidy::context::Settings;
using namespace clang::tidy::context::lint;
using clang::tidy::ClangTidyError;

namespace {

enum ExitStatus {
  Clean = 0,
  HasFindings = 1,
  CannotRun = 2,     // Usage or environment.
  NotAllAnalyzed = 3 // Whatever else was found.
};
enum class FailOn { Warning, Error, Never };

cl::OptionCategory Category("context-lint's options");
cl::extrahelp Epilog(R"(
Files are given as in the compile database: sources, or folders of them; none
means all. Compiler arguments after -- replace the database:
  context-lint file.cpp -- -std=c++20 -Iinclude
  context-lint merge REPORT.json... [--format=...]   joins reports of shards

Exit status: 0 no findings; 1 findings; 2 wrong usage, or something that is
needed is missing or wrong; 3 some file could not be analysed.
)");

cl::list<std::string> Paths(cl::Positional, cl::desc("[PATH...]"),
                            cl::cat(Category));
cl::opt<std::string> BuildPath("p", cl::value_desc("DIR"), cl::cat(Category),
                               cl::desc("Where compile_commands.json is"));
cl::opt<std::string>
    Checks("checks", cl::value_desc("GLOBS"), cl::cat(Category),
           cl::desc("As clang-tidy's; added to the Checks of .clang-tidy"));
cl::opt<std::string>
    Config("config", cl::value_desc("YAML"), cl::cat(Category),
           cl::desc("As clang-tidy's; in place of .clang-tidy"));
cl::opt<std::string> ConfigFile("config-file", cl::value_desc("FILE"),
                                cl::cat(Category),
                                cl::desc("Likewise, read from a file"));
cl::opt<std::string>
    HeaderFilter("header-filter", cl::value_desc("REGEX"), cl::cat(Category),
                 cl::desc("As clang-tidy's: report headers that match, too"));
cl::opt<bool> SystemHeaders("system-headers", cl::cat(Category),
                            cl::desc("As clang-tidy's: report them, too"));
cl::list<std::string> FormatOptions(
    "format", cl::value_desc("FORMAT[=FILE]"), cl::CommaSeparated,
    cl::cat(Category),
    cl::desc("text (the default), json, sarif, github, gitlab or html; may be "
             "given several times, each with its file"));
cl::opt<std::string> Diff("diff", cl::value_desc("REV"), cl::cat(Category),
                          cl::desc("Only findings on lines that have changed "
                                   "since this revision of git"));
cl::opt<std::string> BaselinePath("baseline", cl::value_desc("FILE"),
                                  cl::cat(Category),
                                  cl::desc("Only findings that are not in it"));
cl::opt<bool> WriteBaseline("write-baseline", cl::cat(Category),
                            cl::desc("Write all findings to --baseline"));
cl::opt<bool> Prune("prune", cl::cat(Category),
                    cl::desc("Drop from --baseline what is found no more"));
cl::opt<bool> Fix("fix", cl::cat(Category), cl::desc("Apply the fix-its"));
cl::opt<bool> FixNotes("fix-notes", cl::cat(Category),
                       cl::desc("As clang-tidy's: those that come with a note, "
                                "too, where there is one"));
cl::opt<unsigned>
    Jobs("j", cl::Prefix, cl::value_desc("N"), cl::init(0), cl::cat(Category),
         cl::desc("Files at a time (default: one per processor)"));
cl::opt<unsigned> Limit("limit", cl::value_desc("SECONDS"), cl::init(600),
                        cl::cat(Category),
                        cl::desc("Give up on a file after this time (default: "
                                 "600; 0: never)"));
cl::opt<FailOn> FailOnOption(
    "fail-on", cl::init(FailOn::Warning), cl::cat(Category),
    cl::desc("What makes the exit status 1:"),
    cl::values(clEnumValN(FailOn::Warning, "warning", "any finding (default)"),
               clEnumValN(FailOn::Error, "error",
                          "findings that WarningsAsErrors makes errors"),
               clEnumValN(FailOn::Never, "never", "none")));
cl::opt<std::string>
    Cache("cache", cl::value_desc("DIR"), cl::cat(Category),
          cl::desc("Where results are kept (default: .context-lint beside the "
                   "compile database)"));
cl::opt<bool> NoCache("no-cache", cl::cat(Category),
                      cl::desc("Keep no results: for a build system that keeps "
                               "its own"));
cl::opt<std::string> RootOption(
    "root", cl::init("."), cl::value_desc("DIR"), cl::cat(Category),
    cl::desc(
        "The folder that paths are shown relative to (default: this one)"));
cl::opt<std::string> ShardOption("shard", cl::value_desc("I/N"),
                                 cl::cat(Category),
                                 cl::desc("Only the I-th of N parts of the "
                                          "files, for one of N machines"));
cl::opt<bool>
    PartOption("part", cl::cat(Category),
               cl::desc("The report is for 'context-lint merge', which judges: "
                        "exit with 0 unless an analysis crashed or hung"));
cl::opt<bool> Quiet("quiet", cl::cat(Category),
                    cl::desc("No progress, no sum"));
cl::opt<bool> ListChecks("list-checks", cl::cat(Category),
                         cl::desc("Name the checks that are on, and exit"));
cl::opt<std::string> Explain("explain", cl::value_desc("CHECK"),
                             cl::cat(Category),
                             cl::desc("Show the page of a check, and exit"));
cl::opt<bool> VerifyOption(
    "verify", cl::cat(Category),
    cl::desc("Say what would be checked and which contexts are recognised, "
             "and exit"));

/// What ends a run before it can find anything.
ExitStatus refuse(const llvm::Twine &Message) {
  llvm::errs() << "error: " << Message << "\n";
  return CannotRun;
}
ExitStatus refuse(llvm::Error E) {
  return refuse(llvm::toString(std::move(E)));
}

/// A form of the report, and where it goes; "-" is standard output.
struct Output {
  const Format *TheFormat;
  std::string Path;
};

llvm::Expected<std::vector<Output>> outputs() {
  std::vector<Output> Result;
  unsigned ToStandardOutput = 0;
  for (const std::string &Option : FormatOptions) {
    auto [Name, Path] = llvm::StringRef(Option).split('=');
    const Format *Known = findFormat(Name);
    if (!Known)
      return llvm::createStringError(
          std::errc::invalid_argument,
          "unknown format '%s' of --format; there are: %s", Name.str().c_str(),
          formatNames().c_str());
    Result.push_back({Known, Path.empty() ? "-" : Path.str()});
    // What is wrong with it is wrong before an hour has passed.
    const llvm::StringRef Parent =
        llvm::sys::path::parent_path(Result.back().Path);
    const std::string Folder = absolute(Parent.empty() ? "." : Parent);
    if (Result.back().Path != "-" && !fs::can_write(Folder))
      return llvm::createStringError(
          std::errc::permission_denied,
          "cannot write %s: there is no folder %s that takes new files",
          Path.str().c_str(), Folder.c_str());
    ToStandardOutput += Result.back().Path == "-";
  }
  if (ToStandardOutput > 1)
    return llvm::createStringError(
        std::errc::invalid_argument,
        "two formats would both go to standard output; give all but one of "
        "them a file: --format=sarif=report.sarif");
  if (Result.empty())
    Result.push_back({findFormat("text"), "-"});
  return Result;
}

llvm::Expected<Shard> shardOption() {
  Shard Part;
  llvm::StringRef Text = ShardOption;
  if (Text.empty())
    return Part;
  if (Text.consumeInteger(10, Part.Index) || !Text.consume_front("/") ||
      Text.getAsInteger(10, Part.Count) || Part.Index < 1 ||
      Part.Index > Part.Count)
    return llvm::createStringError(
        std::errc::invalid_argument,
        "--shard takes I/N with I from 1 to N, as in --shard 2/8, and not '%s'",
        ShardOption.c_str());
  return Part;
}

Settings settings() {
  Settings S;
  S.Checks = Checks;
  if (HeaderFilter.getNumOccurrences())
    S.HeaderFilter = HeaderFilter;
  S.SystemHeaders = SystemHeaders;
  if (!Config.empty()) // As clang-tidy: an empty one is none.
    S.Config = Config;
  if (ConfigFile.getNumOccurrences())
    S.ConfigFile = absolute(ConfigFile);
  return S;
}

/// What the results of files come to.
Report summarize(std::vector<FileResult> Results,
                 llvm::ArrayRef<std::string> Missing, std::string Root) {
  Report R;
  R.Root = std::move(Root);
  R.Files = Results.size() + Missing.size();
  for (const std::string &File : Missing)
    R.Problems.push_back({File,
                          "the compile database names it, but there is no such "
                          "file. Set that build up again.",
                          {}});
  std::vector<ClangTidyError> Found;
  for (FileResult &Each : Results) {
    R.Settled += Each.TheResult.TheOutcome == Result::Settled;
    Problem P{Each.File, "", {}};
    if (Each.TheResult.TheOutcome == Result::Failed)
      P.Reason = Each.TheResult.Reason;
    const bool IsComplete = Each.TheResult.isComplete();
    for (ClangTidyError &Error : Each.TheResult.Diagnostics) {
      if (!IsComplete)
        R.NotToFix.insert(Error.Message.FilePath);
      if (isProblem(Error))
        P.Errors.push_back(std::move(Error));
      else if (isOurs(Error.DiagnosticName))
        Found.push_back(std::move(Error));
    }
    if (!P.Errors.empty() && P.Reason.empty())
      P.Reason = "it does not compile, so findings may be missing. Mend the "
                 "errors, or the file's arguments in the compile database.";
    if (!P.Reason.empty())
      R.Problems.push_back(std::move(P));
  }
  R.Findings = findings(std::move(Found));
  return R;
}

/// Takes out what was not asked for: findings in the baseline, lines that have
/// not changed. \p CoversAll: all of the project was analysed.
llvm::Error filter(Report &R, bool CoversAll) {
  if (!Diff.empty()) {
    llvm::Expected<ChangedLines> Changed = ChangedLines::since(Diff, R.Root);
    if (!Changed)
      return Changed.takeError();
    Sources Text(R.Root);
    for (Finding &F : R.Findings) {
      clang::SourceLocation Loc =
          Text.locate(F.Message.FilePath, F.Message.FileOffset);
      F.IsNew = Loc.isInvalid() ||
                Changed->contains(F.Message.FilePath,
                                  Text.manager().getSpellingLineNumber(Loc));
    }
    // Those that were there before have the numbers that the baseline, or
    // another run's report, knows them by.
    number(R.Findings);
  }
  if (WriteBaseline) {
    // A part of the findings would be taken for all of them.
    if (!CoversAll)
      return llvm::createStringError(
          std::errc::invalid_argument,
          "%s was not written: that takes all files of the project, and each "
          "of them analysed",
          BaselinePath.c_str());
    Baseline All = Baseline::of(R.Findings, R.Root);
    R.Findings.clear();
    return All.write(BaselinePath);
  }
  if (!BaselinePath.empty()) {
    llvm::Expected<Baseline> Known = Baseline::read(BaselinePath);
    if (!Known)
      return Known.takeError();
    Known->apply(R.Findings, R.Root);
    // What this run did not look at may still be found.
    const unsigned Stale = CoversAll ? Known->stale() : 0;
    if (Prune && Stale > 0) {
      Known->prune();
      if (llvm::Error E = Known->write(BaselinePath))
        return E;
    } else if (!Quiet && Stale > 0) {
      llvm::errs() << counted(Stale, "line") << " of " << BaselinePath
                   << " found no more; --prune drops "
                   << (Stale == 1 ? "it" : "them") << "\n";
    }
  }
  llvm::erase_if(R.Findings, [](const Finding &F) { return !F.IsNew; });
  return llvm::Error::success();
}

llvm::Error write(const Report &R, llvm::ArrayRef<Output> Outputs) {
  Sources Text(R.Root);
  // Whoever reads a log is to see why a file does not compile.
  if (llvm::none_of(Outputs, [](const Output &O) {
        return O.TheFormat->Write == writeText;
      }))
    writeErrors(R, Text, llvm::errs());
  for (const Output &O : Outputs) {
    if (O.Path == "-") {
      O.TheFormat->Write(R, Text, llvm::outs());
      continue;
    }
    if (llvm::Error E = writeWholeFile(O.Path, [&](llvm::raw_ostream &OS) {
          O.TheFormat->Write(R, Text, OS);
        }))
      return E;
  }
  return llvm::Error::success();
}

/// Shows the report and says with the exit status what is in it. \p CoversAll:
/// all of the project was looked at.
ExitStatus conclude(Report R, llvm::ArrayRef<Output> Outputs, bool CoversAll) {
  if (llvm::Error E = filter(R, CoversAll && R.Problems.empty()))
    return refuse(std::move(E));
  if (llvm::Error E = write(R, Outputs))
    return refuse(std::move(E));
  llvm::outs().flush();
  if (Fix || FixNotes) {
    std::vector<ClangTidyError> Certain;
    for (const Finding &F : R.Findings)
      if (!R.NotToFix.count(F.Message.FilePath))
        Certain.push_back(F);
    llvm::Expected<Applied> Fixed = applyFixes(Certain, FixNotes);
    if (!Fixed)
      return refuse(Fixed.takeError());
    llvm::errs() << "fixed " << counted(Fixed->Findings, "finding");
    if (Fixed->Conflicts)
      llvm::errs() << "; the fixes of " << Fixed->Conflicts
                   << " more overlap these: run it again";
    llvm::errs() << "\n";
  }
  for (const Problem &P : R.Problems)
    llvm::errs() << "error: " << relativeTo(R.Root, P.File) << ": " << P.Reason
                 << "\n";
  if (!Quiet) {
    llvm::errs() << counted(R.Files, "file") << " (" << R.Settled
                 << " without contexts): "
                 << counted(R.Findings.size(), "finding");
    if (!R.Problems.empty())
      llvm::errs() << ", " << counted(R.Problems.size(), "file")
                   << " not analysed in full";
    llvm::errs() << "\n";
  }
  if (!R.Problems.empty())
    return NotAllAnalyzed;
  const bool Fails = FailOnOption == FailOn::Warning ? !R.Findings.empty()
                     : FailOnOption == FailOn::Error
                         ? llvm::any_of(R.Findings, isError)
                         : false;
  return Fails ? HasFindings : Clean;
}

int explain() {
  const Page P = page(Explain);
  if (P.Markdown.empty())
    return refuse("there is no check '" + Explain +
                  "'; there are: " + llvm::join(allChecks(), ", "));
  llvm::outs() << P.Markdown;
  return Clean;
}

/// Those that are on for a file in this folder.
int listChecks() {
  auto Provider = OptionsProvider::create(settings());
  if (!Provider)
    return refuse(Provider.takeError());
  for (const std::string &Check : clang::tidy::getCheckNames(
           (*Provider)->getOptions(absolute("file.cpp")), false))
    llvm::outs() << Check << "\n";
  for (const std::string &Error : (*Provider)->errors())
    return refuse(llvm::StringRef(Error).rtrim());
  return Clean;
}

int mergeParts(llvm::ArrayRef<std::string> Names,
               llvm::ArrayRef<Output> Outputs, const std::string &Root) {
  if (Fix || FixNotes)
    return refuse("merge fixes nothing: the code may be another by now. Run "
                  "context-lint --fix where it is.");
  llvm::Expected<Report> All = merge(Names, Root);
  if (!All)
    return refuse(All.takeError());
  const bool IsWhole = All->IsWhole;
  return conclude(std::move(*All), Outputs, IsWhole);
}

/// A folder that is gone at the end of a run, unless someone is told of it.
class TemporaryFolder {
public:
  TemporaryFolder() = default;
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;
  ~TemporaryFolder() {
    if (!Path.empty())
      (void)fs::remove_directories(Path);
  }
  llvm::Expected<std::string> create() {
    if (std::error_code EC = fs::createUniqueDirectory("context-lint", Path))
      return llvm::createStringError(
          EC, "cannot make a temporary folder: " + EC.message() +
                  ". Name another place with TMPDIR.");
    return std::string(Path);
  }
  void keep() { Path.clear(); }

private:
  llvm::SmallString<256> Path;
};

/// Where results are kept: beside the database, or, if there is none, among the
/// user's other caches.
std::string cacheFolder(const Project &TheProject) {
  if (!Cache.empty())
    return absolute(Cache);
  if (!TheProject.folder().empty())
    return inFolder(TheProject.folder(), ".context-lint");
  llvm::SmallString<256> Folder;
  if (!llvm::sys::path::cache_directory(Folder))
    llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, Folder);
  llvm::sys::path::append(Folder, "context-lint",
                          llvm::utohexstr(llvm::xxh3_64bits(absolute("."))));
  return absolute(Folder);
}

/// What is wrong with options that do not go together.
const char *misused(llvm::ArrayRef<std::string> Names, bool HasArguments) {
  if (HasArguments && !BuildPath.empty())
    return "give either -p or compiler arguments after --, not both";
  if (HasArguments && Names.empty())
    return "compiler arguments after -- need files to go with";
  if (NoCache && !Cache.empty())
    return "give either --cache or --no-cache, not both";
  if ((WriteBaseline || Prune) && BaselinePath.empty())
    return "--write-baseline and --prune need --baseline=FILE";
  if (WriteBaseline && !Diff.empty())
    return "--write-baseline takes all findings, so not --diff";
  return nullptr;
}

int lint(llvm::ArrayRef<std::string> Names,
         std::optional<llvm::ArrayRef<std::string>> Arguments,
         llvm::ArrayRef<Output> Outputs, const std::string &Root) {
  if (const char *Complaint = misused(Names, Arguments.has_value()))
    return refuse(Complaint);
  llvm::Expected<Shard> Part = shardOption();
  if (!Part)
    return refuse(Part.takeError());
  // What is wrong with it is wrong before an hour has passed.
  if (!BaselinePath.empty() && !WriteBaseline)
    if (llvm::Expected<Baseline> Known = Baseline::read(BaselinePath); !Known)
      return refuse(Known.takeError());

  llvm::Expected<Project> TheProject =
      Arguments ? Project::fromArguments(Names, *Arguments)
                : Project::fromDatabase(BuildPath);
  if (!TheProject)
    return refuse(TheProject.takeError());
  llvm::Expected<Project::Selection> Selected =
      Arguments ? TheProject->all() : TheProject->select(Names);
  if (!Selected)
    return refuse(Selected.takeError());
  const std::vector<std::string> Files = shard(Selected->Files, *Part, Root);
  const std::vector<std::string> Missing =
      shard(Selected->Missing, *Part, Root);

  RunOptions Options;
  Options.TheSettings = settings();
  Options.Jobs = Jobs ? Jobs.getValue()
                      : llvm::hardware_concurrency().compute_thread_count();
  Options.Limit = Limit;
  Options.Root = Root;
  Options.ShowProgress = !Quiet && llvm::sys::Process::StandardOutIsDisplayed();
  TemporaryFolder Temporary;
  if (NoCache) {
    llvm::Expected<std::string> Folder = Temporary.create();
    if (!Folder)
      return refuse(Folder.takeError());
    Options.Cache = *Folder;
  } else {
    Options.Cache = cacheFolder(*TheProject);
  }

  std::vector<std::string> Errors =
      configurationErrors(Options.TheSettings, Files);
  if (!Errors.empty())
    return refuse(llvm::join(Errors, "\nerror: "));

  llvm::Expected<std::vector<FileResult>> Results =
      run(*TheProject, Files, Options);
  if (!Results)
    return refuse(Results.takeError());
  const bool HasCrashed = llvm::any_of(*Results, [](const FileResult &Each) {
    return Each.TheResult.TheOutcome == Result::Failed;
  });
  if (HasCrashed) // What it has said is there for who is told of it.
    Temporary.keep();
  if (VerifyOption) {
    llvm::Expected<bool> IsComplete =
        verify(*Results, Missing, Options, llvm::outs());
    if (!IsComplete)
      return refuse(IsComplete.takeError());
    return *IsComplete ? Clean : NotAllAnalyzed;
  }
  Report Whole = summarize(std::move(*Results), Missing, Root);
  Whole.Part = *Part;
  Whole.IsWhole = Arguments || Names.empty();
  const bool CoversAll = Whole.IsWhole && Part->Count == 1;
  const ExitStatus Status = conclude(std::move(Whole), Outputs, CoversAll);
  return PartOption && !HasCrashed && Status != CannotRun ? Clean : Status;
}

} // namespace

int main(int Argc, const char **Argv) {
  llvm::InitLLVM Init(Argc, Argv);
  // How ninja starts this program, and how that starts itself.
  const llvm::StringRef Mode = Argc > 3 ? Argv[1] : "";
  if (Mode == "--work")
    return work(Argv[2], Argv[3]);
  if (Mode == "--parse")
    return parse(Argv[2], Argv[3]);

  std::optional<std::vector<std::string>> Arguments;
  int Own = Argc;
  for (int I = 1; I < Argc; ++I)
    if (llvm::StringRef(Argv[I]) == "--") {
      Arguments.emplace(Argv + I + 1, Argv + Argc);
      Own = I;
      break;
    }
  cl::HideUnrelatedOptions(Category);
  cl::SetVersionPrinter([](llvm::raw_ostream &OS) {
    OS << "context-lint " CONTEXT_TIDY_VERSION ", with "
       << clang::getClangFullVersion() << "\n";
  });
  std::string Complaint;
  llvm::raw_string_ostream Complaints(Complaint);
  if (!cl::ParseCommandLineOptions(
          Own, Argv, "Finds code that breaks the rules of contexts.\n",
          &Complaints)) {
    llvm::errs() << Complaints.str();
    return CannotRun;
  }

  if (!Explain.empty())
    return explain();
  if (ListChecks)
    return listChecks();
  llvm::Expected<std::vector<Output>> Outputs = outputs();
  if (!Outputs)
    return refuse(Outputs.takeError());
  const std::string Root = real(absolute(RootOption));
  llvm::ArrayRef<std::string> Names(Paths);
  if (!Names.empty() && Names.front() == "merge")
    return mergeParts(Names.drop_front(), *Outputs, Root);
  std::optional<llvm::ArrayRef<std::string>> After;
  if (Arguments)
    After = *Arguments;
  return lint(Names, After, *Outputs, Root);
}
