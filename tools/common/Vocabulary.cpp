// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Vocabulary.h"
#include "clang/Basic/CharInfo.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace clang::tidy::context {

// What the macros of <context/annotations.h> begin with, and what they and code
// without that header hand to [[clang::annotate]].
static constexpr llvm::StringLiteral AnnotationMacros[] = {
    "CONTEXT_TYPE",     "CONTEXT_DERIVES", "CONTEXT_POLL",
    "CONTEXT_BLOCKING", "CONTEXT_CARRIER", "CONTEXT_CANCEL"};
static constexpr llvm::StringLiteral AnnotationPrefix = "\"context::";
static constexpr llvm::StringLiteral Annotations = "annotations";

Vocabulary::Vocabulary(const model::Model &Model) {
  auto Add = [this](llvm::StringRef Qualified) {
    Names.push_back({Qualified.str(), {}});
  };
  auto AddAll = [&Add](const std::vector<std::string> &Qualified) {
    for (const std::string &Name : Qualified)
      Add(Name);
  };
  for (const model::Library &L : Model.Libraries) {
    for (const model::ContextType &Context : L.Contexts)
      Add(Context.Type);
    for (const model::SignalType &Signal : L.Signals)
      Add(Signal.Type);
    for (const model::Derive &Derive : L.Derives)
      Add(Derive.Function);
    AddAll(L.Results);
    AddAll(L.Roots);
    AddAll(L.Cancellers); // A jthread's callable may take 'auto'.
    AddAll(L.Carriers);
  }
  // The words refer to the names, which stay where they are from here on.
  for (Name &N : Names) {
    llvm::SmallVector<llvm::StringRef, 4> Parts;
    llvm::StringRef(N.Qualified).split(Parts, "::", -1, /*KeepEmpty=*/false);
    for (llvm::StringRef Part : Parts)
      if (!Part.contains('*')) {
        N.Words.push_back(Part);
        Seen[Part] = false;
      }
  }
  for (llvm::StringRef Macro : AnnotationMacros)
    Seen[Macro] = false;
  Seen[AnnotationPrefix] = false;
}

void Vocabulary::read(llvm::StringRef Text) {
  const char *At = Text.begin(), *End = Text.end();
  while (At != End) {
    if (!isAsciiIdentifierStart(*At)) {
      if (isDigit(*At)) // A number's letters are no word's first.
        while (At != End && isAsciiIdentifierContinue(*At))
          ++At;
      else
        ++At;
      continue;
    }
    const char *Start = At;
    while (At != End && isAsciiIdentifierContinue(*At))
      ++At;
    if (auto Word = Seen.find(llvm::StringRef(Start, At - Start));
        Word != Seen.end())
      Word->second = true;
  }
  bool &Annotated = Seen[AnnotationPrefix];
  Annotated = Annotated || Text.contains(AnnotationPrefix);
}

std::vector<std::string> Vocabulary::spelled() const {
  auto Read = [this](llvm::StringRef Word) { return Seen.lookup(Word); };
  std::vector<std::string> Result;
  for (const Name &N : Names)
    if (llvm::all_of(N.Words, Read))
      Result.push_back(N.Qualified);
  if (Read(AnnotationPrefix) || llvm::any_of(AnnotationMacros, Read))
    Result.push_back(Annotations.str());
  llvm::sort(Result);
  Result.erase(std::unique(Result.begin(), Result.end()), Result.end());
  return Result;
}

} // namespace clang::tidy::context
