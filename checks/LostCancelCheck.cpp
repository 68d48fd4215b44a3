// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LostCancelCheck.h"
#include "LLVMVersions.h"
#include "flow/PathNotes.h"
#include "clang/AST/ParentMap.h"
#include "clang/AST/StmtCXX.h"

namespace clang::tidy::context {

// What every finding ends in: what goes wrong at run time.
static constexpr char Consequence[] =
    "all that runs on the context goes on until the parent ends";

LostCancelCheck::LostCancelCheck(StringRef Name, ClangTidyContext *Context)
    : ContextTidyCheck(Name, Context),
      RequireGuard(flagOption("RequireGuard", true)),
      Includes(makeIncludeInserter(
          Options.getLocalOrGlobal("IncludeStyle",
                                   utils::IncludeSorter::IS_LLVM),
          *Context)) {}

void LostCancelCheck::storeOptions(ClangTidyOptions::OptionMap &Opts) {
  ContextTidyCheck::storeOptions(Opts);
  storeFlag(Opts, "RequireGuard", RequireGuard);
  Options.store(Opts, "IncludeStyle", Includes.getStyle());
}

void LostCancelCheck::registerPPCallbacks(const SourceManager &,
                                          Preprocessor *PP, Preprocessor *) {
  Includes.registerPreprocessor(PP);
}

// Lambdas come as their call operators, templates in their definition and in
// each instantiation.
void LostCancelCheck::visitFunction(const FunctionDecl &F,
                                    ASTContext &Context) {
  if (F.isThisDeclarationADefinition())
    checkFunction(&F, Context);
}

void LostCancelCheck::visitField(const FieldDecl &Field, ASTContext &Context) {
  if (const Expr *Init = Field.getInClassInitializer())
    checkInitializer(Init, Context);
}

void LostCancelCheck::visitVariable(const VarDecl &Variable,
                                    ASTContext &Context) {
  if (Variable.isFileVarDecl() && Variable.getAnyInitializer())
    checkInitializer(Variable.getInit(), Context);
}

// The calls in Root that derive. The bodies of lambdas are functions of their
// own.
LostCancelCheck::Makers LostCancelCheck::findMakers(const Stmt *Root) const {
  Makers Found;
  llvm::SmallVector<const Stmt *, 64> Work{Root};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *Call = dyn_cast<CallExpr>(S))
      if (std::optional<model::Derivation> D = recognizer().derivation(Call))
        Found.emplace_back(Call, *D);
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
      for (const Expr *Init : Lambda->capture_inits())
        Work.push_back(Init);
      continue;
    }
    // In the order of the source.
    llvm::SmallVector<const Stmt *, 8> Children(S->child_begin(),
                                                S->child_end());
    Work.append(Children.rbegin(), Children.rend());
  }
  return Found;
}

void LostCancelCheck::checkFunction(const FunctionDecl *Function,
                                    ASTContext &Context) {
  if (!Function->doesThisDeclarationHaveABody())
    return;
  Makers Found = findMakers(Function->getBody());
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(Function))
    for (const CXXCtorInitializer *Init : Ctor->inits())
      if (Init->isWritten())
        Found.append(findMakers(Init->getInit()));
  if (Found.empty() ||
      (Function->isDependentContext() &&
       flow::hasDependentBranch(Function->getBody())) ||
      Dead.contains(Function, Context))
    return;
  std::unique_ptr<flow::Graph> G = flow::Graph::build(Function, Context);
  if (!G)
    return;
  auto Parent = [&](const Stmt *S) { return G->parentOf(S); };
  for (const auto &[Call, D] : Found) {
    // Not evaluated (decltype), or never reached.
    if (llvm::none_of(G->nodesOf(Call),
                      [&](flow::NodeId N) { return G->reachable().test(N); }))
      continue;
    MadeCancel Made = fateOf(Call, D, Parent, recognizer());
    if (Made.TheFate == MadeCancel::Discarded)
      reportDiscarded(Made, G.get(), Context);
    else if (Made.TheFate != MadeCancel::Used)
      checkMade(Made, *G, Context);
  }
}

