// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Recognizer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/GlobPattern.h"

namespace clang::tidy::context::model {

//===-- Names -------------------------------------------------------------===//

static llvm::StringRef lastComponent(llvm::StringRef Name) {
  size_t Colon = Name.rfind("::");
  return Colon == llvm::StringRef::npos ? Name : Name.substr(Colon + 2);
}

static bool matches(llvm::StringRef Pattern, llvm::StringRef Name) {
  if (!Pattern.contains('*'))
    return Pattern == Name;
  llvm::Expected<llvm::GlobPattern> Glob = llvm::GlobPattern::create(Pattern);
  if (!Glob) {
    llvm::consumeError(Glob.takeError());
    return false;
  }
  return Glob->match(Name);
}

template <typename T>
void NameTable<T>::add(llvm::StringRef QualifiedName, T Value) {
  QualifiedName.consume_front("::");
  std::string Name = ("::" + QualifiedName).str();
  llvm::StringRef Last = lastComponent(Name);
  if (Last.contains('*'))
    Globs.emplace_back(Name, std::move(Value));
  else
    ByLast[Last].emplace_back(Name, std::move(Value));
}

template <typename T>
const T *NameTable<T>::find(llvm::StringRef Name, llvm::StringRef Last) const {
  auto Known = ByLast.find(Last);
  if (Known != ByLast.end())
    for (const Entry &E : Known->second)
      if (matches(E.first, Name))
        return &E.second;
  for (const Entry &E : Globs)
    if (matches(E.first, Name))
      return &E.second;
  return nullptr;
}

NameList::NameList(llvm::StringRef Option) {
  llvm::SmallVector<llvm::StringRef, 4> Parts;
  Option.split(Parts, ';', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef Name : Parts)
    if (!Name.trim().empty())
      Names.add(Name.trim(), true);
}

bool NameList::contains(const NamedDecl *D) const {
  const IdentifierInfo *II = D ? D->getIdentifier() : nullptr;
  return II && Names.mayContain(II->getName()) &&
         Names.find(Recognizer::qualifiedName(D), II->getName());
}

// The name without its scope. A constructor has its class's name.
static std::string simpleName(const NamedDecl *D) {
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(D))
    return Ctor->getParent()->getName().str();
  // Spelt without the type: all conversions of a class to bool are one.
  return D->getDeclName().getAsString();
}

std::string Recognizer::qualifiedName(const NamedDecl *D) {
  std::string Name = simpleName(D);
  if (Name.empty())
    return std::string();
  Name.insert(0, "::");
  const DeclContext *Scope = D->getDeclContext();
  for (; !Scope->isTranslationUnit(); Scope = Scope->getParent()) {
    if (const auto *NS = dyn_cast<NamespaceDecl>(Scope)) {
      if (NS->isInline())
        continue;
      if (NS->isAnonymousNamespace())
        return std::string();
      Name.insert(0, ("::" + NS->getName()).str());
    } else if (const auto *Tag = dyn_cast<TagDecl>(Scope)) {
      if (Tag->getName().empty())
        return std::string();
      Name.insert(0, ("::" + Tag->getName()).str());
    } else if (Scope->isFunctionOrMethod()) {
      return std::string();
    }
  }
  return Name;
}

//===-- Presence ----------------------------------------------------------===//

// The identifier, if it occurs anywhere in the translation unit or in what is
// precompiled of it.
static const IdentifierInfo *findIdentifier(llvm::StringRef Name,
                                            const ASTContext &Context) {
  auto Known = Context.Idents.find(Name);
  if (Known != Context.Idents.end())
    return Known->second;
  IdentifierInfoLookup *Precompiled =
      Context.Idents.getExternalIdentifierLookup();
  return Precompiled ? Precompiled->get(Name) : nullptr;
}

