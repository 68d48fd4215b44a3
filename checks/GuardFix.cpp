// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "GuardFix.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/SetVector.h"

namespace clang::tidy::context {

//===-- What leaves the scope ---------------------------------------------===//

namespace {

// Whether a value of a type could have a context, or a cancel function, inside.
class HoldingTypes {
public:
  HoldingTypes(const model::Recognizer &Recognizer) : Recognizer(Recognizer) {}

  bool mayHold(QualType T, unsigned Depth = 0) const {
    constexpr unsigned Deepest = 6;
    if (T.isNull() || T->isDependentType() || Depth == Deepest)
      return true;
    T = T.getCanonicalType().getNonReferenceType();
    if (const Type *Element = T->getPointeeOrArrayElementType();
        Element != T.getTypePtr())
      return T->isFunctionPointerType() || Element->isVoidType() ||
             mayHold(QualType(Element, 0), Depth + 1);
    const CXXRecordDecl *R = T->getAsCXXRecordDecl();
    if (!R)
      return T->isFunctionType();
    if (Recognizer.contextOf(R) || Recognizer.isResult(T) || isCallable(T) ||
        isTask(R))
      return true;
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R))
      for (const TemplateArgument &A : Spec->getTemplateArgs().asArray())
        if (A.getKind() == TemplateArgument::Type &&
            mayHold(A.getAsType(), Depth + 1))
          return true;
    if (!R->hasDefinition())
      return true;
    // The standard library's other classes hold what their arguments say.
    if (R->getASTContext().getSourceManager().isInSystemHeader(
            R->getLocation()))
      return false;
    if (R->isPolymorphic())
      return true;
    for (const FieldDecl *F : R->fields())
      if (mayHold(F->getType(), Depth + 1))
        return true;
    for (const CXXBaseSpecifier &B : R->bases())
      if (mayHold(B.getType(), Depth + 1))
        return true;
    return false;
  }

  // Work that goes on by itself, and may have been given anything.
  static bool isTask(const CXXRecordDecl *R) {
    if (!R->hasDefinition())
      return false;
    for (const CXXMethodDecl *M : R->methods())
      if (const IdentifierInfo *Name = M->getIdentifier())
        if (Name->isStr("join") || Name->isStr("wait") ||
            Name->isStr("detach") || Name->isStr("await_ready"))
          return true;
    return false;
  }

private:
  const model::Recognizer &Recognizer;
};

class DepartureFinder {
public:
  DepartureFinder(const flow::Graph &G, const model::Recognizer &Recognizer)
      : G(G), Recognizer(Recognizer), Types(Recognizer) {}

  std::optional<Departure> run(llvm::ArrayRef<const ValueDecl *> Start) {
    Names.insert(Start.begin(), Start.end());
    // What is made from a name is another name to follow.
    for (size_t I = 0; I != Names.size(); ++I)
      for (const DeclRefExpr *Ref : G.referencesTo(Names[I]))
        if (const Stmt *Where = follow(Ref))
          return Departure{Ref->getDecl(), Where};
    return std::nullopt;
  }

private:
  // Where the value that Ref names leaves the scope; null if it does not.
  const Stmt *follow(const DeclRefExpr *Ref) {
    const Expr *E = Ref;
    while (true) {
      const Stmt *P = G.parentOf(E);
      if (!P || !Types.mayHold(E->getType()))
        return nullptr;
      if (isa<ReturnStmt, CoreturnStmt, CoyieldExpr, CXXThrowExpr, CXXNewExpr>(
              P))
        return P;
      if (const auto *Declaration = dyn_cast<DeclStmt>(P))
        return declares(Declaration, E);
      const auto *Outer = dyn_cast<Expr>(P);
      if (!Outer)
        return nullptr;
      if (const Expr *To = assignedBy(Outer, E)) {
        if (const VarDecl *V = localRoot(To)) {
          Names.insert(V);
          return nullptr;
        }
        return Outer;
      }
      const auto *Call = dyn_cast<CallExpr>(Outer);
      if (Call && Call->isCallToStdMove()) {
        E = Outer;
        continue;
      }
      if (!keepsValue(Outer, E) && passesOn(Outer, E))
        return Outer;
      if (Call && (Recognizer.isPoll(Call) || isCalled(Call, E)))
        return nullptr; // Its result tells; it does not hold.
      E = Outer;
    }
  }

  const Stmt *declares(const DeclStmt *Declaration, const Expr *Init) {
    for (const Decl *D : Declaration->decls())
      if (const auto *V = dyn_cast<VarDecl>(D); V && V->getInit() == Init) {
        if (!V->hasLocalStorage())
          return Declaration;
        Names.insert(V);
        if (const auto *Parts = dyn_cast<DecompositionDecl>(V))
          Names.insert(Parts->bindings().begin(), Parts->bindings().end());
      }
    return nullptr;
  }

