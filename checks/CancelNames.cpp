// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "CancelNames.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

namespace clang::tidy::context {

//===-- Expressions -------------------------------------------------------===//

bool isCallable(QualType T) {
  const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition())
    return false;
  if (R->isLambda())
    return true;
  auto Declares = [](const CXXRecordDecl *Class) {
    return llvm::any_of(Class->decls(), [](const Decl *D) {
      if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
        D = Template->getTemplatedDecl();
      const auto *M = dyn_cast<CXXMethodDecl>(D);
      return M && M->getOverloadedOperator() == OO_Call;
    });
  };
  return Declares(R) || !R->forallBases([&](const CXXRecordDecl *Base) {
    return !Declares(Base);
  });
}

static bool isSameRecord(QualType A, QualType B) {
  const CXXRecordDecl *RA = A.getNonReferenceType()->getAsCXXRecordDecl();
  const CXXRecordDecl *RB = B.getNonReferenceType()->getAsCXXRecordDecl();
  return RA && RB && RA->getCanonicalDecl() == RB->getCanonicalDecl();
}

bool keepsValue(const Stmt *Outer, const Expr *Inner) {
  if (isa<ParenExpr, ImplicitCastExpr, FullExpr, MaterializeTemporaryExpr,
          CXXBindTemporaryExpr>(Outer))
    return true;
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Outer))
    return isSameRecord(Cast->getType(), Inner->getType());
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Outer))
    return Construct->getNumArgs() >= 1 && Construct->getArg(0) == Inner &&
           Construct->getConstructor()->isCopyOrMoveConstructor();
  if (const auto *List = dyn_cast<InitListExpr>(Outer))
    return List->getNumInits() == 1 &&
           isSameRecord(List->getType(), Inner->getType());
  if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(Outer))
    return Choice->getCond() != Inner;
  if (const auto *Comma = dyn_cast<BinaryOperator>(Outer))
    return Comma->isCommaOp() && Comma->getRHS() == Inner;
  return false;
}

// Whether Outer makes another callable out of Inner alone: a std::function.
static bool wrapsCallable(const Stmt *Outer, const Expr *Inner) {
  const auto *Construct = dyn_cast<CXXConstructExpr>(Outer);
  if (!Construct || Construct->getNumArgs() == 0 ||
      Construct->getArg(0) != Inner || isa<LambdaExpr>(Outer))
    return isa<ExplicitCastExpr>(Outer) &&
           isCallable(cast<Expr>(Outer)->getType());
  for (unsigned I = 1; I != Construct->getNumArgs(); ++I)
    if (!Construct->getArg(I)->isDefaultArgument())
      return false;
  return isCallable(Construct->getType());
}

static bool isVoidCast(const Stmt *S) {
  const auto *Cast = dyn_cast<ExplicitCastExpr>(S);
  return Cast && Cast->getType()->isVoidType();
}

// The sides of an assignment, built-in or overloaded.
static std::pair<const Expr *, const Expr *> assignment(const Stmt *S) {
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S))
    if (Call->getOperator() == OO_Equal && Call->getNumArgs() == 2)
      return {Call->getArg(0), Call->getArg(1)};
  if (const auto *Op = dyn_cast<BinaryOperator>(S))
    if (Op->getOpcode() == BO_Assign)
      return {Op->getLHS(), Op->getRHS()};
  return {nullptr, nullptr};
}

static bool isComparison(const Stmt *S) {
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S))
    return Call->isComparisonOp();
  if (const auto *Op = dyn_cast<BinaryOperator>(S))
    return Op->isComparisonOp();
  return isa<CXXRewrittenBinaryOperator>(S);
}

static const ValueDecl *namedBy(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
  return Ref ? Ref->getDecl() : nullptr;
}

static bool isLocalName(const ValueDecl *D) {
  if (const auto *Binding = dyn_cast_or_null<BindingDecl>(D))
    D = dyn_cast<ValueDecl>(Binding->getDecomposedDecl());
  const auto *V = dyn_cast_or_null<VarDecl>(D);
  return V && V->hasLocalStorage() && !V->getType()->isReferenceType();
}

// Whether the value of E, an operand of Parent, is thrown away there: it is a
// statement of its own, say. ParentOf tells a statement expression's result.
static bool isDropped(const Stmt *Parent, const Expr *E, ParentOf Up) {
  if (!Parent)
    return false; // The initialiser of a member or of a global variable.
  if (isVoidCast(Parent))
    return true;
  if (const auto *Comma = dyn_cast<BinaryOperator>(Parent))
    return Comma->isCommaOp() && Comma->getLHS() == E;
  if (const auto *Block = dyn_cast<CompoundStmt>(Parent))
    return !isa_and_nonnull<StmtExpr>(Up(Block)) || Block->body_back() != E;
  return !isa<Expr, DeclStmt, ReturnStmt, CoreturnStmt>(Parent);
}

