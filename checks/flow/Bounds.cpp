// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Bounds.h"
#include "Callees.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace clang::tidy::context::flow {

namespace {

/// What a loop changes, round by round.
class Changes {
public:
  /// What was changed; Value is what it was set to, null if nobody knows.
  struct Change {
    ObjectPath Path;
    const Expr *Value;
    const Stmt *By;
  };

  explicit Changes(const SourceManager &SM) : SM(SM) {}

  void addAllIn(const Stmt *Root) {
    addAllIn(Root, [](const Expr *) { return false; });
  }
  void addAllIn(const Stmt *Root,
                llvm::function_ref<bool(const Expr *)> Ignored) {
    llvm::SmallVector<const Stmt *, 64> Work{Root};
    while (!Work.empty()) {
      const Stmt *S = Work.pop_back_val();
      if (!S || (isa<Expr>(S) && Ignored(cast<Expr>(S))))
        continue;
      forEachChange(S, [&](const ObjectPath &Path, const Expr *Value) {
        if (!Path.empty())
          All.push_back({Path, Value, S});
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

  /// Keeps those of objects that belong to F alone, made by what changes
  /// nothing else, and from now on goes by what a variable was set to.
  void keepOwn(const FunctionDecl *F, const DeclSet &Exposed) {
    llvm::SmallPtrSet<const Stmt *, 8> ChangesOthers;
    llvm::SmallPtrSet<const ValueDecl *, 8> SetAnew;
    for (const Change &C : All) {
      const auto *V = dyn_cast_or_null<VarDecl>(C.Path.front());
      if (!V || !V->hasLocalStorage() || V->getDeclContext() != F ||
          V->getType()->isReferenceType() || Exposed.count(V) ||
          llvm::is_contained(C.Path, nullptr))
        ChangesOthers.insert(C.By);
      else if (C.Value && C.Path.size() == 1)
        SetAnew.insert(V);
    }
    llvm::erase_if(All, [&](const Change &C) {
      if (ChangesOthers.count(C.By))
        return true;
      // What is set anew comes no further by what else is done to it, and
      // neither does a flag that a call sets.
      return !C.Value && (SetAnew.count(C.Path.front()) ||
                          C.Path.back()->getType()->isBooleanType());
    });
    LookThrough = true;
  }
  bool looksThrough() const { return LookThrough; }

  /// Calls Found for the changes by which what is at Path may be another value
  /// in another round. Deep: so is it if only a part of it is.
  void forEachOf(const ObjectPath &Path, bool Deep,
                 llvm::function_ref<void(const Change &)> Found) const {
    for (const Change &C : All) {
      size_t Common = std::min(Path.size(), C.Path.size());
      if (std::equal(Path.begin(), Path.begin() + Common, C.Path.begin()) &&
          (C.Path.size() <= Path.size() || Deep))
        Found(C);
    }
  }

private:
  const SourceManager &SM;
  std::vector<Change> All;
  bool LookThrough = false;
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

  // Whether anything that E reads may be another value in another round.
  bool isGoverned(const Expr *E) const {
    bool Answer = false;
    Passed.clear();
    visit(E, /*Deep=*/false, Answer);
    return Answer;
  }

private:
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
      Changed.forEachOf(Path, Deep, [&](const Changes::Change &C) {
        if (!Changed.looksThrough() || !C.Value)
          Governed = true;
        else if (Passed.insert(C.Value).second)
          visit(C.Value, /*Deep=*/false, Governed);
      });
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      return isa<VarDecl, BindingDecl>(Ref->getDecl());
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
  mutable llvm::SmallPtrSet<const Expr *, 8> Passed; // What was looked through.
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

bool comesToAnEnd(const Loop &L, const DeclSet &Exposed,
                  const ASTContext &Context,
                  llvm::function_ref<bool(const Expr *)> Ignored) {
  const Graph &G = L.graph();
  Changes Changed(Context.getSourceManager());
  Changed.addAllIn(L.statement(), Ignored);
  Changed.keepOwn(G.function(), Exposed);
  ConditionJudge Judge(Changed, Context);

  // The conditions that end the loop some day.
  llvm::SmallPtrSet<const Stmt *, 8> Ending;
  for (NodeId N : L.nodes()) {
    if (G[N].Kind != NodeKind::Branch)
      continue;
    const auto *If = dyn_cast<IfStmt>(G[N].Statement);
    const auto *Switch = dyn_cast<SwitchStmt>(G[N].Statement);
    for (const Edge &E : G[N].Out) {
      if (!L.isWayOut(N, E))
        continue;
      if (If && Judge.isBounded(If->getCond(), E.Kind == EdgeKind::False))
        Ending.insert(If->getCond());
      if (Switch && Judge.isGoverned(Switch->getCond()))
        Ending.insert(Switch->getCond());
    }
  }
  if (Ending.empty())
    return false;
  // Whether a round goes by without any of them.
  llvm::BitVector Seen(L.size());
  llvm::SmallVector<NodeId, 32> Work{L.head()};
  auto Ends = [&](NodeId N) {
    for (const Stmt *S = G[N].Statement; S && isa<Expr>(S); S = G.parentOf(S))
      if (Ending.count(S))
        return true;
    return false;
  };
  while (!Work.empty())
    for (const Edge &E : G[Work.pop_back_val()].Out) {
      if (!L.contains(E.To) || Ends(E.To))
        continue;
      if (E.To == L.head())
        return false;
      if (!Seen.test(L.indexOf(E.To))) {
        Seen.set(L.indexOf(E.To));
        Work.push_back(E.To);
      }
    }
  return true;
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
