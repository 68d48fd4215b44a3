// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Looks.h"
#include "flow/Callees.h"
#include "flow/Exceptions.h"
#include "flow/Objects.h"
#include "clang/AST/StmtCXX.h"
#include <utility>

namespace clang::tidy::context {

std::optional<Look> Looks::at(const Expr *E, const Reach *InReach) const {
  if (E->isTypeDependent())
    return std::nullopt;
  std::optional<Look> Found;
  if (const auto *Call = dyn_cast<CallExpr>(E))
    Found = atCall(Call, InReach);
  else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
    Found = atConstruct(Construct, InReach);
  if (!Found || Found->From.empty() ||
      (!Found->ByValue && !Found->ByThrow && Found->Outs.empty()))
    return std::nullopt;
  if (InReach && !InReach->contains(Found->From))
    return std::nullopt;
  return Found;
}

static const Expr *objectOf(const CallExpr *Call) {
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
    return Member->getImplicitObjectArgument();
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
      Operator && isa_and_nonnull<CXXMethodDecl>(Operator->getCalleeDecl()) &&
      Operator->getNumArgs() > 0)
    return Operator->getArg(0);
  return nullptr;
}

// Whether a value of type T says something by being false.
static bool isBoolean(QualType T) {
  if (T->isScalarType())
    return true;
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition())
    return false;
  for (const NamedDecl *D :
       Record->getDefinition()->getVisibleConversionFunctions())
    if (const auto *Conversion =
            dyn_cast<CXXConversionDecl>(D->getUnderlyingDecl()))
      if (Conversion->getConversionType()->isBooleanType())
        return true;
  return Record->getDefinition()->getNumBases() > 0 &&
         isBoolean(Record->getDefinition()->bases_begin()->getType());
}

std::optional<Look> Looks::atCall(const CallExpr *Call,
                                  const Reach *InReach) const {
  const FunctionDecl *F = Call->getDirectCallee();
  const Expr *Object = objectOf(Call);
  QualType Result = Call->getType();

  if (R.isPoll(Call)) {
    Look Found;
    bool Named = false;
    auto AddFrom = [&](const Expr *E) {
      if (E && Types.holds(E->getType())) {
        Named = !isa<CXXThisExpr>(E->IgnoreParenImpCasts()) || Named;
        Found.From.add(sourcesOf(E, InReach));
      }
    };
    AddFrom(Object);
    for (const Expr *Arg : Call->arguments())
      if (Arg != Object)
        AddFrom(Arg);
    Found.From.Unknown |= !Named;
    Found.ByValue = !Result->isVoidType();
    if (Found.ByValue && isBoolean(Result)) {
      Found.WhenDone = flow::Value::notEqual(0);
      Found.WhenAlive = flow::Value::equal(0);
    }
    Found.ByThrow = Result->isVoidType() && flow::mayThrow(Call, Context);
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
      if (QualType T = R.thrownBy(Member); !T.isNull())
        Found.Thrown.push_back(T);
    return Found;
  }
  if (const model::Select *S = R.selectOf(Call))
    return atSelect(*S, Call, InReach);
  // What the model knows is what the model says; to derive is no look.
  if (R.isRoot(Call) || R.isSignal(Call) || R.isWait(Call) || R.isSpawn(Call) ||
      R.derivation(Call) || Types.isLookable(Result) ||
      R.isResult(Result.getNonReferenceType()))
    return std::nullopt;
  if (const auto *Method = dyn_cast_or_null<CXXMethodDecl>(F))
    if (R.contextOf(Method->getParent()) ||
        R.signalOf(Context.getTypeDeclType(Method->getParent())) ||
        isa<CXXDestructorDecl>(Method) || isa<CXXConversionDecl>(Method))
      return std::nullopt;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
      Operator && Operator->getOperator() != OO_Call)
    return std::nullopt;
  if (const FunctionDecl *Body =
          flow::visibleCallee(Call, Context.getSourceManager()))
    return follow(Call, Body, Object, InReach);
  return handOff(Call, F, Object, InReach);
}