//===-- What becomes of a result ------------------------------------------===//

const VarDecl *MadeCancel::variable() const {
  if (const auto *Binding = dyn_cast_or_null<BindingDecl>(Name))
    return dyn_cast<VarDecl>(Binding->getDecomposedDecl());
  return dyn_cast_or_null<VarDecl>(Name);
}

std::string MadeCancel::expression() const {
  std::string Text = Name->getNameAsString();
  if (!HasWhole)
    return Text;
  unsigned Index = 0;
  if (!llvm::StringRef(Derived.Cancel).getAsInteger(10, Index))
    return std::string();
  return Text + "." + Derived.Cancel;
}

// The place of a part among the elements of a result: the index that the model
// gives, or that of the member of this name; the members of a std::pair are
// bound as a tuple's elements.
static std::optional<unsigned> indexOf(llvm::StringRef Part, QualType Result) {
  unsigned Index = 0;
  if (!Part.getAsInteger(10, Index))
    return Index;
  const CXXRecordDecl *R = Result.getNonReferenceType()->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition())
    return std::nullopt;
  for (const FieldDecl *F : R->fields())
    if (F->getIdentifier() && F->getName() == Part)
      return F->getFieldIndex();
  return std::nullopt;
}

// The binding of D that has the part of a result; null if it cannot be told.
static const BindingDecl *bindingOf(const DecompositionDecl *D,
                                    llvm::StringRef Part) {
  std::optional<unsigned> Index = indexOf(Part, D->getType());
  return Index && *Index < D->bindings().size() ? D->bindings()[*Index]
                                                : nullptr;
}

// The I of 'get<I>(Result)', the protocol of what can be bound as a tuple is.
static std::optional<unsigned> elementTaken(const Stmt *S, const Expr *Result) {
  const auto *Call = dyn_cast<CallExpr>(S);
  if (!Call || Call->getNumArgs() != 1 || Call->getArg(0) != Result)
    return std::nullopt;
  const FunctionDecl *F = Call->getDirectCallee();
  const TemplateArgumentList *Arguments =
      F && F->getIdentifier() && F->getName() == "get"
          ? F->getTemplateSpecializationArgs()
          : nullptr;
  if (!Arguments || Arguments->size() == 0 ||
      Arguments->get(0).getKind() != TemplateArgument::Integral)
    return std::nullopt;
  return Arguments->get(0).getAsIntegral().getZExtValue();
}

// Whether S takes the part of that name, or index, out of Result.
static bool takesPart(const Stmt *S, const Expr *Result, llvm::StringRef Part) {
  if (const auto *Member = dyn_cast<MemberExpr>(S))
    return Member->getMemberDecl()->getIdentifier() &&
           Member->getMemberDecl()->getName() == Part;
  std::optional<unsigned> Element = elementTaken(S, Result);
  return Element && Element == indexOf(Part, Result->getType());
}

MadeCancel fateOf(const CallExpr *Call, const model::Derivation &D,
                  ParentOf Parent, const model::Recognizer &Recognizer) {
  MadeCancel Made;
  Made.Call = Call;
  Made.Derived = D;
  Made.HasWhole = D.Cancel != "result";
  const Expr *E = Call;
  auto Fate = [&](MadeCancel::Fate F) {
    Made.TheFate = F;
    return Made;
  };
  while (true) {
    const Stmt *P = Parent(E);
    if (isDropped(P, E, Parent))
      return Fate(MadeCancel::Discarded);
    if (!P)
      return Fate(MadeCancel::Used);
    if (keepsValue(P, E) || (!Made.HasWhole && wrapsCallable(P, E))) {
      E = cast<Expr>(P);
      continue;
    }
    if (Made.HasWhole && takesPart(P, E, D.Context))
      return Fate(MadeCancel::Discarded);
    if (Made.HasWhole && takesPart(P, E, D.Cancel)) {
      Made.HasWhole = false;
      E = cast<Expr>(P);
      continue;
    }
    if (const auto [To, From] = assignment(P); To && From == E) {
      const ValueDecl *Name = namedBy(To);
      if (Name && Recognizer.isDiscard(Name))
        return Fate(MadeCancel::Discarded);
      const auto *Ref = dyn_cast<DeclRefExpr>(To->IgnoreParenImpCasts());
      if (!isLocalName(Name) || Ref->refersToEnclosingVariableOrCapture())
        return Fate(MadeCancel::Used);
      Made.Name = Name;
      Made.Assignment = cast<Expr>(P);
      return Fate(MadeCancel::Assigned);
    }
    const auto *Declaration = dyn_cast<DeclStmt>(P);
    if (!Declaration)
      return Fate(MadeCancel::Used);
    for (const Decl *Each : Declaration->decls()) {
      const auto *V = dyn_cast<VarDecl>(Each);
      if (!V || V->getInit() != E)
        continue;
      if (!V->hasLocalStorage())
        return Fate(MadeCancel::Used);
      Made.Name = V;
      if (const auto *Parts = dyn_cast<DecompositionDecl>(V)) {
        Made.Name = Made.HasWhole ? bindingOf(Parts, D.Cancel) : nullptr;
        Made.HasWhole = false;
        if (!Made.Name)
          return Fate(MadeCancel::Used);
      }
      // A variable of another type has swallowed the result: an optional, any.
      if (Made.HasWhole && !isSameRecord(V->getType(), Call->getType()))
        return Fate(MadeCancel::Used);
      return Fate(MadeCancel::Declared);
    }
    return Fate(MadeCancel::Used);
  }
}

