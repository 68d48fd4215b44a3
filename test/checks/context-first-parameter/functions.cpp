// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20 -expect-remaining
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which functions take a context, and where it stands.

#include <context/annotations.h>
#include <context/context.h>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

using context::Context;

// By value, reference, pointer, smart pointer, alias.
void ByValue(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:30: warning: the context 'ctx' is not the first parameter of 'ByValue'; where a context has no fixed place, calls hand on the wrong one or none, and their work goes on after its caller is cancelled
void ByReference(int id, const Context &ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:41: warning: the context 'ctx' is not the first parameter of 'ByReference'
void ByRvalue(int id, Context &&ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx' is not the first parameter of 'ByRvalue'
void ByPointer(int id, const Context *ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:39: warning: the context 'ctx' is not the first
void ByShared(int id, std::shared_ptr<const context::Interface> ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:65: warning: the context 'ctx' is not the first
void ByUnique(int id, const std::unique_ptr<Context> &ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:55: warning: the context 'ctx' is not the first
void ByInterface(int id, context::Interface &ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:46: warning: the context 'ctx' is not the first
using Alias = const Context &;
void ByAlias(int id, Alias ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:28: warning: the context 'ctx' is not the first
class Traced : public context::Interface {};
void ByDerived(int id, const Traced *ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first
struct CONTEXT_TYPE Request {};
void ByAnnotation(int id, const Request &request);
// CHECK-MESSAGES: :[[@LINE-1]]:42: warning: the context 'request' is not the first
void Unnamed(int, Context);
// CHECK-MESSAGES: :[[@LINE-1]]:26: warning: the context is not the first parameter of 'Unnamed'
void Default(int id, Context ctx = context::Background());
// CHECK-MESSAGES: :[[@LINE-1]]:30: warning: the context 'ctx' is not the first
void Variadic(const char *format, Context ctx, ...);
// CHECK-MESSAGES: :[[@LINE-1]]:43: warning: the context 'ctx' is not the first

// In front, or no context at all.
void Alone(Context ctx);
void First(Context ctx, int id);
void Two(Context ctx, int id, Context other);
void TwoInFront(const Context &a, const Context *b, int id);
void None(int id, context::CancelFunc cancel);
void Callback(int id, void (*callback)(int, Context));
void Holder(int id, std::optional<Context> ctx, std::vector<Context> more, context::Cancelable made);

// One finding a function, at its first context.
void TwoBehind(int id, Context first, Context second);
// CHECK-MESSAGES: :[[@LINE-1]]:32: warning: the context 'first' is not the first parameter of 'TwoBehind'

// The first declaration is the place.
void Redeclared(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx' is not the first
void Redeclared(int id, Context another_name);
void Redeclared(int id, Context ctx) { Redeclared(id, ctx); }

// Members, static ones, constructors, friends, out-of-line definitions.
class Session {
public:
  Session(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: the context 'ctx' is not the first parameter of 'Session'
  Session(Context ctx);
  Session(const Session &);
  void Run(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: the context 'ctx' is not the first parameter of 'Run'
  static void Stop(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: the context 'ctx' is not the first parameter of 'Stop'
  void Good(Context ctx, int id);
  friend void Friend(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first parameter of 'Friend'
  friend void ByValue(int id, Context ctx);
  friend void Defined(int id, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:39: warning: the context 'ctx' is not the first parameter of 'Defined'
};
Session::Session(int id, Context ctx) {}
void Session::Run(int id, Context ctx) {}
void Session::Stop(int id, Context ctx) {}
void Friend(int id, Context ctx) {}

// Inherited constructors are reported where they are written.
class Inherits : public Session {
  using Session::Session;
};
Inherits inherits(1, context::Background());

// A local class, a function declared in a function.
void Outer() {
  struct Local {
    void Method(int id, Context ctx) {}
    // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx' is not the first parameter of 'Method'
  };
  void declared_here(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first
}

// A deleted function takes nothing: it keeps the old order from compiling.
void Moved(Context ctx, int id);
void Moved(int id, Context ctx) = delete;

// Some types may stand anywhere: their model says so.
void Token(int id, std::stop_token token);
void TokenInFront(std::stop_token token, Context ctx);
void TokenLater(int id, std::stop_token token, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:56: warning: the context 'ctx' is not the first

// An incomplete context.
class Later;
namespace context { class Interface; }
void Incomplete(Later *later, const context::Interface *ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:57: warning: the context 'ctx' is not the first
