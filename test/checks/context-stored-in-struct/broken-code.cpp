// RUN: %check_context_tidy %s context-stored-in-struct %t -allow-errors
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unfinished edits: no crash, and what can still be read is judged.

#include <context/context.h>
#include <vector>

struct Loop : Loop { context::Context *in_loop; };
// CHECK-MESSAGES: :[[@LINE-1]]:40: warning: 'in_loop' stores a context
struct Unknown : Nowhere {
  Missing<context::Context> missing;
  std::vector<Missing> also_missing;
  std::vector<context::Context, oops> strange;
  context::Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'ctx' stores a context in 'Unknown'
  context::Context ctx;
  context::Nothing nothing;
  auto undeduced;
  context::Context
};
template <class T> struct Half : T {
  typename T::type::;
  context::Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'ctx' stores a context in 'Half'
};
Half<int> half;
struct Contains { Contains self; std::vector<Contains[]> list; };
static context::Context = ;
struct Open {
  context::Context last;
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'last' stores a context in 'Open'
