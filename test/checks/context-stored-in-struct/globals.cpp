// RUN: %check_context_tidy %s context-stored-in-struct %t
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Static and thread storage duration.

#include <context/context.h>
#include <map>
#include <string>
#include <vector>

using context::Context;

Context global = context::Background();
// CHECK-MESSAGES: :[[@LINE-1]]:9: warning: global variable 'global' keeps a context for as long as the program runs: one request's deadline and cancellation reach all others; pass the context as a parameter
static std::vector<Context> holders;
// CHECK-MESSAGES: :[[@LINE-1]]:29: warning: global variable 'holders'
const Context *pointer;
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: global variable 'pointer'
thread_local Context current = context::Background();
// CHECK-MESSAGES: :[[@LINE-1]]:22: warning: thread-local variable 'current' keeps a context for as long as its thread runs: the next request on the thread meets the deadline and the cancellation of the last one
namespace app {
inline const Context &reference = global;
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: global variable 'reference'
namespace {
Context hidden = context::TODO();
// CHECK-MESSAGES: :[[@LINE-1]]:9: warning: global variable 'hidden'
}
} // namespace app
auto deduced = context::Background();
// CHECK-MESSAGES: :[[@LINE-1]]:6: warning: global variable 'deduced'
auto [bound, cancel] = context::WithCancel(global);
// CHECK-MESSAGES: :[[@LINE-1]]:6: warning: global variable '[bound, cancel]' keeps

// A declaration alone is reported where the variable is defined.
extern Context elsewhere;
extern thread_local Context elsewhere_in_thread;
extern Context declared;
extern Context declared;
Context declared = global;
// CHECK-MESSAGES: :[[@LINE-1]]:9: warning: global variable 'declared'
extern Context defined_as_extern;
Context defined_as_extern = global;
// CHECK-MESSAGES: :[[@LINE-1]]:9: warning: global variable 'defined_as_extern'

// Static data members, at their declaration in the class.
struct Server {
  static Context root;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: static data member 'root' keeps a context for as long as the program runs
  inline static std::map<int, Context> calls;
  // CHECK-MESSAGES: :[[@LINE-1]]:40: warning: static data member 'calls'
  static thread_local Context *mine;
  // CHECK-MESSAGES: :[[@LINE-1]]:32: warning: thread-local variable 'mine'
  static const Context never_defined;
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: static data member 'never_defined'
  static int number;
};
Context Server::root = context::Background();
thread_local Context *Server::mine = nullptr;
int Server::number;

// Local variables whose life does not end with the call.
const Context &Root(const Context &first) {
  static Context root = first;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: static local variable 'root' keeps a context for as long as the program runs: every later call runs on the deadline and the cancellation of the first
  thread_local Context mine = first;
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: thread-local variable 'mine'
  extern Context elsewhere;
  Context local = first;
  static int calls = 0;
  auto lambda = [](Context c) {
    static Context in_lambda = c;
    // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: static local variable 'in_lambda'
  };
  for (static Context *in_loop = nullptr;;)
    // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: static local variable 'in_loop'
    return root;
}

// Variable templates: the definition, whatever is made of it.
template <class T> Context per_type = context::Background();
// CHECK-MESSAGES: :[[@LINE-1]]:28: warning: global variable 'per_type'
template <class T> T any_type = T();
// CHECK-MESSAGES: :[[@LINE-1]]:22: warning: global variable 'any_type{{.*}}' keeps
const Context *three[] = {&per_type<int>, &per_type<long>, any_type<const Context *>};
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: global variable 'three'
int harmless = any_type<int>;
template <> Context per_type<char> = context::TODO();
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: global variable 'per_type<char>'

// A class of which an inner field is reported is not reported again.
struct State {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'State'
};
State *state;
std::vector<State> states;

// Functions, and pointers to them, hold no context.
Context (*factory)(const Context &) = context::WithoutCancel;
void Parameter(Context, Context *array[]);
