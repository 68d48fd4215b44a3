// RUN: %check_context_tidy %s context-stored-in-struct %t -std=c++20
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// More holders, and more ways to write the type of one.

#include <context/context.h>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

using context::Context;
namespace lib {
template <class... T> class variant {};
template <class T> class future {};
template <class T, unsigned long N> struct array { T elements[N]; };
} // namespace lib

template <template <class> class H, class T> struct Apply { H<T> held; };
template <template <class> class H> struct OfContext {
  H<Context> held;
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'held' stores a context in 'OfContext'
  H<int> number;
};
template <class T = Context> struct ByDefault { T *held; };
template <class T, class U = std::vector<T>> struct ByLaterDefault { U held; };
template <class T> using Same = T;
template <class T> using Always = Context;
template <class T> using Maybe = std::optional<T>;
template <class T> using Pointer = T *;
using Alias = ByDefault<>;

struct Holders {
  lib::variant<int, Context> variant;
  // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: 'variant' stores a context in 'Holders'
  lib::future<const Context> future;
  // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: 'future' stores a context in 'Holders'
  lib::array<lib::array<Context, 2>, 3> arrays;
  // CHECK-MESSAGES: :[[@LINE-1]]:41: warning: 'arrays' stores a context in 'Holders'
  std::pair<int, std::pair<int, std::tuple<char, Context>>> deep;
  // CHECK-MESSAGES: :[[@LINE-1]]:61: warning: 'deep' stores a context in 'Holders'
  std::unique_ptr<Context[]> heap_array;
  // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: 'heap_array' stores a context in 'Holders'
  std::unique_ptr<Context, void (*)(Context *)> with_deleter;
  // CHECK-MESSAGES: :[[@LINE-1]]:49: warning: 'with_deleter' stores a context in 'Holders'
  std::reference_wrapper<const Context> wrapper;
  // CHECK-MESSAGES: :[[@LINE-1]]:41: warning: 'wrapper' stores a context in 'Holders'
  Apply<std::optional, Context> apply;
  // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: 'apply' stores a context in 'Holders'
  ByDefault<> by_default;
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: 'by_default' stores a context in 'Holders'
  ByLaterDefault<Context> by_later_default;
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: 'by_later_default' stores a context in 'Holders'
  Alias alias;
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'alias' stores a context in 'Holders'
  Same<Context> same;
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'same' stores a context in 'Holders'
  Always<int> always;
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: 'always' stores a context in 'Holders'
  Maybe<Same<Context>> maybe;
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: 'maybe' stores a context in 'Holders'
  OfContext<std::vector> reported_inside;
  // Ways to write it.
  Context *&reference_to_pointer;
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'reference_to_pointer' stores a context in 'Holders'
  Context *const *&reference_to_pointers;
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'reference_to_pointers' stores a context in 'Holders'
  Context (*pointer_to_array)[2][3];
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'pointer_to_array' stores a context in 'Holders'
  Context (&reference_to_array)[2];
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'reference_to_array' stores a context in 'Holders'
  const volatile Context qualified;
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'qualified' stores a context in 'Holders'
  alignas(64) Context aligned;
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'aligned' stores a context in 'Holders'
  [[no_unique_address]] Context without_address;
  // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: 'without_address' stores a context in 'Holders'
  decltype(context::Background()) by_decltype;
  // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: 'by_decltype' stores a context in 'Holders'
  struct Context *elaborated;
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'elaborated' stores a context in 'Holders'
  _Atomic(const Context *) atomic;
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: 'atomic' stores a context in 'Holders'
};
// Not holding: nothing of this is a context, or refers to one.
struct NoHolders {
  Apply<std::vector, int> apply;
  std::unique_ptr<int, void (*)(Context *)> with_deleter;
  std::vector<Context Holders::*> members;
  int (Holders::*method)(Context);
  std::vector<void (*)(Context)> functions;
  std::vector<std::function<Context()>> factories;
  ByDefault<int> argument;
  struct NoContext *elaborated;
};

// In a template: what can be seen without its arguments.
template <class T> struct Aliases {
  Pointer<Context> plain;
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'plain' stores a context in 'Aliases'
  Pointer<T> argument;
  Pointer<std::pair<T, Context>> both;
  // CHECK-MESSAGES: :[[@LINE-1]]:34: warning: 'both' stores a context in 'Aliases'
};
template struct Aliases<int>;
template struct Aliases<Context>;
template <template <class...> class C> struct TemplateArgument {
  C<Context> one;
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'one' stores a context in 'TemplateArgument'
  C<int> other;
};
TemplateArgument<std::optional> *use;
template <class T> struct Identity { using type = T; };
template <class T> struct ThroughAMember {
  typename Identity<T>::type argument;
  typename Identity<Context>::type own;
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: 'own' stores a context in 'ThroughAMember'
  typename Identity<std::pair<T, Context>>::type both;
  // CHECK-MESSAGES: :[[@LINE-1]]:50: warning: 'both' stores a context in 'ThroughAMember'
};
template struct ThroughAMember<int>;
struct UsesMember {
  ThroughAMember<Context> member;
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: 'member' stores a context in 'UsesMember'
};
template <class T> struct HasType { using Held = Context; };
template <class T> struct Inherits : HasType<T> {
  typename HasType<T>::Held held;
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: 'held' stores a context in 'Inherits'
};
template struct Inherits<int>;
template <class T> struct Rebinds {
  typename T::template rebind<Context> rebound;
  // CHECK-MESSAGES: :[[@LINE-1]]:40: warning: 'rebound' stores a context in 'Rebinds'
};
struct Allocator { template <class U> using rebind = std::vector<U>; };
template struct Rebinds<Allocator>;

// Declarations that are not plain fields.
static union {
  int number;
  Context *in_union;
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'in_union' stores a context in a class without a name
};
constinit const Context *constant = nullptr;
// CHECK-MESSAGES: :[[@LINE-1]]:26: warning: global variable 'constant'
constexpr const Context *constexpr_one = nullptr;
// CHECK-MESSAGES: :[[@LINE-1]]:26: warning: global variable 'constexpr_one'
extern "C" Context *declared_in_c;
extern "C" { Context *defined_in_c; extern Context *declared_in_block; }
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: global variable 'defined_in_c'
Context *first, *second[2], (*function)(Context), &reference = *first;
// CHECK-MESSAGES: :[[@LINE-1]]:10: warning: global variable 'first'
// CHECK-MESSAGES: :[[@LINE-2]]:18: warning: global variable 'second'
// CHECK-MESSAGES: :[[@LINE-3]]:52: warning: global variable 'reference'
template <class T> extern Context declared_template;
int (*in_lambda)() = [] { static Context *kept; return 1; };
// CHECK-MESSAGES: :[[@LINE-1]]:43: warning: static local variable 'kept'
auto generic = [](auto x) { static decltype(x) deduced = x; return 1; };
// CHECK-MESSAGES: :[[@LINE-1]]:48: warning: static local variable 'deduced'
int uses_generic = generic(1) + generic(context::Background());
