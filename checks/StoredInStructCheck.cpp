// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StoredInStructCheck.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"

namespace clang::tidy::context {

StoredInStructCheck::StoredInStructCheck(StringRef Name,
                                         ClangTidyContext *Context)
    : ContextTidyCheck(Name, Context),
      AllowedTypesOption(Options.get("AllowedTypes", "")),
      AllowedTypes(AllowedTypesOption) {}

void StoredInStructCheck::storeOptions(ClangTidyOptions::OptionMap &Opts) {
  ContextTidyCheck::storeOptions(Opts);
  Options.store(Opts, "AllowedTypes", AllowedTypesOption);
}

//===-- What a type holds -------------------------------------------------===//

bool StoredInStructCheck::isAllowed(const CXXRecordDecl &Record) const {
  return recognizer().isCarrier(&Record) || AllowedTypes.contains(&Record) ||
         AllowedTypes.contains(Record.getTypedefNameForAnonDecl());
}

// Whether List names an alias that T, or what it refers to, is written with.
static bool isWrittenAs(QualType T, const model::NameList &List) {
  while (!T.isNull()) {
    if (const auto *Alias = T->getAs<TypedefType>()) {
      if (List.contains(Alias->getDecl()))
        return true;
      T = Alias->desugar();
    } else if (const auto *TST = T->getAs<TemplateSpecializationType>();
               TST && TST->isTypeAlias()) {
      if (List.contains(TST->getTemplateName().getAsTemplateDecl()))
        return true;
      T = TST->getAliasedType();
    } else if (const auto *Array = T->getAsArrayTypeUnsafe()) {
      T = Array->getElementType();
    } else {
      T = T->getPointeeType();
    }
  }
  return false;
}

bool StoredInStructCheck::isForbidden(const CXXRecordDecl &Record) const {
  if (const model::ContextType *C = recognizer().contextOf(&Record))
    return C->Stored == model::Storage::Forbidden;
  return recognizer().isResult(Record.getASTContext().getRecordType(&Record));
}

// Takes off whatever refers to a value, or makes a row of them.
static QualType elementType(QualType T) {
  while (true) {
    T = T.getCanonicalType().getNonReferenceType();
    if (T->isPointerType())
      T = T->getPointeeType();
    else if (const Type *Element = T->getPointeeOrArrayElementType();
             T->isArrayType())
      T = QualType(Element, 0);
    else if (const auto *Atomic = T->getAs<AtomicType>())
      T = Atomic->getValueType();
    else
      return T.getUnqualifiedType();
  }
}

const CXXRecordDecl *StoredInStructCheck::heldBy(QualType T) {
  if (T.isNull())
    return nullptr;
  T = elementType(T);
  auto [Place, IsNew] = Known.try_emplace(T, nullptr);
  if (!IsNew)
    return Place->second;
  // Asking may grow the table.
  const CXXRecordDecl *Held = heldByUncached(T);
  return Known[T] = Held;
}

const CXXRecordDecl *StoredInStructCheck::heldByUncached(QualType T) {
  if (const CXXRecordDecl *Record = T->getAsCXXRecordDecl()) {
    if (isAllowed(*Record))
      return nullptr;
    if (isForbidden(*Record))
      return Record;
    const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record);
    if (Spec)
      if (const CXXRecordDecl *Held = heldBy(Spec->getTemplateArgs().asArray()))
        return Held;
    return heldByScope(*Record);
  }
  // In a template's definition: what can be seen without the arguments.
  const auto *TST = T->getAs<TemplateSpecializationType>();
  if (!TST)
    return nullptr;
  if (const auto *Template = dyn_cast_or_null<ClassTemplateDecl>(
          TST->getTemplateName().getAsTemplateDecl())) {
    const CXXRecordDecl &Record = *Template->getTemplatedDecl();
    if (isAllowed(Record))
      return nullptr;
    if (isForbidden(Record))
      return &Record;
  }
  return heldBy(TST->template_arguments());
}

const CXXRecordDecl *
StoredInStructCheck::heldByScope(const CXXRecordDecl &Member) {
  // Only what depends on the arguments can hold one of them:
  // List<Context>::Node, but not its Statistics.
  const CXXRecordDecl *Pattern = Member.getTemplateInstantiationPattern();
  if (!Pattern || llvm::none_of(Pattern->fields(), [](const FieldDecl *Field) {
        return Field->getType()->isDependentType();
      }))
    return nullptr;
  for (const DeclContext *Scope = Member.getDeclContext(); Scope;
       Scope = Scope->getParent())
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Scope))
      if (const CXXRecordDecl *Held = heldBy(Spec->getTemplateArgs().asArray()))
        return Held;
  return nullptr;
}