std::optional<Look> Looks::atConstruct(const CXXConstructExpr *Construct,
                                       const Reach *InReach) const {
  const CXXConstructorDecl *Ctor = Construct->getConstructor();
  const CXXRecordDecl *Class = Ctor->getParent();
  const SourceManager &SM = Context.getSourceManager();
  if (Ctor->isCopyOrMoveConstructor() ||
      Types.isLookable(Construct->getType()) ||
      R.isResult(Construct->getType()) || R.isCanceller(Construct->getType()) ||
      Class->isLambda() || flow::isStandard(Ctor, SM))
    return std::nullopt;
  if (const FunctionDecl *Body = flow::visibleBody(Ctor, SM))
    return follow(Construct, Body, nullptr, InReach);
  return handOff(Construct, Ctor, nullptr, InReach);
}

Look Looks::atSelect(const model::Select &S, const CallExpr *Call,
                     const Reach *InReach) const {
  Look Found;
  Found.TheKind = Look::Select;
  Found.ByValue = true;
  unsigned Count = 0;
  for (unsigned I = 0; I != Call->getNumArgs(); ++I) {
    const auto *Case = dyn_cast<CallExpr>(flow::meant(Call->getArg(I)));
    if (!Case || !R.isReceiveCase(S, Case))
      continue;
    Sources From = sourcesOf(Case->getArg(0), InReach);
    if (From.empty() || (InReach && !InReach->contains(From)))
      continue;
    Found.From.add(From);
    Found.WhenDone = flow::Value::equal(I);
    Found.WhenAlive = flow::Value::notEqual(I);
    ++Count;
  }
  if (Count != 1)
    Found.WhenDone = Found.WhenAlive = flow::Value();
  return Found;
}

// The variables that a call may set through its arguments, or the object that
// it is a member of.
static void addOuts(const Stmt *Call, const ContextTypes &Types, Look &Found) {
  flow::forEachChange(Call, [&](const flow::ObjectPath &Path, const Expr *) {
    if (!Path.empty() && !Types.isLookable(Path.front()->getType()))
      Found.Outs.push_back(Path.front());
  });
}

// What an argument was before it became the parameter's type: the lambda in a
// std::function.
static const Expr *beforeConversion(const Expr *Arg) {
  Arg = flow::meant(Arg);
  while (const auto *Construct = dyn_cast<CXXConstructExpr>(Arg)) {
    if (Construct->getNumArgs() == 0 ||
        (Construct->getNumArgs() > 1 &&
         !isa<CXXDefaultArgExpr>(Construct->getArg(1))) ||
        isa<CXXDefaultArgExpr>(Construct->getArg(0)))
      break;
    Arg = flow::meant(Construct->getArg(0));
  }
  return Arg;
}

// What a predicate that is handed over with the context refers to: once the
// wait is over, 'queue.empty()' tells why.
static void addRead(const LambdaExpr *Predicate, const ContextTypes &Types,
                    Look &Found) {
  llvm::SmallVector<const Stmt *, 16> Work{Predicate->getBody()};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *E = dyn_cast<Expr>(S); E && isa<DeclRefExpr, MemberExpr>(E))
      if (const ValueDecl *D = flow::rootOf(E);
          D && !Types.isLookable(D->getType()) &&
          !(isa<VarDecl>(D) &&
            D->getDeclContext() == Predicate->getCallOperator()))
        Found.Outs.push_back(D);
    for (const Stmt *Child : S->children())
      Work.push_back(Child);
  }
}

