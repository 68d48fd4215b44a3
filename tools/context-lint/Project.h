// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The files of a code base, and how each is compiled.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PROJECT_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PROJECT_H

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace clang::tidy::context::lint {

/// A part of the files, for one of several machines: the I-th of N.
struct Shard {
  unsigned Index = 1, Count = 1;
};

class Project {
public:
  /// Absolute paths, in the order of the database, each once.
  struct Selection {
    std::vector<std::string> Files;
    std::vector<std::string> Missing; ///< They do not exist.
  };

  /// The files of compile_commands.json in \p Folder, or, if that is empty, in
  /// the nearest folder from the current one upwards that has one, or has one
  /// in build/. An error says how to come by one.
  static llvm::Expected<Project> fromDatabase(llvm::StringRef Folder);
  /// These files, compiled with these arguments.
  static llvm::Expected<Project>
  fromArguments(llvm::ArrayRef<std::string> Files,
                llvm::ArrayRef<std::string> Arguments);

  const Selection &all() const { return All; }
  std::vector<tooling::CompileCommand> commands(llvm::StringRef File) const;
  /// The database's folder; empty if there is none.
  const std::string &folder() const { return Folder; }

  /// Those of all() that one of \p Paths names: itself, or a folder above it.
  /// All, if there are no \p Paths. A path that names none is an error.
  llvm::Expected<Selection> select(llvm::ArrayRef<std::string> Paths) const;

private:
  Project() = default;

  std::unique_ptr<tooling::CompilationDatabase> Database;
  std::string Folder;
  Selection All;
};

/// The files of \p Files that are \p Part of them. Which they are does not
/// depend on where the code base lies: paths count from \p Root.
std::vector<std::string> shard(llvm::ArrayRef<std::string> Files, Shard Part,
                               llvm::StringRef Root);

} // namespace clang::tidy::context::lint

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_LINT_PROJECT_H
