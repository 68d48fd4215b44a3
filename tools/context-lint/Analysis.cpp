// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Analysis.h"
#include "CompilerArguments.h"
#include "clang-tidy/ClangTidy.h"
#include "clang-tidy/ClangTidyModule.h"
#include "model/Recognizer.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <set>

namespace clang::tidy::context::lint {
namespace {

// Passes over the bodies of functions in system headers. Sema still reads those
// that others need in order to be understood: constexpr ones, and those whose
// result type is deduced. (Where several consumers are asked, a body is passed
// over if all of them agree, which by default they do.)
class BodiesOfInterest : public ASTConsumer {
public:
  explicit BodiesOfInterest(bool SystemHeaders)
      : SystemHeaders(SystemHeaders) {}

  bool shouldSkipFunctionBody(Decl *D) override {
    const SourceManager &SM = D->getASTContext().getSourceManager();
    return !SystemHeaders &&
           SM.isInSystemHeader(SM.getExpansionLoc(D->getLocation()));
  }

private:
  const bool SystemHeaders;
};

// Notes which types of a model a translation unit has.
class ContextTypes : public ASTConsumer {
public:
  ContextTypes(const model::Model &Model, std::set<std::string> &Recognized)
      : Model(Model), Recognized(Recognized) {}

  void HandleTranslationUnit(ASTContext &Context) override {
    const model::Recognizer Recognizer(Model);
    for (const model::Library &L : Model.Libraries)
      for (const model::ContextType &Type : L.Contexts)
        if (const CXXRecordDecl *Record = find(Type.Type, Context);
            Record && Recognizer.contextOf(Record))
          Recognized.insert(Type.Type);
  }

private:
  // The class of that qualified name, or the pattern of the template.
  static const CXXRecordDecl *find(StringRef Name, const ASTContext &Context) {
    SmallVector<StringRef, 4> Parts;
    Name.split(Parts, "::", /*MaxSplit=*/-1, /*KeepEmpty=*/false);
    const DeclContext *Scope = Context.getTranslationUnitDecl();
    for (StringRef Part : Parts) {
      auto Known = Context.Idents.find(Part);
      if (Known == Context.Idents.end())
        return nullptr;
      const DeclContext *Next = nullptr;
      for (const NamedDecl *D : Scope->lookup(Known->second)) {
        if (const auto *Template = dyn_cast<ClassTemplateDecl>(D))
          D = Template->getTemplatedDecl();
        if (isa<NamespaceDecl, RecordDecl>(D))
          Next = cast<DeclContext>(D);
      }
      if (!Next)
        return nullptr;
      Scope = Next;
    }
    return dyn_cast<CXXRecordDecl>(Scope);
  }

  const model::Model &Model;
  std::set<std::string> &Recognized;
};

class Action : public ASTFrontendAction {
public:
  Action(ClangTidyASTConsumerFactory &Factory, ClangTidyContext &Context,
         const model::Model &Model, std::set<std::string> &Recognized)
      : Factory(Factory), Context(Context), Model(Model),
        Recognized(Recognized) {}

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &Compiler,
                                                 StringRef File) override {
    std::vector<std::unique_ptr<ASTConsumer>> Consumers;
    Consumers.push_back(Factory.createASTConsumer(Compiler, File));
    Consumers.push_back(std::make_unique<BodiesOfInterest>(
        Context.getOptions().SystemHeaders.value_or(false)));
    Consumers.push_back(std::make_unique<ContextTypes>(Model, Recognized));
    Compiler.getFrontendOpts().SkipFunctionBodies = true;
    return std::make_unique<MultiplexConsumer>(std::move(Consumers));
  }

private:
  ClangTidyASTConsumerFactory &Factory;
  ClangTidyContext &Context;
  const model::Model &Model;
  std::set<std::string> &Recognized;
};

class ActionFactory : public tooling::FrontendActionFactory {
public:
  ActionFactory(ClangTidyContext &Context,
                IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem> FS,
                const model::Model &Model)
      : Context(Context), Factory(Context, std::move(FS)), Model(Model) {}

  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<Action>(Factory, Context, Model, Recognized);
  }

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> Containers,
                     DiagnosticConsumer *Consumer) override {
    // As clang-tidy does: code sees the same macros (__clang_analyzer__).
    Invocation->getPreprocessorOpts().SetUpStaticAnalyzer = true;
    return FrontendActionFactory::runInvocation(
        std::move(Invocation), Files, std::move(Containers), Consumer);
  }

  std::set<std::string> Recognized;

private:
  ClangTidyContext &Context;
  ClangTidyASTConsumerFactory Factory;
  const model::Model &Model;
};

} // namespace

Analysis analyze(const std::string &File,
                 const tooling::CompilationDatabase &Commands,
                 std::unique_ptr<ClangTidyOptionsProvider> Options,
                 const model::Model &Model) {
  const ClangTidyOptions FileOptions = Options->getOptions(File);
  ClangTidyContext Context(std::move(Options));
  // Before the consumer is made, which asks for the header filter at once: that
  // of the current folder otherwise.
  Context.setCurrentFile(File);

  auto FS = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(
      llvm::vfs::createPhysicalFileSystem());
  tooling::ClangTool Tool(Commands, {File},
                          std::make_shared<PCHContainerOperations>(), FS);
  adjustArguments(Tool, FileOptions);

  // The consumer tells clang-tidy's own diagnostics from the compiler's, drops
  // what NOLINT or a filter takes out, and keeps the rest.
  ClangTidyDiagnosticConsumer Consumer(Context);
  DiagnosticsEngine Engine(new DiagnosticIDs(), new DiagnosticOptions(),
                           &Consumer, /*ShouldOwnClient=*/false);
  Context.setDiagnosticsEngine(&Engine);
  Tool.setDiagnosticConsumer(&Consumer);
  // What it would say on stderr is among the diagnostics.
  Tool.setPrintErrorMessage(false);

  ActionFactory Factory(Context, FS, Model);
  Tool.run(&Factory);
  return {Consumer.take(),
          {Factory.Recognized.begin(), Factory.Recognized.end()}};
}

} // namespace clang::tidy::context::lint
