// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Graph.h"
#include "Exceptions.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/PointerIntPair.h"
#include "llvm/Support/thread.h"

namespace clang::tidy::context::flow {

Graph::Graph(const FunctionDecl *Function, Stmt *Body)
    : Function(Function), Body(Body), Parents(Body) {
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(Function))
    for (const CXXCtorInitializer *Init : Ctor->inits())
      Parents.addStmt(Init->getInit());
  number(Body);
}

void Graph::number(const Stmt *Root) {
  llvm::SmallVector<llvm::PointerIntPair<const Stmt *, 1, bool>, 64> Work;
  Work.push_back({Root, false});
  while (!Work.empty()) {
    auto Next = Work.pop_back_val();
    const Stmt *S = Next.getPointer();
    if (Next.getInt()) { // All that is in S has its number.
      Extents[S].second = Extents.size();
    } else if (S && Extents.try_emplace(S, Extents.size(), 0).second) {
      Work.push_back({S, true});
      for (const Stmt *Child : S->children())
        Work.push_back({Child, false});
    }
  }
}

void Graph::findReferences() const {
  References.emplace();
  llvm::SmallVector<const Stmt *, 64> Work{Body};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      (*References)[Ref->getDecl()].push_back(Ref);
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
      for (const Expr *Init : Lambda->capture_inits())
        Work.push_back(Init);
      // In a template nobody has worked out yet what it captures.
      if (Lambda->getCallOperator()->getParent()->isDependentContext() &&
          Lambda->getCaptureDefault() != LCD_None)
        Work.push_back(Lambda->getBody());
      continue;
    }
    for (const Stmt *Child : S->children())
      Work.push_back(Child);
  }
}

llvm::ArrayRef<const DeclRefExpr *>
Graph::referencesTo(const ValueDecl *D) const {
  if (!References)
    findReferences();
  auto Found = References->find(D);
  if (Found == References->end())
    return {};
  return Found->second;
}

/// Lays the nodes out block by block, then draws the edges, those that Clang's
/// CFG has first and the exceptional ones after them.
class GraphBuilder {
public:
  GraphBuilder(Graph &G, ASTContext &Context) : G(G), Context(Context) {}

  void run() {
    for (CFGBlock *Block : *G.Source)
      layOut(*Block);
    Exit = add(NodeKind::Exit);
    Unwound = add(NodeKind::Unwound);
    Destroyed = add(NodeKind::Destroyed);
    for (CFGBlock *Block : *G.Source)
      connect(*Block);
    for (CFGBlock *Block : *G.Source)
      connectExceptions(*Block);
    connectRethrows();
    findRounds();
    findReachable();
  }

private:
  struct BlockNodes {
    NodeId First = 0;
    NodeId Last = 0;
    llvm::SmallVector<std::pair<NodeId, CFGElement>, 8> Elements;
  };

  NodeId add(NodeKind Kind) {
    G.Nodes.emplace_back();
    G.Nodes.back().Kind = Kind;
    return G.Nodes.size() - 1;
  }

  static const Stmt *steppedStmt(const CFGElement &Element) {
    if (auto S = Element.getAs<CFGStmt>())
      return S->getStmt();
    return nullptr;
  }

  void layOut(const CFGBlock &Block) {
    BlockNodes &B = Blocks[&Block];
    B.First = B.Last = add(NodeKind::Join);
    if (const auto *Handler =
            dyn_cast_or_null<CXXCatchStmt>(Block.getLabel())) {
      G.Nodes[B.First].Handler = Handler;
      Handlers[Handler] = B.First;
    }
    for (const CFGElement &Element : Block) {
      NodeId Id;
      if (const Stmt *S = steppedStmt(Element)) {
        Id = add(NodeKind::Evaluation);
        noteStmt(Id, S);
      } else if (Element.getAs<CFGImplicitDtor>()) {
        Id = add(NodeKind::Destructor);
        if (auto D = Element.getAs<CFGAutomaticObjDtor>())
          G.Nodes[Id].Variable = D->getVarDecl();
      } else {
        continue; // Scope marks, and parts of steps that follow.
      }
      G.Nodes[B.Last].Out.push_back({Id, EdgeKind::Next});
      B.Elements.emplace_back(Id, Element);
      B.Last = Id;
    }
    if (!decides(Block))
      return;
    NodeId Id = add(NodeKind::Branch);
    G.Nodes[Id].Statement = Block.getTerminatorStmt();
    G.Nodes[Id].Condition = dyn_cast_or_null<Expr>(
        const_cast<CFGBlock &>(Block).getTerminatorCondition());
    // A range-for's condition is the compiler's, not the reader's.
    if (isa<CXXForRangeStmt>(G.Nodes[Id].Statement))
      G.Nodes[Id].Condition = nullptr;
    G.Nodes[B.Last].Out.push_back({Id, EdgeKind::Next});
    B.Last = Id;
  }

