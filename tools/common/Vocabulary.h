// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef CONTEXT_TIDY_TOOLS_COMMON_VOCABULARY_H
#define CONTEXT_TIDY_TOOLS_COMMON_VOCABULARY_H

#include "model/Model.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace clang::tidy::context {

/// The names without which code has nothing to do with any context of a model:
/// its types, and the functions that make contexts.
class Vocabulary {
public:
  explicit Vocabulary(const model::Model &Model);

  /// Takes down which of the words occur in \p Text, also in comments and
  /// strings: what is missed would be a finding that is missed.
  void read(llvm::StringRef Text);

  /// The qualified names of which all components were read (those with a '*'
  /// count as read), and "annotations" if any of the project's were.
  std::vector<std::string> spelled() const;

private:
  struct Name {
    std::string Qualified;
    std::vector<llvm::StringRef> Words; // Of Qualified.
  };
  std::vector<Name> Names;
  llvm::StringMap<bool> Seen; // Every word, and whether it was read.
};

} // namespace clang::tidy::context

#endif // CONTEXT_TIDY_TOOLS_COMMON_VOCABULARY_H
