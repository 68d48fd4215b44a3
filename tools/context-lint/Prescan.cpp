// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Prescan.h"
#include "CompilerArguments.h"
#include "Paths.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/Utils.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/DependencyScanning/DependencyScanningFilesystem.h"
#include "clang/Tooling/DependencyScanning/DependencyScanningService.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <map>
#include <optional>

namespace clang::tidy::context::lint {

//===----------------------------------------------------------------------===//
// Vocabulary
//===----------------------------------------------------------------------===//

// What the macros of <context/annotations.h> begin with, and what they and code
// without that header hand to [[clang::annotate]].
static constexpr llvm::StringLiteral AnnotationMacros[] = {
    "CONTEXT_TYPE",     "CONTEXT_DERIVES", "CONTEXT_POLL",
    "CONTEXT_BLOCKING", "CONTEXT_CARRIER", "CONTEXT_CANCEL"};
static constexpr llvm::StringLiteral AnnotationPrefix = "\"context::";
static constexpr llvm::StringLiteral Annotations = "annotations";

Vocabulary::Vocabulary(const model::Model &Model) {
  auto Add = [this](llvm::StringRef Qualified) {
    Names.push_back({Qualified.str(), {}});
  };
  auto AddAll = [&Add](const std::vector<std::string> &Qualified) {
    for (const std::string &Name : Qualified)
      Add(Name);
  };
  for (const model::Library &L : Model.Libraries) {
    for (const model::ContextType &Context : L.Contexts)
      Add(Context.Type);
    for (const model::SignalType &Signal : L.Signals)
      Add(Signal.Type);
    for (const model::Derive &Derive : L.Derives)
      Add(Derive.Function);
    AddAll(L.Results);
    AddAll(L.Roots);
    AddAll(L.Cancellers); // A jthread's callable may take 'auto'.
    AddAll(L.Carriers);
  }
  // The words refer to the names, which stay where they are from here on.
  for (Name &N : Names) {
    llvm::SmallVector<llvm::StringRef, 4> Parts;
    llvm::StringRef(N.Qualified).split(Parts, "::", -1, /*KeepEmpty=*/false);
    for (llvm::StringRef Part : Parts)
      if (!Part.contains('*')) {
        N.Words.push_back(Part);
        Seen[Part] = false;
      }
  }
  for (llvm::StringRef Macro : AnnotationMacros)
    Seen[Macro] = false;
  Seen[AnnotationPrefix] = false;
}

void Vocabulary::read(llvm::StringRef Text) {
  const char *At = Text.begin(), *End = Text.end();
  while (At != End) {
    if (!isAsciiIdentifierStart(*At)) {
      if (isDigit(*At)) // A number's letters are no word's first.
        while (At != End && isAsciiIdentifierContinue(*At))
          ++At;
      else
        ++At;
      continue;
    }
    const char *Start = At;
    while (At != End && isAsciiIdentifierContinue(*At))
      ++At;
    if (auto Word = Seen.find(llvm::StringRef(Start, At - Start));
        Word != Seen.end())
      Word->second = true;
  }
  bool &Annotated = Seen[AnnotationPrefix];
  Annotated = Annotated || Text.contains(AnnotationPrefix);
}

std::vector<std::string> Vocabulary::spelled() const {
  auto Read = [this](llvm::StringRef Word) { return Seen.lookup(Word); };
  std::vector<std::string> Result;
  for (const Name &N : Names)
    if (llvm::all_of(N.Words, Read))
      Result.push_back(N.Qualified);
  if (Read(AnnotationPrefix) || llvm::any_of(AnnotationMacros, Read))
    Result.push_back(Annotations.str());
  llvm::sort(Result);
  Result.erase(std::unique(Result.begin(), Result.end()), Result.end());
  return Result;
}

//===----------------------------------------------------------------------===//
// Includes
//===----------------------------------------------------------------------===//

namespace {

using DependencyFS = tooling::dependencies::DependencyScanningWorkerFilesystem;

// The files of one preprocessor run: whether each is a system header.
class Files : public DependencyCollector {
public:
  bool sawDependency(StringRef File, bool, bool IsSystem, bool,
                     bool IsMissing) override {
    if (IsMissing) {
      Missing = true;
      return false;
    }
    if (!File.starts_with("<"))
      IsSystemFile.emplace(File.str(), IsSystem);
    return false;
  }
  bool needSystemDependencies() override { return true; }

  bool Missing = false;
  std::map<std::string, bool> IsSystemFile;
};

class Follow : public PreprocessOnlyAction {
public:
  Follow(IntrusiveRefCntPtr<DependencyFS> FS, std::shared_ptr<Files> Seen)
      : FS(std::move(FS)), Seen(std::move(Seen)) {}