const CXXRecordDecl *
StoredInStructCheck::heldBy(llvm::ArrayRef<TemplateArgument> Args) {
  for (const TemplateArgument &Arg : Args) {
    const CXXRecordDecl *Held = nullptr;
    if (Arg.getKind() == TemplateArgument::Type)
      Held = heldBy(Arg.getAsType());
    else if (Arg.getKind() == TemplateArgument::Pack)
      Held = heldBy(Arg.pack_elements());
    if (Held)
      return Held;
  }
  return nullptr;
}

bool StoredInStructCheck::isHeldByArguments(const Decl &D) {
  // What a function takes or returns counts here: Task<Context()> keeps its
  // result in a field.
  struct {
    StoredInStructCheck &Check;
    bool operator()(QualType T) {
      T = elementType(T);
      if (const auto *F = T->getAs<FunctionProtoType>())
        return (*this)(F->getReturnType()) ||
               llvm::any_of(F->param_types(), *this);
      return Check.heldBy(T) != nullptr;
    }
    bool operator()(const TemplateArgument &Arg) {
      if (Arg.getKind() == TemplateArgument::Pack)
        return llvm::any_of(Arg.pack_elements(), *this);
      return Arg.getKind() == TemplateArgument::Type &&
             (*this)(Arg.getAsType());
    }
  } Mentions{*this};

  for (const DeclContext *Scope = D.getDeclContext(); Scope;
       Scope = Scope->getParent()) {
    const auto *Record = dyn_cast<CXXRecordDecl>(Scope);
    // Written by hand, a member of an instantiation too.
    if (Record &&
        Record->getTemplateSpecializationKind() == TSK_ExplicitSpecialization)
      return false;
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Scope))
      if (llvm::any_of(Spec->getTemplateArgs().asArray(), Mentions) ||
          llvm::any_of(Spec->getTemplateInstantiationArgs().asArray(),
                       Mentions))
        return true;
  }
  return false;
}

//===-- Fields ------------------------------------------------------------===//

// The class whose member D is. A struct without a name is a part of the class
// around it.
static const CXXRecordDecl *ownerOf(const Decl &D) {
  const auto *Owner = dyn_cast<CXXRecordDecl>(D.getDeclContext());
  while (Owner && !Owner->getIdentifier() &&
         !Owner->getTypedefNameForAnonDecl())
    if (const auto *Outer = dyn_cast<CXXRecordDecl>(Owner->getDeclContext()))
      Owner = Outer;
    else
      break;
  return Owner;
}

// Whether a template argument decides what Owner derives from, and so whether
// it is a context itself. Then only its instantiations can be judged.
static bool hasUnknownBase(const CXXRecordDecl &Owner) {
  if (!Owner.isDependentContext() || !Owner.hasDefinition())
    return false;
  return llvm::any_of(Owner.bases(), [](const CXXBaseSpecifier &Base) {
    QualType T = Base.getType();
    const auto *TST = T->getAs<TemplateSpecializationType>();
    return !T->getAsCXXRecordDecl() &&
           !(TST && isa_and_nonnull<ClassTemplateDecl>(
                        TST->getTemplateName().getAsTemplateDecl()));
  });
}

bool StoredInStructCheck::mayHoldContexts(const CXXRecordDecl &Owner) const {
  return Owner.isLambda() || hasUnknownBase(Owner) ||
         Owner.getParentFunctionOrMethod() || isAllowed(Owner) ||
         recognizer().contextOf(&Owner) ||
         recognizer().isResult(Owner.getASTContext().getRecordType(&Owner)) ||
         model::declaresMembers(&Owner, {"await_ready"});
}

void StoredInStructCheck::visitField(const FieldDecl &Field,
                                     ASTContext &Context) {
  if (Field.isInvalidDecl())
    return;
  const CXXRecordDecl *Held = heldBy(Field.getType());
  const CXXRecordDecl *Owner = Held ? ownerOf(Field) : nullptr;
  if (!Owner || mayHoldContexts(*Owner) || isHeldByArguments(Field) ||
      isWrittenAs(Field.getType(), AllowedTypes) ||
      !isFirstReport(Field.getLocation(), Context.getSourceManager()))
    return;
  if (!Field.getIdentifier())
    return; // Only broken code has a class without a name for its field.
  const NamedDecl *Named = Owner->getTypedefNameForAnonDecl();
  if (const CXXRecordDecl *Template = Owner->getTemplateInstantiationPattern())
    Named = Template;
  else if (Owner->getIdentifier())
    Named = Owner;
  diag(Field.getLocation(),
       "%0 stores a context in %select{a class without a name|%2}1, which "
       "outlives the call that the context was made for: a later call on the "
       "object is cut short by the old deadline, or misses its own "
       "cancellation; pass the context as a parameter")
      << &Field << (Named != nullptr) << Named;
  explain(Field.getType(), *Held);
  if (Named)
    diag(Named->getLocation(),
         "if %0 exists to carry a context through one call, mark it "
         "CONTEXT_CARRIER or name it in the option AllowedTypes",
         DiagnosticIDs::Note)
        << Named;
}