//===-- Mentions ----------------------------------------------------------===//

void forEachReference(const Stmt *Root,
                      llvm::function_ref<void(const DeclRefExpr *)> Visit) {
  llvm::SmallVector<const Stmt *, 32> Work{Root};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      Visit(Ref);
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
      for (const Expr *Init : Lambda->capture_inits())
        Work.push_back(Init);
      continue;
    }
    for (const Stmt *Child : S->children())
      Work.push_back(Child);
  }
}

CancelNames::CancelNames(const flow::Graph &G, const MadeCancel &Made,
                         const model::Recognizer &Recognizer)
    : G(G), Made(Made), Recognizer(Recognizer) {
  (Made.HasWhole ? Wholes : Cancels).insert(Made.Name);
  collect();
}

void CancelNames::addParts(const DecompositionDecl *D) {
  if (const BindingDecl *B = bindingOf(D, Made.Derived.Cancel))
    Cancels.insert(B);
}

void CancelNames::collect() {
  llvm::SmallVector<const DeclRefExpr *, 32> Refs;
  auto Keep = [&](const DeclRefExpr *Ref) { Refs.push_back(Ref); };
  forEachReference(G.body(), Keep);
  // A mention may bring in another name, whose mentions then count too.
  llvm::SmallPtrSet<const DeclRefExpr *, 32> Done;
  for (size_t Before = 0; Before != Done.size() || Before == 0;) {
    Before = Done.size();
    for (const DeclRefExpr *Ref : Refs) {
      bool Whole = Wholes.count(Ref->getDecl());
      if ((!Whole && !Cancels.count(Ref->getDecl())) ||
          !Done.insert(Ref).second)
        continue;
      note(Ref, Whole ? mentionOfWhole(Ref) : mentionOfCancel(Ref));
    }
    if (Done.size() == Before)
      break;
  }
}

void CancelNames::note(const DeclRefExpr *Ref, Mention M) {
  if (M == Mention::Nothing)
    return;
  // The step at which it happens: the reference's own, or if it is none (some
  // parts of an expression are not) the one around it.
  llvm::ArrayRef<flow::NodeId> Where;
  for (const Stmt *S = Ref; S && Where.empty(); S = G.parentOf(S)) {
    if (isa<UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, CXXTypeidExpr>(S))
      return; // Not evaluated.
    Where = G.nodesOf(S);
    if (M == Mention::Overwrite && !assignment(S).first)
      Where = {};
  }
  for (flow::NodeId N : Where) {
    if (M == Mention::Overwrite) {
      Overwrites.insert(N);
      continue;
    }
    Uses.insert(N);
    if (M == Mention::Reference)
      References.insert(N);
  }
}

CancelNames::Mention CancelNames::initialises(const DeclStmt *Declaration,
                                              const Expr *Init,
                                              const Expr *Value, bool Whole) {
  for (const Decl *Each : Declaration->decls()) {
    const auto *V = dyn_cast<VarDecl>(Each);
    if (!V || V->getInit() != Init)
      continue;
    if (!V->hasLocalStorage())
      return Mention::Use;
    if (!V->getType()->isReferenceType())
      HasCopy = true;
    if (const auto *Parts = dyn_cast<DecompositionDecl>(V)) {
      if (!Whole)
        return Mention::Use;
      addParts(Parts);
      return Mention::Nothing;
    }
    bool Alias = isSameRecord(V->getType(), Value->getType()) ||
                 (!Whole && isCallable(V->getType()));
    if (!Alias)
      return Mention::Use;
    (Whole ? Wholes : Cancels).insert(V);
    return Mention::Nothing;
  }
  return Mention::Use;
}