  void noteStmt(NodeId Id, const Stmt *S) {
    G.Nodes[Id].Statement = S;
    G.StmtNodes[S].push_back(Id);
    if (const auto *DS = dyn_cast<DeclStmt>(S))
      for (const Decl *D : DS->decls())
        if (const auto *V = dyn_cast<VarDecl>(D))
          G.VarNodes[V].push_back(Id);
  }

  // Whether the block ends in a choice that the source makes.
  static bool decides(const CFGBlock &Block) {
    const Stmt *S = Block.getTerminatorStmt();
    if (!S || !Block.getTerminator().isStmtBranch() || Block.succ_size() < 2 ||
        Block.hasNoReturnElement())
      return false;
    return !isa<CXXTryStmt>(S);
  }

  static EdgeKind kindOf(const CFGBlock &From, unsigned Index) {
    if (!decides(From))
      return From.succ_size() > 1 ? EdgeKind::Other : EdgeKind::Next;
    const Stmt *S = From.getTerminatorStmt();
    if (isa<SwitchStmt>(S))
      return EdgeKind::Case;
    if (isa<IndirectGotoStmt, GCCAsmStmt>(S) || From.succ_size() != 2)
      return EdgeKind::Other;
    return Index == 0 ? EdgeKind::True : EdgeKind::False;
  }

  void connect(const CFGBlock &Block) {
    // Exceptions are drawn by connectExceptions; what does not return goes
    // nowhere.
    if (&Block == &G.Source->getExit() || Block.hasNoReturnElement() ||
        throws(Block))
      return;
    unsigned Index = 0;
    for (const CFGBlock::AdjacentBlock &Successor : Block.succs()) {
      EdgeKind Kind = kindOf(Block, Index++);
      const CFGBlock *To = Successor.getReachableBlock();
      if (!To)
        continue;
      Edge E{To == &G.Source->getExit() ? Exit : Blocks[To].First, Kind};
      if (Kind == EdgeKind::Case)
        E.Label = dyn_cast_or_null<SwitchCase>(To->getLabel());
      G.Nodes[Blocks[&Block].Last].Out.push_back(E);
    }
  }

  bool throws(const CFGBlock &Block) {
    const auto &Elements = Blocks[&Block].Elements;
    if (Elements.empty())
      return false;
    const Stmt *Last = G.Nodes[Elements.back().first].Statement;
    return Last && isa<CXXThrowExpr>(Last);
  }

  void connectExceptions(const CFGBlock &Block) {
    for (const auto &[Id, Element] : Blocks[&Block].Elements) {
      const Stmt *S = G.Nodes[Id].Statement;
      if (S) {
        const auto *Throw = dyn_cast<CXXThrowExpr>(S);
        if (Throw && Throw->getSubExpr())
          connectThrow(Id, S, EdgeKind::Thrown,
                       Exception(Throw->getSubExpr()->getType(), Context));
        else if (Throw)
          Rethrows.push_back(Id);
        else if (mayThrow(S, Context))
          connectThrow(Id, S, EdgeKind::Exception, Exception());
        if (G.Suspends && maySuspend(S))
          G.Nodes[Id].Out.push_back({Destroyed, EdgeKind::Destruction});
      } else if (const CXXDestructorDecl *D =
                     Element.castAs<CFGImplicitDtor>().getDestructorDecl(
                         Context);
                 D && mayThrow(D, Context)) {
        connectThrow(Id, destructionPlace(Id, Element), EdgeKind::Exception,
                     Exception());
      }
    }
  }