template <typename CallT>
Look Looks::handOff(const CallT *Call, const FunctionDecl *Callee,
                    const Expr *Object, const Reach *InReach) const {
  Look Found;
  Found.TheKind = Look::HandOff;
  const SourceManager &SM = Context.getSourceManager();
  bool Handed = false;
  for (const Expr *Arg : Call->arguments()) {
    if (Arg == Object)
      continue;
    const Expr *Meant = beforeConversion(Arg);
    if (!Types.holds(Meant->getType()))
      continue;
    if (const auto *Unary = dyn_cast<UnaryOperator>(Meant))
      Meant = flow::meant(Unary->getSubExpr());
    if (isa<CXXThisExpr>(Meant)) {
      Found.From.Unknown = true;
      continue;
    }
    Sources From = sourcesOf(beforeConversion(Arg), InReach);
    Handed |= !From.empty();
    Found.From.add(From);
  }
  // A member of what has the context may look at it unasked; so may a callable
  // that was made with it.
  if (Object && !Handed) {
    const Expr *Meant = Object->IgnoreParenImpCasts();
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
    if (Types.holds(Object->getType())) {
      if (isa<CXXThisExpr>(Meant) && Method && !Method->isStatic())
        Found.From.Unknown = true;
      else
        Found.From.add(sourcesOf(Object, InReach));
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(Meant)) {
      const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
      if (V && V->isLocalVarDecl() && V->getInit() &&
          !V->getType()->isPointerType()) {
        Sources From = sourcesOf(V->getInit(), InReach);
        for (const ValueDecl *D : From.Decls)
          if (Types.holds(D->getType()))
            Found.From.add(D);
      }
    }
  }
  bool Standard = Callee && flow::isStandard(Callee, SM);
  bool Callable = isa<CXXOperatorCallExpr>(Call);
  Found.ByValue = isa<CXXConstructExpr>(Call) || !Call->getType()->isVoidType();
  Found.ByThrow =
      Handed && (!Standard || Callable) && flow::mayThrow(Call, Context);
  addOuts(Call, Types, Found);
  if (Handed)
    for (const Expr *Arg : Call->arguments())
      if (const auto *Lambda = dyn_cast<LambdaExpr>(beforeConversion(Arg)))
        addRead(Lambda, Types, Found);
  return Found;
}

template <typename CallT>
Look Looks::follow(const CallT *Call, const FunctionDecl *Body,
                   const Expr *Object, const Reach *InReach) const {
  Summary S = summaryOf(Body);
  Look Found;
  Found.TheKind = Look::HandOff;
  Found.From.Unknown = S.Looked.Unknown;
  // A call operator's object stands before its arguments.
  unsigned Offset =
      isa<CXXOperatorCallExpr>(Call) && isa<CXXMethodDecl>(Body) ? 1 : 0;
  bool OnThis = Object && isa<CXXThisExpr>(Object->IgnoreParenImpCasts());
  for (const ValueDecl *D : S.Looked.Decls) {
    if (const auto *P = dyn_cast<ParmVarDecl>(D);
        P && P->getDeclContext() == Body) {
      unsigned Index = P->getFunctionScopeIndex() + Offset;
      if (Index < Call->getNumArgs())
        Found.From.add(sourcesOf(Call->getArg(Index), InReach));
    } else if (isa<FieldDecl>(D)) {
      const auto *Method = dyn_cast<CXXMethodDecl>(Body);
      if (OnThis || (Method && Method->getParent()->isLambda()))
        Found.From.add(D);
      else
        Found.From.Unknown = true;
    } else if (InReach) {
      // Captured, or of a scope around.
      if (InReach->contains(Sources{{D}, false}))
        Found.From.add(D);
      else if (const auto *V = dyn_cast<VarDecl>(D);
               V && V->isLocalVarDeclOrParm() && V->getInit())
        Found.From.add(sourcesOf(V->getInit(), InReach));
    } else {
      Found.From.add(D);
    }
  }
  if (Found.From.empty())
    return Found;
  Found.IsUnderWay = S.IsUnderWay;
  Found.ByValue = S.ByValue && !isa<CXXConstructExpr>(Call) &&
                  !Call->getType()->isVoidType();
  Found.WhenDone = S.WhenDone;
  Found.WhenAlive = S.WhenAlive;
  Found.ByThrow = S.Throws && flow::mayThrow(Call, Context);
  Found.Thrown = S.Thrown;
  bool OnItself =
      OnThis || (isa<CXXMethodDecl>(Body) &&
                 cast<CXXMethodDecl>(Body)->getParent()->isLambda());
  for (const ValueDecl *D : S.Sets) {
    if (const auto *P = dyn_cast<ParmVarDecl>(D);
        P && P->getDeclContext() == Body) {
      unsigned Index = P->getFunctionScopeIndex() + Offset;
      const Expr *Arg =
          Index < Call->getNumArgs() ? Call->getArg(Index) : nullptr;
      if (const ValueDecl *Set = Arg ? flow::rootOf(Arg) : nullptr)
        Found.Outs.push_back(Set);
    } else if (OnItself || !isa<FieldDecl>(D)) {
      Found.Outs.push_back(D);
    } else if (const ValueDecl *Set = Object ? flow::rootOf(Object) : nullptr) {
      Found.Outs.push_back(Set);
    }
  }
  return Found;
}

