// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Findings.h"
#include "common/Configuration.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <tuple>

namespace clang::tidy::context::lint {

namespace json = llvm::json;
using tooling::DiagnosticMessage;
using tooling::FileByteRange;
using tooling::Replacement;
using tooling::Replacements;

bool isProblem(const ClangTidyError &Error) {
  return !isOurs(Error.DiagnosticName) &&
         (Error.DiagLevel == ClangTidyError::Error ||
          Error.DiagnosticName == "clang-tidy-config");
}

bool isError(const ClangTidyError &Error) {
  return Error.IsWarningAsError || Error.DiagLevel == ClangTidyError::Error;
}

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

Sources::Sources(llvm::StringRef Root)
    : Root(Root), Files(new FileManager(FileSystemOptions{Root.str()})),
      Engine(new DiagnosticIDs(), new DiagnosticOptions(),
             new IgnoringDiagConsumer()),
      Manager(Engine, *Files) {}

SourceLocation Sources::locate(llvm::StringRef Path, unsigned Offset) {
  auto [Entry, IsNew] = Known.try_emplace(Path);
  if (IsNew) {
    if (llvm::Expected<FileEntryRef> File =
            Files->getFileRef(relativeTo(Root, Path)))
      Entry->second = Manager.createFileID(*File, {}, SrcMgr::C_User);
    else
      llvm::consumeError(File.takeError());
  }
  if (Entry->second.isInvalid() ||
      Offset > Manager.getFileIDSize(Entry->second))
    return {};
  return Manager.getLocForStartOfFile(Entry->second)
      .getLocWithOffset(static_cast<int>(Offset));
}

//===----------------------------------------------------------------------===//
// Paths
//===----------------------------------------------------------------------===//

static void makeAbsolute(llvm::StringRef Directory, std::string &Path) {
  if (Path.empty())
    return;
  Path = plain(Directory, Path);
}

static void makeAbsolute(llvm::StringRef Directory,
                         DiagnosticMessage &Message) {
  makeAbsolute(Directory, Message.FilePath);
  for (FileByteRange &Range : Message.Ranges)
    makeAbsolute(Directory, Range.FilePath);
  llvm::StringMap<Replacements> Fix;
  for (const auto &[Path, Edits] : Message.Fix) {
    std::string Absolute = Path.str();
    makeAbsolute(Directory, Absolute);
    // The edits of one message do not overlap: nothing to go wrong.
    for (const Replacement &R : Edits)
      llvm::cantFail(Fix[Absolute].add(Replacement(
          Absolute, R.getOffset(), R.getLength(), R.getReplacementText())));
  }
  Message.Fix = std::move(Fix);
}

void makeAbsolute(ClangTidyError &Error) {
  makeAbsolute(Error.BuildDirectory, Error.Message);
  for (DiagnosticMessage &Note : Error.Notes)
    makeAbsolute(Error.BuildDirectory, Note);
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static json::Object placeToJSON(llvm::StringRef Path, unsigned Offset,
                                llvm::StringRef Root, Sources &Text) {
  json::Object Result{{"file", relativeTo(Root, Path)}, {"offset", Offset}};
  if (SourceLocation Loc = Text.locate(Path, Offset); Loc.isValid()) {
    Result["line"] = Text.manager().getSpellingLineNumber(Loc);
    Result["column"] = Text.manager().getSpellingColumnNumber(Loc);
  }
  return Result;
}

static json::Object messageToJSON(const DiagnosticMessage &Message,
                                  llvm::StringRef Root, Sources &Text) {
  json::Object Result;
  if (!Message.FilePath.empty())
    Result = placeToJSON(Message.FilePath, Message.FileOffset, Root, Text);
  // What is not UTF-8 in an identifier is no JSON either.
  Result["message"] = json::fixUTF8(Message.Message);
  json::Array Ranges;
  for (const FileByteRange &R : Message.Ranges) {
    json::Object Range = placeToJSON(R.FilePath, R.FileOffset, Root, Text);
    Range["length"] = R.Length;
    Ranges.push_back(std::move(Range));
  }
  if (!Ranges.empty())
    Result["ranges"] = std::move(Ranges);
  json::Array Fixes;
  for (const auto &[Path, Edits] : Message.Fix)
    for (const Replacement &R : Edits) {
      json::Object Fix = placeToJSON(Path, R.getOffset(), Root, Text);
      Fix["length"] = R.getLength();
      Fix["text"] = json::fixUTF8(R.getReplacementText());
      Fixes.push_back(std::move(Fix));
    }
  if (!Fixes.empty())
    Result["fixes"] = std::move(Fixes);
  return Result;
}

json::Object toJSON(const ClangTidyError &Error, llvm::StringRef Root,
                    Sources &Text) {
  json::Object Result = messageToJSON(Error.Message, Root, Text);
  Result["check"] = Error.DiagnosticName;
  Result["level"] = Error.DiagLevel == ClangTidyError::Error ? "error"
                    : Error.IsWarningAsError ? "warning-as-error"
                                             : "warning";
  json::Array Notes;
  for (const DiagnosticMessage &Note : Error.Notes)
    Notes.push_back(messageToJSON(Note, Root, Text));
  if (!Notes.empty())
    Result["notes"] = std::move(Notes);
  return Result;
}

namespace {

// A message as it is read: ranges and fixes in the form of their JSON.
struct Range {
  std::string File;
  uint64_t Offset = 0, Length = 0;
  std::string Text;
};
struct Message {
  std::string Text, File;
  uint64_t Offset = 0;
  std::vector<Range> Ranges, Fixes;
};
struct Finding : Message {
  std::string Check, Level;
  std::vector<Message> Notes;
};

bool fromJSON(const json::Value &V, Range &R, json::Path P) {
  json::ObjectMapper Map(V, P);
  return Map && Map.map("file", R.File) && Map.map("offset", R.Offset) &&
         Map.map("length", R.Length) && Map.mapOptional("text", R.Text);
}

bool fromJSON(const json::Value &V, Message &M, json::Path P) {
  json::ObjectMapper Map(V, P);
  return Map && Map.map("message", M.Text) && Map.mapOptional("file", M.File) &&
         Map.mapOptional("offset", M.Offset) &&
         Map.mapOptional("ranges", M.Ranges) &&
         Map.mapOptional("fixes", M.Fixes);
}

bool fromJSON(const json::Value &V, Finding &F, json::Path P) {
  json::ObjectMapper Map(V, P);
  return Map && fromJSON(V, static_cast<Message &>(F), P) &&
         Map.map("check", F.Check) && Map.map("level", F.Level) &&
         Map.mapOptional("notes", F.Notes);
}

} // namespace

static DiagnosticMessage toMessage(const Message &M, llvm::StringRef Root) {
  DiagnosticMessage Result(M.Text);
  Result.FilePath = M.File;
  Result.FileOffset = M.Offset;
  for (const Range &R : M.Ranges) {
    FileByteRange Bytes;
    Bytes.FilePath = R.File;
    Bytes.FileOffset = R.Offset;
    Bytes.Length = R.Length;
    Result.Ranges.push_back(Bytes);
  }
  for (const Range &R : M.Fixes)
    // Edits that overlap are no fix; the finding stands without it.
    if (llvm::Error E = Result.Fix[R.File].add(
            Replacement(R.File, R.Offset, R.Length, R.Text))) {
      llvm::consumeError(std::move(E));
      Result.Fix.clear();
      break;
    }
  makeAbsolute(Root, Result);
  return Result;
}

llvm::Expected<ClangTidyError> fromJSON(const json::Value &Value,
                                        llvm::StringRef Root) {
  Finding F;
  json::Path::Root Where("finding");
  if (!fromJSON(Value, F, Where))
    return Where.getError();
  ClangTidyError Result(F.Check,
                        F.Level == "error" ? ClangTidyError::Error
                                           : ClangTidyError::Warning,
                        Root, F.Level == "warning-as-error");
  Result.Message = toMessage(F, Root);
  for (const Message &Note : F.Notes)
    Result.Notes.push_back(toMessage(Note, Root));
  return Result;
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

void sortAndMerge(std::vector<ClangTidyError> &Findings) {
  auto Key = [](const ClangTidyError &E) {
    return std::tie(E.Message.FilePath, E.Message.FileOffset, E.DiagnosticName,
                    E.Message.Message);
  };
  llvm::sort(Findings,
             [&Key](const auto &A, const auto &B) { return Key(A) < Key(B); });
  Findings.erase(std::unique(Findings.begin(), Findings.end(),
                             [&Key](const auto &A, const auto &B) {
                               return Key(A) == Key(B);
                             }),
                 Findings.end());
}

} // namespace clang::tidy::context::lint
