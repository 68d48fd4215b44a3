// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LeaveFix.h"
#include "LLVMVersions.h"
#include "flow/Loop.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Lex/Lexer.h"

namespace clang::tidy::context {

//===-- The look ----------------------------------------------------------===//

// How to get from the name of a context to its members; null if that takes more
// than one step.
static const char *accessOf(QualType T, const model::Recognizer &R) {
  T = T.getNonReferenceType();
  if (const CXXRecordDecl *Class = T->getAsCXXRecordDecl()) {
    if (R.contextOf(Class))
      return T.isVolatileQualified() ? nullptr : ".";
    // A std::weak_ptr has none.
    for (const CXXMethodDecl *Method : Class->methods())
      if (Method->getOverloadedOperator() == OO_Arrow)
        return R.contextOf(Method->getReturnType()->getPointeeCXXRecordDecl())
                   ? "->"
                   : nullptr;
    return nullptr;
  }
  return R.contextOf(T->getPointeeCXXRecordDecl()) &&
                 !T->getPointeeType().isVolatileQualified()
             ? "->"
             : nullptr;
}

static bool isUsable(const CXXMethodDecl *Method) {
  return Method->getAccess() == AS_public && Method->isConst() &&
         !Method->isVolatile() && Method->getRefQualifier() == RQ_None &&
         !Method->isDeleted() && !Method->isConsteval() &&
         !Method->isDeprecated();
}

static bool decides(QualType T) {
  if (T->isBooleanType())
    return true;
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition())
    return false;
  return llvm::any_of(Class->getDefinition()->getVisibleConversionFunctions(),
                      [](const NamedDecl *D) {
                        const auto *C = dyn_cast<CXXConversionDecl>(D);
                        return C && C->getConversionType()->isBooleanType() &&
                               isUsable(C);
                      });
}

// The member function that tells whether a context is done, if a call of it by
// its name can mean nothing else.
static const CXXMethodDecl *pollOf(const CXXRecordDecl *Class,
                                   const model::Recognizer &R) {
  if (!Class || !Class->hasDefinition())
    return nullptr;
  Class = Class->getDefinition();
  for (const CXXMethodDecl *Method : Class->methods())
    if (Method->getIdentifier() && isUsable(Method) &&
        Method->getMinRequiredArguments() == 0 && R.isPoll(Method) &&
        !R.isBlocking(Method) && decides(Method->getReturnType()) &&
        Class->lookup(Method->getDeclName()).isSingleResult())
      return Method;
  // Of several bases, each could have it.
  if (Class->getNumBases() != 1 ||
      Class->bases_begin()->getAccessSpecifier() != AS_public)
    return nullptr;
  const CXXMethodDecl *Method =
      pollOf(Class->bases_begin()->getType()->getAsCXXRecordDecl(), R);
  return Method && Class->lookup(Method->getDeclName()).empty() ? Method
                                                                : nullptr;
}

//===-- Its name ----------------------------------------------------------===//

// Whether something that is no variable has this name in F: a type, a function,
// an enumerator. Nobody writes that, so where in F is not asked.
static bool hasOther(const FunctionDecl *F, DeclarationName Name) {
  auto IsIt = [&](const Decl *D) {
    const auto *Named = dyn_cast<NamedDecl>(D);
    return Named && Named->getDeclName() == Name &&
           !isa<VarDecl, BindingDecl>(Named);
  };
  for (const Decl *D : F->decls()) {
    if (IsIt(D))
      return true;
    if (const auto *Enum = dyn_cast<EnumDecl>(D))
      if (llvm::any_of(Enum->enumerators(), IsIt))
        return true;
  }
  return false;
}

// Whether the loop itself, rather than code before it, declares Name.
static bool declares(const Stmt *Loop, DeclarationName Name) {
  const VarDecl *Declared = nullptr;
  if (const auto *While = dyn_cast<WhileStmt>(Loop))
    Declared = While->getConditionVariable();
  else if (const auto *For = dyn_cast<ForStmt>(Loop))
    Declared = For->getConditionVariable();
  else if (const auto *Range = dyn_cast<CXXForRangeStmt>(Loop))
    // It may have a binding, or an initializer, of that name as well.
    return Range->getInit() ||
           isa<DecompositionDecl>(Range->getLoopVariable()) ||
           Range->getLoopVariable()->getDeclName() == Name;
  return Declared && Declared->getDeclName() == Name;
}

