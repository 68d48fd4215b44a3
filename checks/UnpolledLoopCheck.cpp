// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "UnpolledLoopCheck.h"
#include "LeaveFix.h"
#include "PollSearch.h"
#include "flow/PathNotes.h"
#include "clang/AST/StmtCXX.h"

namespace clang::tidy::context {

UnpolledLoopCheck::UnpolledLoopCheck(StringRef Name, ClangTidyContext *Context)
    : ContextTidyCheck(Name, Context),
      LoopKinds(chooseOption(
          "Loops", "unbounded-or-blocking",
          {"unbounded-or-blocking", "unbounded", "blocking", "all"})),
      OfferReturn(flagOption("OfferReturn", true)), Types(recognizer()),
      Cheap([this](const CallExpr *Call) {
        return recognizer().isBlocking(Call);
      }) {}

void UnpolledLoopCheck::storeOptions(ClangTidyOptions::OptionMap &Opts) {
  ContextTidyCheck::storeOptions(Opts);
  Options.store(Opts, "Loops", LoopKinds);
  storeFlag(Opts, "OfferReturn", OfferReturn);
}

// Lambdas come as their call operators, templates in their definition and in
// each instantiation.
void UnpolledLoopCheck::visitFunction(const FunctionDecl &F,
                                      ASTContext &Context) {
  if (F.doesThisDeclarationHaveABody() && !F.hasSkippedBody() &&
      !F.isInvalidDecl())
    checkFunction(&F, Context);
}

// The loops in Root. Those of lambdas belong to functions of their own.
static llvm::SmallVector<const Stmt *, 4> findLoops(const Stmt *Root) {
  llvm::SmallVector<const Stmt *, 4> Found;
  llvm::SmallVector<const Stmt *, 64> Work{Root};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S || isa<LambdaExpr>(S))
      continue;
    if (flow::isLoop(S))
      Found.push_back(S);
    llvm::append_range(Work, llvm::reverse(llvm::SmallVector<const Stmt *, 8>(
                                 S->child_begin(), S->child_end())));
  }
  return Found;
}

// Whether this definition does not say which steps Root has: a template that
// has branches of which only an instantiation knows whether they are there, or
// broken code, of which Clang has left out what it did not understand.
static bool isIncomplete(const Stmt *Root) {
  if (flow::hasDependentBranch(Root))
    return true;
  llvm::SmallVector<const Stmt *, 64> Work{Root};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *E = dyn_cast<Expr>(S); E && E->containsErrors())
      return true;
    if (const auto *Declared = dyn_cast<DeclStmt>(S))
      for (const Decl *D : Declared->decls())
        if (D->isInvalidDecl())
          return true;
    for (const Stmt *Child : S->children())
      Work.push_back(Child);
  }
  return false;
}

// The steps that a function comes to. What lies past a select with a label for
// each of its cases, Clang takes for reachable.
static llvm::BitVector reachableIn(const flow::Graph &G,
                                   const Looks &TheLooks) {
  llvm::BitVector Reached(G.nodes().size());
  llvm::SmallVector<flow::NodeId, 64> Work{G.entry()};
  Reached.set(G.entry());
  while (!Work.empty()) {
    const flow::Node &N = G[Work.pop_back_val()];
    std::optional<llvm::BitVector> Others = TheLooks.casesWithoutLabel(N);
    bool HasAll = Others && Others->none();
    for (const flow::Edge &E : N.Out)
      if (!Reached.test(E.To) &&
          (!HasAll || isa_and_nonnull<CaseStmt>(E.Label))) {
        Reached.set(E.To);
        Work.push_back(E.To);
      }
  }
  return Reached;
}

void UnpolledLoopCheck::checkFunction(const FunctionDecl *Function,
                                      ASTContext &Context) {
  if (!Reach::isPossible(Function, Types))
    return;
  std::unique_ptr<flow::Graph> G;
  std::optional<Endings> TheEndings;
  flow::DeclSet Exposed;
  llvm::BitVector Reachable;
  for (const Stmt *Statement : findLoops(Function->getBody())) {
    Reach InReach(Function, Statement, Types, Scopes);
    if (InReach.empty() || isIncomplete(Statement))
      continue;
    if (!G) {
      G = flow::Graph::build(Function, Context);
      if (!G)
        return;
      TheEndings.emplace(*G, recognizer(), Scopes);
      Exposed = flow::exposedIn(G->body());
      if (!TheLooks)
        TheLooks.emplace(Types, Context);
      Reachable = reachableIn(*G, *TheLooks);
    }
    std::optional<flow::Loop> L = flow::Loop::find(*G, Statement);
    if (!L || !Reachable.test(L->head()))
      continue; // It always leaves in its first round, or is never reached.
    InReach.dropEnded(*TheEndings, Statement);
    if (!InReach.empty())
      checkLoop(*L, Exposed, InReach, Context);
  }
}

