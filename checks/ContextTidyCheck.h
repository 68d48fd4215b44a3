// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_CHECKS_CONTEXTTIDYCHECK_H
#define CONTEXT_TIDY_CHECKS_CONTEXTTIDYCHECK_H

#include "clang-tidy/ClangTidyCheck.h"
#include "model/Recognizer.h"
#include "llvm/ADT/DenseSet.h"

namespace clang::tidy::context {

/// What the checks of this module have in common: the model, read from the
/// options 'Models' and 'ModelFile' (set for one check or, without a check's
/// name, for all), the walk through the translation unit, and the rule that a
/// place is reported once.
///
/// The walk is not left to matchers, which are tried on every declaration of
/// every header: it takes place only where the model's names occur, and leaves
/// out the system headers' declarations with all that is in them. (A check that
/// looks for something else overrides registerMatchers() and check().)
class ContextTidyCheck : public ClangTidyCheck {
public:
  ContextTidyCheck(StringRef Name, ClangTidyContext *Context);
  void storeOptions(ClangTidyOptions::OptionMap &Opts) override;
  void registerMatchers(ast_matchers::MatchFinder *Finder) override;
  void check(const ast_matchers::MatchFinder::MatchResult &Result) override;

protected:
  /// Whether there can be any finding in a translation unit in which \p Present
  /// is all that occurs of the model.
  virtual bool mayFind(const model::Presence &Present) const;

  /// Called for each declaration of its kind that stands where findings are
  /// wanted: for each redeclaration, for templates before their
  /// instantiations, also for functions and fields that the compiler declares.
  /// Variables are those with static or thread storage duration.
  virtual void visitFunction(const FunctionDecl &, ASTContext &) {}
  virtual void visitField(const FieldDecl &, ASTContext &) {}
  virtual void visitVariable(const VarDecl &, ASTContext &) {}

  const model::Recognizer &recognizer() const { return TheRecognizer; }

  /// Whether findings at \p Loc are wanted: not in system headers, unless
  /// clang-tidy was asked for those.
  bool isWanted(SourceLocation Loc, const SourceManager &SM) const;

  /// True the first time that \p Loc is asked for. Redeclarations and template
  /// instantiations come to the same place again.
  bool isFirstReport(SourceLocation Loc, const SourceManager &SM);

  /// Fix-its go with the finding: these are for its diag(). An editor, which
  /// calls a fix by what it comes with, gets them with a note instead: its
  /// text,
  /// \p Name in offerFix(), says what they do.
  llvm::ArrayRef<FixItHint> withFinding(llvm::ArrayRef<FixItHint> Edits) const {
    return IsEditor ? llvm::ArrayRef<FixItHint>() : Edits;
  }
  void offerFix(SourceLocation Loc, llvm::ArrayRef<FixItHint> Edits,
                StringRef Name) {
    if (IsEditor)
      noteFix(Loc, Edits, Name);
  }
  /// A fix-it that an author has to agree to: with a note everywhere.
  void noteFix(SourceLocation Loc, llvm::ArrayRef<FixItHint> Edits,
               StringRef Name);

  /// Reads an option that has a fixed set of values. A value that is none of
  /// them is a configuration error, and the default holds.
  StringRef chooseOption(StringRef Option, StringRef Default,
                         llvm::ArrayRef<StringRef> Values);

  /// Reads and stores an option that is true or false. The host's own readers
  /// of such options (get<bool>) are not among the symbols that clang-tidy
  /// exports, so no plugin can call them.
  bool flagOption(StringRef Option, bool Default);
  void storeFlag(ClangTidyOptions::OptionMap &Opts, StringRef Option,
                 bool Value);

private:
  class Walk;

  model::Model loadModel(ClangTidyContext &Context);

  const std::string Models;
  const std::string ModelFile;
  const bool IsEditor;
  const bool SystemHeaders;
  const model::Model TheModel;
  const model::Recognizer TheRecognizer;
  /// The translation unit has been walked through.
  bool IsDone = false;
  llvm::DenseSet<SourceLocation> Reported;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_CONTEXTTIDYCHECK_H