// Whether Root's name means it at the loop, rather than something that hides
// it.
static bool canBeNamed(const ValueDecl *Root, const FunctionDecl *F,
                       const Stmt *Loop, flow::ScopesOfFunctions &Scopes) {
  const DeclarationName Name = Root->getDeclName();
  if (declares(Loop, Name))
    return false;
  flow::Scopes::Variables Visible = Scopes.of(F).visibleAt(Loop);
  while (true) {
    const ValueDecl *Found = nullptr;
    auto Offer = [&](const ValueDecl *D) {
      if (D->getDeclName() == Name)
        Found = cast<ValueDecl>(D->getCanonicalDecl());
    };
    for (const ParmVarDecl *P : F->parameters())
      Offer(P);
    for (const VarDecl *V : Visible) {
      Offer(V);
      if (const auto *Parts = dyn_cast<DecompositionDecl>(V))
        for (const BindingDecl *Part : Parts->bindings())
          Offer(Part);
    }
    if (hasOther(F, Name))
      return false;
    if (Found)
      return Found == Root;
    const auto *Method = dyn_cast<CXXMethodDecl>(F);
    if (!Method)
      return false;
    const CXXRecordDecl *Class = Method->getParent();
    if (!Class->isLambda()) // One of a base may be hidden, or private.
      return isa<FieldDecl>(Root) &&
             !(F->getNumParams() > 0 &&
               isExplicitObjectParameter(*F->getParamDecl(0))) &&
             !Method->isVolatile() &&
             cast<FieldDecl>(Root)->getParent()->getCanonicalDecl() ==
                 Class->getCanonicalDecl();
    for (const LambdaCapture &Capture : Class->captures())
      if (Capture.capturesVariable() &&
          Capture.getCapturedVar()->getDeclName() == Name)
        return Capture.getCapturedVar()->getCanonicalDecl() == Root;
    // To name it would capture it, and not everything can be copied.
    if (Class->getLambdaCaptureDefault() == LCD_ByCopy && !isa<FieldDecl>(Root))
      return false;
    F = dyn_cast_or_null<FunctionDecl>(Class->getDeclContext());
    if (!F)
      return false;
    Visible = Scopes.of(F).visibleAt(Class);
  }
}

// Whether what a context is called is a variable's or member's own name, or
// that of a field of its class behind one step.
static bool isPlain(const Reach::Entry &E) {
  const std::string Root = E.Root->getNameAsString();
  if (E.Name == Root)
    return true;
  QualType T = E.Root->getType().getNonReferenceType();
  std::string Prefix = Root + ".";
  if (T->isPointerType()) {
    T = T->getPointeeType();
    Prefix = Root + "->";
  }
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition() || T.isVolatileQualified())
    return false;
  return llvm::any_of(Class->getDefinition()->fields(),
                      [&](const FieldDecl *Field) {
                        return Prefix + Field->getNameAsString() == E.Name &&
                               Field->getType() == E.Type;
                      });
}

//===-- The return --------------------------------------------------------===//

// What F returns when its context is done, with the space in front of it;
// nothing if nobody can know.
static std::optional<std::string> resultOf(const FunctionDecl *F,
                                           const CXXMethodDecl *Poll,
                                           const std::string &Look,
                                           const ASTContext &Context) {
  QualType T = F->getReturnType();
  if (T->isVoidType())
    return "";
  if (T->isBooleanType())
    return " false";
  if (Context.hasSameUnqualifiedType(T, Poll->getReturnType()))
    return " " + Look;
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (Class && model::Recognizer::qualifiedName(Class) == "::std::error_code")
    return " std::make_error_code(std::errc::operation_canceled)";
  return std::nullopt;
}

