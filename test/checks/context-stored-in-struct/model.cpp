// RUN: %check_context_tidy %s context-stored-in-struct %t -- \
// RUN:   -config="{CheckOptions: [{key: ModelFile, value: '%S/Inputs/model.yaml'}]}"
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Another library, described by a model.

#include <memory>
#include <utility>

namespace lib {
struct Context;
struct Token;
struct Kept {
  std::shared_ptr<Context> ctx;
};
template <class T> struct Typed {};
using ContextPtr = std::shared_ptr<Context>;

// The root itself is a variable of the function that hands it out.
const ContextPtr &Background() {
  static ContextPtr root = std::make_shared<Context>();
  return root;
}
const ContextPtr &Current() {
  static ContextPtr current = Background();
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: static local variable 'current'
  return current;
}
} // namespace lib

struct Session {
  lib::ContextPtr ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'ctx' stores a context in 'Session'
  lib::Typed<int> typed;
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'typed' stores a context in 'Session'
  lib::Token *may_be_stored;
  lib::Kept carrier;
};
