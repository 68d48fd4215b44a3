// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The forms in which services show findings beside the lines of a change:
// GitHub's workflow commands and GitLab's Code Quality reports.

#include "Formats.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

namespace clang::tidy::context::lint {

namespace json = llvm::json;

//===----------------------------------------------------------------------===//
// GitHub
//===----------------------------------------------------------------------===//

// As a command's text has it; \p More are characters that end a property.
static std::string escaped(llvm::StringRef Text, llvm::StringRef More = "") {
  std::string Result;
  for (char C : Text)
    if (C == '%' || C == '\r' || C == '\n' || More.contains(C))
      Result += "%" + llvm::utohexstr(static_cast<unsigned char>(C),
                                      /*LowerCase=*/false, /*Width=*/2);
    else
      Result += C;
  return Result;
}

static std::string property(llvm::StringRef Text) {
  return escaped(Text, ":,");
}

void writeGitHub(const Report &R, Sources &Text, llvm::raw_ostream &OS) {
  SourceManager &SM = Text.manager();
  for (const ClangTidyError &E : R.Findings) {
    OS << (isError(E) ? "::error" : "::warning");
    OS << " file=" << property(relativeTo(R.Root, E.Message.FilePath));
    if (SourceLocation Loc =
            Text.locate(E.Message.FilePath, E.Message.FileOffset);
        Loc.isValid())
      OS << ",line=" << SM.getSpellingLineNumber(Loc)
         << ",col=" << SM.getSpellingColumnNumber(Loc);
    OS << ",title=" << property(E.DiagnosticName);
    // The path to it: an annotation has one place, so the others are named.
    std::string Message = E.Message.Message;
    for (const tooling::DiagnosticMessage &Note : E.Notes) {
      Message += "\n";
      if (SourceLocation Loc = Text.locate(Note.FilePath, Note.FileOffset);
          !Note.FilePath.empty() && Loc.isValid())
        Message += relativeTo(R.Root, Note.FilePath) + ":" +
                   std::to_string(SM.getSpellingLineNumber(Loc)) + ": ";
      Message += Note.Message;
    }
    OS << "::" << escaped(Message) << "\n";
  }
  for (const Problem &P : R.Problems)
    OS << "::error file=" << property(relativeTo(R.Root, P.File))
       << ",title=not analysed::" << escaped(P.Reason) << "\n";
}

//===----------------------------------------------------------------------===//
// GitLab
//===----------------------------------------------------------------------===//

void writeGitLab(const Report &R, Sources &Text, llvm::raw_ostream &OS) {
  json::Array Issues;
  for (const Finding &E : R.Findings) {
    const Identity I = identify(E, R.Root);
    const SourceLocation Loc =
        Text.locate(E.Message.FilePath, E.Message.FileOffset);
    Issues.push_back(json::Object{
        {"description", json::fixUTF8(E.Message.Message)},
        {"check_name", E.DiagnosticName},
        {"fingerprint", fingerprint(I)},
        {"severity", isError(E) ? "critical" : "major"},
        {"location",
         json::Object{
             {"path", I.File},
             {"lines",
              json::Object{
                  {"begin", Loc.isValid()
                                ? Text.manager().getSpellingLineNumber(Loc)
                                : 1}}}}}});
  }
  // A file that nobody has looked at is no clean file.
  for (const Problem &P : R.Problems) {
    Identity I;
    I.Check = "context-lint";
    I.File = relativeTo(R.Root, P.File);
    I.Message = "not analysed";
    Issues.push_back(json::Object{
        {"description", json::fixUTF8("not analysed: " + P.Reason)},
        {"check_name", I.Check},
        {"fingerprint", fingerprint(I)},
        {"severity", "blocker"},
        {"location", json::Object{{"path", I.File},
                                  {"lines", json::Object{{"begin", 1}}}}}});
  }
  OS << llvm::formatv("{0:2}\n", json::Value(std::move(Issues)));
}

} // namespace clang::tidy::context::lint
