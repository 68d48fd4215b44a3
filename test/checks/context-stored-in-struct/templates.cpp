// RUN: %check_context_tidy %s context-stored-in-struct %t -std=c++20
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A template is judged in its definition; what enters through its arguments, at
// the place that writes them. Each place once, whatever is instantiated.

#include <context/context.h>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

using context::Context;

template <class T> struct Never {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Never'
  std::pair<T, Context> pair;
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'pair' stores a context in 'Never'
  std::vector<std::pair<T, Context *>> pairs;
  // CHECK-MESSAGES: :[[@LINE-1]]:40: warning: 'pairs'
  std::vector<T> plain;
};

// Many instantiations, one finding.
template <class T> struct Often {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Often'
  static Context shared;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: static data member 'shared'
  T value;
  struct Member {
    const Context *ctx;
    // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'ctx' stores a context in 'Member'
    T value;
  };
  Member member;
};
template <class T> Context Often<T>::shared = context::Background();
template struct Often<int>;
Often<long> *longs;
int UseOften() { return sizeof(Often<char>) + sizeof(Often<short>::Member); }

// A context that enters as an argument is reported outside, never in the
// template's own fields.
template <class T> struct Box {
  T value;
  std::optional<T> maybe;
  static inline T *last = nullptr;
  struct Node { T value; Node *next; };
  Node *nodes;
  template <class U> struct Rebound { T first; U second; };
};
struct UsesBox {
  Box<Context> box;
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'box' stores a context in 'UsesBox'
  Box<int> numbers;
};
Context FromBox(Box<Context> parameter) {
  Box<Context> local = parameter;
  Box<Context>::Node node{local.value, nullptr};
  Box<int>::Rebound<Context *> rebound{};
  return node.value;
}
template struct Box<const Context *>;

// The arguments of a function type count as arguments.
template <class F> struct Task;
template <class R> struct Task<R()> {
  R result;
};
template <class F> struct Result;
template <class R, class... A> struct Result<R(A...)> { using type = R; };
template <class F> struct Later { typename Result<F>::type *value; };
Context FromTask(Task<Context()> task, Later<Context(int)> later) {
  return task.result;
}

// A context that does not enter as an argument is the template's own: the
// instantiations tell, and the definition is the one place.
template <class T> struct Traits;
template <> struct Traits<int> { using Ctx = Context; };
template <> struct Traits<long> { using Ctx = Context *; };
template <> struct Traits<char> { using Ctx = char; };
template <class T> struct ByTrait {
  typename Traits<T>::Ctx ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: 'ctx' stores a context in 'ByTrait'
};
template struct ByTrait<int>;
template struct ByTrait<long>;
template <class T> struct ByHarmlessTrait {
  typename Traits<T>::Ctx ctx;
};
template struct ByHarmlessTrait<char>;

// Partial and explicit specializations are written by hand.
template <class T> struct Spec { T value; };
template <class T> struct Spec<T *> {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Spec<T *>'
};
template <> struct Spec<Context> {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Spec<context::Context>'
};
template struct Spec<int *>;
template struct Spec<char *>;

// Deduced class template arguments, and concepts.
template <class T> concept Any = true;
template <Any T> struct Deduced {
  Deduced(T);
  T value;
};
struct UsesDeduced {
  static inline Deduced deduced{context::Background()};
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: static data member 'deduced'
  static inline Deduced number{1};
};
template <class T>
  requires Any<T>
struct Constrained {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Constrained'
};
template struct Constrained<int>;

// Static variables of function templates belong to no field outside.
template <class T> T &Instance(const T &first) {
  static T instance = first;
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: static local variable 'instance'
  static int calls = 0;
  return instance;
}
template <class T> int &Count() {
  static T count;
  struct Local { Context ctx; T value; };
  return count;
}
void UseInstance(Context ctx) {
  Instance(ctx);
  Instance(1);
  Count<int>();
}

// Packs.
template <class... T> struct Pack {
  std::tuple<T...> values;
  std::tuple<T..., Context> more;
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: 'more' stores a context in 'Pack'
};
int UsePack(Pack<Context, int> *pack) { return sizeof(pack->values); }

// Contexts that are made from templates: complete, never instantiated, and in a
// template's definition.
template <class T> struct Wrapped : context::Interface {
  Context parent; // A context's own field.
};
template <class T> struct WrappedTwice : Wrapped<T> {
  Context parent;
};
struct UsesWrapped {
  Wrapped<int> *wrapped;
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'wrapped' stores a context in 'UsesWrapped'
  WrappedTwice<char> *twice;
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'twice'
};
template <class T> struct UsesWrappedDependent {
  Wrapped<T> *wrapped;
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: 'wrapped' stores a context in 'UsesWrappedDependent'
};

// What a template argument makes of the class is seen in its instantiations.
template <class Base> struct Mixin : Base {
  Context parent;
};
template struct Mixin<context::Interface>;
struct Plain {};
template <class Base> struct PlainMixin : Base {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'PlainMixin'
};
template struct PlainMixin<Plain>;
template struct PlainMixin<Plain const>;