void LostCancelCheck::checkInitializer(const Expr *Init, ASTContext &Context) {
  Makers Found = findMakers(Init);
  if (Found.empty())
    return;
  ParentMap Parents(const_cast<Expr *>(Init));
  auto Parent = [&](const Stmt *S) -> const Stmt * {
    return Parents.getParent(const_cast<Stmt *>(S));
  };
  for (const auto &[Call, D] : Found) {
    MadeCancel Made = fateOf(Call, D, Parent, recognizer());
    if (Made.TheFate == MadeCancel::Discarded)
      reportDiscarded(Made, nullptr, Context);
  }
}

void LostCancelCheck::checkMade(const MadeCancel &Made, const flow::Graph &G,
                                ASTContext &Context) {
  CancelNames Names(G, Made, recognizer());
  llvm::SmallVector<flow::Position, 2> Starts = Names.starts();
  auto FindLoss = [&](bool Exceptions) {
    return G.findPath(Starts, [&](const flow::Step &S, flow::Knowledge &Known) {
      bool Exceptional = S.Taken.Kind == flow::EdgeKind::Exception ||
                         S.Taken.Kind == flow::EdgeKind::Destruction;
      return Exceptional && !Exceptions ? flow::Verdict::Block
                                        : Names.follow(S, Known);
    });
  };
  std::optional<flow::Path> Loss = FindLoss(/*Exceptions=*/false);
  if (!Loss && RequireGuard)
    Loss = FindLoss(/*Exceptions=*/true);
  if (Loss)
    reportLost(Made, Names, G, *Loss, Context);
}

//===-- Wording -----------------------------------------------------------===//

// Reports Message, with the guard as a fix-it where it is certain. If it is not
// because something outlives its scope, the caller is told what.
std::optional<Departure>
LostCancelCheck::report(const MadeCancel &Made,
                        llvm::ArrayRef<const ValueDecl *> Names,
                        const flow::Graph &G, const ASTContext &Context,
                        SourceLocation Loc, StringRef Message) {
  std::optional<Departure> Leaves = findDeparture(G, Names, recognizer());
  GuardFix Guard;
  if (!Leaves)
    Guard = makeGuard(G, Made, Context, Includes, GivenNames);
  diag(Loc, "%0") << Message << withFinding(Guard.Edits);
  offerFix(Loc, Guard.Edits, "insert '" + Guard.Line + "'");
  if (!Made.Derived.TheGuard)
    return std::nullopt;
  return Leaves;
}

void LostCancelCheck::noteDeparture(const std::optional<Departure> &Leaves) {
  if (Leaves)
    diag(Leaves->Where->getBeginLoc(),
         "no guard is offered: %0 leaves its scope here, and a guard would "
         "cancel what was handed out",
         DiagnosticIDs::Note)
        << Leaves->Name;
}

void LostCancelCheck::reportDiscarded(const MadeCancel &Made,
                                      const flow::Graph *G,
                                      ASTContext &Context) {
  SourceLocation Loc = Made.Call->getBeginLoc();
  if (!isFirstReport(Loc, Context.getSourceManager()))
    return;
  std::string Maker = flow::calledName(Made.Call);
  std::string Message =
      "the cancel function " +
      (Maker.empty() ? std::string("made here") : "of '" + Maker + "'") +
      " is discarded: " + Consequence;
  if (!G) {
    diag(Loc, "%0") << Message;
    return;
  }
  // 'auto ctx = WithCancel(parent).ctx;': the context still has a name.
  llvm::SmallVector<const ValueDecl *, 1> Names;
  const Stmt *S = Made.Call;
  while (S && !isa<DeclStmt>(S))
    S = G->parentOf(S);
  if (const auto *Declaration = dyn_cast_or_null<DeclStmt>(S);
      Declaration && Declaration->isSingleDecl())
    if (const auto *V = dyn_cast<VarDecl>(Declaration->getSingleDecl()))
      Names.push_back(V);
  if (Names.empty()) {
    diag(Loc, "%0") << Message;
    return;
  }
  noteDeparture(report(Made, Names, *G, Context, Loc, Message));
}

