// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ContextTidyCheck.h"
#include "LLVMVersions.h"
#include "model/ModelLoader.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "llvm/ADT/StringExtras.h"
#include <utility>

namespace clang::tidy::context {

ContextTidyCheck::ContextTidyCheck(StringRef Name, ClangTidyContext *Context)
    : ClangTidyCheck(Name, Context),
      Models(Options.getLocalOrGlobal("Models", "bundled;std;posix")),
      ModelFile(Options.getLocalOrGlobal("ModelFile", "")),
      IsEditor(isEditor(*Context)),
      SystemHeaders(isSet(Context->getOptions().SystemHeaders)),
      TheModel(loadModel(*Context)), TheRecognizer(TheModel) {}

void ContextTidyCheck::storeOptions(ClangTidyOptions::OptionMap &Opts) {
  Options.store(Opts, "Models", Models);
  Options.store(Opts, "ModelFile", ModelFile);
}

model::Model ContextTidyCheck::loadModel(ClangTidyContext &Context) {
  // Without its model a check finds nothing. The error makes the run fail, so
  // that the silence is not taken for a clean bill.
  auto Complain = [this](llvm::Error E) {
    configurationDiag("%0", DiagnosticIDs::Error)
        << llvm::toString(std::move(E));
  };
  model::Model Result;
  if (llvm::Expected<model::Model> Presets = model::loadPresets(Models))
    Result = std::move(*Presets);
  else
    Complain(Presets.takeError());
  if (!ModelFile.empty()) {
    if (llvm::Expected<model::Library> L =
            model::loadModelFile(ModelFile, Context.getCurrentFile()))
      Result.Libraries.push_back(std::move(*L));
    else
      Complain(L.takeError());
  }
  return Result;
}

// Comes to the declarations in the same order as a matcher would.
class ContextTidyCheck::Walk : public RecursiveASTVisitor<Walk> {
public:
  Walk(ContextTidyCheck &Check, ASTContext &Context)
      : Check(Check), Context(Context), SM(Context.getSourceManager()) {}

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool shouldVisitImplicitCode() const { return true; }

  bool TraverseDecl(Decl *D) {
    // Namespaces are in many files.
    if (D && D->getLocation().isValid() && !isa<NamespaceDecl>(D) &&
        !isa<LinkageSpecDecl>(D) && !isa<ExportDecl>(D) &&
        !Check.isWanted(D->getLocation(), SM))
      return true;
    return RecursiveASTVisitor::TraverseDecl(D);
  }
  bool VisitFunctionDecl(FunctionDecl *F) {
    if (Check.isWanted(F->getLocation(), SM))
      Check.visitFunction(*F, Context);
    return true;
  }
  bool VisitFieldDecl(FieldDecl *F) {
    if (Check.isWanted(F->getLocation(), SM))
      Check.visitField(*F, Context);
    return true;
  }
  bool VisitVarDecl(VarDecl *V) {
    if (Check.isWanted(V->getLocation(), SM))
      Check.visitVariable(*V, Context);
    return true;
  }

private:
  ContextTidyCheck &Check;
  ASTContext &Context;
  const SourceManager &SM;
};

void ContextTidyCheck::registerMatchers(ast_matchers::MatchFinder *Finder) {
  using namespace ast_matchers;
  // An editor's host shows its matchers no translation unit, only the
  // declarations of the main file. The first of these does as well.
  if (IsEditor)
    Finder->addMatcher(decl(), this);
  else
    Finder->addMatcher(translationUnitDecl(), this);
}

void ContextTidyCheck::check(
    const ast_matchers::MatchFinder::MatchResult &Result) {
  if (std::exchange(IsDone, true))
    return;
  ASTContext &Context = *Result.Context;
  if (mayFind(recognizer().presence(Context)))
    Walk(*this, Context).TraverseAST(Context);
}

bool ContextTidyCheck::mayFind(const model::Presence &) const { return true; }

bool ContextTidyCheck::isWanted(SourceLocation Loc,
                                const SourceManager &SM) const {
  return Loc.isValid() && (SystemHeaders || !SM.isInSystemHeader(Loc));
}

bool ContextTidyCheck::isFirstReport(SourceLocation Loc,
                                     const SourceManager &) {
  // The location itself, not where its macro is expanded: one macro may declare
  // several things, and each is a finding.
  return Reported.insert(Loc).second;
}

StringRef ContextTidyCheck::chooseOption(StringRef Option, StringRef Default,
                                         llvm::ArrayRef<StringRef> Values) {
  const std::string Value(Options.get(Option, Default));
  for (StringRef Known : Values)
    if (Value == Known)
      return Known;
  configurationDiag("unknown value '%0' of option '%1'; there are: %2",
                    DiagnosticIDs::Error)
      << Value << Option << llvm::join(Values, ", ");
  return Default;
}

bool ContextTidyCheck::flagOption(StringRef Option, bool Default) {
  StringRef Value = chooseOption(Option, Default ? "true" : "false",
                                 {"true", "false", "1", "0"});
  return Value == "true" || Value == "1";
}

void ContextTidyCheck::storeFlag(ClangTidyOptions::OptionMap &Opts,
                                 StringRef Option, bool Value) {
  Options.store(Opts, Option, StringRef(Value ? "true" : "false"));
}

} // namespace clang::tidy::context
