// RUN: %check_context_tidy %s context-stored-in-struct %t
// RUN: %check_context_tidy %s context-stored-in-struct %t \
// RUN:   -check-suffixes=ALLOWED -- -config="{CheckOptions: [{key: context-stored-in-struct.AllowedTypes, value: '::app::Call; app::Holder ;;std::optional;app::Wild*;app::Nameless;app::Handle;app::AllOf'}]}"
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Classes that may hold a context, and their neighbours that may not.

#include <context/annotations.h>
#include <context/context.h>
#include <coroutine>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

using context::Context;

// Awaiters live as long as one suspension.
struct Awaiter {
  Context ctx;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};
struct Derived : std::suspend_always {
  Context ctx;
};
template <class T> struct TemplateAwaiter {
  const Context &ctx;
  T value;
  bool await_ready();
};
template <class T> struct DerivedTemplateAwaiter : TemplateAwaiter<T> {
  const Context &own;
};
template struct DerivedTemplateAwaiter<int>;
struct NoAwaiter {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'NoAwaiter'
  // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:11: warning: 'ctx' stores a context in 'NoAwaiter'
  Awaiter operator co_await();
};

// A context of the user's own refers to its parent.
class Traced : public context::Interface {
  Context parent;
  std::vector<Context> children;
  static Context first;
  struct Part {
    Context ctx;
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'ctx' stores a context in 'Part'
    // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:13: warning: 'ctx' stores a context in 'Part'
  };
};
class MoreTraced : Traced {
  Context parent;
};
struct CONTEXT_TYPE Request {
  Request *parent;
  Context ctx;
};
struct UsesRequest {
  Request request;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'request' stores a context in 'UsesRequest'
  // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:11: warning: 'request' stores a context in 'UsesRequest'
  Traced *traced;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'traced' stores a context in 'UsesRequest'
  // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:11: warning: 'traced' stores a context in 'UsesRequest'
};

// A result type of the user's own.
struct CONTEXT_DERIVES Made {
  Context ctx;
  CONTEXT_CANCEL context::CancelFunc stop;
};
struct UsesMade {
  Made made;
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'made' stores a context in 'UsesMade'
  // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:8: warning: 'made' stores a context in 'UsesMade'
};

// Carriers.
class CONTEXT_CARRIER Carrier {
  Context ctx;
  union {
    Context *variant;
  };
  struct {
    Context ctx;
  } state;
  struct Part {
    Context ctx;
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'ctx' stores a context in 'Part'
    // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:13: warning: 'ctx' stores a context in 'Part'
  };
};
class FromCarrier : Carrier {
  Context own;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'own' stores a context in 'FromCarrier'
  // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:11: warning: 'own' stores a context in 'FromCarrier'
};
template <class T> struct CONTEXT_CARRIER CarrierOf {
  Context ctx;
  T value;
};
struct UsesCarrier {
  Carrier carrier;
  CarrierOf<int> number;
  CarrierOf<Context> ctx;
};
Carrier *global_carrier;

// What the model allows to be stored.
struct Worker {
  std::stop_token token;
  std::vector<std::stop_token> tokens;
  std::stop_source source;
  std::jthread thread;
};
std::stop_token global_token;

namespace app {
// Named in AllowedTypes: the class whose fields they are, or the fields' type.
struct Call {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Call'
};
template <class T> struct Holder { T value; };
template <class T> struct WildHolder { T value; };
struct UsesHolder {
  Holder<Context> holder;
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'holder' stores a context in 'UsesHolder'
  std::vector<Holder<Context>> holders;
  // CHECK-MESSAGES: :[[@LINE-1]]:32: warning: 'holders' stores a context in 'UsesHolder'
  WildHolder<Context> wild;
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'wild' stores a context in 'UsesHolder'
  std::vector<std::optional<Context>> maybe;
  // CHECK-MESSAGES: :[[@LINE-1]]:39: warning: 'maybe' stores a context in 'UsesHolder'
  std::vector<Context> all;
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: 'all' stores a context in 'UsesHolder'
  // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:24: warning: 'all' stores a context in 'UsesHolder'
};
// By an alias: a class that has no other name, and what a field is written with.
typedef struct {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Nameless'
} Nameless;
using Handle = std::shared_ptr<Context>;
template <class T> using AllOf = std::vector<T>;
struct UsesAliases {
  Handle handle;
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'handle' stores a context in 'UsesAliases'
  const Handle *handles[2];
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'handles' stores a context in 'UsesAliases'
  AllOf<Context> all;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'all' stores a context in 'UsesAliases'
  std::shared_ptr<Context> without_alias;
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: 'without_alias' stores a context in 'UsesAliases'
  // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:28: warning: 'without_alias' stores a context in 'UsesAliases'
};
static Handle global_handle;
// CHECK-MESSAGES: :[[@LINE-1]]:15: warning: global variable 'global_handle'
} // namespace app
namespace other {
struct Call { // Of another namespace.
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Call'
  // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:11: warning: 'ctx' stores a context in 'Call'
};
} // namespace other
