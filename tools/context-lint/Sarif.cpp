// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SARIF 2.1.0. LLVM's writer makes the document: rules, results, code flows.
// Added to it is what the writer has no words for: paths relative to the root,
// the rules' pages, fixes, fingerprints, and files that were not analysed.

#include "clang/Basic/Sarif.h"
#include "Formats.h"
#include "Pages.h"
#include "common/Configuration.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

namespace clang::tidy::context::lint {

namespace json = llvm::json;

static constexpr llvm::StringLiteral RootName = "SRCROOT";

// As LLVM's writer writes a path: what RFC 3986 allows in one stays.
static std::string encoded(llvm::StringRef Path) {
  std::string Result;
  for (char C : Path)
    if (llvm::isAlnum(C) || llvm::StringRef("-._~/:@!$&'()*+,;=").contains(C))
      Result += C;
    else
      Result += "%" + llvm::utohexstr(static_cast<unsigned char>(C),
                                      /*LowerCase=*/false, /*Width=*/2);
  return Result;
}

static json::Object artifactLocation(const std::string &Root,
                                     llvm::StringRef Path) {
  const std::string Relative = relativeTo(Root, Path);
  if (llvm::sys::path::is_absolute(Relative))
    return json::Object{{"uri", "file://" + encoded(Relative)}};
  return json::Object{{"uri", encoded(Relative)}, {"uriBaseId", RootName}};
}

// The writer's URIs are those of real paths, all of them absolute.
static void relativize(json::Value &V, const json::Value &RootUri) {
  if (json::Array *Elements = V.getAsArray()) {
    for (json::Value &Element : *Elements)
      relativize(Element, RootUri);
    return;
  }
  json::Object *O = V.getAsObject();
  if (!O)
    return;
  if (std::optional<llvm::StringRef> Uri = O->getString("uri"))
    if (llvm::StringRef Rest = *Uri;
        Rest.consume_front(*RootUri.getAsString())) {
      std::string Relative = Rest.str();
      (*O)["uri"] = std::move(Relative);
      (*O)["uriBaseId"] = RootName;
    }
  for (auto &Member : *O)
    relativize(Member.second, RootUri);
}

// What a place covers: the token there. (What a message is about has a range
// of its own only at times.)
static CharSourceRange rangeAt(SourceLocation Loc, SourceManager &SM) {
  const unsigned Length = Lexer::MeasureTokenLength(Loc, SM, LangOptions());
  return CharSourceRange::getCharRange(
      Loc, Loc.getLocWithOffset(static_cast<int>(std::max(1U, Length))));
}

static json::Object region(SourceLocation Begin, unsigned Length,
                           SourceManager &SM) {
  const SourceLocation End = Begin.getLocWithOffset(static_cast<int>(Length));
  // In code points, as the run says its columns are.
  auto Column = [&SM](SourceLocation Loc) {
    const unsigned Bytes = SM.getSpellingColumnNumber(Loc) - 1;
    const char *Place = SM.getCharacterData(Loc);
    return 1 + llvm::count_if(llvm::StringRef(Place - Bytes, Bytes),
                              [](char C) { return (C & 0xC0) != 0x80; });
  };
  return json::Object{{"startLine", SM.getSpellingLineNumber(Begin)},
                      {"startColumn", Column(Begin)},
                      {"endLine", SM.getSpellingLineNumber(End)},
                      {"endColumn", Column(End)}};
}

static json::Array fixes(const ClangTidyError &E, const std::string &Root,
                         Sources &Text) {
  json::Array Changes;
  for (const auto &[Path, Edits] : E.Message.Fix) {
    json::Array Replacements;
    for (const tooling::Replacement &R : Edits) {
      const SourceLocation Begin = Text.locate(Path, R.getOffset());
      if (Begin.isInvalid())
        return {};
      Replacements.push_back(json::Object{
          {"deletedRegion", region(Begin, R.getLength(), Text.manager())},
          {"insertedContent",
           json::Object{{"text", json::fixUTF8(R.getReplacementText())}}}});
    }
    Changes.push_back(
        json::Object{{"artifactLocation", artifactLocation(Root, Path)},
                     {"replacements", std::move(Replacements)}});
  }
  if (Changes.empty())
    return {};
  return json::Array{json::Object{{"artifactChanges", std::move(Changes)}}};
}

// "LostCancel" of context-lost-cancel: a rule's name has to differ from its id.
static std::string ruleName(llvm::StringRef Check) {
  Check.consume_front("context-");
  std::string Result;
  bool IsStart = true;
  for (char C : Check) {
    if (C != '-')
      Result += IsStart ? llvm::toUpper(C) : C;
    IsStart = C == '-';
  }
  return Result;
}

// A finding for LLVM's writer; nothing where its file cannot be read.
static std::optional<SarifResult> result(const ClangTidyError &E, unsigned Rule,
                                         Sources &Text) {
  SourceManager &SM = Text.manager();
  const SourceLocation Loc =
      Text.locate(E.Message.FilePath, E.Message.FileOffset);
  if (Loc.isInvalid())
    return std::nullopt;
  SarifResult Result =
      SarifResult::create(Rule)
          .setRuleId(E.DiagnosticName)
          .setDiagnosticMessage(json::fixUTF8(E.Message.Message))
          .setLocations({rangeAt(Loc, SM)})
          .setDiagnosticLevel(isError(E) ? SarifResultLevel::Error
                                         : SarifResultLevel::Warning);
  // The path: what the notes say on the way, the finding at its end.
  llvm::SmallVector<ThreadFlow, 8> Flow;
  auto Step = [&](SourceLocation At, llvm::StringRef Message,
                  ThreadFlowImportance Importance) {
    Flow.push_back(ThreadFlow::create()
                       .setRange(rangeAt(At, SM))
                       .setMessage(json::fixUTF8(Message))
                       .setImportance(Importance));
  };
  Step(Loc, E.Message.Message, ThreadFlowImportance::Essential);
  for (const tooling::DiagnosticMessage &Note : E.Notes)
    if (SourceLocation At = Text.locate(Note.FilePath, Note.FileOffset);
        !Note.FilePath.empty() && At.isValid())
      Step(At, Note.Message, ThreadFlowImportance::Important);
  if (Flow.size() > 1)
    Result = Result.setThreadFlows(Flow);
  return Result;
}

static json::Object invocation(const Report &R) {
  json::Array Notifications;
  for (const Problem &P : R.Problems)
    Notifications.push_back(json::Object{
        {"level", "error"},
        {"message", json::Object{{"text", json::fixUTF8(P.Reason)}}},
        {"locations",
         json::Array{json::Object{
             {"physicalLocation",
              json::Object{
                  {"artifactLocation", artifactLocation(R.Root, P.File)}}}}}}});
  return json::Object{{"executionSuccessful", R.Problems.empty()},
                      {"toolExecutionNotifications", std::move(Notifications)}};
}

void writeSarif(const Report &R, Sources &Text, llvm::raw_ostream &OS) {
  SarifDocumentWriter Writer(Text.manager());
  Writer.createRun("context-lint", "context-lint", CONTEXT_TIDY_VERSION);
  llvm::StringMap<unsigned> Rules;
  for (const std::string &Check : allChecks()) {
    const Page P = page(Check);
    Rules[Check] = Writer.createRule(SarifRule::create()
                                         .setRuleId(Check)
                                         .setName(ruleName(Check))
                                         .setDescription(P.Summary)
                                         .setHelpURI(P.Link));
  }
  std::vector<const ClangTidyError *> Written;
  std::vector<std::string> Fingerprints;
  for (const Finding &E : R.Findings) {
    const Identity I = identify(E, R.Root);
    auto Rule = Rules.find(E.DiagnosticName);
    // Of another version of this program, whose report was merged.
    if (Rule == Rules.end())
      Rule = Rules
                 .try_emplace(
                     E.DiagnosticName,
                     Writer.createRule(SarifRule::create()
                                           .setRuleId(E.DiagnosticName)
                                           .setName(ruleName(E.DiagnosticName))
                                           .setDescription(E.DiagnosticName)))
                 .first;
    std::optional<SarifResult> Result = result(E, Rule->second, Text);
    if (!Result)
      continue;
    Writer.appendResult(*Result);
    Written.push_back(&E);
    Fingerprints.push_back(fingerprint(I));
  }

  json::Value Document = Writer.createDocument();
  llvm::SmallString<256> Root;
  if (llvm::sys::fs::real_path(R.Root, Root))
    Root = R.Root;
  const std::string RootUri = "file://" + encoded(Root.str().rtrim('/')) + "/";
  relativize(Document, RootUri);

  json::Object &Run =
      *(*Document.getAsObject()->getArray("runs"))[0].getAsObject();
  Run["originalUriBaseIds"] =
      json::Object{{RootName, json::Object{{"uri", RootUri}}}};
  Run["invocations"] = json::Array{invocation(R)};
  json::Array &Results = *Run.getArray("results");
  for (const auto &[Value, E, Print] :
       llvm::zip_equal(Results, Written, Fingerprints)) {
    json::Object &Result = *Value.getAsObject();
    Result["partialFingerprints"] =
        json::Object{{"contextLintIdentity/v1", Print}};
    if (json::Array Edits = fixes(*E, R.Root, Text); !Edits.empty())
      Result["fixes"] = std::move(Edits);
  }
  for (json::Value &Value :
       *Run.getObject("tool")->getObject("driver")->getArray("rules")) {
    json::Object &Rule = *Value.getAsObject();
    const Page P = page(*Rule.getString("id"));
    if (!P.Markdown.empty())
      Rule["help"] =
          json::Object{{"text", P.Markdown}, {"markdown", P.Markdown}};
  }
  OS << llvm::formatv("{0:2}\n", Document);
}

} // namespace clang::tidy::context::lint
