// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds the model's names in an AST: is this type a context, does this call
// look at one? Annotations in the source ("context::poll") count as the names
// in a model do.

#ifndef CONTEXT_TIDY_CHECKS_MODEL_RECOGNIZER_H
#define CONTEXT_TIDY_CHECKS_MODEL_RECOGNIZER_H

#include "Model.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace clang::tidy::context::model {

/// Values by the qualified name that a model gives them.
template <typename T> class NameTable {
public:
  void add(llvm::StringRef QualifiedName, T Value);
  /// The value for \p Name ("::a::b"), or null. \p Last is its last component.
  const T *find(llvm::StringRef Name, llvm::StringRef Last) const;
  bool empty() const { return ByLast.empty() && Globs.empty(); }
  /// Whether any name could end in \p Last: a quick way to say no.
  bool mayContain(llvm::StringRef Last) const {
    return !Globs.empty() || ByLast.count(Last);
  }

private:
  using Entry = std::pair<std::string, T>;
  llvm::StringMap<llvm::SmallVector<Entry, 1>> ByLast;
  std::vector<Entry> Globs; // Those whose last component has a '*'.
};

/// The declarations that an option names: qualified names as in a model,
/// separated by semicolons. A leading "::" may be left out.
class NameList {
public:
  explicit NameList(llvm::StringRef Option);
  bool contains(const NamedDecl *D) const;

private:
  NameTable<bool> Names;
};

/// The class that \p T is, or the template that it is a specialization of where
/// that depends on template parameters; null if it is neither.
const CXXRecordDecl *recordOrTemplateOf(QualType T);

/// Whether \p Record and its bases together declare members of all \p Names;
/// templates that are not instantiated are looked into as well.
bool declaresMembers(const CXXRecordDecl *Record,
                     llvm::ArrayRef<llvm::StringRef> Names);

/// What a call derives: where its result has the parts, and how to guard it.
struct Derivation {
  std::string Context;             ///< See Derive::Context.
  std::string Cancel;              ///< See Derive::Cancel.
  const Guard *TheGuard = nullptr; ///< Null where the model has none.
};

/// Which parts of a model a translation unit can have at all: for each, whether
/// it declares something with the name of one. May be true for no reason, never
/// false for none.
struct Presence {
  bool Contexts = false;   ///< A context or a signal.
  bool Unstorable = false; ///< A context that may not be stored, or a result.
  bool Placed = false;     ///< A context that has its place in parameter lists.
  bool Derives = false;    ///< A function that derives, or a result.
};

/// Answers what role a declaration, type or call plays. Refers to the model,
/// which must outlive it; remembers answers, so it serves one ASTContext. Not
/// safe for use from several threads at once.
class Recognizer {
public:
  explicit Recognizer(const Model &M);

  /// The context that a value of type \p T is, or refers to by reference,
  /// pointer or smart pointer; null for any other type, and for dependent ones.
  const ContextType *contextOf(QualType T) const;
  /// The context type that \p Record is or derives from; null if none.
  const ContextType *contextOf(const CXXRecordDecl *Record) const;
  /// What \p T, or the type it refers or points to, is as a signal; null if
  /// none.
  const SignalType *signalOf(QualType T) const;
  /// Whether \p T itself (no reference) is a result that holds a cancel
  /// function.
  bool isResult(QualType T) const;
  /// Whether \p T, or the type it refers to, cancels contexts.
  bool isCanceller(QualType T) const;
  /// Whether \p Record was declared to carry a context on purpose.
  bool isCarrier(const CXXRecordDecl *Record) const;
  /// The type that a reference, pointer or smart pointer \p T refers to, all of
  /// them taken off; \p T itself, unqualified, if it is none.
  static QualType referredType(QualType T);
  /// Whether \p T is a smart pointer: a class template with operator-> and
  /// get(), or with lock() and expired().
  static bool isSmartPointer(QualType T);

  /// What the call \p E derives, if it does.
  std::optional<Derivation> derivation(const Expr *E) const;
  /// Whether \p Call, by its name alone, looks at the context or signal that is
  /// its object or argument.
  bool isPoll(const CallExpr *Call) const;
  /// What \p Call, a poll of a context, throws when that is done; null where
  /// the model does not say, or the program does not declare it.
  QualType thrownBy(const CXXMemberCallExpr *Call) const;
  /// Whether \p Call returns the signal of the context that is its object.
  bool isSignal(const CallExpr *Call) const;
  /// Whether \p Call waits for a signal and tells nothing.
  bool isWait(const CallExpr *Call) const;
  bool isBlocking(const CallExpr *Call) const;
  bool isRoot(const CallExpr *Call) const;
  bool isSpawn(const CallExpr *Call) const;
  /// The select that \p Call makes; null if it is none.
  const Select *selectOf(const CallExpr *Call) const;
  /// Whether \p Call makes the case of \p S that receives from a signal.
  bool isReceiveCase(const Select &S, const CallExpr *Call) const;
  /// Whether \p Call makes the case of \p S that is taken when none is ready.
  bool isDefaultCase(const Select &S, const CallExpr *Call) const;

  /// The roles of a function, for a caller that has no call at hand.
  bool isPoll(const FunctionDecl *F) const;
  bool isSignal(const FunctionDecl *F) const;
  bool isBlocking(const FunctionDecl *F) const;
  bool isRoot(const FunctionDecl *F) const;
  /// Whether assigning to \p Object throws the value away.
  bool isDiscard(const ValueDecl *Object) const;
  /// Whether the model, or an annotation, gives \p F any role at all.
  bool isKnown(const FunctionDecl *F) const;

  /// What of the model occurs in the translation unit of \p Context. Looks up
  /// names; it does not read the code.
  Presence presence(const ASTContext &Context) const;

  /// "::a::b::C::f", inline namespaces left out; empty for what no model can
  /// name (something local, unnamed or in an unnamed namespace).
  static std::string qualifiedName(const NamedDecl *D);

private:
  enum Role : unsigned {
    PollRole = 1,
    SignalRole = 2,
    WaitRole = 4,
    BlockingRole = 8,
    RootRole = 16,
    SpawnRole = 32,
    DeriveRole = 64,
  };
  struct Function {
    unsigned Roles = 0;
    const Derive *TheDerive = nullptr;
    const Select *TheSelect = nullptr;
    const Guard *TheGuard = nullptr;
  };
  struct Record {
    const ContextType *TheContext = nullptr;
    const SignalType *TheSignal = nullptr;
    bool IsResult = false;
    bool IsCanceller = false;
    bool IsCarrier = false;
    const Guard *TheGuard = nullptr;
  };

  Function lookUp(const FunctionDecl *F) const;
  Record lookUp(const CXXRecordDecl *R) const;
  Function lookUpUncached(const FunctionDecl *F) const;
  Record lookUpUncached(const CXXRecordDecl *R) const;
  unsigned rolesOf(const CallExpr *Call) const;

  const Model &TheModel;
  const ContextType Annotated; // What CONTEXT_TYPE makes of a class.
  NameTable<Function> FunctionNames;
  NameTable<Record> TypeNames;
  NameTable<bool> DiscardNames;
  mutable llvm::DenseMap<const FunctionDecl *, Function> KnownFunctions;
  mutable llvm::DenseMap<const CXXRecordDecl *, Record> KnownRecords;
};

} // namespace clang::tidy::context::model

#endif // CONTEXT_TIDY_CHECKS_MODEL_RECOGNIZER_H
