// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Verify.h"
#include "Paths.h"
#include "Report.h"
#include "clang-tidy/ClangTidy.h"
#include "common/Configuration.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"
#include <map>
#include <set>

namespace clang::tidy::context::lint {

namespace {
/// In how many files.
struct Seen {
  unsigned Spelled = 0, Recognized = 0;
};
} // namespace

llvm::Expected<bool> verify(llvm::ArrayRef<FileResult> Results,
                            llvm::ArrayRef<std::string> Missing,
                            const RunOptions &Options, llvm::raw_ostream &OS) {
  auto Provider = OptionsProvider::create(Options.TheSettings);
  if (!Provider)
    return Provider.takeError();
  std::map<std::string, Seen> Types;
  std::set<std::string> Checks;
  std::vector<std::string> Failed(Missing.begin(), Missing.end());
  unsigned Parsed = 0;
  llvm::StringSet<> Folders;
  for (const FileResult &Each : Results) {
    if (Folders.insert(llvm::sys::path::parent_path(Each.File)).second) {
      const ClangTidyOptions FileOptions = (*Provider)->getOptions(Each.File);
      for (const std::string &Check : getCheckNames(FileOptions, false))
        Checks.insert(Check);
      llvm::Expected<KnownModel> Known = modelOf(FileOptions, Each.File);
      if (!Known)
        return Known.takeError();
      for (const auto &Library : Known->Model.Libraries)
        for (const auto &Context : Library.Contexts)
          Types.try_emplace(Context.Type);
    }
    const Result &Its = Each.TheResult;
    if (!Its.isComplete())
      Failed.push_back(Each.File);
    Parsed += Its.TheOutcome == Result::Analyzed;
    for (auto &[Type, In] : Types) {
      In.Spelled += llvm::is_contained(Its.Spelled, Type);
      In.Recognized += llvm::is_contained(Its.Recognized, Type);
    }
  }

  OS << "context-lint " CONTEXT_TIDY_VERSION ", with " << getClangFullVersion()
     << "\n"
     << "checks: " << llvm::join(Checks, ", ") << "\n"
     << "files: " << Results.size() + Missing.size() << ", of which " << Parsed
     << " spell names of the model and are parsed\n"
     << "cache: " << Options.Cache << "\n"
     << "contexts:\n";
  for (const auto &[Type, In] : Types) {
    OS << "  " << Type << ": ";
    if (In.Spelled == 0)
      OS << "in no file\n";
    else if (In.Recognized > 0)
      OS << "in " << counted(In.Spelled, "file") << ", recognised\n";
    else
      OS << "spelled in " << counted(In.Spelled, "file")
         << ", but declared in none of them under this name\n";
  }
  for (const std::string &File : Failed)
    OS << "not analysed: " << relativeTo(Options.Root, File) << "\n";
  return Failed.empty();
}

} // namespace clang::tidy::context::lint
