// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PathNotes.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringExtras.h"

namespace clang::tidy::context::flow {

std::string calledName(const Stmt *S) {
  if (const auto *Call = dyn_cast<CallExpr>(S)) {
    if (const auto *F = dyn_cast_or_null<NamedDecl>(Call->getCalleeDecl()))
      if (F->getIdentifier() || isa<FunctionDecl>(F))
        return F->getNameAsString();
    return std::string();
  }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(S))
    return Construct->getConstructor()->getParent()->getNameAsString();
  if (isa<CXXNewExpr>(S))
    return "operator new";
  return std::string();
}

std::string throwerName(const Node &N) {
  if (N.Kind == NodeKind::Destructor)
    return N.Variable
               ? "the destructor of '" + N.Variable->getNameAsString() + "'"
               : "a destructor";
  std::string Name = N.Statement ? calledName(N.Statement) : std::string();
  return Name.empty() ? Name : "'" + Name + "'";
}

std::string sourceText(const Stmt *S, const ASTContext &Context) {
  CharSourceRange Range = Lexer::makeFileCharRange(
      CharSourceRange::getTokenRange(S->getSourceRange()),
      Context.getSourceManager(), Context.getLangOpts());
  if (Range.isInvalid())
    return std::string();
  StringRef Text = Lexer::getSourceText(Range, Context.getSourceManager(),
                                        Context.getLangOpts());
  // No more of it than will be shown: it may be a whole function.
  constexpr size_t Longest = 50;
  std::string Line;
  for (Text = Text.trim(); !Text.empty() && Line.size() <= Longest;
       Text = Text.ltrim()) {
    StringRef Word = Text.take_until(isWhitespace);
    Text = Text.drop_front(Word.size());
    Line += (Line.empty() ? "" : " ") + Word.str();
  }
  if (Line.size() > Longest)
    Line = Line.substr(0, Longest - 3) + "...";
  return Line;
}

static std::string outcome(const Node &Branch, bool Holds,
                           const ASTContext &Context) {
  bool Loops =
      isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Branch.Statement);
  if (!Branch.Condition)
    return Holds ? "the loop goes into a round on this path"
                 : "the loop ends on this path";
  std::string Text = sourceText(Branch.Condition, Context);
  std::string Clause = (Text.empty() ? "the condition" : "'" + Text + "'") +
                       " is " + (Holds ? "true" : "false") + " on this path";
  if (Loops && !Holds)
    Clause += ", and the loop ends";
  return Clause;
}

std::vector<PathNote> describePath(const Graph &G, const Path &P,
                                   const ASTContext &Context) {
  std::vector<PathNote> Notes;
  for (const Step &S : P) {
    const Node &From = G[S.From];
    const Stmt *Place = From.Condition ? From.Condition : From.Statement;
    SourceLocation Loc = Place           ? Place->getBeginLoc()
                         : From.Variable ? From.Variable->getLocation()
                                         : SourceLocation();
    switch (S.Taken.Kind) {
    case EdgeKind::True:
    case EdgeKind::False:
      Notes.push_back(
          {Loc, outcome(From, S.Taken.Kind == EdgeKind::True, Context)});
      break;
    case EdgeKind::Case:
      if (S.Taken.Label)
        Notes.push_back({S.Taken.Label->getBeginLoc(),
                         "the switch goes to this label on this path"});
      else
        Notes.push_back({Loc, "no label of the switch is taken on this path"});
      break;
    case EdgeKind::Exception: {
      std::string Name = throwerName(From);
      Notes.push_back(
          {Loc, Name.empty() ? "an exception leaves this" : Name + " throws"});
      break;
    }
    case EdgeKind::Thrown:
      Notes.push_back({Loc, "the exception is thrown here"});
      break;
    case EdgeKind::Destruction:
      Notes.push_back(
          {Loc, "the coroutine is destroyed while it is suspended here"});
      break;
    case EdgeKind::Next:
    case EdgeKind::Other:
      break;
    }
    if (const CXXCatchStmt *Handler = G[S.Taken.To].Handler)
      Notes.push_back({Handler->getBeginLoc(), "the exception is caught here"});
  }
  return Notes;
}

} // namespace clang::tidy::context::flow