Summary Looks::summaryOf(const FunctionDecl *Body) const {
  if (auto Place = Known.find(Body); Place != Known.end())
    return Place->second;
  if (auto Place = InTheMaking.find(Body); Place != InTheMaking.end()) {
    // Recursion: what it does is found out there, and is not final here.
    LowestRecursion = std::min(LowestRecursion, Place->second.Depth);
    return Place->second.Assumed;
  }
  // Functions that call each other in a tangle would be gone through again and
  // again.
  constexpr unsigned Deepest = 40, Most = 5000;
  unsigned Depth = InTheMaking.size();
  if (Depth == 0)
    Effort = 0;
  if (Depth >= Deepest || ++Effort > Most)
    return Summary();
  unsigned Around = std::exchange(LowestRecursion, ~0U);
  Summary Made = summarizeRecursion(Body, Depth);
  bool IsFinal = LowestRecursion >= Depth;
  LowestRecursion = std::min(Around, IsFinal ? ~0U : LowestRecursion);
  if (IsFinal)
    Known[Body] = Made;
  return Made;
}

// First as if no call of itself came back, then with what that has shown.
Summary Looks::summarizeRecursion(const FunctionDecl *Body,
                                  unsigned Depth) const {
  Making &M = InTheMaking[Body];
  M.Depth = Depth;
  M.Assumed = Summary();
  M.Assumed.IsUnderWay = M.Assumed.Looked.Unknown = M.Assumed.ByValue = true;
  M.Assumed.WhenDone = M.Assumed.WhenAlive = flow::Value::nothing();
  Summary First = summarize(Body, *this, Context);
  Summary Made = First;
  if (LowestRecursion == Depth && First.ByValue) {
    InTheMaking[Body].Assumed = First;
    Made = summarize(Body, *this, Context);
    if (!(Made.WhenDone == First.WhenDone))
      Made.WhenDone = flow::Value();
    if (!(Made.WhenAlive == First.WhenAlive))
      Made.WhenAlive = flow::Value();
  }
  InTheMaking.erase(Body);
  return Made;
}

std::optional<llvm::BitVector>
Looks::casesWithoutLabel(const flow::Node &N) const {
  const auto *Select =
      N.Condition ? dyn_cast<CallExpr>(flow::meant(N.Condition)) : nullptr;
  if (!Select || !isa<SwitchStmt>(N.Statement) || !isSelect(Select))
    return std::nullopt;
  llvm::BitVector Missing(Select->getNumArgs(), true);
  for (const flow::Edge &E : N.Out)
    if (const auto *Case = dyn_cast_or_null<CaseStmt>(E.Label);
        Case && !Case->getRHS())
      if (std::optional<int64_t> Number =
              flow::constantOf(Case->getLHS(), Context);
          Number && *Number >= 0 && *Number < Missing.size())
        Missing.reset(*Number);
  return Missing;
}

bool Looks::isBlocking(const CallExpr *Call) const {
  if (Call->isTypeDependent())
    return false;
  if (const model::Select *S = R.selectOf(Call)) {
    for (const Expr *Arg : Call->arguments()) {
      const auto *Case = dyn_cast<CallExpr>(flow::meant(Arg));
      if (!Case || R.isReceiveCase(*S, Case) || R.isDefaultCase(*S, Case))
        return false;
    }
    return true;
  }
  // A wait that is handed a context heeds it.
  return R.isBlocking(Call) &&
         llvm::none_of(Call->arguments(), [&](const Expr *Arg) {
           return Types.isLookable(Arg->getType());
         });
}

} // namespace clang::tidy::context
