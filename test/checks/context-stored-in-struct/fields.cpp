// RUN: %check_context_tidy %s context-stored-in-struct %t
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every way in which a field can hold a context, and what is no field.

#include <context/channel.h>
#include <context/context.h>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

using context::Context;

class Session {
  Context by_value;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'by_value' stores a context in 'Session', which outlives the call that the context was made for
  const Context &by_reference;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'by_reference' stores a context in 'Session'
  Context &&by_rvalue_reference;
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'by_rvalue_reference'
  const Context *const by_pointer = nullptr;
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: 'by_pointer'
  Context **by_pointers;
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'by_pointers'
  std::unique_ptr<Context> by_unique;
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: 'by_unique'
  std::shared_ptr<const context::Interface> by_shared;
  // CHECK-MESSAGES: :[[@LINE-1]]:45: warning: 'by_shared'
  std::weak_ptr<context::Interface> by_weak;
  // CHECK-MESSAGES: :[[@LINE-1]]:37: warning: 'by_weak'
  Context array[2];
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'array'
  Context *grid[2][3];
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'grid'
  Context (*row)[4];
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'row'
  Context first, *second;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'first'
  // CHECK-MESSAGES: :[[@LINE-2]]:19: warning: 'second'
  mutable Context mutable_one;
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'mutable_one'
  context::Cancelable made;
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'made'
  std::optional<context::CancelableCause> made_later;
  // CHECK-MESSAGES: :[[@LINE-1]]:43: warning: 'made_later'
};

// Through the arguments of class templates, at any depth.
template <class T> struct Box { T *held; };
template <class... T> struct Many {};
template <int N, class T> struct Ring {};
template <class T> using Boxes = std::vector<Box<T>>;
struct Holders {
  std::optional<Context> maybe;
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'maybe'
  std::vector<const Context *> all;
  // CHECK-MESSAGES: :[[@LINE-1]]:32: warning: 'all'
  std::map<int, std::vector<std::optional<Context>>> deep;
  // CHECK-MESSAGES: :[[@LINE-1]]:54: warning: 'deep'
  std::pair<int, Context> pair;
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: 'pair'
  std::tuple<int, long, Context &> tuple;
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: 'tuple'
  context::Channel<Context> channel;
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: 'channel'
  std::reference_wrapper<Context> wrapper;
  // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: 'wrapper'
  Box<Context> box;
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'box'
  Box<Context> *box_by_pointer;
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'box_by_pointer'
  Box<Box<Context[3]>> boxed_array;
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: 'boxed_array'
  Many<int, char, Context> many;
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: 'many'
  Ring<8, Context> ring;
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'ring'
  Boxes<Context> alias_template;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'alias_template'
  std::unique_ptr<Box<std::shared_ptr<Context>>> mixed;
  // CHECK-MESSAGES: :[[@LINE-1]]:50: warning: 'mixed'
};

// A function type takes or returns a context, it holds none.
struct Callbacks {
  std::function<void(Context)> on_start;
  std::function<Context(const Context &)> derive;
  std::vector<std::function<void(Context)>> all;
  void (*pointer)(Context);
  Context (&reference)();
  Box<Context()> boxed;
  Context (Session::*method)(Context);
  Context Session::*member;
};

// Neither a cancel function nor what closes is a context.
struct Cancels {
  context::CancelFunc cancel;
  std::optional<context::CancelCauseFunc> cause;
  std::vector<context::StopFunc> stops;
};

// The field inside is reported; whoever holds its class is not.
struct Inner {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Inner'
};
struct Outer {
  Inner inner;
  std::vector<Inner> inners;
  std::unique_ptr<Inner> pointer;
};
template <class T> struct Tagged {
  T value;
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Tagged'
};
struct UsesTagged {
  Tagged<int> one;
  Tagged<Context> two;
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'two' stores a context in 'UsesTagged'
};

// Unions, bit-fields, structs without a name.
union Either {
  int number : 3;
  Context *ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'ctx' stores a context in 'Either'
};
struct Nameless {
  union {
    int number;
    const Context *variant;
    // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'variant' stores a context in 'Nameless'
  };
  struct {
    Context ctx;
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'ctx' stores a context in 'Nameless'
  } state;
  unsigned : 4;
  unsigned flags : 4;
};
typedef struct {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Named'
} Named;
struct {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in a class without a name, which outlives
} *unnamed_class;

// Types that refer to themselves come to an end.
struct Node {
  std::unique_ptr<Node> next;
  std::vector<Node> children;
  Box<Box<Node>> *boxes;
  std::shared_ptr<Context> ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: 'ctx' stores a context in 'Node'
};
template <class T> struct Self : Box<Self<T>> {
  Self<T> *next;
  Self<Self<T> *> *worse;
};
Self<int> self;

// Incomplete types: a name is enough.
class Later;
template <class T> class LaterBox;
struct Incomplete {
  Later *later;
  LaterBox<int> *number;
  LaterBox<Context> *ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: 'ctx'
};

// What is no field: parameters, locals, captures, results, local classes.
Context Silent(Context parameter, std::vector<Context> more) {
  Context local = parameter;
  Box<Context> box;
  auto lambda = [local, copy = local, &box] { return copy; };
  struct Local {
    Context ctx;
    struct Nested { Context ctx; };
  };
  auto in_lambda = [] {
    struct AlsoLocal { Context *ctx; };
  };
  return local;
}
auto global_lambda = [ctx = static_cast<const Context *>(nullptr)] {};
struct HasLambda {
  int number;
  void Method(Context ctx) { auto f = [this, ctx] { return number; }; }
};