// Whether F is what was written, rather than made from a template: others that
// are made from it may have another context there, or none.
static bool isWritten(const FunctionDecl *F) {
  for (const DeclContext *Outer = F; Outer; Outer = Outer->getParent()) {
    if (const auto *Function = dyn_cast<FunctionDecl>(Outer);
        Function && Function->isTemplateInstantiation())
      return false;
    if (const auto *Class = dyn_cast<CXXRecordDecl>(Outer);
        Class &&
        isTemplateInstantiation(Class->getTemplateSpecializationKind()))
      return false;
  }
  return true;
}

static bool mayReturn(const FunctionDecl *F) {
  // No handler of a constructor's own may. With decltype(auto), what another
  // return says decides, const and all.
  const auto *Deduced = F->getReturnType()->getContainedAutoType();
  return !F->isNoReturn() && !(Deduced && Deduced->isDecltypeAuto()) &&
         !isa<CoroutineBodyStmt>(F->getBody()) &&
         !(isa<CXXConstructorDecl>(F) && isa<CXXTryStmt>(F->getBody()));
}

//===-- The place ---------------------------------------------------------===//

namespace {

struct Parts {
  const Stmt *Body;
  SourceLocation Head; // The parenthesis in front of it; none of a do.
};

} // namespace

static Parts partsOf(const Stmt *Loop) {
  if (const auto *While = dyn_cast<WhileStmt>(Loop))
    return {While->getBody(), While->getRParenLoc()};
  if (const auto *Do = dyn_cast<DoStmt>(Loop))
    return {Do->getBody(), SourceLocation()};
  if (const auto *For = dyn_cast<ForStmt>(Loop))
    return {For->getBody(), For->getRParenLoc()};
  const auto *Range = cast<CXXForRangeStmt>(Loop);
  return {Range->getBody(), Range->getRParenLoc()};
}

namespace {

// The text of one file, and where the lines of a loop in it begin.
class Layout {
public:
  Layout(const Stmt *Loop, const Stmt *Body, const SourceManager &SM)
      : SM(SM), Outer(Lexer::getIndentationForLine(Loop->getBeginLoc(), SM)),
        Inner(Outer.str()), Unit("  ") {
    const Stmt *First = Body;
    if (const auto *Compound = dyn_cast<CompoundStmt>(Body))
      First = Compound->body_empty() ? nullptr : *Compound->body_begin();
    const llvm::StringRef Wanted =
        First && First->getBeginLoc().isFileID() && startsLine(First)
            ? Lexer::getIndentationForLine(First->getBeginLoc(), SM)
            : llvm::StringRef();
    if (Wanted.size() > Outer.size() && startsWith(Wanted, Outer))
      Unit = Wanted.drop_front(Outer.size()).str();
    else if (startsWith(Outer, "\t"))
      Unit = "\t";
    Inner += Unit;
  }

  bool startsLine(const Stmt *S) const {
    const unsigned Column = SM.getSpellingColumnNumber(S->getBeginLoc());
    return Lexer::getIndentationForLine(S->getBeginLoc(), SM).size() + 1 ==
           Column;
  }

  const SourceManager &SM;
  const llvm::StringRef Outer;
  std::string Inner, Unit;
};

} // namespace

