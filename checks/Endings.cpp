// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Endings.h"
#include "flow/Callees.h"
#include "flow/Objects.h"
#include "clang/AST/StmtCXX.h"

namespace clang::tidy::context {

const FieldDecl *boundField(const BindingDecl *Binding) {
  const auto *Member = dyn_cast_or_null<MemberExpr>(
      Binding->getBinding() ? Binding->getBinding()->IgnoreParenImpCasts()
                            : nullptr);
  return Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
}

namespace {
// A part of what a derivation made: 'made' with the name of the part, or the
// binding that stands for it.
struct Part {
  const ValueDecl *Root = nullptr;
  std::string Name;
};
} // namespace

static Part partOf(const Expr *E, unsigned Depth = 0) {
  E = flow::meant(E);
  if (Depth > 8)
    return {};
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *Binding = dyn_cast<BindingDecl>(Ref->getDecl())) {
      const FieldDecl *Field = boundField(Binding);
      return Field && Binding->getDecomposedDecl()
                 ? Part{Binding->getDecomposedDecl(), Field->getNameAsString()}
                 : Part();
    }
    // A name of its own for a part: auto &cancel = made.cancel.
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
        V && V->isLocalVarDecl() && V->getInit())
      return partOf(V->getInit(), Depth + 1);
    return {};
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    if (const auto *Base =
            dyn_cast<DeclRefExpr>(Member->getBase()->IgnoreParenImpCasts()))
      return {Base->getDecl(), Member->getMemberDecl()->getNameAsString()};
  return {};
}

void Endings::findCancels() {
  Cancels.emplace();
  for (flow::NodeId N = 0; N != G.nodes().size(); ++N) {
    const auto *Call = dyn_cast_or_null<CXXOperatorCallExpr>(G[N].Statement);
    if (!Call || Call->getOperator() != OO_Call || Call->getNumArgs() == 0 ||
        G[N].Kind != flow::NodeKind::Evaluation)
      continue;
    Part Ended = partOf(Call->getArg(0));
    const auto *Made = dyn_cast_or_null<VarDecl>(Ended.Root);
    const Expr *Init = Made && Made->getInit() && Made->isLocalVarDecl()
                           ? flow::meant(Made->getInit())
                           : nullptr;
    if (!Init)
      continue;
    if (std::optional<model::Derivation> D = R.derivation(Init);
        D && D->Cancel == Ended.Name) {
      Cancelled &Of = (*Cancels)[Made];
      Of.Context = D->Context;
      Of.Cancels.push_back(N);
    }
  }
}

void Endings::findAssignments() {
  Assignments.emplace();
  for (flow::NodeId N = 0; N != G.nodes().size(); ++N) {
    const Stmt *S = G[N].Statement;
    if (!S || G[N].Kind != flow::NodeKind::Evaluation || isa<DeclStmt>(S))
      continue;
    const auto *Call = dyn_cast<CXXOperatorCallExpr>(S);
    const auto *Operator =
        Call ? dyn_cast_or_null<CXXMethodDecl>(Call->getCalleeDecl()) : nullptr;
    if (Operator && Operator->getParent()->isLambda() && Operator->hasBody())
      for (const ValueDecl *V : Scopes.of(Operator).assigned())
        (*Assignments)[V].push_back(N);
    flow::forEachChange(S, [&](const flow::ObjectPath &Path, const Expr *) {
      if (Path.size() == 1)
        (*Assignments)[Path.front()].push_back(N);
    });
  }
}

// What can be come to from Start, whatever that is, without entering Ends.
llvm::DenseSet<flow::NodeId>
Endings::reachedFrom(llvm::ArrayRef<flow::NodeId> Start,
                     llvm::ArrayRef<flow::NodeId> Ends) {
  llvm::SmallDenseSet<flow::NodeId, 4> Closed(Ends.begin(), Ends.end());
  llvm::DenseSet<flow::NodeId> Reached;
  llvm::SmallVector<flow::NodeId, 64> Work(Start.begin(), Start.end());
  while (!Work.empty())
    for (const flow::Edge &E : G[Work.pop_back_val()].Out)
      if (!Closed.count(E.To) && Reached.insert(E.To).second)
        Work.push_back(E.To);
  return Reached;
}

bool Endings::hasEnded(const VarDecl *Made, flow::NodeId N) {
  if (!Cancels)
    findCancels();
  auto Place = Cancels->find(Made);
  llvm::ArrayRef<flow::NodeId> Declared = G.nodesOf(Made);
  if (Place == Cancels->end() || Declared.empty() || Declared.front() == N)
    return false;
  auto [Where, New] = Alive.try_emplace(Made);
  if (New)
    Where->second = reachedFrom(Declared, Place->second.Cancels);
  return !Where->second.count(N);
}

const std::string &Endings::contextOf(const VarDecl *Made) {
  if (!Cancels)
    findCancels();
  return (*Cancels)[Made].Context;
}

bool Endings::mayBeAssigned(const VarDecl *V, flow::NodeId N) {
  if (!Assignments)
    findAssignments();
  auto Place = Assignments->find(V);
  if (Place == Assignments->end())
    return false;
  auto [Where, New] = Given.try_emplace(V);
  if (New)
    Where->second = reachedFrom(Place->second, {});
  return Where->second.count(N) != 0;
}

} // namespace clang::tidy::context