// Whether something may be declared under the qualified name. True where
// looking up names does not tell: in C, and for members and patterns.
static bool mayBeDeclared(llvm::StringRef QualifiedName,
                          const ASTContext &Context) {
  if (!Context.getLangOpts().CPlusPlus || QualifiedName.contains('*'))
    return true;
  llvm::SmallVector<llvm::StringRef, 4> Parts;
  QualifiedName.split(Parts, "::", /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  const DeclContext *Scope = Context.getTranslationUnitDecl();
  for (llvm::StringRef Part : Parts) {
    if (!isValidAsciiIdentifier(Part))
      return true; // An operator, or what no one can declare.
    const IdentifierInfo *Name = findIdentifier(Part, Context);
    auto Found = Name ? Scope->lookup(Name) : DeclContext::lookup_result();
    if (Found.empty())
      return false;
    Scope = dyn_cast<NamespaceDecl>(*Found.begin());
    if (!Scope)
      return true;
  }
  return true;
}

Presence Recognizer::presence(const ASTContext &Context) const {
  Presence P;
  // Whatever is annotated is named nowhere in the model.
  if (findIdentifier("annotate", Context))
    return {true, true, true, true};
  auto IsThere = [&](llvm::StringRef Name) {
    return mayBeDeclared(Name, Context);
  };
  for (const Library &L : TheModel.Libraries) {
    for (const ContextType &C : L.Contexts)
      if (IsThere(C.Type)) {
        P.Contexts = true;
        P.Unstorable |= C.Stored == Storage::Forbidden;
        P.Placed |= C.Wanted != Position::Any;
      }
    P.Contexts |= llvm::any_of(
        L.Signals, [&](const SignalType &S) { return IsThere(S.Type); });
    if (llvm::any_of(L.Results, IsThere))
      P.Unstorable = P.Derives = true;
    P.Derives |= llvm::any_of(
        L.Derives, [&](const Derive &D) { return IsThere(D.Function); });
  }
  return P;
}

//===-- Annotations -------------------------------------------------------===//

static bool hasOwnAnnotation(const Decl *D, llvm::StringRef Text) {
  for (const Decl *Redecl : D->redecls())
    for (const auto *A : Redecl->specific_attrs<AnnotateAttr>())
      if (A->getAnnotation() == Text)
        return true;
  return false;
}

static bool isAnnotated(const FunctionDecl *F, llvm::StringRef Text) {
  if (hasOwnAnnotation(F, Text))
    return true;
  const FunctionDecl *Pattern = F->getTemplateInstantiationPattern();
  return Pattern && hasOwnAnnotation(Pattern, Text);
}

static bool isAnnotated(const CXXRecordDecl *R, llvm::StringRef Text) {
  if (hasOwnAnnotation(R, Text))
    return true;
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R);
  return Spec && hasOwnAnnotation(
                     Spec->getSpecializedTemplate()->getTemplatedDecl(), Text);
}

//===-- Types -------------------------------------------------------------===//

const CXXRecordDecl *recordOrTemplateOf(QualType T) {
  if (const CXXRecordDecl *R = T->getAsCXXRecordDecl())
    return R;
  if (const auto *TST = T->getAs<TemplateSpecializationType>())
    if (const auto *Template = dyn_cast_or_null<ClassTemplateDecl>(
            TST->getTemplateName().getAsTemplateDecl()))
      return Template->getTemplatedDecl();
  return nullptr;
}

// The name of a member as a model's look-ups spell it.
static DeclarationName memberName(llvm::StringRef Name, ASTContext &Context) {
  if (Name == "operator->")
    return Context.DeclarationNames.getCXXOperatorName(OO_Arrow);
  return &Context.Idents.get(Name);
}

static bool declaresMember(const CXXRecordDecl *R, llvm::StringRef Name) {
  for (const NamedDecl *D : R->lookup(memberName(Name, R->getASTContext()))) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      D = Template->getTemplatedDecl();
    if (isa<CXXMethodDecl>(D))
      return true;
  }
  return false;
}

