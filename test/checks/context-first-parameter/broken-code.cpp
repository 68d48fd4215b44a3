// RUN: %check_context_tidy %s context-first-parameter %t -allow-errors
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unfinished edits: no crash, and what can still be read is judged.

#include <context/context.h>

using context::Context;

void Good(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:27: warning: the context 'ctx' is not the first
void Unknown(Missing id, Context ctx);
void NoType(id, Context ctx);
struct Twice {
  void Run(int id, Context ctx) override;
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: the context 'ctx' is not the first
  Twice(int id, Context ctx, );
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: the context 'ctx' is not the first
  auto operator()(Context
};
struct Loop : Loop { virtual void Run(int, Context); };
// CHECK-MESSAGES: :[[@LINE-1]]:51: warning: the context is not the first
template <class T> void Half(T id, Context ctx) { return [](int id, Context ctx) { Good(; }; }
// CHECK-MESSAGES: :[[@LINE-1]]:44: warning: the context 'ctx' is not the first parameter of 'Half'
static void Called(int id, Context ctx) { Called(1); Called(ctx, 1, 2); Called(nothing, ctx); }
// (Calls that fit nothing may be anything, also a hand-over.)
void Open(int id, Context ctx) {
  auto helper = [](int id, Context ctx) {
    helper(