// The edits that put a test at the start of Body; Test is 'if (...)', Return
// what it leads to.
static LeaveFix insertInto(const Stmt *Loop, const Parts &Of,
                           const std::string &Test, const std::string &Return,
                           const ASTContext &Context) {
  const SourceManager &SM = Context.getSourceManager();
  const Stmt *Body = Of.Body;
  const Layout Text(Loop, Body, SM);
  const std::string OneLine = Test + " " + Return;
  const std::string Lines =
      "\n" + Text.Inner + Test + "\n" + Text.Inner + Text.Unit + Return;

  if (const auto *Compound = dyn_cast<CompoundStmt>(Body)) {
    const SourceLocation Open = Compound->getLBracLoc();
    const SourceLocation Inside =
        Lexer::getLocForEndOfToken(Open, 0, SM, Context.getLangOpts());
    llvm::StringRef Rest(SM.getCharacterData(Inside));
    Rest = Rest.take_until([](char C) { return C == '\n' || C == '\r'; });
    // A comment stays on its line, and code behind the brace does, too.
    if (Rest.trim().empty())
      return {Open, {FixItHint::CreateInsertion(Inside, Lines)}};
    if (startsWith(Rest.ltrim(), "//") && Rest.back() != '\\')
      return {
          Open,
          {FixItHint::CreateInsertion(
              Inside.getLocWithOffset(static_cast<int>(Rest.size())), Lines)}};
    const char *Space = Compound->body_empty() ? " " : "";
    return {Open, {FixItHint::CreateInsertion(Inside, " " + OneLine + Space)}};
  }
  // What is itself a loop or a branch may get edits of its own.
  const SourceLocation Begin = Body->getBeginLoc();
  if (isa<NullStmt>(Body))
    return {Begin,
            {FixItHint::CreateReplacement(
                SourceRange(Begin),
                (Text.startsLine(Body) ? "{ " : " { ") + OneLine + " }")}};
  if (!isa<Expr>(Body))
    return {};
  const SourceLocation After = Lexer::findLocationAfterToken(
      Body->getEndLoc(), tok::semi, SM, Context.getLangOpts(),
      /*SkipTrailingWhitespaceAndNewLine=*/false);
  if (After.isInvalid())
    return {};
  if (!Text.startsLine(Body))
    return {Begin,
            {FixItHint::CreateInsertion(Begin, "{ " + OneLine + " "),
             FixItHint::CreateInsertion(After, " }")}};
  // The brace stands at the end of the line above, if nothing comes between.
  if (Of.Head.isInvalid() || Of.Head.isMacroID())
    return {};
  const SourceLocation Head = Of.Head.getLocWithOffset(1);
  const unsigned From = SM.getFileOffset(Head), To = SM.getFileOffset(Begin);
  if (SM.getFileID(Head) != SM.getFileID(Begin) || From > To ||
      !SM.getBufferData(SM.getFileID(Begin)).slice(From, To).trim().empty())
    return {};
  return {Begin,
          {FixItHint::CreateInsertion(Head, " {" + Lines),
           FixItHint::CreateInsertion(After, ("\n" + Text.Outer + "}").str())}};
}

LeaveFix makeLeave(const FunctionDecl *F, const Stmt *Loop,
                   const Reach &InReach, const model::Recognizer &Recognizer,
                   flow::ScopesOfFunctions &Scopes, const ASTContext &Context) {
  const Reach::Entry &Nearest = InReach.nearest();
  const SourceManager &SM = Context.getSourceManager();
  const Parts Of = partsOf(Loop);
  const SourceRange Range = Of.Body->getSourceRange();
  const SourceLocation Keyword = flow::keywordOf(Loop);
  // A loop in a file of its own may be included in other functions, too.
  if (Keyword.isMacroID() || Range.getBegin().isMacroID() ||
      Range.getEnd().isMacroID() ||
      SM.getFileID(Keyword) != SM.getFileID(F->getBeginLoc()) ||
      !mayReturn(F) || !isWritten(F) || !isPlain(Nearest) ||
      !canBeNamed(Nearest.Root, F, Loop, Scopes))
    return {};
  const char *Access = accessOf(Nearest.Type, Recognizer);
  const CXXRecordDecl *Class =
      model::Recognizer::referredType(Nearest.Type)->getAsCXXRecordDecl();
  const CXXMethodDecl *Poll = Access ? pollOf(Class, Recognizer) : nullptr;
  // A lambda's, Clang makes constexpr by itself.
  const auto *Method = dyn_cast<CXXMethodDecl>(F);
  const bool IsConstant =
      F->isConstexprSpecified() && !(Method && Method->getParent()->isLambda());
  if (!Poll || (IsConstant && !Poll->isConstexpr()) ||
      SM.isBeforeInTranslationUnit(Keyword,
                                   Class->getDefinition()->getEndLoc()))
    return {};
  const std::string Look = Nearest.Name + Access + Poll->getName().str() + "()";
  const std::optional<std::string> Result = resultOf(F, Poll, Look, Context);
  if (!Result)
    return {};
  LeaveFix Fix = insertInto(Loop, Of, "if (" + Look + ")",
                            "return" + *Result + ";", Context);
  Fix.Name = Nearest.Name;
  return Fix;
}

} // namespace clang::tidy::context
