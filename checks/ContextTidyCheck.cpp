// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ContextTidyCheck.h"
#include "LLVMVersions.h"
#include "model/ModelLoader.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
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

// Goes from scope to scope. Functions and classes, lambdas among them, are
// declared in the scope that they are written in, so nothing is missed by
// passing over statements and types, which is what takes most of the time of a
// RecursiveASTVisitor.
class ContextTidyCheck::Walk {
public:
  Walk(ContextTidyCheck &Check, ASTContext &Context)
      : Check(Check), Context(Context), SM(Context.getSourceManager()) {}

  void visitUnit() {
    for (const Decl *D : Context.getTraversalScope())
      visit(D);
    if (!Check.IsEditor)
      return;
    // The declarations that an editor's host shows are without the lambdas that
    // initialize them, and without the unions that have no name.
    for (const Decl *D : Context.getTranslationUnitDecl()->noload_decls())
      if (const auto *Class = dyn_cast<CXXRecordDecl>(D);
          Class && (Class->isLambda() || Class->isAnonymousStructOrUnion()) &&
          SM.isWrittenInMainFile(SM.getExpansionLoc(D->getLocation())))
        visit(D);
  }

private:
  void visit(const Decl *D) {
    if (const auto *Variable = dyn_cast<VarDecl>(D)) {
      // Most are local, and not worth asking where they are.
      if (Variable->hasGlobalStorage() && !Variable->isImplicit() &&
          isWanted(D))
        Check.visitVariable(*Variable, Context);
      return;
    }
    const auto *Scope = dyn_cast<DeclContext>(D);
    if (!Scope && !isa<FieldDecl, RedeclarableTemplateDecl, FriendDecl>(D))
      return;
    // Namespaces are in many files.
    if (!isa<TranslationUnitDecl, NamespaceDecl, LinkageSpecDecl, ExportDecl>(
            D) &&
        !isWanted(D))
      return;
    if (const auto *Function = dyn_cast<FunctionDecl>(D)) {
      Check.visitFunction(*Function, Context);
      if (!Function->doesThisDeclarationHaveABody())
        return; // It declares its parameters and nothing else.
    } else if (const auto *Field = dyn_cast<FieldDecl>(D)) {
      Check.visitField(*Field, Context);
    } else if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D)) {
      visitTemplate(*Template);
    } else if (const auto *Template = dyn_cast<ClassTemplateDecl>(D)) {
      visitTemplate(*Template);
    } else if (const auto *Template = dyn_cast<VarTemplateDecl>(D)) {
      visitTemplate(*Template);
    } else if (const auto *Friend = dyn_cast<FriendDecl>(D)) {
      if (const NamedDecl *Named = Friend->getFriendDecl())
        visit(Named);
    }
    if (Scope && !isa<EnumDecl>(D))
      for (const Decl *Inner : Scope->decls())
        visit(Inner);
  }

  template <typename TemplateT> void visitTemplate(const TemplateT &Template) {
    visit(Template.getTemplatedDecl());
    if (!Template.isCanonicalDecl())
      return;
    for (const auto *Specialization : Template.specializations())
      for (const Decl *D : Specialization->redecls())
        if (!isDeclaredItself(D))
          visit(D);
  }

  // Whether a specialization stands in a scope, as what is specialized by hand
  // does.
  static bool isDeclaredItself(const Decl *D) {
    if (const auto *F = dyn_cast<FunctionDecl>(D))
      return F->getTemplateSpecializationKind() == TSK_ExplicitSpecialization;
    TemplateSpecializationKind Kind = TSK_Undeclared;
    if (const auto *Class = dyn_cast<CXXRecordDecl>(D)) {
      if (Class->isInjectedClassName())
        return true;
      Kind = Class->getTemplateSpecializationKind();
    } else if (const auto *Variable = dyn_cast<VarDecl>(D)) {
      Kind = Variable->getTemplateSpecializationKind();
    }
    return Kind != TSK_Undeclared && Kind != TSK_ImplicitInstantiation;
  }

  bool isWanted(const Decl *D) const {
    return Check.isWanted(D->getLocation(), SM);
  }

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
    Walk(*this, Context).visitUnit();
}

bool ContextTidyCheck::mayFind(const model::Presence &) const { return true; }

bool ContextTidyCheck::isWanted(SourceLocation Loc,
                                const SourceManager &SM) const {
  return Loc.isValid() && (SystemHeaders || !SM.isInSystemHeader(Loc));
}

void ContextTidyCheck::noteFix(SourceLocation Loc,
                               llvm::ArrayRef<FixItHint> Edits,
                               StringRef Name) {
  if (!Edits.empty())
    diag(Loc, "%0", DiagnosticIDs::Note) << Name << Edits;
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