CancelNames::Mention CancelNames::mentionOfWhole(const Expr *E) {
  const Expr *Value = E;
  while (true) {
    const Stmt *P = G.parentOf(E);
    if (isDropped(P, E, [&](const Stmt *S) { return G.parentOf(S); }))
      return Mention::Nothing;
    if (!P)
      return Mention::Use;
    if (takesPart(P, E, Made.Derived.Context))
      return Mention::Nothing;
    if (takesPart(P, E, Made.Derived.Cancel))
      return mentionOfCancel(cast<Expr>(P));
    if (keepsValue(P, E)) {
      E = cast<Expr>(P);
      continue;
    }
    if (const auto [To, From] = assignment(P); To) {
      if (To == E)
        return Mention::Overwrite;
      const ValueDecl *Name = namedBy(To);
      return Name && Recognizer.isDiscard(Name) ? Mention::Nothing
                                                : Mention::Use;
    }
    if (const auto *Declaration = dyn_cast<DeclStmt>(P))
      return initialises(Declaration, E, Value, /*Whole=*/true);
    return E->isGLValue() ? Mention::Reference : Mention::Use;
  }
}

// Whether Parent asks E, a callable, whether it is empty.
static bool isEmptinessTest(const Stmt *Parent) {
  const auto *Member = dyn_cast<MemberExpr>(Parent);
  return Member && isa<CXXConversionDecl>(Member->getMemberDecl()) &&
         Member->getMemberDecl()
             ->getType()
             ->castAs<FunctionType>()
             ->getReturnType()
             ->isBooleanType();
}

// 'cancel == nullptr' and 'cancel != nullptr'.
void CancelNames::noteNullTest(const Expr *Comparison) {
  auto Kind = BO_Comma;
  bool WithNull = false;
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(Comparison))
    Kind = BinaryOperator::getOverloadedOpcode(Call->getOperator());
  else if (const auto *Op = dyn_cast<BinaryOperator>(Comparison))
    Kind = Op->getOpcode();
  for (const Stmt *Side : Comparison->children())
    if (const auto *E = dyn_cast_or_null<Expr>(Side))
      WithNull |=
          isa<CXXNullPtrLiteralExpr, GNUNullExpr>(E->IgnoreParenImpCasts());
  if (WithNull && (Kind == BO_EQ || Kind == BO_NE))
    HoldsIfThere[Comparison] = Kind == BO_NE;
}

CancelNames::Mention CancelNames::mentionOfCancel(const Expr *E) {
  const Expr *Value = E;
  auto Up = [&](const Stmt *S) { return G.parentOf(S); };
  while (true) {
    const Stmt *P = G.parentOf(E);
    if (isDropped(P, E, Up))
      return Mention::Nothing;
    if (!P)
      return Mention::Use;
    if (isComparison(P)) {
      noteNullTest(cast<Expr>(P));
      return Mention::Nothing;
    }
    if (isEmptinessTest(P)) {
      if (const auto *Call = dyn_cast_or_null<Expr>(Up(P)))
        HoldsIfThere[Call] = true;
      return Mention::Nothing;
    }
    if (const auto [To, From] = assignment(P); To) {
      if (To == E)
        return Mention::Overwrite;
      const ValueDecl *Name = namedBy(To);
      return Name && Recognizer.isDiscard(Name) ? Mention::Nothing
                                                : Mention::Use;
    }
    if (keepsValue(P, E) || wrapsCallable(P, E)) {
      E = cast<Expr>(P);
      continue;
    }
    if (const auto *Declaration = dyn_cast<DeclStmt>(P))
      return initialises(Declaration, E, Value, /*Whole=*/false);
    // Calling it uses the value; what else has the variable itself may use what
    // is assigned to it later.
    bool Called = isa<CXXOperatorCallExpr>(P) &&
                  cast<CXXOperatorCallExpr>(P)->getOperator() == OO_Call &&
                  cast<CXXOperatorCallExpr>(P)->getArg(0) == E;
    return E->isGLValue() && !Called ? Mention::Reference : Mention::Use;
  }
}

bool CancelNames::isImpossible(const flow::Step &S) const {
  const flow::Node &Branch = G[S.From];
  if (!Branch.Condition || HoldsIfThere.empty())
    return false;
  bool Holds = S.Taken.Kind == flow::EdgeKind::True;
  if (!Holds && S.Taken.Kind != flow::EdgeKind::False)
    return false;
  const Expr *E = Branch.Condition->IgnoreParenImpCasts();
  while (true) {
    if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(E)) {
      E = Rewritten->getSemanticForm()->IgnoreParenImpCasts();
      continue;
    }
    const auto *Not = dyn_cast<UnaryOperator>(E);
    if (!Not || Not->getOpcode() != UO_LNot)
      break;
    Holds = !Holds;
    E = Not->getSubExpr()->IgnoreParenImpCasts();
  }
  auto Found = HoldsIfThere.find(E);
  return Found != HoldsIfThere.end() && Found->second != Holds;
}

} // namespace clang::tidy::context
