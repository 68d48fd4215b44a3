// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where nobody outside can see it, the context is moved to the front, in every
// declaration and every call.

#include <context/context.h>
#include <string>
#include <utility>

using context::Context;
constexpr int kAll = 7;
enum Level { kLow };
int Count();

// Declarations with other names, and without; several lines.
static void Work(int id, const char *url, const Context &ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:58: warning: the context 'ctx' is not the first parameter of 'Work'
// CHECK-FIXES: static void Work(const Context &ctx, int id, const char *url);
static void Work(int, const char *, const Context &);
// CHECK-FIXES: static void Work(const Context &, int, const char *);
static void Work(int number,
                 const char *name,
                 const Context &ctx) {
// CHECK-FIXES: static void Work(const Context &ctx,
// CHECK-FIXES-NEXT: int number,
// CHECK-FIXES-NEXT: const char *name) {
  Work(number + 1, name, ctx);
  // CHECK-FIXES: Work(ctx, number + 1, name);
}

struct Request {
  int id;
  Context ctx;
};
void Calls(const Context *pointer, Request request) {
  Work(1, "a", context::Background());
  // CHECK-FIXES: Work(context::Background(), 1, "a");
  Work(request.id, nullptr, request.ctx);
  // CHECK-FIXES: Work(request.ctx, request.id, nullptr);
  Work( -kAll , "b" , *pointer );
  // CHECK-FIXES: Work( *pointer , -kAll , "b" );
  (Work)(kLow, (const char *)0, (request.ctx));
  // CHECK-FIXES: (Work)((request.ctx), kLow, (const char *)0);
  // One argument may act if no other one can notice.
  Work(Count(), "c", context::Background());
  // CHECK-FIXES: Work(context::Background(), Count(), "c");
  decltype(Work(1, "d", *pointer)) *nothing;
  // CHECK-FIXES: decltype(Work(*pointer, 1, "d")) *nothing;
}

// A call in a template, once, whatever is made of it.
template <class T> void FromTemplate(const Context &ctx, T) {
  Work(2, "e", ctx);
  // CHECK-FIXES: Work(ctx, 2, "e");
}
template void FromTemplate(const Context &, int);
template void FromTemplate(const Context &, long);

// Members and constructors of a class that only this file can name.
namespace {
class Local {
public:
  Local(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: the context 'ctx' is not the first parameter of 'Local'
  // CHECK-FIXES: Local(Context ctx, int id) {}
  void Method(int id, Context ctx, int more = 0);
  // CHECK-MESSAGES: :[[@LINE-1]]:31: warning: the context 'ctx' is not the first parameter of 'Method'
  // CHECK-FIXES: void Method(Context ctx, int id, int more = 0);
  void operator()(int id, Context ctx) const {}
  // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'operator()'
  // CHECK-FIXES: void operator()(Context ctx, int id) const {}
};
void Local::Method(int id, Context ctx, int more) {}
// CHECK-FIXES: void Local::Method(Context ctx, int id, int more) {}
class Sub : Local {
  Sub(Context ctx) : Local(3, ctx) {}
  // CHECK-FIXES: Sub(Context ctx) : Local(ctx, 3) {}
};

// Only what goes in front of a context by convention stays in front.
void InPlace(std::in_place_t, int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:47: warning: the context 'ctx' is not the first parameter of 'InPlace'
// CHECK-FIXES: void InPlace(std::in_place_t, Context ctx, int id) {}
} // namespace

void UseLocal(Context ctx) {
  Local local(1, ctx);
  // CHECK-FIXES: Local local(ctx, 1);
  Local braces{1, ctx};
  // CHECK-FIXES: Local braces{ctx, 1};
  Local copied = {1, ctx};
  // CHECK-FIXES: Local copied = {ctx, 1};
  local.Method(1, ctx);
  // CHECK-FIXES: local.Method(ctx, 1);
  Local(2, ctx).Method(1, ctx, 2);
  // CHECK-FIXES: Local(ctx, 2).Method(ctx, 1, 2);
  local(1, ctx);
  // CHECK-FIXES: local(ctx, 1);
  local.operator()(1, ctx);
  // CHECK-FIXES: local.operator()(ctx, 1);
  InPlace(std::in_place, 1, ctx);
  // CHECK-FIXES: InPlace(std::in_place, ctx, 1);
  auto helper = [](int id, Context inner) {};
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: the context 'inner' is not the first parameter of the lambda
  // CHECK-FIXES: auto helper = [](Context inner, int id) {};
  helper(1, ctx);
  // CHECK-FIXES: helper(ctx, 1);
}
