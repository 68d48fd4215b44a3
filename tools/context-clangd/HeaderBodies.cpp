// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// clangd passes over the bodies of functions in the headers that a file begins
// with. What such a function does with a context, a check has to know: in files
// that use contexts they are parsed, those of system headers left out.

#include "Overridden.h"
#include "common/Configuration.h"
#include "common/Vocabulary.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/PrecompiledPreamble.h"
#include "clang/Lex/Lexer.h"
#include "clang/Lex/PPCallbacks.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include <optional>

namespace clang::clangd {

// The model that the configuration of a file's folder asks for; none if there
// is something wrong with it, which the checks say.
static std::optional<tidy::context::KnownModel> modelFor(llvm::StringRef Path) {
  using namespace tidy::context;
  auto Provider = OptionsProvider::create(Settings());
  if (!Provider) {
    llvm::consumeError(Provider.takeError());
    return std::nullopt;
  }
  llvm::Expected<KnownModel> Known =
      modelOf((*Provider)->getOptions(Path), Path);
  if (!Known) {
    llvm::consumeError(Known.takeError());
    return std::nullopt;
  }
  return std::move(*Known);
}

// Whether a file speaks of contexts at all.
static bool usesContexts(const tidy::context::model::Model &Model,
                         llvm::StringRef Text) {
  tidy::context::Vocabulary Words(Model);
  Words.read(Text);
  return !Words.spelled().empty();
}

// What a file names, its comments and strings left out.
static std::string namesIn(llvm::StringRef Text) {
  Lexer Raw(SourceLocation(), LangOptions(), Text.begin(), Text.begin(),
            Text.end());
  std::string Names;
  Token T;
  while (!Raw.LexFromRawLexer(T))
    if (T.is(tok::raw_identifier))
      (Names += T.getRawIdentifier()) += ' ';
  return Names;
}

namespace {

/// Those of clangd, but for the bodies that a check looks into.
class WithOwnBodies : public PreambleCallbacks {
public:
  WithOwnBodies(PreambleCallbacks &Theirs,
                const tidy::context::model::Model &Model)
      : Theirs(Theirs), Model(Model) {}

  void BeforeExecute(CompilerInstance &CI) override {
    SM = &CI.getSourceManager();
    Theirs.BeforeExecute(CI);
  }
  void AfterExecute(CompilerInstance &CI) override { Theirs.AfterExecute(CI); }
  void AfterPCHEmitted(ASTWriter &Writer) override {
    Theirs.AfterPCHEmitted(Writer);
  }
  void HandleTopLevelDecl(DeclGroupRef Group) override {
    Theirs.HandleTopLevelDecl(Group);
  }
  std::unique_ptr<PPCallbacks> createPPCallbacks() override {
    return Theirs.createPPCallbacks();
  }
  CommentHandler *getCommentHandler() override {
    return Theirs.getCommentHandler();
  }
  bool shouldSkipFunctionBody(Decl *D) override {
    return Theirs.shouldSkipFunctionBody(D) && !isOwn(*D);
  }

private:
  // Templates only where contexts are spoken of: what the file makes of them,
  // it makes again after each edit.
  bool isOwn(const Decl &D) {
    const SourceLocation Loc = SM->getExpansionLoc(D.getLocation());
    if (SM->isInSystemHeader(Loc))
      return false;
    if (!D.isTemplated())
      return true;
    const FileID File = SM->getFileID(Loc);
    auto [Place, IsNew] = HasContexts.try_emplace(File);
    if (IsNew)
      Place->second = usesContexts(Model, namesIn(SM->getBufferData(File)));
    return Place->second;
  }

  PreambleCallbacks &Theirs;
  const tidy::context::model::Model &Model;
  const SourceManager *SM = nullptr;
  llvm::DenseMap<FileID, bool> HasContexts;
};

} // namespace

#define CONTEXT_TIDY_BUILD                                                     \
  "_ZN5clang19PrecompiledPreamble5BuildERKNS_"                                 \
  "18CompilerInvocationEPKN4llvm12MemoryBufferENS_14PreambleBoundsERNS_"       \
  "17DiagnosticsEngineENS4_"                                                   \
  "18IntrusiveRefCntPtrINS4_3vfs10FileSystemEEESt10shared_ptrINS_"             \
  "22PCHContainerOperationsEEbNS4_9StringRefERNS_17PreambleCallbacksE"

llvm::ErrorOr<PrecompiledPreamble>
theirBuild(const CompilerInvocation &, const llvm::MemoryBuffer *,
           PreambleBounds, DiagnosticsEngine &,
           llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>,
           std::shared_ptr<PCHContainerOperations>, bool, llvm::StringRef,
           PreambleCallbacks &) CONTEXT_TIDY_THEIRS(CONTEXT_TIDY_BUILD);
llvm::ErrorOr<PrecompiledPreamble>
build(const CompilerInvocation &, const llvm::MemoryBuffer *, PreambleBounds,
      DiagnosticsEngine &, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>,
      std::shared_ptr<PCHContainerOperations>, bool, llvm::StringRef,
      PreambleCallbacks &) CONTEXT_TIDY_OURS(CONTEXT_TIDY_BUILD);

// PrecompiledPreamble::Build.
llvm::ErrorOr<PrecompiledPreamble>
build(const CompilerInvocation &Invocation, const llvm::MemoryBuffer *MainFile,
      PreambleBounds Bounds, DiagnosticsEngine &Diagnostics,
      llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> VFS,
      std::shared_ptr<PCHContainerOperations> Operations, bool StoreInMemory,
      llvm::StringRef StoragePath, PreambleCallbacks &Callbacks) {
  std::optional<tidy::context::KnownModel> Known =
      modelFor(MainFile->getBufferIdentifier());
  if (!Known || !usesContexts(Known->Model, MainFile->getBuffer()))
    return theirBuild(Invocation, MainFile, Bounds, Diagnostics, std::move(VFS),
                      std::move(Operations), StoreInMemory, StoragePath,
                      Callbacks);
  WithOwnBodies Own(Callbacks, Known->Model);
  // The templates that the bodies use are instantiated with them, rather than
  // in the file, and there after each edit again.
  CompilerInvocation Once = Invocation;
  Once.getLangOpts().PCHInstantiateTemplates = true;
  return theirBuild(Once, MainFile, Bounds, Diagnostics, std::move(VFS),
                    std::move(Operations), StoreInMemory, StoragePath, Own);
}

} // namespace clang::clangd
