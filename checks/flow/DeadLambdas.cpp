// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "DeadLambdas.h"
#include "Graph.h"
#include "clang/AST/ExprCXX.h"

namespace clang::tidy::context::flow {

bool DeadLambdas::contains(const FunctionDecl *F, ASTContext &Context) {
  while (F) {
    const auto *Method = dyn_cast<CXXMethodDecl>(F);
    const CXXRecordDecl *Class = Method ? Method->getParent() : nullptr;
    const auto *Around = dyn_cast_or_null<FunctionDecl>(
        Class ? Class->getParentFunctionOrMethod() : nullptr);
    if (!Around)
      return false;
    auto [Place, IsNew] = Known.try_emplace(Around);
    if (IsNew)
      Place->second = findIn(Around, Context);
    if (Place->second.count(Class))
      return true;
    F = Around;
  }
  return false;
}

DeadLambdas::Closures DeadLambdas::findIn(const FunctionDecl *Around,
                                          ASTContext &Context) {
  // In a template's definition it is not known yet which code there will be.
  std::unique_ptr<Graph> G =
      Around->isDependentContext() ? nullptr : Graph::build(Around, Context);
  Closures Made, Dead;
  for (NodeId N = 0; G && N != G->nodes().size(); ++N)
    if (const auto *Lambda = dyn_cast_or_null<LambdaExpr>((*G)[N].Statement))
      (G->reachable().test(N) ? Made : Dead).insert(Lambda->getLambdaClass());
  for (const CXXRecordDecl *Class : Made)
    Dead.erase(Class);
  return Dead;
}

} // namespace clang::tidy::context::flow
