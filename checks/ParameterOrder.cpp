// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ParameterOrder.h"
#include "LLVMVersions.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace clang::tidy::context {
namespace {

using IsPureCall = llvm::function_ref<bool(const CallExpr &)>;

//===-- Text --------------------------------------------------------------===//

// A comma-separated list in the source, of parameters or of arguments.
class ListText {
public:
  ListText(const ASTContext &Context)
      : SM(Context.getSourceManager()), Lang(Context.getLangOpts()) {}

  // False if the item is not plain text of the main file, or if there is more
  // than a comma between it and the one before: a comment would stay behind.
  bool add(SourceRange Range) {
    if (Range.isInvalid() || Range.getBegin().isMacroID() ||
        Range.getEnd().isMacroID() || !SM.isWrittenInMainFile(Range.getBegin()))
      return false;
    CharSourceRange Item = Lexer::getAsCharRange(Range, SM, Lang);
    unsigned Begin = SM.getFileOffset(Item.getBegin());
    unsigned End = SM.getFileOffset(Item.getEnd());
    llvm::StringRef Code = SM.getBufferData(SM.getMainFileID());
    if (Item.isInvalid() || End <= Begin || End > Code.size())
      return false;
    llvm::StringRef Before = Code.take_front(Begin).rtrim();
    if (Items.empty() ? !endsIn(Before, "({,")
                      : Before.drop_back().rtrim().size() != LastEnd ||
                            !endsIn(Before, ","))
      return false;
    // A preprocessor directive must stay on its line.
    for (llvm::StringRef Rest = Code.slice(Begin, End).split('\n').second;
         !Rest.empty(); Rest = Rest.split('\n').second)
      if (Rest.ltrim(" \t").take_front() == "#")
        return false;
    LastEnd = End;
    Items.push_back(Item);
    Texts.push_back(Code.slice(Begin, End));
    return true;
  }

  // Whether nothing but the end of the list, or of an item, comes next.
  bool endsHere() const {
    llvm::StringRef Rest =
        SM.getBufferData(SM.getMainFileID()).drop_front(LastEnd).ltrim();
    return !Rest.empty() && llvm::StringRef(")},").contains(Rest.front());
  }

  SourceLocation begin() const { return Items.front().getBegin(); }
  llvm::StringRef text(unsigned I) const { return Texts[I]; }

  // Each item's place gets the text of another one.
  void rotate(bool LastToFront, llvm::SmallVectorImpl<FixItHint> &Edits) const {
    unsigned N = Items.size();
    for (unsigned I = 0; I != N; ++I)
      Edits.push_back(FixItHint::CreateReplacement(
          Items[I], Texts[(I + (LastToFront ? N - 1 : 1)) % N]));
  }

private:
  static bool endsIn(llvm::StringRef Text, llvm::StringRef Characters) {
    return !Text.empty() && Characters.contains(Text.back());
  }

  const SourceManager &SM;
  const LangOptions &Lang;
  llvm::SmallVector<CharSourceRange, 4> Items;
  llvm::SmallVector<llvm::StringRef, 4> Texts;
  unsigned LastEnd = 0;
};

//===-- Effects -----------------------------------------------------------===//

enum class Effect {
  Constant, // The same at any time.
  Reads,    // Depends on what happens before it.
  Acts,     // May change what others read.
};

Effect worst(Effect A, Effect B) { return std::max(A, B); }

bool isOfStandardLibrary(const FunctionDecl &F) {
  for (const DeclContext *Scope = F.getDeclContext(); Scope;
       Scope = Scope->getParent())
    if (Scope->isStdNamespace())
      return true;
  return false;
}

// Whether a function of the program's own converts E on the way to its
// parameter. The library's conversions change nothing that others read, and
// copies may not, for the language leaves them out as it likes.
bool convertsVisibly(const Expr *E) {
  const Expr *Spelled = E->IgnoreUnlessSpelledInSource();
  while (E && E != Spelled) {
    const FunctionDecl *Converts = nullptr;
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
      if (!Construct->getConstructor()->isCopyOrMoveConstructor())
        Converts = Construct->getConstructor();
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      Converts = Call->getDirectCallee();
    }
    if (Converts && !isOfStandardLibrary(*Converts))
      return true;
    auto Children = E->children();
    E = Children.begin() == Children.end()
            ? nullptr
            : dyn_cast_or_null<Expr>(*Children.begin());
  }
  return false;
}