bool declaresMembers(const CXXRecordDecl *Record,
                     llvm::ArrayRef<llvm::StringRef> Names) {
  llvm::SmallPtrSet<const CXXRecordDecl *, 8> Seen;
  llvm::SmallVector<const CXXRecordDecl *, 8> Work{Record};
  llvm::SmallVector<llvm::StringRef, 4> Missing(Names.begin(), Names.end());
  while (!Work.empty() && !Missing.empty()) {
    const CXXRecordDecl *R = Work.pop_back_val();
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R);
        Spec && !Spec->hasDefinition())
      R = Spec->getSpecializedTemplate()->getTemplatedDecl();
    R = R->getDefinition();
    if (!R || !Seen.insert(R).second)
      continue;
    llvm::erase_if(
        Missing, [&](llvm::StringRef Name) { return declaresMember(R, Name); });
    for (const CXXBaseSpecifier &Base : R->bases())
      if (const CXXRecordDecl *B = recordOrTemplateOf(Base.getType()))
        Work.push_back(B);
  }
  return Missing.empty();
}

// What a smart pointer points to; null if T is none.
static QualType smartPointee(QualType T) {
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  if (!Spec || Spec->getTemplateArgs().size() == 0)
    return QualType();
  const TemplateArgument &Arg = Spec->getTemplateArgs().get(0);
  if (Arg.getKind() != TemplateArgument::Type)
    return QualType();
  if (!declaresMembers(Spec, {"operator->", "get"}) &&
      !declaresMembers(Spec, {"lock", "expired"}))
    return QualType();
  return Arg.getAsType();
}

bool Recognizer::isSmartPointer(QualType T) {
  return !T.isNull() && !smartPointee(T.getCanonicalType()).isNull();
}

QualType Recognizer::referredType(QualType T) {
  if (T.isNull())
    return T;
  while (true) {
    T = T.getCanonicalType().getNonReferenceType().getUnqualifiedType();
    if (T->isPointerType()) {
      T = T->getPointeeType();
      continue;
    }
    QualType Pointee = smartPointee(T);
    if (Pointee.isNull())
      return T;
    T = Pointee;
  }
}

const ContextType *Recognizer::contextOf(const CXXRecordDecl *R) const {
  return R ? lookUp(R).TheContext : nullptr;
}

// The class that T is, or refers to directly.
static const CXXRecordDecl *recordOf(QualType T) {
  return T.isNull() ? nullptr : T.getNonReferenceType()->getAsCXXRecordDecl();
}

const ContextType *Recognizer::contextOf(QualType T) const {
  // Most types are none of it; they are told apart without a look into their
  // template.
  if (const CXXRecordDecl *R = recordOf(T))
    if (const ContextType *C = contextOf(R))
      return C;
  QualType Referred = referredType(T);
  return Referred.isNull() ? nullptr
                           : contextOf(Referred->getAsCXXRecordDecl());
}

const SignalType *Recognizer::signalOf(QualType T) const {
  if (const CXXRecordDecl *R = recordOf(T))
    if (const SignalType *S = lookUp(R).TheSignal)
      return S;
  QualType Referred = referredType(T);
  const CXXRecordDecl *R =
      Referred.isNull() ? nullptr : Referred->getAsCXXRecordDecl();
  return R ? lookUp(R).TheSignal : nullptr;
}

bool Recognizer::isResult(QualType T) const {
  const CXXRecordDecl *R = T.isNull() ? nullptr : T->getAsCXXRecordDecl();
  return R && lookUp(R).IsResult;
}

bool Recognizer::isCanceller(QualType T) const {
  const CXXRecordDecl *R = recordOf(T);
  return R && lookUp(R).IsCanceller;
}

bool Recognizer::isCarrier(const CXXRecordDecl *R) const {
  return R && lookUp(R).IsCarrier;
}

