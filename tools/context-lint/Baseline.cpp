// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Baseline.h"
#include "Paths.h"
#include "WholeFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"
#include <tuple>

namespace clang::tidy::context::lint {

// The first line: without it a file is something else.
static constexpr llvm::StringLiteral Header =
    "# context-lint baseline 1: file, check, which one of the same, message";

bool Baseline::Line::operator<(const Line &Other) const {
  return std::tie(File, Check, Message, Occurrence) <
         std::tie(Other.File, Other.Check, Other.Message, Other.Occurrence);
}

// Tabs and line ends separate; no path or message has to have one.
static std::string escaped(llvm::StringRef Text) {
  std::string Result;
  if (Text.starts_with("#")) // That begins a comment.
    Result += '\\';
  for (char C : Text)
    switch (C) {
    case '\t':
      Result += "\\t";
      break;
    case '\n':
      Result += "\\n";
      break;
    case '\\':
      Result += "\\\\";
      break;
    default:
      Result += C;
    }
  return Result;
}

Baseline::Line Baseline::lineOf(const Identity &I) {
  return {I.File, I.Check, I.Message, I.Occurrence};
}

llvm::Expected<Baseline> Baseline::read(llvm::StringRef Path) {
  auto Text = llvm::MemoryBuffer::getFile(Path);
  if (!Text)
    return llvm::createStringError(
        Text.getError(),
        "cannot read the baseline %s: %s. --write-baseline makes one.",
        Path.str().c_str(), Text.getError().message().c_str());
  auto Wrong = [&Path](unsigned Number, llvm::StringRef What) {
    return llvm::createStringError(
        std::errc::invalid_argument,
        "%s:%u: %s. Mend the line, or make the baseline again with "
        "--write-baseline.",
        Path.str().c_str(), Number, What.str().c_str());
  };

  llvm::SmallVector<llvm::StringRef, 0> Rows;
  (*Text)->getBuffer().split(Rows, '\n');
  if (Rows.front().rtrim('\r') != Header)
    return Wrong(1, ("a baseline starts with the line '" + Header + "'").str());
  Baseline Result;
  for (auto [Index, Row] : llvm::enumerate(Rows)) {
    Row = Row.rtrim('\r');
    // A merge that takes both sides may leave the header twice.
    if (Row.empty() || Row.starts_with("#"))
      continue;
    llvm::SmallVector<llvm::StringRef, 4> Columns;
    Row.split(Columns, '\t');
    Line L;
    if (Columns.size() != 4 || Columns[2].getAsInteger(10, L.Occurrence) ||
        L.Occurrence == 0)
      return Wrong(Index + 1,
                   Row.starts_with("<<<<<<<") || Row.starts_with("=======") ||
                           Row.starts_with(">>>>>>>")
                       ? "the mark of a merge that was not finished"
                       : "not four columns with tabs between them, the third "
                         "of them a number");
    L.File = unescaped(Columns[0]);
    L.Check = Columns[1].str();
    L.Message = unescaped(Columns[3]);
    Result.Lines.insert(std::move(L));
  }
  return Result;
}

Baseline Baseline::of(llvm::ArrayRef<Finding> Findings, llvm::StringRef Root) {
  Baseline Result;
  for (const Finding &F : Findings)
    Result.Lines.insert(lineOf(identify(F, Root)));
  return Result;
}

void Baseline::apply(std::vector<Finding> &Findings, llvm::StringRef Root) {
  llvm::erase_if(Findings, [&](const Finding &F) {
    auto Known = Lines.find(lineOf(identify(F, Root)));
    return Known != Lines.end() && Met.insert(*Known).second;
  });
}

llvm::Error Baseline::write(llvm::StringRef Path) const {
  return writeWholeFile(Path, [this](llvm::raw_ostream &OS) {
    OS << Header << "\n";
    for (const Line &L : Lines)
      OS << escaped(L.File) << '\t' << L.Check << '\t' << L.Occurrence << '\t'
         << escaped(L.Message) << '\n';
  });
}

} // namespace clang::tidy::context::lint
