// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is checked in a file, and how: .clang-tidy and the command line, as
// clang-tidy reads them, but for the checks that are on where no one says
// anything of them.

#ifndef CONTEXT_TIDY_TOOLS_COMMON_CONFIGURATION_H
#define CONTEXT_TIDY_TOOLS_COMMON_CONFIGURATION_H

#include "clang-tidy/ClangTidyOptions.h"
#include "model/Model.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clang::tidy::context {

/// The options of the command line that clang-tidy has as well, with the same
/// meaning.
struct Settings {
  std::string Checks;
  std::optional<std::string> HeaderFilter;
  bool SystemHeaders = false;
  std::optional<std::string> Config;     ///< YAML, in place of .clang-tidy.
  std::optional<std::string> ConfigFile; ///< A file to read it from.
};

llvm::json::Value toJSON(const Settings &S);
bool fromJSON(const llvm::json::Value &V, Settings &S, llvm::json::Path P);

/// All checks of this program.
std::vector<std::string> allChecks();

/// Whether \p Check has the name of one of this project's.
bool isOurs(llvm::StringRef Check);

/// These globs of checks, with this project's checks on where they do not speak
/// of them: "-*,bugprone-*" was not written about them and turns none of them
/// off, "-context-lost-cancel" only that one.
std::string withOurs(llvm::StringRef Globs);

/// Reads the options of files. Their 'Checks' are those checks of this program
/// that are on: as .clang-tidy says if it speaks of any of them, else all; then
/// as the command line says.
class OptionsProvider : public ClangTidyOptionsProvider {
public:
  /// An error if \p S holds what is no configuration.
  static llvm::Expected<std::unique_ptr<OptionsProvider>>
  create(const Settings &S);

  const ClangTidyGlobalOptions &getGlobalOptions() override;
  std::vector<OptionsSource> getRawOptions(llvm::StringRef File) override;

  /// What is wrong with the .clang-tidy files that were read so far: each error
  /// once, with file, line and column.
  std::vector<std::string> errors() const { return *Errors; }

private:
  OptionsProvider() = default;

  std::string CommandLineChecks;
  std::unique_ptr<ClangTidyOptionsProvider> Files;
  std::shared_ptr<std::vector<std::string>> Errors =
      std::make_shared<std::vector<std::string>>();
};

/// The paths of the users' models that any check knows in \p File.
std::vector<std::string> modelFiles(const ClangTidyOptions &Options,
                                    llvm::StringRef File);

/// The libraries that any check knows in \p File, all together, and the files
/// that this was read from.
struct KnownModel {
  model::Model Model;
  std::vector<std::string> Files;
};
llvm::Expected<KnownModel> modelOf(const ClangTidyOptions &Options,
                                   llvm::StringRef File);

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_TOOLS_COMMON_CONFIGURATION_H
