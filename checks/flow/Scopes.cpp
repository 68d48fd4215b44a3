// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Scopes.h"
#include "Loop.h"
#include "Objects.h"
#include "clang/AST/StmtCXX.h"

namespace clang::tidy::context::flow {

static const Stmt *writtenBody(const FunctionDecl *F) {
  const Stmt *Body = F->getBody();
  if (const auto *Coroutine = dyn_cast_or_null<CoroutineBodyStmt>(Body))
    return Coroutine->getBody();
  return Body;
}

Scopes::Scopes(const FunctionDecl *F) : Body(writtenBody(F)) {
  Declared.emplace_back(nullptr, 0); // Before the first one.
  walk(Body);
}

// Adds what S declares, and returns the last variable then.
Scopes::Place Scopes::declare(const Stmt *S, Place Last) {
  const auto *TheStmt = dyn_cast_or_null<DeclStmt>(S);
  if (!TheStmt)
    return Last;
  for (const Decl *D : TheStmt->decls())
    // What a range-for declares of its own nobody can name.
    if (const auto *V = dyn_cast<VarDecl>(D); V && !V->isImplicit()) {
      Declared.emplace_back(V, Last);
      Last = Declared.size() - 1;
    }
  return Last;
}

void Scopes::walk(const Stmt *Root) {
  struct Task {
    enum { Visit, Declare, Leave } Kind;
    const Stmt *S;
    Place Outer = 0; // Leave: the last variable around S.
  };
  llvm::SmallVector<Task, 64> Work{{Task::Visit, Root}};
  Place Last = 0;
  while (!Work.empty()) {
    Task T = Work.pop_back_val();
    if (T.Kind == Task::Leave) {
      Last = T.Outer;
      continue;
    }
    if (T.Kind == Task::Declare) {
      Last = declare(T.S, Last);
      continue;
    }
    if (!T.S)
      continue;
    if (const auto *Lambda = dyn_cast<LambdaExpr>(T.S)) {
      Closures.try_emplace(Lambda->getLambdaClass(), Last);
      continue; // A function of its own.
    }
    // What a for declares is declared before its rounds.
    if (const auto *For = dyn_cast<ForStmt>(T.S))
      Loops.try_emplace(For, declare(For->getInit(), Last));
    else if (isLoop(T.S))
      Loops.try_emplace(T.S, Last);
    Work.push_back({Task::Leave, T.S, Last});
    if (const auto *Catch = dyn_cast<CXXCatchStmt>(T.S);
        Catch && Catch->getExceptionDecl()) {
      Declared.emplace_back(Catch->getExceptionDecl(), Last);
      Last = Declared.size() - 1;
    }
    llvm::SmallVector<const Stmt *, 8> Children(T.S->child_begin(),
                                                T.S->child_end());
    for (const Stmt *Child : llvm::reverse(Children)) {
      if (isa_and_nonnull<DeclStmt>(Child))
        Work.push_back({Task::Declare, Child});
      Work.push_back({Task::Visit, Child});
    }
  }
}

Scopes::Variables Scopes::upTo(Place Last) const {
  Variables Found;
  for (; Last != 0; Last = Declared[Last].second)
    Found.push_back(Declared[Last].first);
  std::reverse(Found.begin(), Found.end());
  return Found;
}

Scopes::Variables Scopes::visibleAt(const Stmt *Loop) const {
  return upTo(Loops.lookup(Loop));
}

Scopes::Variables Scopes::visibleAt(const CXXRecordDecl *Closure) const {
  return upTo(Closures.lookup(Closure));
}

const llvm::DenseSet<const ValueDecl *> &Scopes::assigned() const {
  if (Assigned)
    return *Assigned;
  Assigned.emplace();
  llvm::SmallVector<const Stmt *, 64> Work{Body};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (!isa<DeclStmt>(S))
      forEachChange(S, [&](const ObjectPath &Path, const Expr *) {
        if (Path.size() == 1)
          Assigned->insert(Path.front());
      });
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      Work.push_back(Lambda->getBody());
    for (const Stmt *Child : S->children())
      Work.push_back(Child);
  }
  return *Assigned;
}

const Scopes &ScopesOfFunctions::of(const FunctionDecl *F) {
  std::unique_ptr<Scopes> &Made = Known[F];
  if (!Made)
    Made = std::make_unique<Scopes>(F);
  return *Made;
}

} // namespace clang::tidy::context::flow
