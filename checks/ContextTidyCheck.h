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
/// name, for all), and the rule that a place is reported once.
class ContextTidyCheck : public ClangTidyCheck {
public:
  ContextTidyCheck(StringRef Name, ClangTidyContext *Context);
  void storeOptions(ClangTidyOptions::OptionMap &Opts) override;

protected:
  const model::Recognizer &recognizer() const { return TheRecognizer; }

  /// Whether findings at \p Loc are wanted: not in system headers, unless
  /// clang-tidy was asked for those.
  bool isWanted(SourceLocation Loc, const SourceManager &SM) const;

  /// True the first time that \p Loc is asked for. Redeclarations and template
  /// instantiations come to the same place again.
  bool isFirstReport(SourceLocation Loc, const SourceManager &SM);

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
  model::Model loadModel(ClangTidyContext &Context);

  const std::string Models;
  const std::string ModelFile;
  const bool SystemHeaders;
  const model::Model TheModel;
  const model::Recognizer TheRecognizer;
  llvm::DenseSet<SourceLocation> Reported;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_CONTEXTTIDYCHECK_H
