// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What may throw, and which handlers take it, as the language says: from
// exception specifications ([except.spec]), never from what a body does.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_EXCEPTIONS_H
#define CONTEXT_TIDY_CHECKS_FLOW_EXCEPTIONS_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/SmallVector.h"

namespace clang::tidy::context::flow {

/// Whether an exception may leave a call of \p Function. One exemption beside
/// the language's rule: a function with C linkage from a system header that
/// takes no callback does not throw (glibc declares printf, read or poll
/// without noexcept).
bool mayThrow(const FunctionDecl *Function, const ASTContext &Context);

/// Whether an exception that would leave \p Function ends the program, whatever
/// it is instantiated with.
bool isNoexcept(const FunctionDecl *Function, const ASTContext &Context);

/// Whether evaluating \p S itself, its operands aside, may throw. False for a
/// throw expression, and for what depends on a template parameter.
bool mayThrow(const Stmt *S, const ASTContext &Context);

/// Whether the coroutine can be suspended at \p S: a co_await or co_yield whose
/// awaiter is not known to be always ready.
bool maySuspend(const Stmt *S);

enum class Match { No, Maybe, Yes };

/// The exceptions that may be under way from one place, as far as their type is
/// known: they go from handler to handler until one takes all of them.
class Exception {
public:
  /// What leaves a call: it can have any type.
  Exception() = default;
  /// One of type \p Thrown.
  Exception(QualType Thrown, const ASTContext &Context);

  /// Whether \p Handler, the next one on the way, takes it
  /// ([except.handle]). Those of the types that it takes go no further.
  Match offerTo(const CXXCatchStmt *Handler, const ASTContext &Context);
  /// Which of them \p Handler has taken, before offerTo; it may rethrow them.
  Exception takenBy(const CXXCatchStmt *Handler,
                    const ASTContext &Context) const;

  bool operator==(const Exception &Other) const;

private:
  bool isTaken(QualType T, const ASTContext &Context) const;

  QualType Type;        // Null: any.
  bool IsExact = false; // If not, it may be a class derived from Type.
  llvm::SmallVector<QualType, 2> Taken; // Handlers of these had their turn.
};

/// Whether \p Handler takes something of type \p Thrown.
Match matches(const CXXCatchStmt *Handler, QualType Thrown,
              const ASTContext &Context);

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_EXCEPTIONS_H
