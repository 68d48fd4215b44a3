// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20 -expect-remaining
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declarations that belong together: the first one is the place, the primary
// template, the function that is overridden.

#include <context/context.h>
#include <memory>

using context::Context;

// Specializations of a class follow it, constructors too.
template <class T> struct Codec {
  Codec(T value, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: the context 'ctx' is not the first parameter of 'Codec'
  template <class U> void Encode(U id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:48: warning: the context 'ctx' is not the first parameter of 'Encode'
  void operator()(T id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx' is not the first parameter of 'operator()'
};
template <> struct Codec<int> {
  Codec(int value, Context ctx);
  template <class U> void Encode(U id, Context ctx);
  void operator()(int id, Context ctx);
};
template <class T> struct Codec<T *> {
  Codec(T *value, Context ctx);
  Codec(T *value, int more, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:37: warning: the context 'ctx' is not the first parameter of 'Codec<T *>'
};
template struct Codec<char>;
template struct Codec<char *>;

// Overriders of what a template declares, instantiated or not.
template <class T> struct Task {
  virtual void Run(T id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:34: warning: the context 'ctx' is not the first parameter of 'Run'
  virtual ~Task();
};
template <class T> struct Never : Task<T> {
  void Run(T id, Context ctx);
  void Other(T id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: the context 'ctx' is not the first parameter of 'Other'
  void Run(T id, int more, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: the context 'ctx' is not the first parameter of 'Run'
};
template <class T> struct NeverEither : Never<T> {
  void Run(T id, Context ctx);
};
template <class T> struct Outer {
  struct Inner : Task<T> {
    void Run(T id, Context ctx);
  };
};
struct First { virtual void Run(int id, Context ctx); };
// CHECK-MESSAGES: :[[@LINE-1]]:49: warning: the context 'ctx' is not the first parameter of 'Run'
struct Second { virtual void Run(int id, Context ctx); };
// CHECK-MESSAGES: :[[@LINE-1]]:50: warning: the context 'ctx' is not the first parameter of 'Run'
struct OfBoth : First, Second { void Run(int id, Context ctx); };
struct OfTemplate : Task<int> { void Run(int id, Context ctx); };

// Friends.
template <class T> struct Friends {
  friend void DefinedLater(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:44: warning: the context 'ctx' is not the first parameter of 'DefinedLater'
  friend void OfEach(Friends *self, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:45: warning: the context 'ctx' is not the first parameter of 'OfEach'
  friend void DefinedHere(Friends *self, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:50: warning: the context 'ctx' is not the first parameter of 'DefinedHere'
  template <class U> friend void TemplateOf(U id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:59: warning: the context 'ctx' is not the first parameter of 'TemplateOf'
};
template struct Friends<int>;
template struct Friends<long>;
void DefinedLater(int id, Context ctx) {}
template <class U> void TemplateOf(U id, Context ctx) {}

// Nested and local classes, out-of-line definitions.
struct Nest {
  struct In {
    In(int id, Context ctx);
    // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: the context 'ctx' is not the first parameter of 'In'
    void Method(int id, Context ctx) const &;
    // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx' is not the first parameter of 'Method'
    void Method(int id, Context ctx) &&;
    // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx' is not the first parameter of 'Method'
  };
};
Nest::In::In(int id, Context ctx) {}
void Nest::In::Method(int id, Context other) const & {}
void Nest::In::Method(int id, Context) && {}

// Parameters and declarators of all kinds.
void Array(int id, const Context all[]);
// CHECK-MESSAGES: :[[@LINE-1]]:34: warning: the context 'all' is not the first parameter of 'Array'
void ArrayReference(int id, Context (&all)[2]);
void PointerToConstPointer(int id, Context *const *ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:52: warning: the context 'ctx' is not the first parameter of 'PointerToConstPointer'
void ConstReferenceToPointer(int id, const Context *const &ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:60: warning: the context 'ctx' is not the first parameter of 'ConstReferenceToPointer'
void SharedReference(int id, const std::shared_ptr<context::Interface> &ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:73: warning: the context 'ctx' is not the first parameter of 'SharedReference'
void Weak(int id, std::weak_ptr<context::Interface> ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:53: warning: the context 'ctx' is not the first parameter of 'Weak'
struct MoveOnly : Context {
  std::unique_ptr<int> part;
};
void NotCopied(int id, MoveOnly &ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:34: warning: the context 'ctx' is not the first parameter of 'NotCopied'
void Attribute(int id, [[maybe_unused]] Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:49: warning: the context 'ctx' is not the first parameter of 'Attribute'
auto Trailing(int id, Context ctx) -> int;
// CHECK-MESSAGES: :[[@LINE-1]]:31: warning: the context 'ctx' is not the first parameter of 'Trailing'
void (*ReturnsFunction(int id, Context ctx))(int);
// CHECK-MESSAGES: :[[@LINE-1]]:40: warning: the context 'ctx' is not the first parameter of 'ReturnsFunction'
void Noexcept(int id, Context ctx) noexcept;
// CHECK-MESSAGES: :[[@LINE-1]]:31: warning: the context 'ctx' is not the first parameter of 'Noexcept'
void OnlyInFunctionTypes(int id, void (*callback)(Context), Context (&make)(), void (Nest::*method)(Context));
#define DECLARE(name) void name(int id, Context ctx)
DECLARE(Declared);
// CHECK-MESSAGES: :[[@LINE-1]]:1: warning: the context 'ctx' is not the first parameter of 'Declared'
DECLARE(AlsoDeclared);
// CHECK-MESSAGES: :[[@LINE-1]]:1: warning: the context 'ctx' is not the first parameter of 'AlsoDeclared'