  // 'throw;' throws what its handler has taken. What is rethrown to that one
  // stands before it.
  void connectRethrows() {
    const SourceManager &SM = Context.getSourceManager();
    auto Place = [&](NodeId Id) {
      return SM.getExpansionLoc(G.Nodes[Id].Statement->getBeginLoc());
    };
    llvm::sort(Rethrows, [&](NodeId A, NodeId B) {
      return SM.isBeforeInTranslationUnit(Place(A), Place(B));
    });
    for (NodeId Id : Rethrows) {
      const Stmt *S = G.Nodes[Id].Statement;
      const Stmt *Around = G.parentOf(S);
      while (Around && !isa<CXXCatchStmt>(Around))
        Around = G.parentOf(Around);
      if (!Around) // Whatever the caller is handling.
        connectThrow(Id, S, EdgeKind::Thrown, Exception());
      // A copy: the list may grow.
      else
        for (const Exception &E : llvm::SmallVector<Exception, 2>(
                 Arrived[cast<CXXCatchStmt>(Around)]))
          connectThrow(Id, S, EdgeKind::Thrown, E);
    }
  }

  // A destructor runs where its object was made, as far as handlers go.
  const Stmt *destructionPlace(NodeId Id, const CFGElement &Element) const {
    if (const VarDecl *V = G.Nodes[Id].Variable) {
      llvm::ArrayRef<NodeId> Decls = G.nodesOf(V);
      return Decls.empty() ? nullptr : G.Nodes[Decls.front()].Statement;
    }
    if (auto T = Element.getAs<CFGTemporaryDtor>())
      return T->getBindTemporaryExpr();
    if (auto D = Element.getAs<CFGDeleteDtor>())
      return D->getDeleteExpr();
    return nullptr;
  }

  // Draws the edges of an exception that leaves the step Id, which stands at
  // Place.
  void connectThrow(NodeId Id, const Stmt *Place, EdgeKind Kind, Exception E) {
    for (const CXXTryStmt *Try = tryAround(Place); Try; Try = tryAround(Try)) {
      for (unsigned I = 0; I != Try->getNumHandlers(); ++I) {
        const CXXCatchStmt *Handler = Try->getHandler(I);
        Exception Taken = E.takenBy(Handler, Context);
        Match M = E.offerTo(Handler, Context);
        if (M == Match::No)
          continue;
        llvm::SmallVector<Exception, 2> &Known = Arrived[Handler];
        if (!llvm::is_contained(Known, Taken))
          Known.push_back(Taken);
        if (std::optional<NodeId> First = handlerNode(Handler))
          connectOnce(Id, *First, Kind);
        if (M == Match::Yes)
          return;
      }
    }
    // Leaving a function that is noexcept ends the program.
    if (!EndsProgram)
      connectOnce(Id, Unwound, Kind);
  }

  void connectOnce(NodeId From, NodeId To, EdgeKind Kind) {
    for (const Edge &E : G.Nodes[From].Out)
      if (E.To == To && E.Kind == Kind)
        return;
    G.Nodes[From].Out.push_back({To, Kind});
  }

  // The try block that Place stands in, handlers not counted.
  const CXXTryStmt *tryAround(const Stmt *Place) {
    // All that is passed on the way up has the same answer.
    llvm::SmallVector<const Stmt *, 16> Passed;
    const CXXTryStmt *Answer = nullptr;
    for (const Stmt *S = Place; S && !Answer; S = G.parentOf(S)) {
      if (auto Known = Tries.find(S); Known != Tries.end()) {
        Answer = Known->second;
        break;
      }
      Passed.push_back(S);
      const auto *Try = dyn_cast_or_null<CXXTryStmt>(G.parentOf(S));
      if (Try && Try->getTryBlock() == S)
        Answer = Try;
    }
    for (const Stmt *S : Passed)
      Tries[S] = Answer;
    return Answer;
  }

