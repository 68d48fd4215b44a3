// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A report for a browser: one file, with nothing to fetch, in which each
// finding stands in its code, and so does each step of the path to it.

#include "Formats.h"
#include "Pages.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace clang::tidy::context::lint {

// Lines of code before and after a finding, and a step of the path to it.
static constexpr unsigned AroundFinding = 4, AroundStep = 2;

static constexpr llvm::StringLiteral Style = R"CSS(
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 15%, transparent);
  --mark: color-mix(in srgb, orange 25%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 2.5rem 0 .3rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; } th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
td:first-child { white-space: nowrap; }
pre { margin: .5rem 0; padding: .5rem 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 4px;
  font: 13px/1.45 ui-monospace, monospace; }
pre span { display: block; padding: 0 .7rem; } pre i { font-style: normal; opacity: .55; user-select: none; }
pre .here { background: var(--mark); } pre mark { background: none; color: inherit; text-decoration: underline wavy orange; }
ol { padding-left: 1.4rem; } li { margin: .6rem 0; } .place { opacity: .7; font-size: .85em; overflow-wrap: anywhere; }
.message { margin: .2rem 0; font-weight: 600; } .problem { border-left: 4px solid crimson; padding-left: .8rem; white-space: pre-wrap; }
)CSS";

static std::string escaped(llvm::StringRef Text) {
  std::string Result;
  llvm::raw_string_ostream OS(Result);
  const std::string Valid = llvm::json::fixUTF8(Text);
  llvm::printHTMLEscaped(Valid, OS);
  return Result;
}

// The lines around a place, with the place marked.
static void writeCode(SourceLocation Loc, unsigned Around, SourceManager &SM,
                      llvm::raw_ostream &OS) {
  const llvm::StringRef Text = SM.getBufferData(SM.getFileID(Loc));
  const unsigned Here = SM.getSpellingLineNumber(Loc);
  const unsigned Column = SM.getSpellingColumnNumber(Loc) - 1;
  const unsigned First = Here > Around ? Here - Around : 1;
  const unsigned Width = std::to_string(Here + Around).size();
  const unsigned Length =
      std::max(1U, Lexer::MeasureTokenLength(Loc, SM, LangOptions()));
  llvm::StringRef Rest = Text.drop_front(
      SM.getFileOffset(SM.translateLineCol(SM.getFileID(Loc), First, 1)));
  OS << "<pre>";
  for (unsigned Line = First; Line <= Here + Around && !Rest.empty(); ++Line) {
    llvm::StringRef Row;
    std::tie(Row, Rest) = Rest.split('\n');
    Row = Row.rtrim('\r');
    OS << (Line == Here ? "<span class=\"here\">" : "<span>") << "<i>"
       << llvm::format_decimal(Line, Width) << "</i>  ";
    if (Line == Here && Column <= Row.size())
      OS << escaped(Row.take_front(Column)) << "<mark>"
         << escaped(Row.substr(Column, Length)) << "</mark>"
         << escaped(
                Row.drop_front(std::min<size_t>(Row.size(), Column + Length)));
    else
      OS << escaped(Row);
    OS << "</span>";
  }
  OS << "</pre>\n";
}

static std::string place(const tooling::DiagnosticMessage &Message,
                         const std::string &Root, Sources &Text) {
  std::string Result = relativeTo(Root, Message.FilePath);
  if (SourceLocation Loc = Text.locate(Message.FilePath, Message.FileOffset);
      Loc.isValid())
    Result += ":" + std::to_string(Text.manager().getSpellingLineNumber(Loc)) +
              ":" + std::to_string(Text.manager().getSpellingColumnNumber(Loc));
  return Result;
}

static void writeMessage(const tooling::DiagnosticMessage &Message,
                         unsigned Around, const std::string &Root,
                         Sources &Text, llvm::raw_ostream &OS) {
  if (Message.FilePath.empty())
    return;
  OS << "<div class=\"place\">" << escaped(place(Message, Root, Text))
     << "</div>\n";
  if (SourceLocation Loc = Text.locate(Message.FilePath, Message.FileOffset);
      Loc.isValid())
    writeCode(Loc, Around, Text.manager(), OS);
}

static void writeFinding(const ClangTidyError &E, size_t Number,
                         const std::string &Root, Sources &Text,
                         llvm::raw_ostream &OS) {
  OS << "<section class=\"finding\" id=\"f" << Number << "\">\n<h2>"
     << escaped(E.DiagnosticName) << "</h2>\n<p class=\"message\">"
     << escaped(E.Message.Message) << "</p>\n";
  writeMessage(E.Message, AroundFinding, Root, Text, OS);
  if (!E.Notes.empty()) {
    OS << "<ol>\n";
    for (const tooling::DiagnosticMessage &Note : E.Notes) {
      OS << "<li>" << escaped(Note.Message) << "\n";
      writeMessage(Note, AroundStep, Root, Text, OS);
      OS << "</li>\n";
    }
    OS << "</ol>\n";
  }
  OS << "</section>\n";
}

void writeHtml(const Report &R, Sources &Text, llvm::raw_ostream &OS) {
  OS << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
     << "<meta name=\"viewport\" content=\"width=device-width\">\n"
     << "<title>context-lint: " << R.Findings.size()
     << (R.Findings.size() == 1 ? " finding" : " findings")
     << "</title>\n<style>" << Style << "</style></head><body>\n"
     << "<h1>context-lint: " << R.Findings.size()
     << (R.Findings.size() == 1 ? " finding" : " findings") << " in " << R.Files
     << (R.Files == 1 ? " file" : " files") << "</h1>\n";

  std::map<std::string, size_t> Counts;
  for (const ClangTidyError &E : R.Findings)
    ++Counts[E.DiagnosticName];
  if (!Counts.empty()) {
    OS << "<table>\n";
    for (const auto &[Check, Count] : Counts)
      OS << "<tr><td>" << escaped(Check) << "</td><td>" << Count << "</td><td>"
         << escaped(page(Check).Summary) << "</td></tr>\n";
    OS << "</table>\n";
  }
  for (const Problem &P : R.Problems)
    OS << "<p class=\"problem\"><b>" << escaped(relativeTo(R.Root, P.File))
       << "</b> was not analysed: " << escaped(P.Reason) << "</p>\n";
  if (R.Findings.size() > 1) {
    OS << "<table>\n";
    for (auto [Index, E] : llvm::enumerate(R.Findings))
      OS << "<tr><td><a href=\"#f" << Index + 1 << "\">"
         << escaped(place(E.Message, R.Root, Text)) << "</a></td><td>"
         << escaped(E.DiagnosticName) << "</td></tr>\n";
    OS << "</table>\n";
  }
  for (auto [Index, E] : llvm::enumerate(R.Findings))
    writeFinding(E, Index + 1, R.Root, Text, OS);
  OS << "</body></html>\n";
}

} // namespace clang::tidy::context::lint
