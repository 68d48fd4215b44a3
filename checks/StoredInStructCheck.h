// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_CHECKS_STOREDINSTRUCTCHECK_H
#define CONTEXT_TIDY_CHECKS_STOREDINSTRUCTCHECK_H

#include "ContextTidyCheck.h"
#include "llvm/ADT/DenseMap.h"

namespace clang::tidy::context {

/// Finds contexts that outlive the call they were made for: fields, static
/// data members and variables with static or thread storage duration whose
/// type is a context or holds one.
class StoredInStructCheck : public ContextTidyCheck {
public:
  StoredInStructCheck(StringRef Name, ClangTidyContext *Context);
  void storeOptions(ClangTidyOptions::OptionMap &Opts) override;
  bool isLanguageVersionSupported(const LangOptions &Lang) const override {
    return Lang.CPlusPlus;
  }

private:
  bool mayFind(const model::Presence &Present) const override {
    return Present.Unstorable;
  }
  void visitField(const FieldDecl &Field, ASTContext &Context) override;
  void visitVariable(const VarDecl &Variable, ASTContext &Context) override;

  /// Notes that lead from a declaration of type \p T to the context in it.
  void explain(QualType T, const CXXRecordDecl &Held);

  /// The context, or result that holds one, which a value of type \p T keeps
  /// alive or refers to; null if there is none, or if it may be stored.
  const CXXRecordDecl *heldBy(QualType T);
  const CXXRecordDecl *heldByUncached(QualType T);
  const CXXRecordDecl *heldBy(llvm::ArrayRef<TemplateArgument> Args);
  /// The context that enters \p Member through the arguments of the templates
  /// around it; null if there is none.
  const CXXRecordDecl *heldByScope(const CXXRecordDecl &Member);
  /// Whether \p Record itself may not be stored.
  bool isForbidden(const CXXRecordDecl &Record) const;
  bool isAllowed(const CXXRecordDecl &Record) const;
  /// Whether a field of \p Owner may be a context.
  bool mayHoldContexts(const CXXRecordDecl &Owner) const;
  /// Whether a context entered \p D through a template's arguments. The place
  /// where these are written is the one to report.
  bool isHeldByArguments(const Decl &D);

  const std::string AllowedTypesOption;
  const model::NameList AllowedTypes;
  /// Answers by canonical type. Most types are met again and again.
  llvm::DenseMap<QualType, const CXXRecordDecl *> Known;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_STOREDINSTRUCTCHECK_H
