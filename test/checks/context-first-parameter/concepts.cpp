// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20 -expect-remaining
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A concept asks whether a call would compile, of a type that is not seen where
// it asks. Nothing is moved that has the name.

#include <context/context.h>

using context::Context;

namespace {
struct ByConcept {
  ByConcept(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: the context 'ctx' is not the first parameter of 'ByConcept'
  // CHECK-FIXES: ByConcept(int id, Context ctx) {}
  void Method(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:31: warning: the context 'ctx' is not the first parameter of 'Method'
  // CHECK-FIXES: void Method(int id, Context ctx) {}
  static void Static(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first parameter of 'Static'
  // CHECK-FIXES: static void Static(int id, Context ctx) {}
};
template <class T> concept Constructs = requires(Context c) { T(1, c); T{1, c}; };
template <class T> concept HasMethod = requires(T t, Context c) { t.Method(1, c); };
template <class T> concept HasStatic = requires(Context c) { T::Static(1, c); };
static_assert(Constructs<ByConcept> && HasMethod<ByConcept> && HasStatic<ByConcept>);
// Another name.
struct NotAsked {
  void Other(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: the context 'ctx' is not the first parameter of 'Other'
  // CHECK-FIXES: void Other(Context ctx, int id) {}
};
} // namespace
