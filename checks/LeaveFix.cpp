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
      return ".";
    // A std::weak_ptr has none.
    for (const CXXMethodDecl *Method : Class->methods())
      if (Method->getOverloadedOperator() == OO_Arrow)
        return R.contextOf(Method->getReturnType()->getPointeeCXXRecordDecl())
                   ? "->"
                   : nullptr;
    return nullptr;
  }
  return R.contextOf(T->getPointeeCXXRecordDecl()) ? "->" : nullptr;
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
                        return C && C->getConversionType()->isBooleanType();
                      });
}

// The member function that tells whether a context is done.
static const CXXMethodDecl *pollOf(const CXXRecordDecl *Class,
                                   const model::Recognizer &R) {
  if (!Class || !Class->hasDefinition())
    return nullptr;
  Class = Class->getDefinition();
  for (const CXXMethodDecl *Method : Class->methods())
    if (Method->getIdentifier() && Method->getAccess() == AS_public &&
        Method->isConst() && Method->getMinRequiredArguments() == 0 &&
        R.isPoll(Method) && decides(Method->getReturnType()))
      return Method;
  for (const CXXBaseSpecifier &Base : Class->bases())
    if (Base.getAccessSpecifier() == AS_public)
      if (const CXXMethodDecl *Method =
              pollOf(Base.getType()->getAsCXXRecordDecl(), R))
        return Method;
  return nullptr;
}

// Whether Name means Root at the loop, rather than something that hides it.
static bool canBeNamed(const ValueDecl *Root, const FunctionDecl *F,
                       const Stmt *Loop, flow::ScopesOfFunctions &Scopes) {
  flow::Scopes::Variables Visible = Scopes.of(F).visibleAt(Loop);
  while (true) {
    const ValueDecl *Found = nullptr;
    auto Offer = [&](const ValueDecl *D) {
      if (D->getDeclName() == Root->getDeclName())
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
    if (Found)
      return Found == Root;
    const auto *Method = dyn_cast<CXXMethodDecl>(F);
    if (!Method)
      return false;
    const CXXRecordDecl *Class = Method->getParent();
    if (!Class->isLambda())
      return isa<FieldDecl>(Root);
    for (const LambdaCapture &Capture : Class->captures())
      if (Capture.capturesVariable() &&
          Capture.getCapturedVar()->getCanonicalDecl() == Root)
        return true;
    F = dyn_cast_or_null<FunctionDecl>(Class->getDeclContext());
    if (!F)
      return false;
    Visible = Scopes.of(F).visibleAt(Class);
  }
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
  // No handler of a constructor's own may.
  return !F->isNoReturn() && !isa<CoroutineBodyStmt>(F->getBody()) &&
         !(isa<CXXConstructorDecl>(F) && isa<CXXTryStmt>(F->getBody()));
}

//===-- The place ---------------------------------------------------------===//

static const Stmt *bodyOf(const Stmt *Loop) {
  if (const auto *While = dyn_cast<WhileStmt>(Loop))
    return While->getBody();
  if (const auto *Do = dyn_cast<DoStmt>(Loop))
    return Do->getBody();
  if (const auto *For = dyn_cast<ForStmt>(Loop))
    return For->getBody();
  return cast<CXXForRangeStmt>(Loop)->getBody();
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
  bool areOnOneLine(SourceLocation A, SourceLocation B) const {
    return SM.getSpellingLineNumber(A) == SM.getSpellingLineNumber(B);
  }

  const SourceManager &SM;
  const llvm::StringRef Outer;
  std::string Inner, Unit;
};

} // namespace

// The edits that put a test at the start of Body; Test is 'if (...)', Return
// what it leads to.
static LeaveFix insertInto(const Stmt *Loop, const Stmt *Body,
                           const std::string &Test, const std::string &Return,
                           const ASTContext &Context) {
  const SourceManager &SM = Context.getSourceManager();
  const Layout Text(Loop, Body, SM);
  const std::string OneLine = Test + " " + Return;
  const std::string Lines =
      "\n" + Text.Inner + Test + "\n" + Text.Inner + Text.Unit + Return;

  if (const auto *Compound = dyn_cast<CompoundStmt>(Body)) {
    const SourceLocation Open = Compound->getLBracLoc();
    const SourceLocation Inside =
        Lexer::getLocForEndOfToken(Open, 0, SM, Context.getLangOpts());
    const bool IsShort = Text.areOnOneLine(Open, Compound->getRBracLoc());
    const char *Space = Compound->body_empty() ? " " : "";
    return {Open,
            {FixItHint::CreateInsertion(Inside, IsShort ? " " + OneLine + Space
                                                        : Lines)}};
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
  // The brace stands behind what the line above ends with.
  const llvm::StringRef Before =
      SM.getBufferData(SM.getFileID(Begin)).take_front(SM.getFileOffset(Begin));
  const size_t Blank = Before.size() - Before.rtrim().size();
  const SourceLocation Head = Begin.getLocWithOffset(-static_cast<int>(Blank));
  if (Before.rtrim().take_back() != ")")
    return {}; // A comment, or 'do'.
  return {Begin,
          {FixItHint::CreateInsertion(Head, " {" + Lines),
           FixItHint::CreateInsertion(After, ("\n" + Text.Outer + "}").str())}};
}

LeaveFix makeLeave(const FunctionDecl *F, const Stmt *Loop,
                   const Reach &InReach, const model::Recognizer &Recognizer,
                   flow::ScopesOfFunctions &Scopes, const ASTContext &Context) {
  const Reach::Entry &Nearest = InReach.nearest();
  const Stmt *Body = bodyOf(Loop);
  const SourceRange Range = Body->getSourceRange();
  if (flow::keywordOf(Loop).isMacroID() || Range.getBegin().isMacroID() ||
      Range.getEnd().isMacroID() || !mayReturn(F) || !isWritten(F) ||
      !canBeNamed(Nearest.Root, F, Loop, Scopes))
    return {};
  const char *Access = accessOf(Nearest.Type, Recognizer);
  const CXXMethodDecl *Poll =
      Access ? pollOf(model::Recognizer::referredType(Nearest.Type)
                          ->getAsCXXRecordDecl(),
                      Recognizer)
             : nullptr;
  if (!Poll)
    return {};
  const std::string Look = Nearest.Name + Access + Poll->getName().str() + "()";
  const std::optional<std::string> Result = resultOf(F, Poll, Look, Context);
  if (!Result)
    return {};
  LeaveFix Fix = insertInto(Loop, Body, "if (" + Look + ")",
                            "return" + *Result + ";", Context);
  Fix.Name = Nearest.Name;
  return Fix;
}

} // namespace clang::tidy::context
