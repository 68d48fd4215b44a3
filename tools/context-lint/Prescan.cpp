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

// The files of one preprocessor run: whether each is a system header. That
// takes a folder of such headers to be found in. What merely includes it may
// say
// '#pragma GCC system_header', as the header that CMake precompiles does, and
// it is the program's own all the same.
class Files : public DependencyCollector {
public:
  // When all is read.
  void setSystemFolders(std::vector<std::string> Folders) {
    SystemFolders = std::move(Folders);
  }
  bool isSystem(StringRef Path) const {
    return llvm::any_of(SystemFolders, [Path](StringRef Folder) {
      StringRef Rest = Path;
      return isBelow(Folder, Rest);
    });
  }

  bool sawDependency(StringRef File, bool, bool IsSystem, bool,
                     bool IsMissing) override {
    if (IsMissing) {
      Missing = true;
      return false;
    }
    if (!File.starts_with("<")) {
      bool &System = SaidSystem.try_emplace(File.str(), true).first->second;
      System = System && IsSystem;
    }
    return false;
  }
  bool needSystemDependencies() override { return true; }

  bool Missing = false;
  bool HasImports = false; // Of modules, whose names are not read.
  std::map<std::string, bool> SaidSystem;

private:
  std::vector<std::string> SystemFolders;
};

class Imports : public PPCallbacks {
public:
  explicit Imports(std::shared_ptr<Files> Seen) : Seen(std::move(Seen)) {}
  void moduleImport(SourceLocation, ModuleIdPath, const Module *) override {
    Seen->HasImports = true;
  }

private:
  std::shared_ptr<Files> Seen;
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
    Preprocessor &PP = Compiler.getPreprocessor();
    Seen->attachToPreprocessor(PP);
    PP.addPPCallbacks(std::make_unique<Imports>(Seen));
    const HeaderSearch &Search = PP.getHeaderSearchInfo();
    const std::string Directory = FS->getCurrentWorkingDirectory().get();
    std::vector<std::string> Folders;
    for (auto At = Search.system_dir_begin(); At != Search.system_dir_end();
         ++At)
      Folders.push_back(plain(Directory, At->getName()));
    Seen->setSystemFolders(std::move(Folders));
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
    Seen->SaidSystem.clear();
    for (const auto &[Macro, IsUndefined] :
         Invocation->getPreprocessorOpts().Macros)
      Macros.push_back(Macro);
    const bool Good = FrontendActionFactory::runInvocation(
        std::move(Invocation), Manager, std::move(Containers), Consumer);
    Complete = Complete && Good && !Seen->Missing && !Seen->HasImports;
    const std::string Directory = FS->getCurrentWorkingDirectory().get();
    for (const auto &[Name, SaysSystem] : Seen->SaidSystem) {
      // A system header by one command may be the program's own by another.
      const std::string Path = plain(Directory, Name);
      bool &IsSystem = All.try_emplace(Path, true).first->second;
      IsSystem = IsSystem && SaysSystem && Seen->isSystem(Path);
    }
    return Good;
  }

  bool Complete = true;
  std::map<std::string, bool> All;
  std::vector<std::string> Macros; // What arguments define.

private:
  IntrusiveRefCntPtr<DependencyFS> FS;
  std::shared_ptr<Files> Seen;
};

} // namespace

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
  for (const std::string &Macro : Factory.Macros)
    Words.read(Macro);
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