//===-- Variables ---------------------------------------------------------===//

// The declaration in the class's template, if Variable is a specialization of a
// static data member that is written by hand.
static const VarDecl *specializedMember(const VarDecl &Variable) {
  if (!Variable.isStaticDataMember() ||
      Variable.getTemplateSpecializationKind() != TSK_ExplicitSpecialization)
    return nullptr;
  if (const auto *Spec = dyn_cast<VarTemplateSpecializationDecl>(&Variable))
    return Spec->isOutOfLine()
               ? Spec->getSpecializedTemplate()->getTemplatedDecl()
               : nullptr;
  return Variable.getInstantiatedFromStaticDataMember();
}

void StoredInStructCheck::visitVariable(const VarDecl &Variable,
                                        ASTContext &Context) {
  if (!Variable.hasGlobalStorage() || Variable.isInvalidDecl())
    return;
  // One declaration is the place to report.
  const VarDecl *Primary = specializedMember(Variable);
  if (Variable.isStaticDataMember()
          ? !Primary && Variable.isOutOfLine()
          : Variable.isThisDeclarationADefinition() == VarDecl::DeclarationOnly)
    return;
  const CXXRecordDecl *Held = heldBy(Variable.getType());
  if (!Held || (Primary && heldBy(Primary->getType())) ||
      isWrittenAs(Variable.getType(), AllowedTypes))
    return;
  // A library's own root, which nobody can cancel.
  if (Variable.isStaticLocal())
    if (const auto *F = dyn_cast<FunctionDecl>(Variable.getDeclContext()))
      if (recognizer().isRoot(F))
        return;
  if (Variable.isStaticDataMember()) {
    const CXXRecordDecl *Owner = ownerOf(Variable);
    if (!Owner || mayHoldContexts(*Owner) ||
        (!Primary && isHeldByArguments(Variable)))
      return;
  }
  if (!isFirstReport(Variable.getLocation(), Context.getSourceManager()))
    return;
  enum { Global, StaticMember, StaticLocal, ThreadLocal } Kind = Global;
  if (Variable.getTLSKind() != VarDecl::TLS_None)
    Kind = ThreadLocal;
  else if (Variable.isStaticLocal())
    Kind = StaticLocal;
  else if (Variable.isStaticDataMember())
    Kind = StaticMember;
  diag(
      Variable.getLocation(),
      "%select{global variable|static data member|static local variable|"
      "thread-local variable}0 %1 keeps a context for as long as "
      "%select{the program|the program|the program|its thread}0 runs: "
      "%select{one request's deadline and cancellation reach all others|"
      "one request's deadline and cancellation reach all others|"
      "every later call runs on the deadline and the cancellation of the first"
      "|the next request on the thread meets the deadline and the cancellation "
      "of the last one}0; pass the context as a parameter")
      << Kind << &Variable;
  explain(Variable.getType(), *Held);
}

//===-- Notes -------------------------------------------------------------===//

void StoredInStructCheck::explain(QualType T, const CXXRecordDecl &Held) {
  const SourceManager &SM = Held.getASTContext().getSourceManager();
  // The name that hides the context, if one does.
  const auto *Alias = T.getNonReferenceType()->getAs<TypedefType>();
  if (Alias && isWanted(Alias->getDecl()->getLocation(), SM))
    diag(Alias->getDecl()->getLocation(), "%0 is declared here as %1",
         DiagnosticIDs::Note)
        << Alias->getDecl() << Alias->getDecl()->getUnderlyingType();

  const model::ContextType *C = recognizer().contextOf(&Held);
  if (!C) {
    if (const CXXRecordDecl *Result = Held.getDefinition())
      for (const FieldDecl *Field : Result->fields())
        if (recognizer().contextOf(Field->getType())) {
          diag(Field->getLocation(), "%0 holds a context in its field %1",
               DiagnosticIDs::Note)
              << &Held << Field;
          return;
        }
    return;
  }
  llvm::StringRef Named = C->Type;
  if (model::Recognizer::qualifiedName(&Held) == Named)
    return;
  Named.consume_front("::");
  auto Note = diag(Held.getLocation(),
                   "%0 is a context%select{|: it derives from '%2'}1",
                   DiagnosticIDs::Note);
  Note << &Held << !Named.empty() << Named;
}

} // namespace clang::tidy::context
