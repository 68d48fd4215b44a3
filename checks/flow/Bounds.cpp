// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Bounds.h"
#include "Callees.h"
#include "Objects.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace clang::tidy::context::flow {

namespace {

/// What a loop changes, round by round.
class Changes {
public:
  explicit Changes(const SourceManager &SM) : SM(SM) {}

  void addAllIn(const Stmt *Root) {
    llvm::SmallVector<const Stmt *, 64> Work{Root};
    while (!Work.empty()) {
      const Stmt *S = Work.pop_back_val();
      if (!S)
        continue;
      forEachChange(S, [&](const ObjectPath &Path, const Expr *) {
        if (!Path.empty())
          Paths.push_back(Path);
      });
      // A closure changes what it captured by reference.
      if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
        Work.push_back(Lambda->getBody());
        continue;
      }
      if (const auto *Call = dyn_cast<CallExpr>(S))
        if (const auto *Operator =
                dyn_cast_or_null<CXXMethodDecl>(visibleCallee(Call, SM));
            Operator && Operator->getParent()->isLambda() &&
            Followed.insert(Operator).second)
          Work.push_back(Operator->getBody());
      for (const Stmt *Child : S->children())
        Work.push_back(Child);
    }
  }

  /// Whether what is at Path may be another value in another round. Deep: so is
  /// it if only a part of it is.
  bool include(const ObjectPath &Path, bool Deep) const {
    return llvm::any_of(Paths, [&](const ObjectPath &Changed) {
      size_t Common = std::min(Path.size(), Changed.size());
      return std::equal(Path.begin(), Path.begin() + Common, Changed.begin()) &&
             (Changed.size() <= Path.size() || Deep);
    });
  }

private:
  const SourceManager &SM;
  std::vector<ObjectPath> Paths;
  llvm::SmallPtrSet<const FunctionDecl *, 4> Followed;
};

/// Judges a condition by what the loop changes.
class ConditionJudge {
public:
  ConditionJudge(const Changes &Changed, const ASTContext &Context)
      : Changed(Changed), Context(Context) {}

  /// Whether the loop brings about that E is not GoesOn.
  bool isBounded(const Expr *E, bool GoesOn) const {
    E = E->IgnoreParenImpCasts();
    if (const auto *Full = dyn_cast<FullExpr>(E))
      return isBounded(Full->getSubExpr(), GoesOn);
    if (E->isInstantiationDependent())
      return true;
    bool Value;
    if (E->EvaluateAsBooleanCondition(Value, Context))
      return Value != GoesOn;
    if (const auto *Not = dyn_cast<UnaryOperator>(E);
        Not && Not->getOpcode() == UO_LNot)
      return isBounded(Not->getSubExpr(), !GoesOn);
    if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
      if (Binary->getOpcode() == BO_Comma)
        return isBounded(Binary->getRHS(), GoesOn);
      if (Binary->isLogicalOp()) {
        bool Left = isBounded(Binary->getLHS(), GoesOn);
        bool Right = isBounded(Binary->getRHS(), GoesOn);
        bool OneEndsIt = (Binary->getOpcode() == BO_LAnd) == GoesOn;
        return OneEndsIt ? Left || Right : Left && Right;
      }
    }
    if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
      const Expr *If = Choice->getCond();
      return (isBounded(If, true) ||
              isBounded(Choice->getTrueExpr(), GoesOn)) &&
             (isBounded(If, false) ||
              isBounded(Choice->getFalseExpr(), GoesOn));
    }
    return isGoverned(E);
  }

private:
  // Whether anything that E reads may be another value in another round.
  bool isGoverned(const Expr *E) const {
    bool Answer = false;
    visit(E, /*Deep=*/false, Answer);
    return Answer;
  }

  // Returns whether E reads any object at all.
  bool visit(const Expr *E, bool Deep, bool &Governed) const {
    E = E->IgnoreParens();
    if (isa<LambdaExpr>(E))
      return false;
    if (const auto *Cast = dyn_cast<CastExpr>(E)) {
      // Loading a pointer does not read what it points to.
      if (Cast->getCastKind() == CK_LValueToRValue)
        Deep = Deep && Cast->getType()->isPointerType();
      return visit(Cast->getSubExpr(), Deep, Governed);
    }
    ObjectPath Path = objectOf(E);
    bool Reads = !Path.empty();
    if (Reads)
      Governed |= Changed.include(Path, Deep);
    if (isa<DeclRefExpr>(E)) {
      const auto *V = dyn_cast<VarDecl>(cast<DeclRefExpr>(E)->getDecl());
      return V != nullptr;
    }
    bool IsCall = isa<CallExpr, CXXConstructExpr>(E);
    bool OperandReads = false;
    for (const Stmt *Child : E->children())
      if (const auto *Operand = dyn_cast_or_null<Expr>(Child))
        OperandReads |= visit(Operand, Deep || IsCall, Governed);
    // A clock moves on its own; so does what else the standard library answers
    // without having been asked about anything.
    if (const auto *Call = dyn_cast<CallExpr>(E); Call && !OperandReads)
      if (const FunctionDecl *F = Call->getDirectCallee();
          F && !isa<CXXMemberCallExpr>(Call) &&
          isStandard(F, Context.getSourceManager()) && F->getBuiltinID() == 0 &&
          !F->isConstexpr())
        Governed = true;
    return Reads || OperandReads || isa<CXXThisExpr>(E);
  }

  const Changes &Changed;
  const ASTContext &Context;
};

} // namespace

