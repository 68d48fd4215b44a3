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

namespace clang::tidy::context::flow {

/// Whether an exception may leave a call of \p Function. One exemption beside
/// the language's rule: a function with C linkage from a system header that
/// takes no callback does not throw (glibc declares printf, read or poll
/// without noexcept).
bool mayThrow(const FunctionDecl *Function, const ASTContext &Context);

/// Whether evaluating \p S itself, its operands aside, may throw. False for a
/// throw expression, and for what depends on a template parameter.
bool mayThrow(const Stmt *S, const ASTContext &Context);

/// Whether the coroutine can be suspended at \p S: a co_await or co_yield whose
/// awaiter is not known to be always ready.
bool maySuspend(const Stmt *S);

enum class Match { No, Maybe, Yes };

/// Whether \p Handler takes what \p Throw throws ([except.handle]).
Match matches(const CXXCatchStmt *Handler, const CXXThrowExpr *Throw,
              const ASTContext &Context);
/// The same for something of type \p Thrown.
Match matches(const CXXCatchStmt *Handler, QualType Thrown,
              const ASTContext &Context);

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_EXCEPTIONS_H