static const Stmt *roundOf(const Stmt *Loop) {
  if (const auto *While = dyn_cast<WhileStmt>(Loop))
    return While->getBody();
  if (const auto *Do = dyn_cast<DoStmt>(Loop))
    return Do->getBody();
  return Loop;
}

// Whether the loop and a half comes to an end: 'while (true) { auto row =
// reader.Next(); if (!row) break; }' with a reader of its own. What a look or a
// wait tells ends nothing by itself.
bool UnpolledLoopCheck::comesToAnEnd(const flow::Loop &L,
                                     const flow::DeclSet &Exposed,
                                     const Reach &InReach,
                                     const ASTContext &Context) const {
  return flow::comesToAnEnd(L, Exposed, Context, [&](const Expr *E) {
    const auto *Call = dyn_cast<CallExpr>(E);
    return (Call && (TheLooks->isSelect(Call) || TheLooks->isBlocking(Call))) ||
           TheLooks->at(E, &InReach);
  });
}

UnpolledLoopCheck::Need UnpolledLoopCheck::needOf(const flow::Loop &L,
                                                  bool Blocks,
                                                  const flow::DeclSet &Exposed,
                                                  const Reach &InReach,
                                                  const ASTContext &Context) {
  if (LoopKinds == "all")
    return Need::EveryCycle;
  if (LoopKinds != "blocking") {
    flow::Bound B = flow::boundOf(L.statement(), Context);
    // A compare-and-swap loop is over before anyone could wait for it.
    bool Quick = B == flow::Bound::Unconditional && L.hasWayOut() &&
                 Cheap.areIn(roundOf(L.statement()), Context);
    if (B != flow::Bound::Bounded && !Quick &&
        !comesToAnEnd(L, Exposed, InReach, Context))
      return Need::EveryCycle;
  }
  return Blocks && LoopKinds != "unbounded" ? Need::BlockingCycles : Need::None;
}

void UnpolledLoopCheck::checkLoop(flow::Loop &L, const flow::DeclSet &Exposed,
                                  const Reach &InReach, ASTContext &Context) {
  bool Blocks = false;
  for (flow::NodeId N : L.nodes()) {
    const auto *Call = dyn_cast_or_null<CallExpr>(L.graph()[N].Statement);
    Blocks |= Call && TheLooks->isBlocking(Call);
  }
  Need Why = needOf(L, Blocks, Exposed, InReach, Context);
  if (Why == Need::None)
    return;
  PollSearch Search(L, Exposed, *TheLooks, InReach, Context);
  std::optional<flow::Path> Round =
      Search.findUnpolled(/*Blocking=*/Why == Need::BlockingCycles);
  if (Round &&
      isFirstReport(flow::keywordOf(L.statement()), Context.getSourceManager()))
    report(L, InReach, Why, Search, *Round, Context);
}

//===-- The words ---------------------------------------------------------===//

void UnpolledLoopCheck::report(const flow::Loop &L, const Reach &InReach,
                               Need Why, const PollSearch &Search,
                               const flow::Path &Round,
                               const ASTContext &Context) {
  SourceLocation Keyword = flow::keywordOf(L.statement());
  std::vector<const Expr *> Polls = Search.polls();
  std::vector<const Expr *> Idle = Search.idleLooks();
  enum {
    Unseen,
    Useless,
    Skipped
  } Kind = !Polls.empty()  ? Skipped
           : !Idle.empty() ? Useless
                           : Unseen;
  // The blocking call of this very round, rather than another one.
  const CallExpr *Blocking = nullptr;
  for (const flow::Step &S : Round)
    if (const auto *Call =
            dyn_cast_or_null<CallExpr>(L.graph()[S.From].Statement);
        Call && !Blocking && llvm::is_contained(Search.blockingCalls(), Call))
      Blocking = Call;
  std::string Blocker = Blocking ? flow::calledName(Blocking) : "";

  static constexpr llvm::StringLiteral Reasons[] = {
      "no round looks at it",
      "the rounds look at it, but that cannot end the loop",
      "a round can go by without looking at it"};
  if (Why == Need::BlockingCycles && !Blocker.empty())
    diag(Keyword, "this loop goes on blocking in '%0' after '%1' is done: %2")
        << Blocker << InReach.name() << Reasons[Kind];
  else
    diag(Keyword, "this loop goes on after '%0' is done: %1")
        << InReach.name() << Reasons[Kind];

  if (Why == Need::BlockingCycles && Blocking)
    diag(Blocking->getExprLoc(), "it blocks here", DiagnosticIDs::Note);
  if (Kind == Useless)
    for (const Expr *Look : Idle)
      noteIdleLook(Look, L);
  if (Kind == Skipped)
    noteSkippedPoll(Polls.front(), L, Round, Context);
  if (OfferReturn)
    offerLeave(L, InReach, Context);
}