Recognizer::Record Recognizer::lookUp(const CXXRecordDecl *R) const {
  R = R->getCanonicalDecl();
  auto Known = KnownRecords.find(R);
  if (Known != KnownRecords.end())
    return Known->second;
  // The empty answer stands while the bases are asked: broken code may have a
  // class derive from itself.
  KnownRecords[R] = Record();
  Record Answer = lookUpUncached(R);
  KnownRecords[R] = Answer;
  return Answer;
}

Recognizer::Record Recognizer::lookUpUncached(const CXXRecordDecl *R) const {
  Record Answer;
  if (const IdentifierInfo *II = R->getIdentifier();
      II && TypeNames.mayContain(II->getName()))
    if (const Record *Named = TypeNames.find(qualifiedName(R), II->getName()))
      Answer = *Named;
  if (isAnnotated(R, "context::type") && !Answer.TheContext)
    Answer.TheContext = &Annotated;
  if (isAnnotated(R, "context::derives"))
    Answer.IsResult = true;
  if (isAnnotated(R, "context::carrier"))
    Answer.IsCarrier = true;
  // What is not instantiated (nobody has needed more than a pointer to it) is
  // judged by its template.
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R);
  if (Spec && !Spec->hasDefinition())
    R = Spec->getSpecializedTemplate()->getTemplatedDecl();
  if (const CXXRecordDecl *Definition = R->getDefinition())
    for (const CXXBaseSpecifier &Base : Definition->bases())
      if (const CXXRecordDecl *B = recordOrTemplateOf(Base.getType())) {
        Record OfBase = lookUp(B);
        if (!Answer.TheContext)
          Answer.TheContext = OfBase.TheContext;
        if (!Answer.TheSignal)
          Answer.TheSignal = OfBase.TheSignal;
        Answer.IsCanceller |= OfBase.IsCanceller;
      }
  return Answer;
}

//===-- Functions and calls -----------------------------------------------===//

Recognizer::Recognizer(const Model &M) : TheModel(M) {
  llvm::StringMap<Function> ByFunction;
  llvm::StringMap<Record> ByType;
  for (const Library &L : M.Libraries) {
    const Guard *TheGuard = L.TheGuard ? &*L.TheGuard : nullptr;
    auto SetRole = [&](const std::vector<std::string> &Names, Role R) {
      for (const std::string &Name : Names)
        ByFunction[Name].Roles |= R;
    };
    auto SetMembers = [&](const std::string &Type,
                          const std::vector<std::string> &Members, Role R) {
      for (const std::string &Member : Members)
        ByFunction[Type + "::" + Member].Roles |= R;
    };
    for (const ContextType &C : L.Contexts) {
      ByType[C.Type].TheContext = &C;
      SetMembers(C.Type, C.Polls, PollRole);
      SetMembers(C.Type, C.Signals, SignalRole);
    }
    for (const SignalType &S : L.Signals) {
      ByType[S.Type].TheSignal = &S;
      SetMembers(S.Type, S.Polls, PollRole);
      SetMembers(S.Type, S.Waits, WaitRole);
    }
    for (const std::string &Name : L.Results) {
      ByType[Name].IsResult = true;
      ByType[Name].TheGuard = TheGuard;
    }
    for (const Derive &D : L.Derives) {
      ByFunction[D.Function].Roles |= DeriveRole;
      ByFunction[D.Function].TheDerive = &D;
      ByFunction[D.Function].TheGuard = TheGuard;
    }
    for (const Select &S : L.Selects)
      ByFunction[S.Function].TheSelect = &S;
    for (const std::string &Name : L.Cancellers)
      ByType[Name].IsCanceller = true;
    for (const std::string &Name : L.Carriers)
      ByType[Name].IsCarrier = true;
    for (const std::string &Name : L.Discards)
      DiscardNames.add(Name, true);
    SetRole(L.Roots, RootRole);
    SetRole(L.Spawns, SpawnRole);
    SetRole(L.Polls, PollRole);
    SetRole(L.Blocking, BlockingRole);
  }
  for (const auto &E : ByFunction)
    FunctionNames.add(E.getKey(), E.getValue());
  for (const auto &E : ByType)
    TypeNames.add(E.getKey(), E.getValue());
}