Effect effectOf(const Expr *E, const ASTContext &Context, IsPureCall IsPure) {
  if (E->isValueDependent() || E->containsErrors() || convertsVisibly(E))
    return Effect::Acts;
  E = E->IgnoreUnlessSpelledInSource();
  if (E->getType().isVolatileQualified())
    return Effect::Acts;
  auto Of = [&](const Expr *Part) { return effectOf(Part, Context, IsPure); };
  if (isa<IntegerLiteral, CharacterLiteral, FloatingLiteral, StringLiteral,
          CXXBoolLiteralExpr, CXXNullPtrLiteralExpr, GNUNullExpr, CXXThisExpr,
          UnaryExprOrTypeTraitExpr>(E))
    return Effect::Constant;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (isa<EnumConstantDecl, FunctionDecl>(Ref->getDecl()))
      return Effect::Constant;
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    if (V && V->isConstexpr())
      return Effect::Constant;
    return Effect::Reads;
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return worst(Effect::Reads, Of(Member->getBase()));
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (!IsPure(*Call))
      return Effect::Acts;
    Effect All = Effect::Constant;
    for (const Expr *Arg : Call->arguments())
      All = worst(All, Of(Arg));
    return All;
  }
  if (const auto *Op = dyn_cast<UnaryOperator>(E))
    return Op->isIncrementDecrementOp() || Op->getOpcode() == UO_Coawait
               ? Effect::Acts
           : Op->getOpcode() == UO_Deref
               ? worst(Effect::Reads, Of(Op->getSubExpr()))
               : Of(Op->getSubExpr());
  if (const auto *Op = dyn_cast<BinaryOperator>(E))
    return Op->isAssignmentOp() ? Effect::Acts
                                : worst(Of(Op->getLHS()), Of(Op->getRHS()));
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E))
    if (Cast->getType()->isScalarType() &&
        Cast->getSubExpr()->getType()->isScalarType())
      return Of(Cast->getSubExpr());
  return Effect::Acts;
}

// Whether the moved argument and those that it moves across give the same in
// any order; among themselves, these keep theirs. C++ leaves the order open,
// but a compiler has one, and a program may have come to rest on it.
bool isOrderFree(llvm::ArrayRef<const Expr *> Args, unsigned Moved,
                 const ASTContext &Context, IsPureCall IsPure) {
  Effect Own = effectOf(Args[Moved], Context, IsPure);
  if (Own == Effect::Constant)
    return true;
  for (unsigned I = 0; I != Args.size(); ++I)
    if (Effect Other = effectOf(Args[I], Context, IsPure);
        I != Moved && Other != Effect::Constant &&
        worst(Own, Other) == Effect::Acts)
      return false;
  return true;
}

//===-- The function ------------------------------------------------------===//

// Whether an attribute of F could speak of its parameters by their numbers.
bool hasPositionalAttribute(const FunctionDecl &F) {
  return llvm::any_of(F.attrs(), [](const Attr *A) {
    return !A->isImplicit() &&
           !isa<UnusedAttr, UsedAttr, WarnUnusedResultAttr, DeprecatedAttr,
                NoInlineAttr, AlwaysInlineAttr, NoThrowAttr, CXX11NoReturnAttr,
                AnnotateAttr>(A);
  });
}

bool isMovable(const FunctionDecl &F) {
  // A template may have calls that only its instantiations show, and a
  // coroutine hands its parameters to its promise.
  if (F.isTemplated() || F.isVariadic() || F.isExternallyVisible() ||
      isa_and_nonnull<CoroutineBodyStmt>(F.getBody()))
    return false;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&F))
    if (Method->isVirtual())
      return false;
  return F.getNumParams() == 0 ||
         !isExplicitObjectParameter(*F.getParamDecl(0));
}

// Whether Word stands in Text.
bool hasWord(llvm::StringRef Text, llvm::StringRef Word) {
  if (Word.empty())
    return false;
  for (size_t At = Text.find(Word); At != llvm::StringRef::npos;
       At = Text.find(Word, At + 1)) {
    llvm::StringRef Before = Text.take_front(At),
                    After = Text.drop_front(At + Word.size());
    if ((Before.empty() || !isAsciiIdentifierContinue(Before.back())) &&
        (After.empty() || !isAsciiIdentifierContinue(After.front())))
      return true;
  }
  return false;
}

