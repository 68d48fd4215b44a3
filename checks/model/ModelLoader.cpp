// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ModelLoader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace clang::tidy::context::model;

LLVM_YAML_IS_SEQUENCE_VECTOR(ContextType)
LLVM_YAML_IS_SEQUENCE_VECTOR(SignalType)
LLVM_YAML_IS_SEQUENCE_VECTOR(Derive)
LLVM_YAML_IS_SEQUENCE_VECTOR(Select)

namespace llvm::yaml {

template <> struct ScalarEnumerationTraits<Position> {
  static void enumeration(IO &IO, Position &Value) {
    IO.enumCase(Value, "first", Position::First);
    IO.enumCase(Value, "last", Position::Last);
    IO.enumCase(Value, "any", Position::Any);
  }
};

template <> struct ScalarEnumerationTraits<Storage> {
  static void enumeration(IO &IO, Storage &Value) {
    IO.enumCase(Value, "forbidden", Storage::Forbidden);
    IO.enumCase(Value, "allowed", Storage::Allowed);
  }
};

template <> struct MappingTraits<ContextType> {
  static void mapping(IO &IO, ContextType &C) {
    IO.mapRequired("type", C.Type);
    IO.mapOptional("polls", C.Polls);
    IO.mapOptional("signals", C.Signals);
    IO.mapOptional("throws", C.Throws);
    IO.mapOptional("stored", C.Stored);
    IO.mapOptional("position", C.Wanted);
  }
};

template <> struct MappingTraits<SignalType> {
  static void mapping(IO &IO, SignalType &S) {
    IO.mapRequired("type", S.Type);
    IO.mapOptional("polls", S.Polls);
    IO.mapOptional("waits", S.Waits);
  }
};

template <> struct MappingTraits<Derive> {
  static void mapping(IO &IO, Derive &D) {
    IO.mapRequired("function", D.Function);
    IO.mapOptional("context", D.Context);
    IO.mapOptional("cancel", D.Cancel);
  }
};

template <> struct MappingTraits<Select> {
  static void mapping(IO &IO, Select &S) {
    IO.mapRequired("function", S.Function);
    IO.mapRequired("receive", S.Receive);
    IO.mapOptional("default", S.Default);
  }
};

template <> struct MappingTraits<Guard> {
  static void mapping(IO &IO, Guard &G) {
    IO.mapRequired("text", G.Text);
    IO.mapOptional("include", G.Include);
  }
};

template <> struct MappingTraits<Library> {
  static void mapping(IO &IO, Library &L) {
    IO.mapRequired("name", L.Name);
    IO.mapOptional("contexts", L.Contexts);
    IO.mapOptional("signals", L.Signals);
    IO.mapOptional("results", L.Results);
    IO.mapOptional("derives", L.Derives);
    IO.mapOptional("selects", L.Selects);
    IO.mapOptional("roots", L.Roots);
    IO.mapOptional("spawns", L.Spawns);
    IO.mapOptional("polls", L.Polls);
    IO.mapOptional("blocking", L.Blocking);
    IO.mapOptional("cancellers", L.Cancellers);
    IO.mapOptional("carriers", L.Carriers);
    IO.mapOptional("discards", L.Discards);
    // Not as a std::optional, which LLVM 14's reader does not know.
    Guard TheGuard;
    IO.mapOptional("guard", TheGuard);
    if (!TheGuard.Text.empty())
      L.TheGuard = std::move(TheGuard);
  }
};

} // namespace llvm::yaml

namespace clang::tidy::context::model {

namespace {

struct Preset {
  llvm::StringLiteral Name;
  llvm::StringLiteral Text;
};

constexpr Preset Presets[] = {
#include "Presets.inc"
};

} // namespace

static llvm::Error makeError(const llvm::Twine &Message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), Message);
}

// Keeps the first complaint: those after it are mostly its consequences.
static void keepFirst(const llvm::SMDiagnostic &Diag, void *First) {
  auto &Message = *static_cast<std::string *>(First);
  if (Message.empty())
    Message = (Diag.getFilename() + ":" + llvm::Twine(Diag.getLineNo()) + ":" +
               llvm::Twine(Diag.getColumnNo() + 1) + ": " + Diag.getMessage())
                  .str();
}

llvm::Expected<Library> parseLibrary(llvm::StringRef Text,
                                     llvm::StringRef FileName) {
  std::string Message;
  Library Result;
  llvm::yaml::Input In(llvm::MemoryBufferRef(Text, FileName),
                       /*Ctxt=*/nullptr, keepFirst, &Message);
  In >> Result;
  if (In.error()) {
    if (Message.empty())
      Message = (FileName + ": " + In.error().message()).str();
    return makeError(Message);
  }
  return Result;
}

llvm::Expected<Model> loadPresets(llvm::StringRef Names) {
  Model Result;
  llvm::SmallVector<llvm::StringRef, 8> Parts;
  Names.split(Parts, ';', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef Name : Parts) {
    Name = Name.trim();
    const auto *Found =
        llvm::find_if(Presets, [&](const Preset &P) { return P.Name == Name; });
    if (Found == std::end(Presets)) {
      llvm::SmallVector<llvm::StringRef, 8> Known;
      for (const Preset &P : Presets)
        Known.push_back(P.Name);
      return makeError(
          "unknown model '" + Name +
          "' in option 'Models'; there are: " + llvm::join(Known, ", "));
    }
    llvm::Expected<Library> L =
        parseLibrary(Found->Text, (Name + ".yaml").str());
    if (!L)
      return L.takeError();
    Result.Libraries.push_back(std::move(*L));
  }
  return Result;
}

std::string findModelFile(llvm::StringRef ModelFile, llvm::StringRef MainFile) {
  namespace path = llvm::sys::path;
  if (path::is_absolute(ModelFile))
    return llvm::sys::fs::exists(ModelFile) ? ModelFile.str() : std::string();
  llvm::SmallString<256> Folder(MainFile);
  llvm::sys::fs::make_absolute(Folder);
  path::remove_dots(Folder, /*remove_dot_dot=*/true);
  while (path::has_parent_path(Folder)) {
    path::remove_filename(Folder);
    llvm::SmallString<256> Candidate(Folder);
    path::append(Candidate, ModelFile);
    if (llvm::sys::fs::exists(Candidate))
      return Candidate.str().str();
  }
  return std::string();
}

llvm::Expected<Library> loadModelFile(llvm::StringRef ModelFile,
                                      llvm::StringRef MainFile) {
  std::string Path = findModelFile(ModelFile, MainFile);
  if (Path.empty())
    return makeError("model file '" + ModelFile + "' (option 'ModelFile') " +
                     (llvm::sys::path::is_absolute(ModelFile)
                          ? "does not exist"
                          : "is neither beside '" + MainFile +
                                "' nor in a folder above it"));
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> Buffer =
      llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return makeError("cannot read model file '" + Path +
                     "': " + Buffer.getError().message());
  return parseLibrary((*Buffer)->getBuffer(), Path);
}

} // namespace clang::tidy::context::model