// Where the path ends, as a reader sees it.
static SourceLocation endOf(const flow::Path &Path, const flow::Graph &G,
                            const Stmt *Scope) {
  const flow::Step &Last = Path.back();
  const flow::Node &To = G[Last.Taken.To];
  if (To.Kind == flow::NodeKind::Exit) {
    for (const flow::Step &S : llvm::reverse(Path)) {
      const Stmt *From = G[S.From].Statement;
      if (From && isa<ReturnStmt, CoreturnStmt>(From))
        return From->getBeginLoc();
      if (From)
        break;
    }
    return G.body()->getEndLoc();
  }
  if (To.Kind == flow::NodeKind::Evaluation && G.isInside(To, Scope))
    return To.Statement->getBeginLoc();
  if (To.Kind != flow::NodeKind::Unwound &&
      To.Kind != flow::NodeKind::Destroyed)
    return Scope->getEndLoc();
  const flow::Node &From = G[Last.From];
  return From.Statement  ? From.Statement->getBeginLoc()
         : From.Variable ? From.Variable->getLocation()
                         : G.body()->getEndLoc();
}

void LostCancelCheck::reportLost(const MadeCancel &Made,
                                 const CancelNames &Names, const flow::Graph &G,
                                 const flow::Path &Path, ASTContext &Context) {
  SourceLocation Loc = Made.TheFate == MadeCancel::Assigned
                           ? Made.Assignment->getExprLoc()
                           : Made.Name->getLocation();
  if (!isFirstReport(Loc, Context.getSourceManager()))
    return;
  std::string Cancel = Made.expression();
  Cancel = Cancel.empty()
               ? "the cancel function in '" + Made.Name->getNameAsString() + "'"
               : "'" + Cancel + "'";

  // What is special about the path: the exception or suspension that it needs.
  const flow::Step *Special = nullptr;
  for (const flow::Step &S : Path)
    if (S.Taken.Kind == flow::EdgeKind::Exception ||
        S.Taken.Kind == flow::EdgeKind::Destruction)
      Special = &S;

  std::string What;
  if (!Names.isUsed()) {
    What = " is never called: ";
  } else if (!Special) {
    What = " is not called on every path: ";
  } else if (Special->Taken.Kind == flow::EdgeKind::Destruction) {
    What = " is not called if the coroutine is destroyed while it is "
           "suspended: ";
  } else {
    std::string Thrower = flow::throwerName(G[Special->From]);
    What = " is not called if " +
           (Thrower.empty() ? "an exception is thrown" : Thrower + " throws") +
           ": ";
  }

  llvm::SmallVector<const ValueDecl *, 4> All;
  All.append(Names.names().begin(), Names.names().end());
  if (const auto *Parts = dyn_cast_or_null<DecompositionDecl>(Made.variable()))
    All.append(Parts->bindings().begin(), Parts->bindings().end());
  std::optional<Departure> Leaves =
      report(Made, All, G, Context, Loc, Cancel + What + Consequence);

  for (const flow::PathNote &Note : flow::describePath(G, Path, Context))
    diag(Note.Loc, "%0", DiagnosticIDs::Note) << Note.Text;
  const flow::Node &End = G[Path.back().Taken.To];
  StringRef Exit =
      End.Kind == flow::NodeKind::Exit ? "the function returns here"
      : End.Kind == flow::NodeKind::Unwound
          ? "the exception leaves the function here"
      : End.Kind == flow::NodeKind::Destroyed   ? "its frame goes away here"
      : Names.isOverwrite(Path.back().Taken.To) ? "it is assigned anew here"
                                                : "its scope ends here";
  diag(endOf(Path, G, Names.scope()), "%0 without a call of %1",
       DiagnosticIDs::Note)
      << Exit << Cancel;
  noteDeparture(Leaves);
}

} // namespace clang::tidy::context