// The declared parameters of F from Lo to Hi.
bool readParameters(const FunctionDecl &F, unsigned Lo, unsigned Hi,
                    unsigned Moved, ListText &List) {
  // A signature that comes from an alias is written elsewhere.
  if (!F.getFunctionTypeLoc() || F.getNumParams() <= Hi ||
      hasPositionalAttribute(F))
    return false;
  for (unsigned I = Lo; I <= Hi; ++I) {
    const ParmVarDecl *P = F.getParamDecl(I);
    if (P->hasDefaultArg() || P->isImplicit() || P->hasAttrs() ||
        !List.add(P->getSourceRange()))
      return false;
  }
  // None may be made of one that it stands behind, decltype(id), and will not
  // any more.
  for (unsigned I = Lo; I <= Hi; ++I)
    for (unsigned Before = Lo; Before < I; ++Before)
      if ((I == Moved || Before == Moved) &&
          hasWord(List.text(I - Lo), F.getParamDecl(Before)->getName()))
        return false;
  return List.endsHere();
}

// Whether one edit would change the text that another one moves: f(f(1, c), c).
bool overlap(llvm::ArrayRef<FixItHint> Edits, const SourceManager &SM) {
  llvm::SmallVector<std::pair<unsigned, unsigned>, 8> Ranges;
  for (const FixItHint &Edit : Edits)
    Ranges.emplace_back(SM.getFileOffset(Edit.RemoveRange.getBegin()),
                        SM.getFileOffset(Edit.RemoveRange.getEnd()));
  llvm::sort(Ranges);
  for (unsigned I = 1; I < Ranges.size(); ++I)
    if (Ranges[I].first < Ranges[I - 1].second)
      return true;
  return false;
}

} // namespace

llvm::SmallVector<FixItHint, 8> moveParameter(const FunctionDecl &F,
                                              unsigned From, unsigned To,
                                              const FunctionUse &Uses,
                                              IsPureCall IsPure) {
  const ASTContext &Context = F.getASTContext();
  const unsigned Lo = std::min(From, To), Hi = std::max(From, To);
  if (Uses.HandedOn || Uses.AddressTaken || Uses.SharesName || Uses.Unclear ||
      !isMovable(F))
    return {};

  llvm::SmallVector<FixItHint, 8> Edits;
  // What stands in a template is met again in its instantiations: a friend's
  // declaration, a call.
  llvm::DenseSet<SourceLocation> Written;
  for (const FunctionDecl *Declaration : F.redecls()) {
    ListText List(Context);
    if (!readParameters(*Declaration, Lo, Hi, From, List))
      return {};
    if (Written.insert(List.begin()).second)
      List.rotate(From > To, Edits);
  }

  for (bool InInstantiation : {false, true})
    for (const FunctionUse::Call &Call : Uses.Calls) {
      if (Call.InInstantiation != InInstantiation)
        continue;
      llvm::SmallVector<const Expr *, 8> Args;
      if (const auto *Plain = dyn_cast<CallExpr>(Call.Site))
        Args.append(Plain->arg_begin(), Plain->arg_end());
      else
        for (const Expr *Arg : cast<CXXConstructExpr>(Call.Site)->arguments())
          Args.push_back(Arg);
      if (isa<CXXOperatorCallExpr>(Call.Site))
        Args.erase(Args.begin()); // The object that is called.
      if (Args.size() <= Hi)
        return {};
      ListText List(Context);
      llvm::ArrayRef<const Expr *> Moving =
          llvm::ArrayRef<const Expr *>(Args).slice(Lo, Hi - Lo + 1);
      for (const Expr *Arg : Moving)
        if (Arg->isDefaultArgument() || !List.add(Arg->getSourceRange()))
          return {};
      if (!List.endsHere())
        return {};
      if (!Written.count(List.begin())) {
        // A call that only an instantiation makes is another function's call in
        // the next one.
        if (InInstantiation || !isOrderFree(Moving, From - Lo, Context, IsPure))
          return {};
        Written.insert(List.begin());
        List.rotate(From > To, Edits);
      }
    }
  if (overlap(Edits, Context.getSourceManager()))
    return {};
  return Edits;
}

} // namespace clang::tidy::context