  std::optional<NodeId> handlerNode(const CXXCatchStmt *Handler) const {
    auto Found = Handlers.find(Handler);
    if (Found == Handlers.end())
      return std::nullopt;
    return Found->second;
  }

  void findRounds() {
    for (const CFGBlock *Block : *G.Source)
      if (const Stmt *Loop = Block->getLoopTarget())
        for (const CFGBlock::AdjacentBlock &To : Block->succs())
          if (const CFGBlock *Head = To.getReachableBlock())
            G.Rounds[Loop] = Blocks[Head].First;
  }

  void findReachable() {
    G.Entry = Blocks[&G.Source->getEntry()].First;
    G.Reachable.resize(G.Nodes.size());
    llvm::SmallVector<NodeId, 64> Work{G.Entry};
    G.Reachable.set(G.Entry);
    while (!Work.empty())
      for (const Edge &E : G.Nodes[Work.pop_back_val()].Out)
        if (!G.Reachable.test(E.To)) {
          G.Reachable.set(E.To);
          Work.push_back(E.To);
        }
  }

public:
  bool EndsProgram = false;

private:
  Graph &G;
  ASTContext &Context;
  llvm::DenseMap<const CFGBlock *, BlockNodes> Blocks;
  llvm::DenseMap<const CXXCatchStmt *, NodeId> Handlers;
  // What each handler may have taken, as far as it is known by then.
  llvm::DenseMap<const CXXCatchStmt *, llvm::SmallVector<Exception, 2>> Arrived;
  std::vector<NodeId> Rethrows;
  llvm::DenseMap<const Stmt *, const CXXTryStmt *> Tries;
  NodeId Exit = 0, Unwound = 0, Destroyed = 0;
};

bool hasDependentBranch(const Stmt *Root) {
  llvm::SmallVector<const Stmt *, 64> Work{Root};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *If = dyn_cast<IfStmt>(S);
        If && If->isConstexpr() && If->getCond()->isValueDependent())
      return true;
    Work.append(S->child_begin(), S->child_end());
  }
  return false;
}

// Whether statements are nested so deeply in Root that Clang, which follows
// them by recursion, may run out of stack: a chain of thousands of operators.
static bool isDeep(const Stmt *Root) {
  constexpr unsigned Deep = 2000;
  llvm::SmallVector<std::pair<const Stmt *, unsigned>, 64> Work;
  Work.emplace_back(Root, 0);
  while (!Work.empty()) {
    auto [S, Depth] = Work.pop_back_val();
    if (!S)
      continue;
    if (Depth == Deep)
      return true;
    for (const Stmt *Child : S->children())
      Work.emplace_back(Child, Depth + 1);
  }
  return false;
}

std::unique_ptr<Graph> Graph::build(const FunctionDecl *Function,
                                    ASTContext &Context) {
  if (!Function->getBody() || !isDeep(Function->getBody()))
    return buildHere(Function, Context);
  std::unique_ptr<Graph> G;
  // Of the stack only what is used is taken.
  decltype(llvm::thread::DefaultStackSize) Bytes = 1U << 30;
  llvm::thread Roomy(Bytes, [&] { G = buildHere(Function, Context); });
  Roomy.join();
  return G;
}

std::unique_ptr<Graph> Graph::buildHere(const FunctionDecl *Function,
                                        ASTContext &Context) {
  Stmt *Body = Function->getBody();
  if (!Body)
    return nullptr;
  const auto *Coroutine = dyn_cast<CoroutineBodyStmt>(Body);
  if (Coroutine)
    Body = Coroutine->getBody();
  CFG::BuildOptions Options;
  Options.setAllAlwaysAdd();
  Options.AddInitializers = true;
  Options.AddImplicitDtors = true;
  Options.AddTemporaryDtors = true;
  Options.AddCXXDefaultInitExprInCtors = true;
  std::unique_ptr<Graph> G(new Graph(Function, Body));
  G->Source = CFG::buildCFG(Function, Body, &Context, Options);
  if (!G->Source)
    return nullptr;
  for (const auto &[Synthetic, Original] : G->Source->synthetic_stmts())
    G->Originals[Synthetic] = Original;
  G->Suspends = Coroutine != nullptr;
  GraphBuilder Builder(*G, Context);
  // An exception in a coroutine goes to its promise, whatever the function
  // itself promises. One that leaves main has nowhere to go.
  Builder.EndsProgram =
      !Coroutine && (isNoexcept(Function, Context) || Function->isMain());
  Builder.run();
  return G;
}

