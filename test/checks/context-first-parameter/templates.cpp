// RUN: %check_context_tidy %s context-first-parameter %t -std=c++20
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The primary template is judged; a parameter of dependent type is not.

#include <context/context.h>
#include <vector>

using context::Context;

template <class T> void Work(T id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:44: warning: the context 'ctx' is not the first parameter of 'Work'
template <> void Work(int id, Context ctx);
template <> void Work<long>(long id, Context ctx) {}
template <class T> void Work(T id, Context ctx) {}
template void Work(char id, Context ctx);
extern template void Work(short id, Context ctx);

template <class T> void Dependent(int id, T ctx);
template <> void Dependent(int id, Context ctx);
template <class T> void DependentReference(int id, const T &ctx, std::vector<T> more) {}
void Abbreviated(auto id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'Abbreviated'
void AbbreviatedDependent(int id, auto ctx) {}
template <class T> concept Any = true;
template <Any T> requires Any<T> void Constrained(Any auto id, const Context &ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:79: warning: the context 'ctx' is not the first parameter of 'Constrained'
template <class T> concept Takes = requires(T t, int id, Context ctx) { t(ctx, id); };

void Use(Context ctx) {
  Work(1.0, ctx);
  Work(1.0f, ctx);
  Dependent(1, ctx);
  DependentReference(1, ctx, {});
  AbbreviatedDependent(1, ctx);
}

void DeclaredFriend(int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:37: warning: the context 'ctx' is not the first parameter of 'DeclaredFriend'
template <class T> class Box {
public:
  Box(T value, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: the context 'ctx' is not the first parameter of 'Box'
  void Method(T id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: the context 'ctx' is not the first parameter of 'Method'
  template <class U> void Template(U id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:50: warning: the context 'ctx' is not the first parameter of 'Template'
  void Dependent(int id, T ctx);
  friend void Friend(Box *box, Context ctx) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:40: warning: the context 'ctx' is not the first parameter of 'Friend'
  friend void DeclaredFriend(int id, Context ctx);
  void WithLambda(Context ctx) {
    auto helper = [](int id, Context ctx) {};
    // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: the context 'ctx' is not the first parameter of the lambda
    helper(1, ctx);
    struct Local {
      void Method(int id, Context ctx) {}
      // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the context 'ctx' is not the first parameter of 'Method'
    };
    Local().Method(1, ctx);
  }
};
template <class T> void Box<T>::Method(T id, Context ctx) {}
template <class T> template <class U> void Box<T>::Template(U id, Context ctx) {}
template <> void Box<char>::Method(char id, Context ctx) {}
template class Box<int>;
void UseBox(Context ctx, Box<long> box, Box<Context> of_context) {
  box.Method(1, ctx);
  box.Template(1, ctx);
  box.WithLambda(ctx);
  of_context.Dependent(1, ctx);
  Friend(&box, ctx);
}

// A specialization follows its primary template, and is its own where it adds.
template <class T> class Codec {
  void Encode(const T &value, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:39: warning: the context 'ctx' is not the first parameter of 'Encode'
};
template <> class Codec<int> {
  void Encode(int value, Context ctx);
  void Added(int value, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'ctx' is not the first parameter of 'Added'
};
template <class T> class Codec<T *> {
  void Encode(const T *value, Context ctx);
};
