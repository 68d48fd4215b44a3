// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls stand in many places, and all of them are found.

#include <context/context.h>
#include <string>
#include <utility>

using context::Context;
int Count();

static int Call(int id, Context ctx) { return id; }
// CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx' is not the first parameter of 'Call'
// CHECK-FIXES: static int Call(Context ctx, int id) { return id; }
static int Call(int, Context);
// CHECK-FIXES: static int Call(Context, int);
void Defaults(int x = Call(1, context::Background()),
// CHECK-FIXES: void Defaults(int x = Call(context::Background(), 1),
              int y = noexcept(Call(2, context::Background())),
              // CHECK-FIXES: int y = noexcept(Call(context::Background(), 2)),
              int (*z)[sizeof(Call(3, context::Background()))] = nullptr);
              // CHECK-FIXES: int (*z)[sizeof(Call(context::Background(), 3))] = nullptr);
template <class T> void TemplateDefaults(T t, int x = Call(4, context::Background()))
// CHECK-FIXES: template <class T> void TemplateDefaults(T t, int x = Call(context::Background(), 4))
    noexcept(noexcept(Call(5, context::Background())))
    // CHECK-FIXES: noexcept(noexcept(Call(context::Background(), 5)))
  requires(sizeof(Call(6, context::Background())) > 0)
  // CHECK-FIXES: requires(sizeof(Call(context::Background(), 6)) > 0)
{}
template <int N> struct Number {};
Number<sizeof(Call(7, context::Background()))> number;
// CHECK-FIXES: Number<sizeof(Call(context::Background(), 7))> number;
template <int N = sizeof(Call(8, context::Background()))> struct DefaultNumber {};
// CHECK-FIXES: template <int N = sizeof(Call(context::Background(), 8))> struct DefaultNumber {};
template <class T> concept Sized = sizeof(Call(9, context::Background())) == sizeof(T);
// CHECK-FIXES: template <class T> concept Sized = sizeof(Call(context::Background(), 9)) == sizeof(T);
struct Class {
  friend int Call(int, Context);
  // CHECK-FIXES: friend int Call(Context, int);
  explicit(noexcept(Call(10, context::Background()))) Class(int);
  // CHECK-FIXES: explicit(noexcept(Call(context::Background(), 10))) Class(int);
  int field = Call(11, context::Background());
  // CHECK-FIXES: int field = Call(context::Background(), 11);
  explicit(noexcept(Call(56, context::Background()))) operator bool();
  // CHECK-FIXES: explicit(noexcept(Call(context::Background(), 56))) operator bool();
  static_assert(sizeof(Call(57, context::Background())) > 0);
  // CHECK-FIXES: static_assert(sizeof(Call(context::Background(), 57)) > 0);
  int bits : sizeof(Call(12, context::Background()));
  // CHECK-FIXES: int bits : sizeof(Call(context::Background(), 12));
  enum { kValue = sizeof(Call(13, context::Background())) };
  // CHECK-FIXES: enum { kValue = sizeof(Call(context::Background(), 13)) };
};
extern const Context kContext;
template <class T> concept Requires = requires {
  Call(58, kContext);
  // CHECK-FIXES: Call(kContext, 58);
  { Call(59, kContext) } -> Sized;
  // CHECK-FIXES: { Call(kContext, 59) } -> Sized;
  requires sizeof(Call(60, kContext)) > 0;
  // CHECK-FIXES: requires sizeof(Call(kContext, 60)) > 0;
  typename Number<sizeof(Call(61, kContext))>;
  // CHECK-FIXES: typename Number<sizeof(Call(kContext, 61))>;
};
template <class T> requires(sizeof(Call(62, kContext)) > 1) struct Template {
// CHECK-FIXES: template <class T> requires(sizeof(Call(kContext, 62)) > 1) struct Template {
  explicit(noexcept(Call(63, kContext))) Template(T);
  // CHECK-FIXES: explicit(noexcept(Call(kContext, 63))) Template(T);
  T field = Call(64, kContext);
  // CHECK-FIXES: T field = Call(kContext, 64);
  static inline T variable = Call(65, kContext);
  // CHECK-FIXES: static inline T variable = Call(kContext, 65);
  using Type = Number<sizeof(Call(66, kContext))>;
  // CHECK-FIXES: using Type = Number<sizeof(Call(kContext, 66))>;
};
template <class T> explicit(noexcept(Call(67, kContext))) Template(T) -> Template<T>;
// CHECK-FIXES: template <class T> explicit(noexcept(Call(kContext, 67))) Template(T) -> Template<T>;
template <class T> struct Template<T[sizeof(Call(68, kContext))]> {};
// CHECK-FIXES: template <class T> struct Template<T[sizeof(Call(kContext, 68))]> {};
template <class T> T variable_template = Call(69, kContext);
// CHECK-FIXES: template <class T> T variable_template = Call(kContext, 69);
template <class T> using AliasTemplate = T[sizeof(Call(70, kContext))];
// CHECK-FIXES: template <class T> using AliasTemplate = T[sizeof(Call(kContext, 70))];
int Statements(Context ctx) {
  sizeof(Call(14, ctx)), noexcept(Call(15, ctx));
  // CHECK-FIXES: sizeof(Call(ctx, 14)), noexcept(Call(ctx, 15));
  static_assert(sizeof(Call(16, context::Background())) == sizeof(int));
  // CHECK-FIXES: static_assert(sizeof(Call(context::Background(), 16)) == sizeof(int));
  auto l = [x = Call(17, ctx)](int y = Call(18, context::Background())) -> decltype(Call(19, context::Background())) { return 1; };
  // CHECK-FIXES: auto l = [x = Call(ctx, 17)](int y = Call(context::Background(), 18)) -> decltype(Call(context::Background(), 19)) { return 1; };
  int a[sizeof(Call(20, ctx))];
  // CHECK-FIXES: int a[sizeof(Call(ctx, 20))];
  alignas(sizeof(Call(21, ctx))) int b;
  // CHECK-FIXES: alignas(sizeof(Call(ctx, 21))) int b;
  switch (Call(22, ctx)) { case sizeof(Call(23, context::Background())): ; }
  // CHECK-FIXES: switch (Call(ctx, 22)) { case sizeof(Call(context::Background(), 23)): ; }
  if constexpr (sizeof(Call(24, ctx)) == 8) { Call(25, ctx); }
  // CHECK-FIXES: if constexpr (sizeof(Call(ctx, 24)) == 8) { Call(ctx, 25); }
  int q = Call(26, ctx) ?: 2;
  // CHECK-FIXES: int q = Call(ctx, 26) ?: 2;
  for (int i = Call(27, ctx); i < Call(28, ctx); i += Call(29, ctx)) {}
  // CHECK-FIXES: for (int i = Call(ctx, 27); i < Call(ctx, 28); i += Call(ctx, 29)) {}
  std::pair<int, int> p{Call(30, ctx), Call(31, ctx)};
  // CHECK-FIXES: std::pair<int, int> p{Call(ctx, 30), Call(ctx, 31)};
  std::pair<int, int> p2{.first = Call(32, ctx)};
  // CHECK-FIXES: std::pair<int, int> p2{.first = Call(ctx, 32)};
  [&] { Call(33, ctx); }();
  // CHECK-FIXES: [&] { Call(ctx, 33); }();
  [&](auto x) { Call(34, ctx); };
  // CHECK-FIXES: [&](auto x) { Call(ctx, 34); };
  if (int k = Call(35, ctx); Call(36, ctx)) {}
  // CHECK-FIXES: if (int k = Call(ctx, 35); Call(ctx, 36)) {}
  while (auto k = Call(37, ctx)) {}
  // CHECK-FIXES: while (auto k = Call(ctx, 37)) {}
  do {} while (Call(38, ctx));
  // CHECK-FIXES: do {} while (Call(ctx, 38));
  (void)::Call(39, ctx), (*Call)(40, ctx), (&Call)(41, ctx), (**Call)(42, ctx);
  // CHECK-FIXES: (void)::Call(ctx, 39), (*Call)(ctx, 40), (&Call)(ctx, 41), (**Call)(ctx, 42);
  goto end;
  Call(43, ctx);
  // CHECK-FIXES: Call(ctx, 43);
end:
  if (false) Call(44, ctx);
  // CHECK-FIXES: if (false) Call(ctx, 44);
  try { Call(45, ctx); } catch (int) { Call(46, ctx); }
  // CHECK-FIXES: try { Call(ctx, 45); } catch (int) { Call(ctx, 46); }
  for (int i : (int[]){Call(49, ctx), Call(50, ctx)}) {}
  // CHECK-FIXES: for (int i : (int[]){Call(ctx, 49), Call(ctx, 50)}) {}
  new int[Call(51, ctx)], ({ Call(52, ctx); });
  // CHECK-FIXES: new int[Call(ctx, 51)], ({ Call(ctx, 52); });
  [](int) noexcept(noexcept(Call(53, context::Background()))) {};
  // CHECK-FIXES: [](int) noexcept(noexcept(Call(context::Background(), 53))) {};
  []<class T>(T) requires(sizeof(Call(54, context::Background())) > 0) {};
  // CHECK-FIXES: []<class T>(T) requires(sizeof(Call(context::Background(), 54)) > 0) {};
  __typeof__(Call(55, ctx)) t;
  // CHECK-FIXES: __typeof__(Call(ctx, 55)) t;
  Defaults(), TemplateDefaults(1);
  return Call(47, ctx);
  // CHECK-FIXES: return Call(ctx, 47);
}
void Try(Context ctx) try { Call(48, ctx); } catch (...) {}
// CHECK-FIXES: void Try(Context ctx) try { Call(ctx, 48); } catch (...) {}