// With a note: whether a round may end where it begins, the author knows.
void UnpolledLoopCheck::offerLeave(const flow::Loop &L, const Reach &InReach,
                                   const ASTContext &Context) {
  const LeaveFix Fix = makeLeave(L.graph().function(), L.statement(), InReach,
                                 recognizer(), Scopes, Context);
  noteFix(Fix.Where, Fix.Edits,
          "return at the start of a round once '" + Fix.Name + "' is done");
}

// The branch whose condition has Look in it, directly or through a variable
// that it initializes.
static const Stmt *decidedBy(const Expr *Look, const flow::Loop &L) {
  const flow::Graph &G = L.graph();
  const Stmt *Inner = Look;
  for (const Stmt *Outer = G.parentOf(Look); Outer && Outer != L.statement();
       Inner = Outer, Outer = G.parentOf(Outer)) {
    if (const auto *If = dyn_cast<IfStmt>(Outer))
      return Inner == If->getCond() || Inner == If->getInit() ||
                     Inner == If->getConditionVariableDeclStmt()
                 ? Outer
                 : nullptr;
    if (isa<SwitchStmt>(Outer))
      return Inner == cast<SwitchStmt>(Outer)->getCond() ? Outer : nullptr;
    if (flow::isLoop(Outer))
      return Outer;
    if (isa<CompoundStmt>(Outer))
      return nullptr;
  }
  return nullptr;
}

// What a 'break' leaves.
static const Stmt *leftBy(const BreakStmt *Break, const flow::Graph &G) {
  for (const Stmt *S = G.parentOf(Break); S; S = G.parentOf(S))
    if (flow::isLoop(S) || isa<SwitchStmt>(S))
      return S;
  return nullptr;
}

// The first 'break' in Root that does not leave the loop.
static const BreakStmt *shortBreak(const Stmt *Root, const flow::Loop &L) {
  llvm::SmallVector<const Stmt *, 32> Work{Root};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S || isa<LambdaExpr>(S))
      continue;
    if (const auto *Break = dyn_cast<BreakStmt>(S))
      if (const Stmt *Left = leftBy(Break, L.graph());
          Left && Left != L.statement() && !L.graph().isInside(Left, Root))
        return Break;
    llvm::append_range(Work, llvm::reverse(llvm::SmallVector<const Stmt *, 8>(
                                 S->child_begin(), S->child_end())));
  }
  return nullptr;
}

// Where a switch goes on the case that has the look's end, if that breaks.
static const BreakStmt *shortBreakOf(const Stmt *Decided, const flow::Loop &L) {
  if (const auto *If = dyn_cast<IfStmt>(Decided)) {
    if (const BreakStmt *Break = shortBreak(If->getThen(), L))
      return Break;
    return If->getElse() ? shortBreak(If->getElse(), L) : nullptr;
  }
  const auto *Switch = dyn_cast<SwitchStmt>(Decided);
  if (!Switch)
    return nullptr;
  llvm::SmallVector<const Stmt *, 32> Work{Switch->getBody()};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S || flow::isLoop(S) || isa<SwitchStmt>(S))
      continue;
    if (const auto *Break = dyn_cast<BreakStmt>(S))
      return Break;
    llvm::append_range(Work, llvm::reverse(llvm::SmallVector<const Stmt *, 8>(
                                 S->child_begin(), S->child_end())));
  }
  return nullptr;
}

// The handler in the loop that an exception out of Look comes to.
static const CXXCatchStmt *handlerOf(const Expr *Look, const flow::Loop &L) {
  for (flow::NodeId N : L.graph().nodesOf(Look))
    for (const flow::Edge &E : L.graph()[N].Out)
      if (const CXXCatchStmt *Handler = L.graph()[E.To].Handler;
          Handler && L.contains(E.To))
        return Handler;
  return nullptr;
}

