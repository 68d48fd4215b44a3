// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Configuration.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"
#include "clang-tidy/GlobList.h"
#include "model/ModelLoader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/VirtualFileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace clang::tidy::context {

namespace json = llvm::json;

//===----------------------------------------------------------------------===//
// Settings
//===----------------------------------------------------------------------===//

json::Value toJSON(const Settings &S) {
  json::Object Result{{"checks", S.Checks}, {"systemHeaders", S.SystemHeaders}};
  if (S.HeaderFilter)
    Result["headerFilter"] = *S.HeaderFilter;
  if (S.Config)
    Result["config"] = *S.Config;
  if (S.ConfigFile)
    Result["configFile"] = *S.ConfigFile;
  return Result;
}

bool fromJSON(const json::Value &V, Settings &S, json::Path P) {
  json::ObjectMapper Map(V, P);
  return Map && Map.map("checks", S.Checks) &&
         Map.map("systemHeaders", S.SystemHeaders) &&
         Map.mapOptional("headerFilter", S.HeaderFilter) &&
         Map.mapOptional("config", S.Config) &&
         Map.mapOptional("configFile", S.ConfigFile);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

std::vector<std::string> allChecks() {
  std::vector<std::string> Result;
  ClangTidyCheckFactories Factories;
  for (const auto &Entry : ClangTidyModuleRegistry::entries())
    Entry.instantiate()->addCheckFactories(Factories);
  for (const auto &Factory : Factories)
    Result.push_back(Factory.getKey().str());
  llvm::sort(Result);
  return Result;
}

static constexpr llvm::StringLiteral Prefix = "context-";

bool isOurs(llvm::StringRef Check) { return Check.starts_with(Prefix); }

std::string withOurs(llvm::StringRef Globs) {
  std::string Removed;
  llvm::SmallVector<llvm::StringRef, 8> Parts;
  Globs.split(Parts, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Glob : Parts) {
    Glob = Glob.trim();
    if (isOurs(Glob))
      return Globs.str();
    if (Glob.starts_with("-") && isOurs(Glob.drop_front()))
      Removed += ("," + Glob).str();
  }
  return (Globs + (Globs.empty() ? "" : ",") + Prefix + "*" + Removed).str();
}

// The checks of \p Globs that this program has, as globs.
static std::string enabled(llvm::StringRef Globs) {
  std::string Result = "-*";
  const GlobList List(Globs);
  for (const std::string &Check : allChecks())
    if (List.contains(Check))
      Result += "," + Check;
  return Result;
}

//===----------------------------------------------------------------------===//
// OptionsProvider
//===----------------------------------------------------------------------===//

// Reads a .clang-tidy, or what stands for one. What is wrong there goes to
// \p Errors.
static llvm::ErrorOr<ClangTidyOptions> parse(llvm::MemoryBufferRef Text,
                                             std::vector<std::string> &Errors) {
  return parseConfigurationWithDiags(
      Text, [&Errors](const llvm::SMDiagnostic &Diagnostic) {
        std::string Message;
        llvm::raw_string_ostream OS(Message);
        Diagnostic.print(nullptr, OS, /*ShowColors=*/false);
        if (!llvm::is_contained(Errors, Message))
          Errors.push_back(Message);
      });
}

namespace {

// Reads .clang-tidy files as clang-tidy does, but keeps what is wrong with
// them. (The constructor that takes a reader of them leaves out the file
// system.)
class DotClangTidy : public FileOptionsProvider {
public:
  DotClangTidy(const ClangTidyOptions &Defaults,
               const ClangTidyOptions &Overrides,
               std::shared_ptr<std::vector<std::string>> Errors)
      : FileOptionsProvider(
            ClangTidyGlobalOptions(), Defaults, Overrides,
            {{".clang-tidy", [Errors](llvm::MemoryBufferRef File) {
                return parse(File, *Errors);
              }}}) {
    FS = llvm::vfs::getRealFileSystem();
  }
};

} // namespace

llvm::Expected<std::unique_ptr<OptionsProvider>>
OptionsProvider::create(const Settings &S) {
  std::unique_ptr<OptionsProvider> Result(new OptionsProvider);
  Result->CommandLineChecks = S.Checks;

  ClangTidyOptions Defaults = ClangTidyOptions::getDefaults();
  Defaults.Checks = "";
  ClangTidyOptions Overrides;
  Overrides.HeaderFilterRegex = S.HeaderFilter;
  if (S.SystemHeaders)
    Overrides.SystemHeaders = true;

  std::unique_ptr<llvm::MemoryBuffer> Text;
  if (S.Config) {
    Text = llvm::MemoryBuffer::getMemBuffer(*S.Config, "--config");
  } else if (S.ConfigFile) {
    auto File = llvm::MemoryBuffer::getFile(*S.ConfigFile);
    if (!File)
      return llvm::createStringError(
          File.getError(), "cannot read --config-file %s: %s",
          S.ConfigFile->c_str(), File.getError().message().c_str());
    Text = std::move(*File);
  }
  if (!Text) {
    Result->Files =
        std::make_unique<DotClangTidy>(Defaults, Overrides, Result->Errors);
    return Result;
  }
  llvm::ErrorOr<ClangTidyOptions> Options = parse(*Text, *Result->Errors);
  if (!Options)
    return llvm::createStringError(
        Options.getError(), "%s",
        llvm::StringRef(
            llvm::join(Result->Errors->begin(), Result->Errors->end(), "\n"))
            .rtrim()
            .str()
            .c_str());
  Result->Files = std::make_unique<ConfigOptionsProvider>(
      ClangTidyGlobalOptions(), Defaults, *Options, Overrides);
  return Result;
}

const ClangTidyGlobalOptions &OptionsProvider::getGlobalOptions() {
  return Files->getGlobalOptions();
}

std::vector<ClangTidyOptionsProvider::OptionsSource>
OptionsProvider::getRawOptions(llvm::StringRef File) {
  std::vector<OptionsSource> Sources = Files->getRawOptions(File);
  // In the same order as ClangTidyOptionsProvider::getOptions merges them.
  std::string Checks;
  for (const auto &[Options, Source] : Sources)
    if (Options.Checks && !Options.Checks->empty())
      Checks += (Checks.empty() ? "" : ",") + *Options.Checks;
  Checks = withOurs(Checks);
  if (!CommandLineChecks.empty())
    Checks += "," + CommandLineChecks;
  ClangTidyOptions Effective;
  Effective.Checks = enabled(Checks);
  Sources.emplace_back(std::move(Effective),
                       OptionsSourceTypeCheckCommandLineOption);
  return Sources;
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

// What is set for one check and what is set for all: taken together, whichever
// wins. A check for which nothing is set has the default.
static llvm::StringSet<> valuesOf(llvm::StringRef Option,
                                  llvm::StringRef Default,
                                  const ClangTidyOptions &Options) {
  llvm::StringSet<> Values;
  for (const std::string &Check : allChecks()) {
    bool IsSet = false;
    for (const std::string &Name : {Check + "." + Option.str(), Option.str()})
      if (auto Entry = Options.CheckOptions.find(Name);
          Entry != Options.CheckOptions.end()) {
        Values.insert(Entry->second.Value);
        IsSet = true;
      }
    if (!IsSet)
      Values.insert(Default);
  }
  Values.erase("");
  return Values;
}

std::vector<std::string> modelFiles(const ClangTidyOptions &Options,
                                    llvm::StringRef File) {
  std::vector<std::string> Result;
  const llvm::StringSet<> Names = valuesOf("ModelFile", "", Options);
  for (llvm::StringRef Name : Names.keys())
    Result.push_back(model::findModelFile(Name, File));
  return Result;
}

llvm::Expected<KnownModel> modelOf(const ClangTidyOptions &Options,
                                   llvm::StringRef File) {
  KnownModel Result;
  const llvm::StringSet<> Presets =
      valuesOf("Models", "bundled;std;posix", Options);
  for (llvm::StringRef Names : Presets.keys()) {
    llvm::Expected<model::Model> Some = model::loadPresets(Names);
    if (!Some)
      return Some.takeError();
    llvm::move(Some->Libraries, std::back_inserter(Result.Model.Libraries));
  }
  const llvm::StringSet<> OwnFiles = valuesOf("ModelFile", "", Options);
  for (llvm::StringRef Own : OwnFiles.keys()) {
    llvm::Expected<model::Library> Library = model::loadModelFile(Own, File);
    if (!Library)
      return Library.takeError();
    Result.Model.Libraries.push_back(std::move(*Library));
  }
  Result.Files = modelFiles(Options, File);
  return Result;
}

} // namespace clang::tidy::context
