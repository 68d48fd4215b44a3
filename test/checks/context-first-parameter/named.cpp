// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20 -expect-remaining
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a function, lambda or functor is named for: to be called, or to be given
// to somebody else.

#include <context/context.h>
#include <functional>
#include <vector>

using context::Context;
using Handler = std::function<void(int, Context)>;
void Register(Handler handler);
template <class F> void Each(F f) {}

// Static members named through an object; pointers to members.
struct Class {
  static void Passed(int id, Context ctx);
  static void PassedByName(int id, Context ctx);
  static void Called(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first parameter of 'Called'
  void CalledByPointer(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:40: warning: the context 'ctx' is not the first parameter of 'CalledByPointer'
  void Member(int id, Context ctx);
};
void Members(Class object, Class *pointer, Context ctx) {
// CHECK-MESSAGES: :[[@LINE-1]]:52: warning: the context 'ctx' is not the first parameter of 'Members'
  Each(object.Passed);
  auto name = pointer->PassedByName;
  Register(name);
  object.Called(1, ctx);
  auto by_pointer = &Class::CalledByPointer;
  (object.*by_pointer)(1, ctx);
  Each(&Class::Member);
}

// Calls in disguise, and names that give nothing away.
void Dereferenced(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'Dereferenced'
void AddressCalled(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:36: warning: the context 'ctx' is not the first parameter of 'AddressCalled'
void Discarded(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:32: warning: the context 'ctx' is not the first parameter of 'Discarded'
void Measured(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:31: warning: the context 'ctx' is not the first parameter of 'Measured'
void InConcept(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:32: warning: the context 'ctx' is not the first parameter of 'InConcept'
template <class T> concept Calls = requires(T t, Context c) { InConcept(1, c); };
void Disguised(Context ctx) {
  (*Dereferenced)(1, ctx);
  (&AddressCalled)(1, ctx);
  static_cast<void>(Discarded);
  (void)sizeof(&Measured);
}

// Handed on out of sight: by a default argument, a template's argument.
void ByDefault(int id, Context ctx);
void TakesDefault(Handler handler = ByDefault);
void ByTemplateDefault(int id, Context ctx);
template <class T> void TakesTemplateDefault(T t, Handler handler = ByTemplateDefault);
void AsArgument(int id, Context ctx);
void AsDefaultArgument(int id, Context ctx);
template <auto F = AsDefaultArgument> struct Takes {};
using Taken = Takes<AsArgument>;
struct Converts {
  using Function = void (*)(int, Context);
  operator Function() const { return Hidden; }
  static void Hidden(int id, Context ctx);
};

// Functors: by their base, by assignment, by '*this', as a field's value.
struct Base {
  void operator()(int id, Context ctx) const;
};
struct Derived : Base {};
struct Assigned {
  void operator()(int id, Context ctx) const;
};
struct GivesItself {
  void operator()(int id, Context ctx) const;
  void Start() { Register(*this); }
};
struct CallsItself {
  void operator()(int id, Context ctx) const;
  // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'operator()'
  void Start(Context ctx) {
    Each([this, ctx] { (*this)(1, ctx); });
  }
};
struct InField {
  void operator()(int id, Context ctx) const;
};
struct InList {
  void operator()(int id, Context ctx) const;
};
struct HasFields {
  Handler handler = InField();
};
std::vector<Handler> handlers = {InList()};
void Functors(Handler handler) {
  Each(Derived());
  handler = Assigned();
}

// Lambdas with a name.
void Lambdas(Context ctx) {
  auto captured_anew = [](int id, Context ctx) {};
  // CHECK-MESSAGES: :[[@LINE-1]]:43: warning: the context 'ctx' is not the first parameter of the lambda
  auto calls = [own = captured_anew, ctx] { own(1, ctx); };
  auto by_copy = [](int id, Context ctx) {};
  // CHECK-MESSAGES: :[[@LINE-1]]:37: warning: the context 'ctx' is not the first parameter of the lambda
  (void)[by_copy, ctx] { by_copy(1, ctx); };
  auto given_inside = [](int id, Context ctx) {};
  std::function<void()> later = [given_inside] { Register(given_inside); };
  static auto kept = [](int id, Context ctx) {};
  // CHECK-MESSAGES: :[[@LINE-1]]:41: warning: the context 'ctx' is not the first parameter of the lambda
  kept(1, ctx);
  auto generic = [](auto id, Context ctx) {};
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first parameter of the lambda
  generic.template operator()<int>(1, ctx);
  if (auto in_condition = [](int id, Context ctx) { return true; }; in_condition(1, ctx))
  // CHECK-MESSAGES: :[[@LINE-1]]:46: warning: the context 'ctx' is not the first parameter of the lambda
    return;
  auto *converted = +[](int id, Context ctx) {};
  struct Aggregate {
    Handler handler;
  };
  Aggregate aggregate{[](int id, Context ctx) {}};
  Aggregate designated{.handler = [](int id, Context ctx) {}};
}
inline constexpr auto global = [](int id, Context ctx) {};
// CHECK-MESSAGES: :[[@LINE-1]]:51: warning: the context 'ctx' is not the first parameter of the lambda
void CallsGlobal(Context ctx) { global(1, ctx); }
