// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FirstParameterCheck.h"
#include "LLVMVersions.h"
#include "LostCancelCheck.h"
#include "StoredInStructCheck.h"
#include "UnpolledLoopCheck.h"

namespace clang::tidy {
namespace context {
namespace {

class ContextTidyModule : public ClangTidyModule {
public:
  void addCheckFactories(ClangTidyCheckFactories &Factories) override {
    Factories.registerCheck<FirstParameterCheck>("context-first-parameter");
    Factories.registerCheck<LostCancelCheck>("context-lost-cancel");
    Factories.registerCheck<StoredInStructCheck>("context-stored-in-struct");
    Factories.registerCheck<UnpolledLoopCheck>("context-unpolled-loop");
  }
};

} // namespace
} // namespace context

static ClangTidyModuleRegistry::Add<context::ContextTidyModule>
    X("context-module", "Keeps the use of contexts and stop tokens correct.");

} // namespace clang::tidy