  bool BeginInvocation(CompilerInstance &Compiler) override {
    // Code between directives is passed over.
    Compiler.getPreprocessorOpts().DependencyDirectivesForFile =
        [FS = FS](FileEntryRef File)
        -> std::optional<ArrayRef<dependency_directives_scan::Directive>> {
      llvm::ErrorOr<tooling::dependencies::EntryRef> Entry =
          FS->getOrCreateFileSystemEntry(File.getName());
      if (Entry && FS->ensureDirectiveTokensArePopulated(*Entry))
        return Entry->getDirectiveTokens();
      return std::nullopt;
    };
    Compiler.addDependencyCollector(Seen);
    return true;
  }

  bool BeginSourceFileAction(CompilerInstance &Compiler) override {
    Seen->attachToPreprocessor(Compiler.getPreprocessor());
    return true;
  }

private:
  IntrusiveRefCntPtr<DependencyFS> FS;
  std::shared_ptr<Files> Seen;
};

class FollowFactory : public tooling::FrontendActionFactory {
public:
  explicit FollowFactory(IntrusiveRefCntPtr<DependencyFS> FS)
      : FS(std::move(FS)), Seen(std::make_shared<Files>()) {}

  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<Follow>(FS, Seen);
  }

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Manager,
                     std::shared_ptr<PCHContainerOperations> Containers,
                     DiagnosticConsumer *Consumer) override {
    // As the parser will: code may ask for __clang_analyzer__.
    Invocation->getPreprocessorOpts().SetUpStaticAnalyzer = true;
    Seen->IsSystemFile.clear();
    const bool Good = FrontendActionFactory::runInvocation(
        std::move(Invocation), Manager, std::move(Containers), Consumer);
    Complete = Complete && Good && !Seen->Missing;
    const std::string Directory = FS->getCurrentWorkingDirectory().get();
    for (const auto &[Name, IsSystem] : Seen->IsSystemFile) {
      // A system header by one command may be the program's own by another.
      bool &System =
          All.try_emplace(plain(Directory, Name), true).first->second;
      System = System && IsSystem;
    }
    return Good;
  }

  bool Complete = true;
  std::map<std::string, bool> All;

private:
  IntrusiveRefCntPtr<DependencyFS> FS;
  std::shared_ptr<Files> Seen;
};

} // namespace

// Reads the macros that a compiler's arguments define.
static void readMacros(llvm::ArrayRef<std::string> Arguments,
                       Vocabulary &Words) {
  bool IsMacro = false;
  for (llvm::StringRef Argument : Arguments) {
    if (Argument.consume_front("-D") || IsMacro)
      Words.read(Argument);
    IsMacro = Argument.empty();
  }
}

Prescan prescan(const std::string &File,
                const tooling::CompilationDatabase &Commands,
                const ClangTidyOptions &Options, const model::Model &Model) {
  using namespace tooling::dependencies;
  DependencyScanningService Service(ScanningMode::DependencyDirectivesScan,
                                    ScanningOutputFormat::Make);
  auto FS = llvm::makeIntrusiveRefCnt<DependencyFS>(
      Service.getSharedCache(), llvm::vfs::createPhysicalFileSystem());
  tooling::ClangTool Tool(Commands, {File},
                          std::make_shared<PCHContainerOperations>(), FS);
  adjustArguments(Tool, Options);
  DiagnosticConsumer Counting; // Says nothing.
  Tool.setDiagnosticConsumer(&Counting);
  Tool.setPrintErrorMessage(false);
  FollowFactory Factory(FS);
  const int Status = Tool.run(&Factory);

  Prescan Result;
  Result.Complete = Status == 0 && Factory.Complete;
  Vocabulary Words(Model);
  for (const tooling::CompileCommand &Command :
       Commands.getCompileCommands(File))
    readMacros(Command.CommandLine, Words);
  readMacros(Options.ExtraArgs.value_or(ClangTidyOptions::ArgList()), Words);
  readMacros(Options.ExtraArgsBefore.value_or(ClangTidyOptions::ArgList()),
             Words);
  for (const auto &[Path, IsSystem] : Factory.All) {
    Result.Dependencies.push_back(Path);
    if (IsSystem)
      continue;
    if (auto Text = llvm::MemoryBuffer::getFile(Path))
      Words.read((*Text)->getBuffer());
    else
      Result.Complete = false;
  }
  Result.Spelled = Words.spelled();
  return Result;
}

} // namespace clang::tidy::context::lint
