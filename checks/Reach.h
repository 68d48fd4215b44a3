// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which contexts the code at one place could look at.

#ifndef CONTEXT_TIDY_CHECKS_REACH_H
#define CONTEXT_TIDY_CHECKS_REACH_H

#include "Endings.h"
#include "flow/Scopes.h"
#include "model/Recognizer.h"
#include "clang/AST/TypeOrdering.h"
#include "llvm/ADT/DenseSet.h"
#include <string>
#include <vector>

namespace clang::tidy::context {

/// Types that are a context or let one be got at. Remembers its answers, so it
/// serves one ASTContext.
class ContextTypes {
public:
  explicit ContextTypes(const model::Recognizer &R) : R(R) {}

  /// A context, or what one is waited on by.
  bool isLookable(QualType T) const;
  /// Whether a context, or something that a context is got from, travels with
  /// a value of type \p T: a class with such a field, a closure with such a
  /// capture.
  bool holds(QualType T) const;
  bool holds(const CXXRecordDecl *Record) const;

  /// Whether a value of type \p T could be a context or have one in it: if
  /// not, it puts none in reach.
  bool mayGive(QualType T) const;
  /// Whether the fields of an object of \p Class could.
  bool membersMayGive(const CXXRecordDecl *Class) const;

  const model::Recognizer &recognizer() const { return R; }

private:
  bool hasParts(const CXXRecordDecl *Record) const;

  const model::Recognizer &R;
  mutable llvm::DenseMap<const CXXRecordDecl *, bool> Known, WithParts,
      WithMembers;
  mutable llvm::DenseMap<QualType, bool> Givers;
};

/// Where contexts come from: the variables, and the fields of '*this', that an
/// expression gets its context from.
struct Sources {
  llvm::SmallVector<const ValueDecl *, 4> Decls;
  /// Also from where nobody can see: a function that returns a context.
  bool Unknown = false;

  bool empty() const { return Decls.empty() && !Unknown; }
  void add(const ValueDecl *D) {
    if (!llvm::is_contained(Decls, D))
      Decls.push_back(D);
  }
  void add(const Sources &Other) {
    for (const ValueDecl *D : Other.Decls)
      add(D);
    Unknown |= Other.Unknown;
  }
};

/// The contexts in reach of a loop: parameters, locals declared before it, what
/// a lambda captures or could name, members, and data members of all of these.
class Reach {
public:
  /// Refers to \p Types, and to \p Scopes.
  Reach(const FunctionDecl *F, const Stmt *Loop, const ContextTypes &Types,
        flow::ScopesOfFunctions &Scopes);

  /// Whether any loop of \p F could have a context in reach: a quick way to say
  /// no, without a look into its body.
  static bool isPossible(const FunctionDecl *F, const ContextTypes &Types);

  bool empty() const { return Entries.empty(); }
  /// The one to name in a message, as the source would: "made.ctx".
  const std::string &name() const { return Entries.front().Name; }
  struct Entry {
    const ValueDecl *Root; ///< What its name begins with.
    std::string Name;
    QualType Type;
  };
  /// The one to look at: the last local variable that derives from the one to
  /// name, if there is one, which is done when that is, or sooner.
  const Entry &nearest() const;
  /// Whether \p From has anything that is in reach.
  bool contains(const Sources &From) const;

  /// Takes out the contexts that a cancel has ended on every way to \p Loop,
  /// and what derives from them.
  void dropEnded(Endings &TheEndings, const Stmt *Loop);

  /// Where the context that \p E is, refers to or derives from comes from.
  Sources sourcesOf(const Expr *E) const;

  /// The same in a function that is called, where everything counts.
  static Sources allSourcesOf(const Expr *E, const ContextTypes &Types);
  static Sources allSourcesOf(const ValueDecl *D, const ContextTypes &Types);

private:
  void addFunction(const FunctionDecl *F);
  void addVariables(llvm::ArrayRef<const VarDecl *> Variables,
                    const FunctionDecl *F);
  void addValue(const ValueDecl *D, const FunctionDecl *F);
  void addParts(const ValueDecl *Root, const CXXRecordDecl *Class,
                const std::string &Prefix, unsigned Depth);
  void addMembers(const CXXRecordDecl *Class, const std::string &Prefix);
  void addEntry(const ValueDecl *Root, std::string Name, QualType T);
  void exclude(const ValueDecl *D);

  const ContextTypes &Types;
  flow::ScopesOfFunctions &Scopes;
  const CXXRecordDecl *Inside = nullptr; // Whose private fields are open.
  std::vector<Entry> Entries;
  llvm::DenseSet<const ValueDecl *> Roots;
  // Variables that begin as a root and are assigned to later.
  std::vector<const VarDecl *> RootsAtFirst;
  // Contexts that can never be done, or are so already.
  llvm::DenseSet<const ValueDecl *> Excluded;
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_CHECKS_REACH_H