Recognizer::Function Recognizer::lookUp(const FunctionDecl *F) const {
  F = F->getCanonicalDecl();
  auto Known = KnownFunctions.find(F);
  if (Known != KnownFunctions.end())
    return Known->second;
  Function Answer = lookUpUncached(F);
  KnownFunctions[F] = Answer;
  return Answer;
}

Recognizer::Function Recognizer::lookUpUncached(const FunctionDecl *F) const {
  Function Answer;
  std::string Last = simpleName(F);
  if (FunctionNames.mayContain(Last))
    if (const Function *Named = FunctionNames.find(qualifiedName(F), Last))
      Answer = *Named;
  // A member keeps the part that the same member of a base has: an override,
  // and what a subclass of a context declares anew.
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F);
      Method && FunctionNames.mayContain(Last)) {
    if (const ContextType *C = contextOf(Method->getParent())) {
      if (llvm::is_contained(C->Polls, Last))
        Answer.Roles |= PollRole;
      if (llvm::is_contained(C->Signals, Last))
        Answer.Roles |= SignalRole;
    }
    if (const SignalType *S = lookUp(Method->getParent()).TheSignal) {
      if (llvm::is_contained(S->Polls, Last))
        Answer.Roles |= PollRole;
      if (llvm::is_contained(S->Waits, Last))
        Answer.Roles |= WaitRole;
    }
  }
  if (isAnnotated(F, "context::poll"))
    Answer.Roles |= PollRole;
  if (isAnnotated(F, "context::blocking"))
    Answer.Roles |= BlockingRole;
  if (isAnnotated(F, "context::derives"))
    Answer.Roles |= DeriveRole;
  return Answer;
}

unsigned Recognizer::rolesOf(const CallExpr *Call) const {
  const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
  if (!F)
    return 0;
  unsigned Roles = lookUp(F).Roles;
  // A member that a library declares in a base it does not document is named
  // in the model by the object's class: std::atomic<int>::wait.
  const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
  const Expr *Object = Member ? Member->getImplicitObjectArgument() : nullptr;
  const CXXRecordDecl *Class =
      Object ? Object->IgnoreParenImpCasts()->getType()->getAsCXXRecordDecl()
             : nullptr;
  if (Object && !Class)
    Class = Object->IgnoreParenImpCasts()->getType()->getPointeeCXXRecordDecl();
  std::string Last = Class ? simpleName(F) : std::string();
  if (Class && FunctionNames.mayContain(Last))
    if (const Function *Named =
            FunctionNames.find(qualifiedName(Class) + "::" + Last, Last))
      Roles |= Named->Roles;
  return Roles;
}

// The name of the member of Result that plays the part: the one annotated, or
// else the one with the conventional name.
static std::string annotatedMember(QualType Result, llvm::StringRef Annotation,
                                   llvm::StringRef Default) {
  const CXXRecordDecl *R = Result->getAsCXXRecordDecl();
  if (R && (R = R->getDefinition()))
    for (const FieldDecl *Field : R->fields())
      if (hasOwnAnnotation(Field, Annotation))
        return Field->getName().str();
  return Default.str();
}

std::optional<Derivation> Recognizer::derivation(const Expr *E) const {
  const auto *Call = dyn_cast<CallExpr>(E);
  if (!Call)
    return std::nullopt;
  Function Callee;
  if (const FunctionDecl *F = Call->getDirectCallee())
    Callee = lookUp(F);
  if (const Derive *D = Callee.TheDerive)
    return Derivation{D->Context, D->Cancel, Callee.TheGuard};
  const CXXRecordDecl *R =
      Call->isPRValue() ? Call->getType()->getAsCXXRecordDecl() : nullptr;
  Record Result = R ? lookUp(R) : Record();
  if (!Result.IsResult && !(Callee.Roles & DeriveRole))
    return std::nullopt;
  Derivation Answer;
  Answer.Cancel = annotatedMember(Call->getType(), "context::cancel", "cancel");
  Answer.Context = "ctx";
  if (R && (R = R->getDefinition()))
    for (const FieldDecl *Field : R->fields())
      if (contextOf(Field->getType()))
        Answer.Context = Field->getName().str();
  Answer.TheGuard = Result.TheGuard;
  return Answer;
}

