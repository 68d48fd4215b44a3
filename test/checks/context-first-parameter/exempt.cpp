// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20 -expect-remaining -- -- -I%S/Inputs
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions whose parameters are not for their author to order.

#include <context/context.h>
#include <coroutine>
#include <memory>
#include <string>
#include <utility>
#include "imposed.h"

using context::Context;

// Overriders follow what they override. That is reported, if it is ours.
struct Base {
  virtual void Run(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: the context 'ctx' is not the first parameter of 'Run'
  virtual ~Base();
};
struct Derived : Base {
  void Run(int id, Context ctx) override;
  void Run(long id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: the context 'ctx' is not the first parameter of 'Run'
};
struct MoreDerived : Derived {
  virtual void Run(int id, Context ctx);
};
struct Imposed : framework::Handler {
  void Handle(int id, Context ctx) override;
};
template <class T> struct Mixin : T {
  void Run(int id, Context ctx) override;
};
template <class T> struct SilentMixin : T {
  void Run(int id, Context ctx); // Overrides, as the instantiation shows.
  void Own(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: the context 'ctx' is not the first parameter of 'Own'
};
template struct SilentMixin<Base>;

// Operators but for the call; literals.
struct Stream {};
Stream &operator<<(Stream &out, const Context &ctx);
bool operator==(int, const Context &);
struct Map {
  void operator[](Context);
  Map &operator+=(const Context &);
  void *operator new(std::size_t, const Context &);
  void operator()(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'operator()'
};

// Deduction guides.
template <class T> struct Task {
  Task(Context ctx, T value);
};
template <class T> Task(T, Context) -> Task<T>;

// C.
extern "C" void c_function(int id, const Context *ctx);
extern "C" {
void c_block(int id, const Context *ctx);
static void c_static(int id, const Context *ctx) {}
struct NotC {
  void Method(int id, const Context *ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first parameter of 'Method'
};
}

// Out-parameters: what is filled in is not handed in.
void Out(int id, Context *out);
void OutReference(int id, Context &out);
void OutShared(int id, std::shared_ptr<context::Interface> &out);
void OutPointer(int id, const context::Interface **out);
void OutArray(int count, Context out[]);
void InConst(int id, const Context *ctx, Context *out);
// CHECK-MESSAGES: :[[@LINE-1]]:37: warning: the context 'ctx' is not the first parameter of 'InConst'
void OutInFront(Context *out, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:39: warning: the context 'ctx' is not the first parameter of 'OutInFront'
void InThenOut(Context ctx, Context *out);
// What cannot be copied is handed in by reference or pointer.
void ByInterface(int id, context::Interface *ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:46: warning: the context 'ctx' is not the first parameter of 'ByInterface'
struct Pinned : Context {
  Pinned(const Pinned &) = delete;
};
void ByPinned(int id, Pinned &ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:31: warning: the context 'ctx' is not the first parameter of 'ByPinned'

// A convention puts something in front.
template <class A> void Allocate(std::allocator_arg_t, const A &allocator, Context ctx);
template <class A> void AllocateLater(std::allocator_arg_t, const A &allocator, int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:97: warning: the context 'ctx' is not the first parameter of 'AllocateLater'
void InPlace(std::in_place_t, Context ctx);
void InPlaceLater(int id, std::in_place_t, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:52: warning: the context 'ctx' is not the first parameter of 'InPlaceLater'
template <class... A> void Pack(A... args, Context ctx);
template <class... A> void PackLater(int id, A... args, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:65: warning: the context 'ctx' is not the first parameter of 'PackLater'

// A function whose type is an alias has its parameters from there, and is still
// a function of ours.
using Signature = void(int, Context);
Signature aliased;
// CHECK-MESSAGES: :[[@LINE-1]]:11: warning: the context is not the first parameter of 'aliased'

// The compiler hands a promise what the coroutine takes, the object first.
struct Job {
  struct promise_type {
    promise_type(struct Service &, Context ctx);
    Job get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
    void helper(int id, Context ctx);
    // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx' is not the first parameter of 'helper'
  };
};
struct Service {
  Job Run(Context ctx) { co_return; }
};
