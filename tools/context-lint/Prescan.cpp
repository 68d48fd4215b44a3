// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Prescan.h"
#include "CompilerArguments.h"
#include "Paths.h"
#include "common/Vocabulary.h"
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