// As constants.
static constexpr int Constant(int id, const Context *ctx) { return id; }
// CHECK-MESSAGES: :[[@LINE-1]]:54: warning: the context 'ctx' is not the first parameter of 'Constant'
// CHECK-FIXES: static constexpr int Constant(const Context *ctx, int id) { return id; }
Number<Constant(1, nullptr)> constant;
// CHECK-FIXES: Number<Constant(nullptr, 1)> constant;
enum { kConstant = Constant(2, nullptr) };
// CHECK-FIXES: enum { kConstant = Constant(nullptr, 2) };

// Constructions.
namespace {
struct Made {
  Made(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: the context 'ctx' is not the first parameter of 'Made'
  // CHECK-FIXES: Made(Context ctx, int id) {}
};
Made Returned(Context ctx) { return {1, ctx}; }
// CHECK-FIXES: Made Returned(Context ctx) { return {ctx, 1}; }
void Takes(Made);
void Makes(Context ctx) {
  Takes({2, ctx});
  // CHECK-FIXES: Takes({ctx, 2});
  new Made(3, ctx), new Made{4, ctx};
  // CHECK-FIXES: new Made(ctx, 3), new Made{ctx, 4};
  Made array[] = { {5, ctx}, Made(6, ctx), Made{7, ctx}};
  // CHECK-FIXES: Made array[] = { {ctx, 5}, Made(ctx, 6), Made{ctx, 7}};
  throw Made(8, ctx);
  // CHECK-FIXES: throw Made(ctx, 8);
}
struct FromMade : Made {
  FromMade(Context ctx) : Made{9, ctx}, other(10, ctx) {}
  // CHECK-FIXES: FromMade(Context ctx) : Made{ctx, 9}, other(ctx, 10) {}
  Made field{11, context::Background()};
  // CHECK-FIXES: Made field{context::Background(), 11};
  Made other;
};
struct Aggregate : Made {};
Aggregate aggregate{ {12, context::Background()} };
// CHECK-FIXES: Aggregate aggregate{ {context::Background(), 12} };
// Members.
struct Members {
  void Method(int id, Context ctx) const & {}
  // CHECK-MESSAGES: :[[@LINE-1]]:31: warning: the context 'ctx' is not the first parameter of 'Method'
  // CHECK-FIXES: void Method(Context ctx, int id) const & {}
  static void Static(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first parameter of 'Static'
  // CHECK-FIXES: static void Static(Context ctx, int id) {}
  void operator()(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'operator()'
  // CHECK-FIXES: void operator()(Context ctx, int id) {}
  void Calls(Context ctx) { Method(1, ctx), this->Method(2, ctx), Static(1, ctx), (*this)(1, ctx); }
  // CHECK-FIXES: void Calls(Context ctx) { Method(ctx, 1), this->Method(ctx, 2), Static(ctx, 1), (*this)(ctx, 1); }
};
void Objects(Members object, const Members *pointer, const Context &ctx) {
// CHECK-MESSAGES: :[[@LINE-1]]:69: warning: the context 'ctx' is not the first parameter of 'Objects'
// CHECK-FIXES: void Objects(const Context &ctx, Members object, const Members *pointer) {
  object.Method(3, ctx), pointer->Method(4, ctx), (*pointer).Method(5, ctx), Members().Method(6, ctx);
  // CHECK-FIXES: object.Method(ctx, 3), pointer->Method(ctx, 4), (*pointer).Method(ctx, 5), Members().Method(ctx, 6);
  object.Static(2, ctx), Members::Static(3, ctx);
  // CHECK-FIXES: object.Static(ctx, 2), Members::Static(ctx, 3);
  object.operator()(2, ctx);
  // CHECK-FIXES: object.operator()(ctx, 2);
}
} // namespace

// Through a using-declaration; through a lambda's name.
namespace inner { static void Used(int id, Context ctx) {} }
// CHECK-MESSAGES: :[[@LINE-1]]:52: warning: the context 'ctx' is not the first parameter of 'Used'
// CHECK-FIXES: namespace inner { static void Used(Context ctx, int id) {} }
using inner::Used;
void Uses(Context ctx) { Used(1, ctx), inner::Used(2, ctx); }
// CHECK-FIXES: void Uses(Context ctx) { Used(ctx, 1), inner::Used(ctx, 2); }
static auto lambda = [](int id, Context ctx) {};
// CHECK-MESSAGES: :[[@LINE-1]]:41: warning: the context 'ctx' is not the first parameter of the lambda
// CHECK-FIXES: static auto lambda = [](Context ctx, int id) {};
void UsesLambda(Context ctx) {
  lambda(1, ctx), lambda.operator()(2, ctx), [&] { lambda(3, ctx); }();
  // CHECK-FIXES: lambda(ctx, 1), lambda.operator()(ctx, 2), [&] { lambda(ctx, 3); }();
}

// Conversions by the library, and what looks odd.
static void Text(const std::string &text, int number, const Context &ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:70: warning: the context 'ctx' is not the first parameter of 'Text'
// CHECK-FIXES: static void Text(const Context &ctx, const std::string &text, int number) {}
void Texts(const Context &ctx, const char *p, const std::string &s) {
  Text("a", 1, ctx), Text(p, 2, ctx), Text(s, sizeof(int), ctx), Text("a" "b", -1, ctx);
  // CHECK-FIXES: Text(ctx, "a", 1), Text(ctx, p, 2), Text(ctx, s, sizeof(int)), Text(ctx, "a" "b", -1);
  Text("x", int(3.5), (ctx)), Text(p, (1, 2), ctx), Text("x", *p, ctx), Text("x", 'a',ctx);
  // CHECK-FIXES: Text((ctx), "x", int(3.5)), Text(ctx, p, (1, 2)), Text(ctx, "x", *p), Text(ctx, "x",'a');
  Text ( "y" , 1 , ctx ) ;
  // CHECK-FIXES: Text ( ctx , "y" , 1 ) ;
  Text(Count() ? "z" : "", Count(), context::Background());
  // CHECK-FIXES: Text(context::Background(), Count() ? "z" : "", Count());
}
static void Declarators(int (*f)(int), const char (&array)[3], int more[2], Context) {}
// CHECK-MESSAGES: :[[@LINE-1]]:84: warning: the context is not the first parameter of 'Declarators'
// CHECK-FIXES: static void Declarators(Context, int (*f)(int), const char (&array)[3], int more[2]) {}
static int Function(int);
void UseDeclarators(Context ctx) { Declarators(Function, "ab", nullptr, ctx), Declarators(&Function, "cd", 0, ctx); }
// CHECK-FIXES: void UseDeclarators(Context ctx) { Declarators(ctx, Function, "ab", nullptr), Declarators(ctx, &Function, "cd", 0); }
static void Depends(int n, decltype(n) m, const Context &ctx) {}
// CHECK-MESSAGES: :[[@LINE-1]]:58: warning: the context 'ctx' is not the first parameter of 'Depends'
// CHECK-FIXES: static void Depends(const Context &ctx, int n, decltype(n) m) {}
void UseDepends(Context ctx) { Depends(1, 2, ctx); }
// CHECK-FIXES: void UseDepends(Context ctx) { Depends(ctx, 1, 2); }