llvm::ArrayRef<NodeId> Graph::nodesOf(const Stmt *S) const {
  auto Found = StmtNodes.find(S);
  if (Found == StmtNodes.end())
    return {};
  return Found->second;
}

llvm::ArrayRef<NodeId> Graph::nodesOf(const VarDecl *V) const {
  auto Found = VarNodes.find(V);
  if (Found == VarNodes.end())
    return {};
  return Found->second;
}

std::optional<NodeId> Graph::roundOf(const Stmt *Loop) const {
  auto Found = Rounds.find(Loop);
  if (Found == Rounds.end())
    return std::nullopt;
  return Found->second;
}

const Stmt *Graph::parentOf(const Stmt *S) const {
  auto Original = Originals.find(S);
  if (Original != Originals.end())
    S = Original->second;
  return Parents.getParent(const_cast<Stmt *>(S));
}

bool Graph::isInside(const Stmt *S, const Stmt *Outer) const {
  auto Inner = Extents.find(S), Around = Extents.find(Outer);
  if (Inner != Extents.end() && Around != Extents.end())
    return Inner->second.first >= Around->second.first &&
           Inner->second.first < Around->second.second;
  for (; S; S = parentOf(S))
    if (S == Outer)
      return true;
  return false;
}

bool Graph::isInside(const Node &N, const Stmt *Outer) const {
  // What the compiler adds (the variables behind a tuple's structured bindings)
  // has no place in the source.
  if (N.Statement)
    return isInside(N.Statement, Outer) ||
           (N.Statement != Body && !parentOf(N.Statement));
  if (N.Variable) {
    llvm::ArrayRef<NodeId> Decls = nodesOf(N.Variable);
    return Decls.empty() || isInside(Nodes[Decls.front()].Statement, Outer);
  }
  if (N.Handler)
    return isInside(N.Handler, Outer);
  return N.Kind == NodeKind::Join || N.Kind == NodeKind::Destructor;
}

std::optional<Path>
Graph::findPath(llvm::ArrayRef<NodeId> From,
                llvm::function_ref<Verdict(const Step &)> Visit) const {
  llvm::SmallVector<Position, 4> Start;
  for (NodeId N : From)
    Start.push_back({N, 0});
  return findPath(Start, [&](const Step &S, Knowledge &) { return Visit(S); });
}

std::optional<Path> Graph::findPath(
    llvm::ArrayRef<Position> From,
    llvm::function_ref<Verdict(const Step &, Knowledge &)> Visit) const {
  // Breadth first. Found is in the order in which positions were come to; a
  // start has no step that led there.
  struct Arrival {
    Position At;
    std::optional<Step> By;
    size_t Before = 0;
  };
  std::vector<Arrival> Found;
  llvm::DenseSet<std::pair<NodeId, Knowledge>> Seen;
  for (const Position &P : From)
    if (Seen.insert({P.Node, P.Known}).second)
      Found.push_back({P, std::nullopt});
  // What is known can multiply with each branch; no function that was written
  // by hand comes near this.
  const size_t Most = 64 * Nodes.size() + 100000;
  for (size_t Next = 0; Next != Found.size() && Next != Most; ++Next) {
    const Position At = Found[Next].At;
    for (const Edge &E : Nodes[At.Node].Out) {
      Step S{At.Node, E};
      Knowledge Known = At.Known;
      Verdict V = Visit(S, Known);
      if (V == Verdict::Through && Seen.insert({E.To, Known}).second)
        Found.push_back({{E.To, Known}, S, Next});
      if (V != Verdict::Arrive)
        continue;
      Path Result{S};
      for (size_t I = Next; Found[I].By; I = Found[I].Before)
        Result.push_back(*Found[I].By);
      std::reverse(Result.begin(), Result.end());
      return Result;
    }
  }
  return std::nullopt;
}

} // namespace clang::tidy::context::flow
