// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ContextTidyCheck.h"
#include "LLVMVersions.h"
#include "model/ModelLoader.h"
#include "llvm/ADT/StringExtras.h"

namespace clang::tidy::context {

ContextTidyCheck::ContextTidyCheck(StringRef Name, ClangTidyContext *Context)
    : ClangTidyCheck(Name, Context),
      Models(Options.getLocalOrGlobal("Models", "bundled;std;posix")),
      ModelFile(Options.getLocalOrGlobal("ModelFile", "")),
      SystemHeaders(isSet(Context->getOptions().SystemHeaders)),
      TheModel(loadModel(*Context)), TheRecognizer(TheModel) {}

void ContextTidyCheck::storeOptions(ClangTidyOptions::OptionMap &Opts) {
  Options.store(Opts, "Models", Models);
  Options.store(Opts, "ModelFile", ModelFile);
}

model::Model ContextTidyCheck::loadModel(ClangTidyContext &Context) {
  // Without its model a check finds nothing. The error makes the run fail, so
  // that the silence is not taken for a clean bill.
  auto Complain = [this](llvm::Error E) {
    configurationDiag("%0", DiagnosticIDs::Error)
        << llvm::toString(std::move(E));
  };
  model::Model Result;
  if (llvm::Expected<model::Model> Presets = model::loadPresets(Models))
    Result = std::move(*Presets);
  else
    Complain(Presets.takeError());
  if (!ModelFile.empty()) {
    if (llvm::Expected<model::Library> L =
            model::loadModelFile(ModelFile, Context.getCurrentFile()))
      Result.Libraries.push_back(std::move(*L));
    else
      Complain(L.takeError());
  }
  return Result;
}

bool ContextTidyCheck::isWanted(SourceLocation Loc,
                                const SourceManager &SM) const {
  return Loc.isValid() && (SystemHeaders || !SM.isInSystemHeader(Loc));
}

bool ContextTidyCheck::isFirstReport(SourceLocation Loc,
                                     const SourceManager &) {
  // The location itself, not where its macro is expanded: one macro may declare
  // several things, and each is a finding.
  return Reported.insert(Loc).second;
}

StringRef ContextTidyCheck::chooseOption(StringRef Option, StringRef Default,
                                         llvm::ArrayRef<StringRef> Values) {
  const std::string Value(Options.get(Option, Default));
  for (StringRef Known : Values)
    if (Value == Known)
      return Known;
  configurationDiag("unknown value '%0' of option '%1'; there are: %2",
                    DiagnosticIDs::Error)
      << Value << Option << llvm::join(Values, ", ");
  return Default;
}

bool ContextTidyCheck::flagOption(StringRef Option, bool Default) {
  StringRef Value = chooseOption(Option, Default ? "true" : "false",
                                 {"true", "false", "1", "0"});
  return Value == "true" || Value == "1";
}

void ContextTidyCheck::storeFlag(ClangTidyOptions::OptionMap &Opts,
                                 StringRef Option, bool Value) {
  Options.store(Opts, Option, StringRef(Value ? "true" : "false"));
}

} // namespace clang::tidy::context
