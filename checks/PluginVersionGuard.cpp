// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Refuses a host of another LLVM version. Without this the plugin would load,
// list its checks and find nothing: a green gate that checks nothing.

#include "clang/Basic/Version.h"
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <string>

// The first number of a text such as "Debian clang version 19.1.7 (3)".
static int majorVersion(const std::string &Text) {
  size_t At = Text.find("version ");
  return At == std::string::npos ? 0 : std::atoi(Text.c_str() + At + 8);
}

// Runs before the constructor that registers the module, and calls only one
// function of the host, whose signature has been the same since LLVM 3.
__attribute__((constructor(101))) static void refuseOtherLLVM() {
  std::string Host = clang::getClangFullVersion();
  if (majorVersion(Host) == CLANG_VERSION_MAJOR)
    return;
  std::fprintf(stderr,
               "error: context-tidy " CONTEXT_TIDY_VERSION
               " was built for LLVM " CLANG_VERSION_STRING
               ", but this program is '%s'. Load the ContextTidy plugin whose "
               "file name ends in the LLVM version of the clang-tidy in use.\n",
               Host.c_str());
  // Not exit(): destructors of a half-started host have nothing to tell.
  std::_Exit(1);
}