bool Recognizer::isPoll(const CallExpr *Call) const {
  return rolesOf(Call) & PollRole;
}
// The type that a model names so.
static QualType typeNamed(llvm::StringRef Name, ASTContext &Context) {
  const DeclContext *Scope = Context.getTranslationUnitDecl();
  llvm::SmallVector<llvm::StringRef, 4> Parts;
  Name.split(Parts, "::", /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef Part : Parts) {
    auto Found = Scope->lookup(&Context.Idents.get(Part));
    if (Found.empty())
      return QualType();
    const NamedDecl *D = Found.front()->getUnderlyingDecl();
    if (const auto *Type = dyn_cast<TypeDecl>(D); Type && Part == Parts.back())
      return Context.getTypeDeclType(Type);
    Scope = dyn_cast<DeclContext>(D);
    if (!Scope)
      return QualType();
  }
  return QualType();
}

QualType Recognizer::thrownBy(const CXXMemberCallExpr *Call) const {
  const CXXMethodDecl *Method = Call->getMethodDecl();
  const ContextType *C = Method ? contextOf(Method->getParent()) : nullptr;
  return C && !C->Throws.empty() ? typeNamed(C->Throws, Method->getASTContext())
                                 : QualType();
}

bool Recognizer::isSignal(const CallExpr *Call) const {
  return rolesOf(Call) & SignalRole;
}
bool Recognizer::isWait(const CallExpr *Call) const {
  return rolesOf(Call) & WaitRole;
}
bool Recognizer::isBlocking(const CallExpr *Call) const {
  return rolesOf(Call) & BlockingRole;
}
bool Recognizer::isRoot(const CallExpr *Call) const {
  return rolesOf(Call) & RootRole;
}
bool Recognizer::isSpawn(const CallExpr *Call) const {
  return rolesOf(Call) & SpawnRole;
}

bool Recognizer::isPoll(const FunctionDecl *F) const {
  return lookUp(F).Roles & PollRole;
}
bool Recognizer::isSignal(const FunctionDecl *F) const {
  return lookUp(F).Roles & SignalRole;
}
bool Recognizer::isBlocking(const FunctionDecl *F) const {
  return lookUp(F).Roles & BlockingRole;
}
bool Recognizer::isRoot(const FunctionDecl *F) const {
  return lookUp(F).Roles & RootRole;
}

bool Recognizer::isDiscard(const ValueDecl *Object) const {
  const IdentifierInfo *Name = Object->getIdentifier();
  return Name && DiscardNames.mayContain(Name->getName()) &&
         DiscardNames.find(qualifiedName(Object), Name->getName());
}

bool Recognizer::isKnown(const FunctionDecl *F) const {
  Function Known = lookUp(F);
  return Known.Roles || Known.TheSelect;
}

const Select *Recognizer::selectOf(const CallExpr *Call) const {
  const FunctionDecl *F = Call->getDirectCallee();
  return F ? lookUp(F).TheSelect : nullptr;
}

static bool calls(const CallExpr *Call, llvm::StringRef Name) {
  const FunctionDecl *F = Call->getDirectCallee();
  return F && !Name.empty() && Recognizer::qualifiedName(F) == Name;
}

bool Recognizer::isReceiveCase(const Select &S, const CallExpr *Call) const {
  return calls(Call, S.Receive) && Call->getNumArgs() > 0 &&
         signalOf(Call->getArg(0)->getType());
}

bool Recognizer::isDefaultCase(const Select &S, const CallExpr *Call) const {
  return calls(Call, S.Default);
}

} // namespace clang::tidy::context::model