static bool isAlwaysTrue(const Expr *Condition, const ASTContext &Context) {
  bool Value;
  return !Condition->isValueDependent() && !Condition->isTypeDependent() &&
         Condition->EvaluateAsBooleanCondition(Value, Context) && Value;
}

Bound boundOf(const Stmt *Loop, const ASTContext &Context) {
  const Expr *Condition = nullptr;
  const VarDecl *Variable = nullptr;
  Changes Changed(Context.getSourceManager());
  if (const auto *While = dyn_cast<WhileStmt>(Loop)) {
    Condition = While->getCond();
    Variable = While->getConditionVariable();
    Changed.addAllIn(While->getBody());
  } else if (const auto *Do = dyn_cast<DoStmt>(Loop)) {
    Condition = Do->getCond();
    Changed.addAllIn(Do->getBody());
  } else if (const auto *For = dyn_cast<ForStmt>(Loop)) {
    Condition = For->getCond();
    Variable = For->getConditionVariable();
    Changed.addAllIn(For->getInc());
    Changed.addAllIn(For->getBody());
  } else {
    return Bound::Bounded; // A range-for comes to its end.
  }
  // What a condition declares is as new each round as what it is made from.
  if (Variable && Variable->getInit())
    Condition = Variable->getInit();
  if (!Condition)
    return Bound::Unconditional;
  if (!Variable && isAlwaysTrue(Condition, Context))
    return Bound::Unconditional;
  Changed.addAllIn(Condition);
  return ConditionJudge(Changed, Context).isBounded(Condition, true)
             ? Bound::Bounded
             : Bound::Unbounded;
}

bool CheapCalls::areIn(const Stmt *Root, const ASTContext &Context) {
  const SourceManager &SM = Context.getSourceManager();
  llvm::SmallVector<const Stmt *, 64> Work{Root};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *Call = dyn_cast<CallExpr>(S)) {
      const FunctionDecl *F = Call->getDirectCallee();
      if (IsCostly(Call))
        return false;
      bool IsOperator =
          isa<CXXOperatorCallExpr>(Call) &&
          cast<CXXOperatorCallExpr>(Call)->getOperator() != OO_Call;
      // A standard callable runs what it was given, which nobody sees.
      bool RunsAnything = isa<CXXOperatorCallExpr>(Call) && !IsOperator;
      if (!F || (!IsOperator && !isStandard(F, SM)) ||
          (RunsAnything && isStandard(F, SM))) {
        const FunctionDecl *Body = visibleCallee(Call, SM);
        if (!Body || !isCheap(Body, Context))
          return false;
      }
    } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(S)) {
      const CXXConstructorDecl *Ctor = Construct->getConstructor();
      if (!Ctor->isTrivial() && !Ctor->isImplicit() && !Ctor->isDefaulted() &&
          !isStandard(Ctor, SM)) {
        const FunctionDecl *Body = visibleBody(Ctor, SM);
        if (!Body || !isCheap(Body, Context))
          return false;
      }
    }
    if (isa<LambdaExpr>(S))
      continue; // Made here, called elsewhere.
    for (const Stmt *Child : S->children())
      Work.push_back(Child);
  }
  return true;
}

bool CheapCalls::isCheap(const FunctionDecl *F, const ASTContext &Context) {
  // Recursion adds nothing that is not judged already.
  auto [Place, New] = Known.try_emplace(F, true);
  if (!New)
    return Place->second;
  bool Cheap = areIn(F->getBody(), Context);
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(F))
    for (const CXXCtorInitializer *Init : Ctor->inits())
      Cheap = Cheap && areIn(Init->getInit(), Context);
  Known[F] = Cheap;
  return Cheap;
}

} // namespace clang::tidy::context::flow
