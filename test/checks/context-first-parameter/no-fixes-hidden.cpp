// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20 -expect-remaining
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a moved parameter would mean something else, or nothing at all: out of
// sight of the calls. Each function stays as it is.

#include <context/context.h>
#include <coroutine>
#include <utility>

using context::Context;
int Count();

// A call within an argument of another one: both would move the same text.
static int Nested(int id, Context ctx) { return id; }
// CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'Nested'
// CHECK-FIXES: static int Nested(int id, Context ctx) { return id; }
int CallsNested() { return Nested(Nested(1, context::Background()), context::Background()); }
static int InLambda(int id, Context ctx) { return id; }
// CHECK-MESSAGES: :[[@LINE-1]]:37: warning: the context 'ctx' is not the first parameter of 'InLambda'
// CHECK-FIXES: static int InLambda(int id, Context ctx) { return id; }
int CallsInLambda() {
  return InLambda([] { return InLambda(1, context::Background()); }(), context::Background());
}

// Another function would be found: by the context's own namespace, by a
// using-directive, in a derived class.
namespace context {
void ByArgument(const Context &, int);
}
static void ByArgument(int id, const Context &ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:47: warning: the context 'ctx' is not the first parameter of 'ByArgument'
// CHECK-FIXES: static void ByArgument(int id, const Context &ctx) {}
namespace other {
void ByDirective(Context, int);
}
using namespace other;
static void ByDirective(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:41: warning: the context 'ctx' is not the first parameter of 'ByDirective'
// CHECK-FIXES: static void ByDirective(int id, Context ctx) {}
namespace {
struct Hidden {
  int Method(int id, Context ctx) { return 1; }
  // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: the context 'ctx' is not the first parameter of 'Method'
  // CHECK-FIXES: int Method(int id, Context ctx) { return 1; }
};
struct Hides : Hidden {
  using Hidden::Method;
  int Method(Context, int) { return 2; }
};
struct Left {
  void Method(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:31: warning: the context 'ctx' is not the first parameter of 'Method'
  // CHECK-FIXES: void Method(int id, Context ctx) {}
};
struct Right {
  void Method(Context, int) {}
};
struct Both : Left, Right {
  using Left::Method;
  using Right::Method;
};
void Calls(Context ctx, Hides hides, Both both) {
  ByArgument(1, ctx), ByDirective(1, ctx), hides.Method(1, ctx), both.Method(1, ctx);
}

// Asked for without a call: by inheritance, a trait.
struct InheritedBase {
  InheritedBase(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx' is not the first parameter of 'InheritedBase'
  // CHECK-FIXES: InheritedBase(int id, Context ctx) {}
};
struct Inheriting : InheritedBase {
  using InheritedBase::InheritedBase;
};
using Unevaluated = decltype(Inheriting(1, context::Background()));
struct ByTrait {
  ByTrait(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: the context 'ctx' is not the first parameter of 'ByTrait'
  // CHECK-FIXES: ByTrait(int id, Context ctx) {}
};
static_assert(__is_constructible(ByTrait, int, Context));

// Called by a base that knows its derived class; by a generic lambda.
template <class T> struct Curious {
  void Go(const Context &ctx) { static_cast<T *>(this)->Curiously(1, ctx); }
};
struct Derived : Curious<Derived> {
  void Curiously(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:34: warning: the context 'ctx' is not the first parameter of 'Curiously'
  // CHECK-FIXES: void Curiously(int id, Context ctx) {}
};
struct Generic {
  void Generically(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: the context 'ctx' is not the first parameter of 'Generically'
  // CHECK-FIXES: void Generically(int id, Context ctx) {}
};
void CallsGeneric(Context ctx, Derived derived, Generic generic) {
  derived.Go(ctx);
  [](Context ctx, auto &x) { x.Generically(1, ctx); }(ctx, generic);
}
} // namespace

// A program's own conversions may have effects.
struct Converted {
  Converted(int);
};
struct Converts {
  operator Context() const;
};
static void Conversions(Converted id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:47: warning: the context 'ctx' is not the first parameter of 'Conversions'
// CHECK-FIXES: static void Conversions(Converted id, Context ctx) {}
static void OneConversion(Converted id, const Context &ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:56: warning: the context 'ctx' is not the first parameter of 'OneConversion'
// CHECK-FIXES: static void OneConversion(Converted id, const Context &ctx) {}
static void Volatile(int id, const Context &ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:45: warning: the context 'ctx' is not the first parameter of 'Volatile'
// CHECK-FIXES: static void Volatile(int id, const Context &ctx) {}
static void VolatileTarget(int id, const Context &ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:51: warning: the context 'ctx' is not the first parameter of 'VolatileTarget'
// CHECK-FIXES: static void VolatileTarget(int id, const Context &ctx) {}
void UseConversions(Context ctx, Converts converts, volatile int &v, volatile int *p) {
  Conversions(1, converts), OneConversion(1, ctx), Volatile(v, ctx), VolatileTarget(*p, ctx);
}

// A coroutine hands its parameters to its promise.
struct Job {
  struct promise_type {
    promise_type(int, const Context &);
    Job get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
};
static Job Coroutine(int id, Context ctx) { co_return; }
// CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first parameter of 'Coroutine'
// CHECK-FIXES: static Job Coroutine(int id, Context ctx) { co_return; }

// Attributes with numbers, on any declaration.
static void Numbered(int *id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:39: warning: the context 'ctx' is not the first parameter of 'Numbered'
// CHECK-FIXES: static void Numbered(int *id, Context ctx);
__attribute__((nonnull(1))) static void Numbered(int *id, Context ctx) {}

// Lines for the preprocessor, between parameters and within one.
static void Between(int id,
#ifdef MORE
                    int more,
#endif
                    Context ctx) {}
                    // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: the context 'ctx' is not the first parameter of 'Between'
                    // CHECK-FIXES: Context ctx) {}
static void Within(int
#ifdef MORE
                   id
#else
                   number
#endif
                   , Context ctx) {}
                   // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: the context 'ctx' is not the first parameter of 'Within'
                   // CHECK-FIXES: , Context ctx) {}

// A parameter that is made of the one that would stand behind it.
static void MadeOfType(int n, decltype((void)n, Context(context::Background())) ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:81: warning: the context 'ctx' is not the first parameter of 'MadeOfType'
// CHECK-FIXES: static void MadeOfType(int n, decltype((void)n, Context(context::Background())) ctx) {}