  static const Expr *assignedBy(const Expr *Outer, const Expr *E) {
    if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(Outer))
      if (Call->isAssignmentOp() && Call->getNumArgs() == 2 &&
          Call->getArg(1) == E)
        return Call->getArg(0);
    if (const auto *Op = dyn_cast<BinaryOperator>(Outer))
      if (Op->isAssignmentOp() && Op->getRHS() == E)
        return Op->getLHS();
    return nullptr;
  }

  // The local variable of this function that E is, or is a part of.
  static const VarDecl *localRoot(const Expr *E) {
    E = E->IgnoreParenImpCasts();
    while (const auto *Member = dyn_cast<MemberExpr>(E)) {
      if (Member->isArrow())
        return nullptr;
      E = Member->getBase()->IgnoreParenImpCasts();
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    const ValueDecl *D = Ref ? Ref->getDecl() : nullptr;
    if (const auto *Binding = dyn_cast_or_null<BindingDecl>(D))
      D = dyn_cast_or_null<ValueDecl>(Binding->getDecomposedDecl());
    const auto *V = dyn_cast_or_null<VarDecl>(D);
    return V && V->hasLocalStorage() && !V->getType()->isReferenceType() &&
                   !Ref->refersToEnclosingVariableOrCapture()
               ? V
               : nullptr;
  }

  static bool isCalled(const CallExpr *Call, const Expr *E) {
    if (Call->getCallee()->IgnoreParenImpCasts() == E->IgnoreParenImpCasts())
      return true;
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
    return Operator && Operator->getOperator() == OO_Call &&
           Operator->getArg(0) == E;
  }

  // Whether the call Outer may keep its argument E for longer: E is work that
  // it is given, or its object is from outside and can hold E.
  bool passesOn(const Expr *Outer, const Expr *E) const {
    llvm::ArrayRef<const Expr *> Arguments;
    const Expr *Object = nullptr;
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Outer)) {
      Arguments = {Construct->getArgs(), Construct->getNumArgs()};
      // A std::function made from it is just another name, and a guard made
      // here lives here: only a thread runs on by itself.
      const CXXRecordDecl *Made = Construct->getType()->getAsCXXRecordDecl();
      if (!Made || !HoldingTypes::isTask(Made))
        return false;
    } else if (const auto *Call = dyn_cast<CallExpr>(Outer)) {
      Arguments = {Call->getArgs(), Call->getNumArgs()};
      if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
        Object = Member->getImplicitObjectArgument();
      } else if (isa<CXXOperatorCallExpr>(Call) &&
                 isa_and_nonnull<CXXMethodDecl>(Call->getCalleeDecl())) {
        Object = Arguments.front();
        Arguments = Arguments.drop_front();
      }
    }
    if (!llvm::is_contained(Arguments, E))
      return false;
    if (isCallable(E->getType()))
      return true;
    return Object && !isa<CXXThisExpr>(Object->IgnoreParenImpCasts()) &&
           !localRoot(Object) && Types.mayHold(Object->getType());
  }

  const flow::Graph &G;
  const model::Recognizer &Recognizer;
  const HoldingTypes Types;
  llvm::SetVector<const ValueDecl *> Names;
};

} // namespace

std::optional<Departure> findDeparture(const flow::Graph &G,
                                       llvm::ArrayRef<const ValueDecl *> Names,
                                       const model::Recognizer &Recognizer) {
  return DepartureFinder(G, Recognizer).run(Names);
}

//===-- The guard's line --------------------------------------------------===//

namespace {

// Every name that a function's text mentions or declares.
class NameCollector : public RecursiveASTVisitor<NameCollector> {
public:
  explicit NameCollector(llvm::StringSet<> &Names) : Names(Names) {}

  bool VisitNamedDecl(NamedDecl *D) {
    if (D->getIdentifier())
      Names.insert(D->getName());
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *E) { return VisitNamedDecl(E->getDecl()); }
  bool VisitMemberExpr(MemberExpr *E) {
    return !E->isImplicitAccess() || VisitNamedDecl(E->getMemberDecl());
  }

private:
  llvm::StringSet<> &Names;
};

} // namespace

std::string FreeNames::get(const FunctionDecl *F, llvm::StringRef Wanted) {
  auto [Place, IsNew] = Known.try_emplace(F);
  InFunction &Names = Place->second;
  if (IsNew)
    NameCollector(Names.Taken).TraverseDecl(const_cast<FunctionDecl *>(F));
  std::string Name = Wanted.str();
  for (unsigned &I = Names.Last[Wanted]; !Names.Taken.insert(Name).second;)
    Name = (Wanted + llvm::Twine(I = std::max(I + 1, 2U))).str();
  return Name;
}

