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
#include "clang/Lex/PPCallbacks.h"
#include "llvm/Support/MemoryBuffer.h"

namespace clang::clangd {

namespace {

/// Those of clangd, but for the bodies that a check looks into.
class WithOwnBodies : public PreambleCallbacks {
public:
  explicit WithOwnBodies(PreambleCallbacks &Theirs) : Theirs(Theirs) {}

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
    return Theirs.shouldSkipFunctionBody(D) &&
           SM->isInSystemHeader(SM->getExpansionLoc(D->getLocation()));
  }

private:
  PreambleCallbacks &Theirs;
  const SourceManager *SM = nullptr;
};

} // namespace

// Whether the file speaks of contexts at all, by the model that the
// configuration of its folder asks for.
static bool usesContexts(const llvm::MemoryBuffer &File) {
  using namespace tidy::context;
  auto Provider = OptionsProvider::create(Settings());
  if (!Provider) {
    llvm::consumeError(Provider.takeError());
    return false;
  }
  const llvm::StringRef Path = File.getBufferIdentifier();
  llvm::Expected<KnownModel> Known =
      modelOf((*Provider)->getOptions(Path), Path);
  if (!Known) { // The checks say what is wrong with it.
    llvm::consumeError(Known.takeError());
    return false;
  }
  Vocabulary Words(Known->Model);
  Words.read(File.getBuffer());
  return !Words.spelled().empty();
}

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
  WithOwnBodies Own(Callbacks);
  return theirBuild(Invocation, MainFile, Bounds, Diagnostics, std::move(VFS),
                    std::move(Operations), StoreInMemory, StoragePath,
                    usesContexts(*MainFile) ? Own : Callbacks);
}

} // namespace clang::clangd
