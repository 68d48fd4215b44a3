// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ParameterOrder.h"
#include "LLVMVersions.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
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

Effect effectOf(const Expr *E, const ASTContext &Context, IsPureCall IsPure) {
  // Copies and conversions for the parameter come with the parameter, wherever
  // it stands.
  E = E->IgnoreUnlessSpelledInSource();
  if (E->isValueDependent() || E->containsErrors())
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
    return Ref->getType().isVolatileQualified() ? Effect::Acts : Effect::Reads;
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return Member->getType().isVolatileQualified()
               ? Effect::Acts
               : worst(Effect::Reads, Of(Member->getBase()));
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

// Whether the arguments give the same in any order. C++ leaves the order open,
// but a compiler has one, and a program may have come to rest on it.
bool isOrderFree(llvm::ArrayRef<const Expr *> Args, const ASTContext &Context,
                 IsPureCall IsPure) {
  unsigned Acting = 0, Reading = 0;
  for (const Expr *Arg : Args) {
    Effect E = effectOf(Arg, Context, IsPure);
    Acting += E == Effect::Acts;
    Reading += E == Effect::Reads;
  }
  return Acting == 0 || (Acting == 1 && Reading == 0);
}

//===-- The function ------------------------------------------------------===//

// Whether another function has the name of F where F is looked up. It might be
// taken for F once F's parameters have changed places.
bool isOverloaded(const FunctionDecl &F) {
  const DeclContext *Scope = F.getDeclContext()->getRedeclContext();
  while (true) {
    for (const NamedDecl *D : Scope->lookup(F.getDeclName())) {
      const NamedDecl *Target = D->getUnderlyingDecl();
      if (Target->getCanonicalDecl() != F.getCanonicalDecl() &&
          !Target->isImplicit() && !isa<TagDecl>(Target))
        return true;
    }
    // What is in an unnamed namespace is found as if it were outside as well.
    const auto *NS = dyn_cast<NamespaceDecl>(Scope);
    if (!NS || !(NS->isAnonymousNamespace() || NS->isInline()))
      return false;
    Scope = NS->getParent()->getRedeclContext();
  }
}

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
  // A template may have calls that only its instantiations show.
  if (F.isTemplated() || F.isVariadic() || F.isExternallyVisible() ||
      hasPositionalAttribute(F) || isOverloaded(F))
    return false;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&F))
    if (Method->isVirtual())
      return false;
  return F.getNumParams() == 0 ||
         !isExplicitObjectParameter(*F.getParamDecl(0));
}

// The declared parameters of F from Lo to Hi.
bool readParameters(const FunctionDecl &F, unsigned Lo, unsigned Hi,
                    unsigned Moved, ListText &List) {
  // A signature that comes from an alias is written elsewhere.
  if (!F.getFunctionTypeLoc() || F.getNumParams() <= Hi)
    return false;
  for (unsigned I = Lo; I <= Hi; ++I) {
    const ParmVarDecl *P = F.getParamDecl(I);
    if (P->hasDefaultArg() || P->isImplicit() || P->hasAttrs() ||
        !List.add(P->getSourceRange()))
      return false;
  }
  // Its type must not be made of the parameters that it moves across.
  llvm::StringRef Type = List.text(Moved - Lo);
  return List.endsHere() && !Type.contains("decltype") &&
         !Type.contains("typeof");
}

} // namespace

llvm::SmallVector<FixItHint, 8> moveParameter(const FunctionDecl &F,
                                              unsigned From, unsigned To,
                                              const FunctionUse &Uses,
                                              IsPureCall IsPure) {
  const ASTContext &Context = F.getASTContext();
  const unsigned Lo = std::min(From, To), Hi = std::max(From, To);
  if (Uses.HandedOn || Uses.AddressTaken || Uses.Unclear || !isMovable(F))
    return {};

  llvm::SmallVector<FixItHint, 8> Edits;
  for (const FunctionDecl *Declaration : F.redecls()) {
    ListText List(Context);
    if (!readParameters(*Declaration, Lo, Hi, From, List))
      return {};
    List.rotate(From > To, Edits);
  }

  // A call may be met more than once: in a template and its instantiations.
  llvm::DenseSet<SourceLocation> Written;
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
          llvm::ArrayRef(Args).slice(Lo, Hi - Lo + 1);
      for (const Expr *Arg : Moving)
        if (Arg->isDefaultArgument() || !List.add(Arg->getSourceRange()))
          return {};
      if (!List.endsHere())
        return {};
      if (!Written.count(List.begin())) {
        // A call that only an instantiation makes is another function's call in
        // the next one.
        if (InInstantiation || !isOrderFree(Moving, Context, IsPure))
          return {};
        Written.insert(List.begin());
        List.rotate(From > To, Edits);
      }
    }
  return Edits;
}

} // namespace clang::tidy::context
