// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Report.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/xxhash.h"

namespace clang::tidy::context::lint {

namespace json = llvm::json;

//===----------------------------------------------------------------------===//
// Identity
//===----------------------------------------------------------------------===//

Identity identify(const Finding &F, llvm::StringRef Root) {
  return {F.DiagnosticName, relativeTo(Root, F.Message.FilePath),
          F.Message.Message, F.Occurrence};
}

void number(std::vector<Finding> &Findings) {
  llvm::StringMap<unsigned> Count;
  for (bool IsNew : {false, true})
    for (Finding &F : Findings)
      if (F.IsNew == IsNew)
        F.Occurrence = ++Count[F.DiagnosticName + '\0' + F.Message.FilePath +
                               '\0' + F.Message.Message];
}

std::vector<Finding> findings(std::vector<ClangTidyError> Errors) {
  sortAndMerge(Errors);
  std::vector<Finding> Result;
  for (ClangTidyError &Error : Errors)
    Result.emplace_back(std::move(Error));
  number(Result);
  return Result;
}

std::string fingerprint(const Identity &I) {
  const std::string Text = I.Check + '\0' + I.File + '\0' + I.Message + '\0' +
                           std::to_string(I.Occurrence);
  const llvm::XXH128_hash_t Hash = llvm::xxh3_128bits(llvm::ArrayRef(
      reinterpret_cast<const uint8_t *>(Text.data()), Text.size()));
  return llvm::utohexstr(Hash.high64, /*LowerCase=*/true, 16) +
         llvm::utohexstr(Hash.low64, /*LowerCase=*/true, 16);
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

std::string counted(size_t N, llvm::StringRef What) {
  return (llvm::Twine(N) + " " + What + (N == 1 ? "" : "s")).str();
}

// What of a message's ranges and fixes the printer shows below its line.
static void show(DiagnosticsEngine &Engine, DiagnosticsEngine::Level Level,
                 const tooling::DiagnosticMessage &Message,
                 llvm::StringRef Check, Sources &Text) {
  const SourceLocation Loc =
      Message.FilePath.empty()
          ? SourceLocation()
          : Text.locate(Message.FilePath, Message.FileOffset);
  // '%' and the like in a name are no directives.
  auto Diag = Engine.Report(Loc, Engine.getCustomDiagID(Level, "%0%1"));
  Diag << Message.Message << (Check.empty() ? "" : (" [" + Check + "]").str());
  for (const tooling::FileByteRange &R : Message.Ranges)
    if (SourceLocation Begin = Text.locate(R.FilePath, R.FileOffset);
        Begin.isValid())
      Diag << CharSourceRange::getCharRange(
          Begin, Begin.getLocWithOffset(static_cast<int>(R.Length)));
  for (const auto &[Path, Edits] : Message.Fix)
    for (const tooling::Replacement &R : Edits)
      if (SourceLocation Begin = Text.locate(Path, R.getOffset());
          Begin.isValid())
        Diag << FixItHint::CreateReplacement(
            CharSourceRange::getCharRange(
                Begin, Begin.getLocWithOffset(static_cast<int>(R.getLength()))),
            R.getReplacementText());
}

static void show(DiagnosticsEngine &Engine, const ClangTidyError &E,
                 Sources &Text) {
  show(Engine,
       isError(E) ? DiagnosticsEngine::Error : DiagnosticsEngine::Warning,
       E.Message,
       E.IsWarningAsError ? E.DiagnosticName + ",-warnings-as-errors"
                          : E.DiagnosticName,
       Text);
  for (const tooling::DiagnosticMessage &Note : E.Notes)
    show(Engine, DiagnosticsEngine::Note, Note, "", Text);
}

template <typename Errors>
static void showAll(const Errors &All, Sources &Text, llvm::raw_ostream &OS) {
  auto Options = llvm::makeIntrusiveRefCnt<DiagnosticOptions>();
  Options->ShowColors = OS.has_colors();
  LangOptions Language;
  TextDiagnosticPrinter Printer(OS, Options.get());
  DiagnosticsEngine Engine(new DiagnosticIDs(), Options, &Printer,
                           /*ShouldOwnClient=*/false);
  Engine.setSourceManager(&Text.manager());
  Printer.BeginSourceFile(Language, nullptr);
  for (const ClangTidyError &E : All)
    show(Engine, E, Text);
  Printer.EndSourceFile();
}

void writeErrors(const Report &R, Sources &Text, llvm::raw_ostream &OS) {
  // Those of a header once, whatever includes it.
  std::vector<ClangTidyError> Errors;
  for (const Problem &P : R.Problems)
    llvm::append_range(Errors, P.Errors);
  sortAndMerge(Errors);
  showAll(Errors, Text, OS);
}

void writeText(const Report &R, Sources &Text, llvm::raw_ostream &OS) {
  writeErrors(R, Text, OS);
  showAll(R.Findings, Text, OS);
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static json::Array toJSON(llvm::ArrayRef<ClangTidyError> Errors,
                          llvm::StringRef Root, Sources &Text) {
  json::Array Result;
  for (const ClangTidyError &E : Errors)
    Result.push_back(toJSON(E, Root, Text));
  return Result;
}

void writeJSON(const Report &R, Sources &Text, llvm::raw_ostream &OS) {
  json::Array Findings;
  for (const Finding &F : R.Findings) {
    json::Object Entry = toJSON(F, R.Root, Text);
    Entry["fingerprint"] = fingerprint(identify(F, R.Root));
    Findings.push_back(std::move(Entry));
  }
  json::Array Problems;
  for (const Problem &P : R.Problems)
    Problems.push_back(
        json::Object{{"file", relativeTo(R.Root, P.File)},
                     {"reason", json::fixUTF8(P.Reason)},
                     {"errors", toJSON(P.Errors, R.Root, Text)}});
  json::Object Result{{"tool", "context-lint"},
                      {"version", CONTEXT_TIDY_VERSION},
                      {"whole", R.IsWhole},
                      {"files", R.Files},
                      {"settled", R.Settled},
                      {"findings", std::move(Findings)},
                      {"problems", std::move(Problems)}};
  if (R.Part.Count > 1)
    Result["shard"] = json::Array{R.Part.Index, R.Part.Count};
  OS << llvm::formatv("{0:2}\n", json::Value(std::move(Result)));
}

static llvm::Expected<std::vector<ClangTidyError>>
errorsFromJSON(const json::Array *Values, llvm::StringRef Root) {
  std::vector<ClangTidyError> Result;
  if (!Values)
    return llvm::createStringError(std::errc::invalid_argument,
                                   "a list of findings is missing");
  for (const json::Value &Value : *Values) {
    llvm::Expected<ClangTidyError> E = fromJSON(Value, Root);
    if (!E)
      return E.takeError();
    Result.push_back(std::move(*E));
  }
  return Result;
}

llvm::Expected<Report> readJSON(llvm::StringRef Text, llvm::StringRef Root,
                                llvm::StringRef Name) {
  auto Wrong = [&Name](llvm::StringRef What) {
    return llvm::createStringError(
        std::errc::invalid_argument,
        "%s is no report of context-lint --format=json: %s", Name.str().c_str(),
        What.str().c_str());
  };
  llvm::Expected<json::Value> Value = json::parse(Text);
  if (!Value)
    return Wrong(llvm::toString(Value.takeError()));
  const json::Object *Object = Value->getAsObject();
  if (!Object || Object->getString("tool") != "context-lint")
    return Wrong("it does not say that it is one");
  Report R;
  R.Root = Root.str();
  R.IsWhole = Object->getBoolean("whole").value_or(false);
  if (const json::Array *Part = Object->getArray("shard")) {
    if (Part->size() != 2 || !(*Part)[0].getAsUINT64() ||
        !(*Part)[1].getAsUINT64())
      return Wrong("its shard is none");
    R.Part.Index = static_cast<unsigned>(*(*Part)[0].getAsUINT64());
    R.Part.Count = static_cast<unsigned>(*(*Part)[1].getAsUINT64());
    if (R.Part.Index < 1 || R.Part.Index > R.Part.Count)
      return Wrong("its shard is none");
  }
  R.Files = Object->getInteger("files").value_or(0);
  R.Settled = Object->getInteger("settled").value_or(0);
  auto Findings = errorsFromJSON(Object->getArray("findings"), Root);
  if (!Findings)
    return Wrong(llvm::toString(Findings.takeError()));
  R.Findings = findings(std::move(*Findings));
  const json::Array *Problems = Object->getArray("problems");
  if (!Problems)
    return Wrong("a list of problems is missing");
  for (const json::Value &Each : *Problems) {
    const json::Object *P = Each.getAsObject();
    if (!P || !P->getString("file") || !P->getString("reason"))
      return Wrong("a problem has no file or no reason");
    auto Errors = errorsFromJSON(P->getArray("errors"), Root);
    if (!Errors)
      return Wrong(llvm::toString(Errors.takeError()));
    llvm::SmallString<256> File(*P->getString("file"));
    llvm::sys::fs::make_absolute(Root, File);
    R.Problems.push_back(
        {File.str().str(), P->getString("reason")->str(), std::move(*Errors)});
  }
  return R;
}

} // namespace clang::tidy::context::lint
