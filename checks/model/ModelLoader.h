// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads models: the presets that are compiled in, and the user's YAML file.

#ifndef CONTEXT_TIDY_CHECKS_MODEL_MODELLOADER_H
#define CONTEXT_TIDY_CHECKS_MODEL_MODELLOADER_H

#include "Model.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace clang::tidy::context::model {

/// Reads one library from \p Text. The error names \p FileName, the line, the
/// column and what is wrong there.
llvm::Expected<Library> parseLibrary(llvm::StringRef Text,
                                     llvm::StringRef FileName);

/// The presets named in \p Presets, separated by semicolons, in that order. An
/// unknown name is an error that lists the known ones.
llvm::Expected<Model> loadPresets(llvm::StringRef Presets);

/// The path of the user's model: \p ModelFile itself if it is absolute, else the
/// nearest file of that name, beside \p MainFile or in a folder above it. Empty
/// if there is none.
std::string findModelFile(llvm::StringRef ModelFile, llvm::StringRef MainFile);

/// The user's own library, from where findModelFile finds it. It is an error if
/// there is no such file.
llvm::Expected<Library> loadModelFile(llvm::StringRef ModelFile,
                                      llvm::StringRef MainFile);

} // namespace clang::tidy::context::model

#endif // CONTEXT_TIDY_CHECKS_MODEL_MODELLOADER_H
