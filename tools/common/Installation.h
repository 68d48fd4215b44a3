// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a program of this project finds what belongs to it.

#ifndef CONTEXT_TIDY_TOOLS_COMMON_INSTALLATION_H
#define CONTEXT_TIDY_TOOLS_COMMON_INSTALLATION_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace clang::tidy::context {

/// The path of this program.
std::string program();

/// \p Path from the folder that this program is installed below: with bin/ for
/// the program, lib/ and share/ beside it.
std::string installed(llvm::StringRef Path);

/// Where Clang's own headers (stddef.h and the like) are: beside this program
/// as in an installed LLVM, or else in the LLVM that it was built with. An
/// error says what to install.
llvm::Expected<std::string> resourceDirectory();

/// The address of the page of \p Check: where the project's pages are read, or
/// else where they were installed. Empty if there is neither.
std::string documentation(llvm::StringRef Check);

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_TOOLS_COMMON_INSTALLATION_H
