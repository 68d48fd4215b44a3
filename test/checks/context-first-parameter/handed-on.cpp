// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20 -expect-remaining
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lambdas, functors and functions that somebody else calls have the parameters
// that he asks for.

#include <context/context.h>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

using context::Context;
using Handler = std::function<void(int, Context)>;
void Register(Handler handler);
template <class F> void Each(F f) {}
template <class F> void EachByReference(F &f) {}

void Lambdas(Context ctx) {
  Register([](int id, Context ctx) {});
  Each([](int id, Context ctx) {});
  Handler converted = [](int id, Context ctx) {};
  void (*pointer)(int, Context) = [](int id, Context ctx) {};
  std::thread thread([](int id, Context ctx) {}, 1, ctx);
  [](int id, Context ctx) {}(1, ctx);
  std::vector<Handler> many{[](int id, Context ctx) {}};
  auto heap = new auto([](int id, Context ctx) {});

  auto later = [](int id, Context ctx) {};
  Register(later);
  auto copied = [](int id, Context ctx) {};
  auto copy = copied;
  Each(copy);
  auto by_reference = [](int id, Context ctx) {};
  EachByReference(by_reference);
  auto in_a_capture = [](int id, Context ctx) {};
  auto outer = [in_a_capture] { Each(in_a_capture); };

  // Only called: an ordinary function with a local name.
  auto helper = [](int id, Context ctx) {};
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: the context 'ctx' is not the first parameter of the lambda
  helper(1, ctx);
  auto captured = [](int id, Context ctx) {};
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first parameter of the lambda
  Each([captured, &ctx] { captured(1, ctx); });
  Each([&] { captured(2, ctx); });
  const auto &reference = [](auto id, Context ctx) {};
  // CHECK-MESSAGES: :[[@LINE-1]]:47: warning: the context 'ctx' is not the first parameter of the lambda
  reference(1, ctx);
  reference("", ctx);
  auto copied_and_called = [](int id, Context ctx) {};
  // CHECK-MESSAGES: :[[@LINE-1]]:47: warning: the context 'ctx' is not the first parameter of the lambda
  auto other = copied_and_called;
  other(1, ctx);
  auto good = [](Context ctx, int id) {};
  good(ctx, 1);
}

auto Returned() {
  return [](int id, Context ctx) {};
}
auto ReturnedByName() {
  auto name = [](int id, Context ctx) {};
  return name;
}
struct HasField {
  Handler field = [](int id, Context ctx) {};
};

// Functions.
void Passed(int id, Context ctx);
void PassedByAddress(int id, Context ctx);
void PassedAsArgument(int id, Context ctx);
void Converted(int id, Context ctx);
void ConvertedToObject(int id, Context ctx);
void Tabled(int id, Context ctx);
void Assigned(int id, Context ctx);
void ReturnedFunction(int id, Context ctx);
void Bound(int id, Context ctx);
void ByAlias(int id, Context ctx);
template <class T> void Template(T id, Context ctx);
void Overloaded(int id, Context ctx);
void Overloaded(long id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:34: warning: the context 'ctx' is not the first parameter of 'Overloaded'
void InTemplate(int id, Context ctx);
template <auto F> void Call();
void (*table[])(int, Context) = {Tabled, &Tabled};
struct Class {
  void Member(int id, Context ctx);
  static void Static(int id, Context ctx);
};
auto Functions(Context ctx) {
  Register(Passed);
  Each(&PassedByAddress);
  Call<PassedAsArgument>();
  void (*pointer)(int, Context) = Converted;
  pointer = Assigned;
  Handler handler = ConvertedToObject;
  std::bind(Bound, 1, ctx);
  auto alias = ByAlias;
  Register(alias);
  Register(Template<int>);
  Register(Handler(static_cast<void (*)(int, Context)>(Overloaded)));
  Each(&Class::Member);
  Each(Class::Static);
  return &ReturnedFunction;
}
template <class T> void HandsOn(T each) {
  each(InTemplate);
}

// Named without being given away: reported, but nothing is moved.
static void Compared(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first parameter of 'Compared'
static void LocalAlias(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:40: warning: the context 'ctx' is not the first parameter of 'LocalAlias'
static void OnlyCalled(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:40: warning: the context 'ctx' is not the first parameter of 'OnlyCalled'
static void Typed(int id, Context ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'Typed'
bool Names(Context ctx, void (*other)(int, Context)) {
  auto alias = &LocalAlias;
  alias(1, ctx);
  OnlyCalled(1, ctx);
  (void)Typed;
  decltype(&Typed) null = nullptr;
  return other == Compared;
}

// Functors.
struct CalledFunctor {
  void operator()(int id, Context ctx) const;
  // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'operator()'
};
struct PassedFunctor {
  void operator()(int id, Context ctx) const;
};
struct ReferredFunctor {
  void operator()(int id, Context ctx) const;
};
struct ConvertedFunctor {
  void operator()(int id, Context ctx) const;
};
struct ReturnedFunctor {
  void operator()(int id, Context ctx) const;
};
template <class T> struct TemplateFunctor {
  void operator()(T id, Context ctx) const;
};
struct CopiedFunctor {
  void operator()(int id, Context ctx) const;
  // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'operator()'
};
ReturnedFunctor Functors(Context ctx) {
  CalledFunctor called;
  called(1, ctx);
  CalledFunctor()(2, ctx);
  Each(PassedFunctor());
  ReferredFunctor referred;
  EachByReference(referred);
  Handler handler = ConvertedFunctor();
  Each(TemplateFunctor<int>());
  CopiedFunctor copied, another = copied;
  another(1, ctx);
  return ReturnedFunctor();
}