static std::string replaceAll(std::string Text, llvm::StringRef What,
                              llvm::StringRef With) {
  for (size_t At = Text.find(What.str()); At != std::string::npos;
       At = Text.find(What.str(), At + With.size()))
    Text.replace(At, What.size(), With.str());
  return Text;
}

// Whether D is 'auto ctx = Make(...).ctx;', of which the whole left side can be
// written anew as a structured binding.
static bool keepsOnlyContext(const VarDecl *V, const MadeCancel &Made) {
  const Expr *Init =
      V->getInit() ? V->getInit()->IgnoreUnlessSpelledInSource() : nullptr;
  const auto *Member = dyn_cast_or_null<MemberExpr>(Init);
  return Member && !isa<DecompositionDecl>(V) &&
         Member->getMemberDecl()->getName() == Made.Derived.Context &&
         Member->getBase()->IgnoreUnlessSpelledInSource() == Made.Call;
}

// A comment at the end of the declaration's line stays on that line.
static SourceLocation pastComment(SourceLocation After,
                                  const SourceManager &SM) {
  StringRef Rest(SM.getCharacterData(After));
  Rest = Rest.substr(0, Rest.find_first_of("\r\n"));
  return Rest.ltrim().take_front(2) == "//"
             ? After.getLocWithOffset(Rest.size())
             : After;
}

GuardFix makeGuard(const flow::Graph &G, const MadeCancel &Made,
                   const ASTContext &Context, utils::IncludeInserter &Includes,
                   FreeNames &Names) {
  const SourceManager &SM = Context.getSourceManager();
  const LangOptions &LangOpts = Context.getLangOpts();
  const model::Guard *Guard = Made.Derived.TheGuard;
  if (!Guard || Made.TheFate == MadeCancel::Assigned)
    return {};
  // The declaration must be a statement of its own in a block.
  const Stmt *S = Made.Call;
  while (S && !isa<DeclStmt>(S))
    S = G.parentOf(S);
  const auto *Declaration = dyn_cast_or_null<DeclStmt>(S);
  if (!Declaration || !Declaration->isSingleDecl() ||
      !isa_and_nonnull<CompoundStmt>(G.parentOf(Declaration)))
    return {};
  SourceRange Range = Declaration->getSourceRange();
  if (Range.getBegin().isMacroID() || Range.getEnd().isMacroID())
    return {};
  SourceLocation After = Lexer::findLocationAfterToken(
      Declaration->getEndLoc(), tok::semi, SM, LangOpts,
      /*SkipTrailingWhitespaceAndNewLine=*/false);
  if (After.isInvalid())
    // The statement's range has the semicolon already.
    After =
        Lexer::getLocForEndOfToken(Declaration->getEndLoc(), 0, SM, LangOpts);
  After = pastComment(After, SM);

  GuardFix Fix;
  std::string Cancel;
  const auto *V = cast<VarDecl>(Declaration->getSingleDecl());
  if (Made.TheFate == MadeCancel::Discarded) {
    if (!keepsOnlyContext(V, Made))
      return {};
    Cancel = Names.get(G.function(), "cancel");
    Fix.Edits.push_back(FixItHint::CreateReplacement(
        CharSourceRange::getTokenRange(V->getBeginLoc(), V->getLocation()),
        ("auto [" + V->getName() + ", " + Cancel + "]").str()));
    // What closes the initialiser, '.ctx', goes.
    const auto *Member =
        cast<MemberExpr>(V->getInit()->IgnoreUnlessSpelledInSource());
    Fix.Edits.push_back(FixItHint::CreateRemoval(CharSourceRange::getTokenRange(
        Member->getOperatorLoc(), Member->getMemberLoc())));
  } else if (!Made.HasWhole && Made.Name->getName() == "_") {
    // The customary name of what is not wanted; it is wanted now.
    Cancel = Names.get(G.function(), "cancel");
    Fix.Edits.push_back(FixItHint::CreateReplacement(
        SourceRange(Made.Name->getLocation()), Cancel));
  } else {
    Cancel = Made.expression();
    if (Cancel.empty())
      return {};
  }
  Fix.Line = replaceAll(
      replaceAll(Guard->Text, "{guard}", Names.get(G.function(), "guard")),
      "{cancel}", Cancel);
  std::string Indent =
      Lexer::getIndentationForLine(Declaration->getBeginLoc(), SM).str();
  Fix.Edits.push_back(
      FixItHint::CreateInsertion(After, "\n" + Indent + Fix.Line));
  if (!Guard->Include.empty())
    if (auto Include = Includes.createIncludeInsertion(
            SM.getFileID(After), "<" + Guard->Include + ">"))
      Fix.Edits.push_back(*Include);
  return Fix;
}

} // namespace clang::tidy::context
