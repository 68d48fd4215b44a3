// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20 -expect-remaining -- -header-filter=calls -- -I%S/Inputs
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where somebody could notice, nothing is moved: each function below breaks one
// of the conditions, and stays as it is.

#include <context/context.h>
#include <memory>
#include <string>
#include "calls.h"

using context::Context;
int Count();
static int counter;

// Seen from outside.
void External(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:31: warning: the context 'ctx'
// CHECK-FIXES: void External(int id, Context ctx) {}
inline void Inline(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:36: warning: the context 'ctx'
// CHECK-FIXES: inline void Inline(int id, Context ctx) {}
struct Visible {
  static void Static(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx'
  // CHECK-FIXES: static void Static(int id, Context ctx) {}
};

// Declared in a header, which others include.
static void InHeader(int id, Context ctx) {}
// CHECK-FIXES: static void InHeader(int id, Context ctx) {}

// Called where it cannot be rewritten.
#define ONE 1
#define CALL(f, ctx) f(1, ctx)
#define PARAMETERS int id, Context ctx
static void CalledInMacro(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:43: warning: the context 'ctx'
// CHECK-FIXES: static void CalledInMacro(int id, Context ctx) {}
static void CalledWithMacro(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:45: warning: the context 'ctx'
// CHECK-FIXES: static void CalledWithMacro(int id, Context ctx) {}
static void DeclaredInMacro(PARAMETERS) {}
// CHECK-MESSAGES: :[[@LINE-1]]:29: warning: the context 'ctx'
// CHECK-FIXES: static void DeclaredInMacro(PARAMETERS) {}
using Signature = void(int, Context);
static Signature Aliased;
// CHECK-MESSAGES: :[[@LINE-1]]:18: warning: the context is not the first parameter of 'Aliased'
// CHECK-FIXES: static Signature Aliased;
static void Aliased(int id, Context ctx) {}
// CHECK-FIXES: static void Aliased(int id, Context ctx) {}
void Macros(Context ctx) {
  CALL(CalledInMacro, ctx);
  CalledWithMacro(ONE, ctx);
  CalledWithMacro(1, ctx);
  // CHECK-FIXES: CalledWithMacro(1, ctx);
  Aliased(1, ctx);
}

// Called from templates that only their instantiations explain.
struct Takes { int id; };
static void Dependent(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:39: warning: the context 'ctx'
// CHECK-FIXES: static void Dependent(int id, Context ctx) {}
namespace {
struct Duck {
  void Quack(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: the context 'ctx'
  // CHECK-FIXES: void Quack(int id, Context ctx) {}
  Duck(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: the context 'ctx'
  // CHECK-FIXES: Duck(int id, Context ctx) {}
};
struct Mallard : Duck {
  using Duck::Duck;
};
struct Goose {
  void Quack(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: the context 'ctx'
  // CHECK-FIXES: void Quack(int id, Context ctx) {}
  virtual void Virtual(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:40: warning: the context 'ctx'
  // CHECK-FIXES: virtual void Virtual(int id, Context ctx) {}
};
} // namespace
template <class T> void Quacks(T t, context::CancelFunc, const Context *ctx) {
// CHECK-MESSAGES: :[[@LINE-1]]:73: warning: the context 'ctx'
  t.Quack(1, *ctx);
  // CHECK-FIXES: t.Quack(1, *ctx);
  Dependent(t.id, *ctx);
  // CHECK-FIXES: Dependent(t.id, *ctx);
}
template <class T> void OnlyQuacks(const Context &ctx, T t) { t.Quack(1, ctx); }
// CHECK-FIXES: t.Quack(1, ctx);
void Instantiate(const Context &ctx) {
  OnlyQuacks(ctx, Duck(1, ctx));
  OnlyQuacks(ctx, Goose());
  Mallard mallard(1, ctx);
}

// Constructed by somebody else's code.
namespace {
struct Made {
  Made(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: the context 'ctx'
  // CHECK-FIXES: Made(int id, Context ctx) {}
};
} // namespace
void Make(const Context &ctx) { calls::Construct<Made>(1, ctx); }

// The address is taken.
static void Address(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:37: warning: the context 'ctx'
// CHECK-FIXES: static void Address(int id, Context ctx) {}
bool Same(void (*f)(int, Context)) { return f == &Address; }

// A default argument is crossed.
static void Default(int id, Context ctx = context::Background()) {}
// CHECK-MESSAGES: :[[@LINE-1]]:37: warning: the context 'ctx'
// CHECK-FIXES: static void Default(int id, Context ctx = context::Background()) {}
static void DefaultBefore(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:43: warning: the context 'ctx'
// CHECK-FIXES: static void DefaultBefore(int id, Context ctx);
static void DefaultBefore(int id = 1, Context ctx = context::TODO());
// CHECK-FIXES: static void DefaultBefore(int id = 1, Context ctx = context::TODO());
void UseDefault() { DefaultBefore(); Default(1); }

// The order of evaluation could matter.
static int Next(Context &);
static void Order(int id, const Context &ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:42: warning: the context 'ctx'
// CHECK-FIXES: static void Order(int id, const Context &ctx) {}
static void TwoActs(int id, const Context &ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:44: warning: the context 'ctx'
// CHECK-FIXES: static void TwoActs(int id, const Context &ctx) {}
static void Increments(int id, const Context &ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:47: warning: the context 'ctx'
// CHECK-FIXES: static void Increments(int id, const Context &ctx) {}
void UseOrder(Context ctx, Context *all) {
  Order(Next(ctx), ctx);
  TwoActs(Count(), context::WithoutCancel(ctx));
  Increments(counter++, all[counter]);
  // CHECK-FIXES: Increments(counter++, all[counter]);
}

// Another function would be taken for it.
static void Overloaded(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:40: warning: the context 'ctx'
// CHECK-FIXES: static void Overloaded(int id, Context ctx) {}
static void Overloaded(Context ctx, int id) {}
namespace {
void HalfHidden(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx'
// CHECK-FIXES: void HalfHidden(int id, Context ctx) {}
} // namespace
void HalfHidden(Context ctx);

// Comments and attributes belong to one parameter; a comment would stay behind.
static void Comment(int id /* of the job */, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:54: warning: the context 'ctx'
// CHECK-FIXES: static void Comment(int id /* of the job */, Context ctx) {}
static void CommentInCall(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:43: warning: the context 'ctx'
// CHECK-FIXES: static void CommentInCall(int id, Context ctx) {}
static void Attribute(int id, [[maybe_unused]] Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:56: warning: the context 'ctx'
// CHECK-FIXES: static void Attribute(int id, {{\[\[}}maybe_unused]] Context ctx) {}
__attribute__((format(printf, 1, 0))) static void Positional(const char *f, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:85: warning: the context 'ctx'
// CHECK-FIXES: static void Positional(const char *f, Context ctx) {}
void UseComment(Context ctx) {
  CommentInCall(/*id=*/1, ctx);
  // CHECK-FIXES: CommentInCall(/*id=*/1, ctx);
}

// Of InHeader, in the header:
// CHECK-MESSAGES: calls.h:6:{{[0-9]+}}: warning: the context 'ctx' is not the first parameter of 'InHeader'