void UnpolledLoopCheck::noteIdleLook(const Expr *Look, const flow::Loop &L) {
  const flow::Graph &G = L.graph();
  SourceLocation Loc = Look->getExprLoc();
  if (const CXXCatchStmt *Handler = handlerOf(Look, L);
      Handler && Look->getType()->isVoidType()) {
    diag(Loc, "what this throws is caught inside the loop",
         DiagnosticIDs::Note);
    diag(Handler->getBeginLoc(), "this handler stays in the loop",
         DiagnosticIDs::Note);
    return;
  }
  const Stmt *Decided = decidedBy(Look, L);
  if (!Decided) {
    const Stmt *Child = Look, *Parent = G.parentOf(Look);
    while (Parent && isa<Expr>(Parent) && !isa<CallExpr>(Parent) &&
           !(isa<BinaryOperator>(Parent))) {
      Child = Parent;
      Parent = G.parentOf(Parent);
    }
    bool Dropped = !Parent || !(isa<Expr>(Parent) || isa<DeclStmt>(Parent) ||
                                Child == flow::conditionOf(Parent));
    diag(Loc,
         Dropped ? "the result of this look is dropped"
                 : "no way out of the loop depends on what this tells",
         DiagnosticIDs::Note);
    return;
  }
  if (flow::isLoop(Decided)) {
    diag(Loc, "this ends only the inner loop", DiagnosticIDs::Note);
    return;
  }
  if (const BreakStmt *Break = shortBreakOf(Decided, L)) {
    diag(Loc, "it is looked at here", DiagnosticIDs::Note);
    diag(Break->getBeginLoc(),
         "this 'break' leaves only the %select{inner "
         "loop|switch}0",
         DiagnosticIDs::Note)
        << isa<SwitchStmt>(leftBy(Break, G));
    return;
  }
  diag(Loc, "no way out of the loop depends on what this tells",
       DiagnosticIDs::Note);
}

// The 'continue' of the loop that the arm of a branch ends in.
static const ContinueStmt *continueIn(const Stmt *Arm) {
  if (const auto *Compound = dyn_cast_or_null<CompoundStmt>(Arm))
    Arm = Compound->body_empty() ? nullptr : Compound->body_back();
  return dyn_cast_or_null<ContinueStmt>(Arm);
}

void UnpolledLoopCheck::noteSkippedPoll(const Expr *Poll, const flow::Loop &L,
                                        const flow::Path &Round,
                                        const ASTContext &Context) {
  const flow::Graph &G = L.graph();
  diag(Poll->getExprLoc(),
       "it is looked at here, but not in this round:", DiagnosticIDs::Note);
  llvm::SmallPtrSet<const Stmt *, 8> Told;
  for (const flow::Step &S : Round) {
    const flow::Node &From = G[S.From];
    bool Branches = From.Kind == flow::NodeKind::Branch;
    // That the loop goes on is what all this is about; and an '&&' whose left
    // side was told tells nothing more.
    bool GoesOn = Branches && From.Statement == L.statement() &&
                  (!From.Condition || flow::boundOf(L.statement(), Context) ==
                                          flow::Bound::Unconditional);
    bool Again = Branches && From.Condition &&
                 Told.count(From.Condition->IgnoreImplicit()->IgnoreParens());
    if (Branches && isa<BinaryOperator>(From.Statement) &&
        (S.Taken.Kind == flow::EdgeKind::False) ==
            (cast<BinaryOperator>(From.Statement)->getOpcode() == BO_LAnd))
      Told.insert(From.Statement);
    if (From.Kind == flow::NodeKind::Branch && From.Statement &&
        From.Statement != L.statement() && flow::isLoop(From.Statement) &&
        S.Taken.Kind == flow::EdgeKind::False &&
        G.isInside(Poll, From.Statement)) {
      diag(From.Statement->getBeginLoc(),
           "this loop may run no round at all, or end before it looks",
           DiagnosticIDs::Note);
      continue;
    }
    if (!GoesOn && !Again)
      for (const flow::PathNote &Note : flow::describePath(G, {S}, Context))
        diag(Note.Loc, Note.Text, DiagnosticIDs::Note);
    const auto *If = dyn_cast_or_null<IfStmt>(From.Statement);
    if (!If || From.Kind != flow::NodeKind::Branch)
      continue;
    if (const ContinueStmt *Continue =
            continueIn(S.Taken.Kind == flow::EdgeKind::True ? If->getThen()
                                                            : If->getElse()))
      diag(Continue->getBeginLoc(), "this 'continue' goes round the look",
           DiagnosticIDs::Note);
  }
}

} // namespace clang::tidy::context
