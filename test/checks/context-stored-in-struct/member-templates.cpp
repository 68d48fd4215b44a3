// RUN: %check_context_tidy %s context-stored-in-struct %t -std=c++20
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Members of templates, and what is written by hand for one of their arguments.

#include <context/annotations.h>
#include <context/context.h>
#include <utility>
#include <vector>

using context::Context;

// A class that is a member of a template holds what its fields take from the
// template's arguments.
template <class T> struct List {
  struct Node {
    T value;
    Node *next;
  };
  struct Statistics { int hits; };
  template <class U> struct With {
    T value;
    U other;
  };
  enum Order { kFirst };
  Node *head;
};
struct UsesList {
  List<Context>::Node *head;
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: 'head' stores a context in 'UsesList'
  std::vector<List<Context>::Node> nodes;
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: 'nodes' stores a context in 'UsesList'
  List<Context>::With<int> with;
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: 'with' stores a context in 'UsesList'
  List<int>::With<Context> other;
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: 'other' stores a context in 'UsesList'
  List<int>::Node number;
  List<Context>::Statistics statistics;
  List<Context>::Order order;
};
List<Context>::Node *global_node;
// CHECK-MESSAGES: :[[@LINE-1]]:22: warning: global variable 'global_node'
template <class T> struct UsesListToo {
  typename List<Context>::Node *head;
  // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: 'head' stores a context in 'UsesListToo'
  typename List<T>::Node *argument;
};
template struct UsesListToo<int>;

// Defined later, also outside.
template <class T> struct Outer {
  struct Inner;
  struct Carrier;
  static T last;
  static Context own;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: static data member 'own'
};
template <class T> struct Outer<T>::Inner {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Inner'
  T value;
};
template <class T> struct CONTEXT_CARRIER Outer<T>::Carrier {
  Context ctx;
  T value;
};
template <class T> T Outer<T>::last{};
template <class T> Context Outer<T>::own = context::Background();
template struct Outer<int>;
int sizes = sizeof(Outer<int>::Inner) + sizeof(Outer<long>::Carrier);

// Written by hand for one argument: no instantiation.
template <> struct Outer<Context>::Inner {
  Context by_hand;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'by_hand' stores a context in 'Inner'
};
template <> Context Outer<Context>::last = context::Background();
// CHECK-MESSAGES: :[[@LINE-1]]:37: warning: static data member 'last'
template <> Context Outer<char>::own = context::Background(); // As in the class.
struct Members {
  template <class T> static Context own;
  // CHECK-MESSAGES: :[[@LINE-1]]:37: warning: static data member 'own'
  template <class T> static T any;
  template <class T> static inline Context *defined = nullptr;
  // CHECK-MESSAGES: :[[@LINE-1]]:45: warning: static data member 'defined'
};
template <class T> Context Members::own = context::Background();
template <class T> Context Members::own<T *> = context::Background();
template <> Context Members::own<char> = context::Background();
template <> Context Members::any<Context> = context::Background();
// CHECK-MESSAGES: :[[@LINE-1]]:30: warning: static data member 'any<context::Context>'
Context **uses_defined = nullptr == Members::defined<int> ? &Members::defined<long> : nullptr;
// CHECK-MESSAGES: :[[@LINE-1]]:11: warning: global variable 'uses_defined'

// Variable templates.
template <class T> std::vector<Context> everywhere;
// CHECK-MESSAGES: :[[@LINE-1]]:41: warning: global variable 'everywhere'
template <class T> int specialized = 1;
template <class T> Context specialized<T *> = context::Background();
// CHECK-MESSAGES: :[[@LINE-1]]:28: warning: global variable 'specialized<T *>'
template <> Context *specialized<Context> = nullptr;
// CHECK-MESSAGES: :[[@LINE-1]]:22: warning: global variable 'specialized<context::Context>'
int uses = sizeof(everywhere<int>) + sizeof(specialized<int *>);

// Carriers, each on its own.
template <class T> struct Part { T value; };
template <class T> struct CONTEXT_CARRIER Part<T *> {
  Context ctx;
  T value;
};
template <class T> struct Part<T[]> {
  Context ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'ctx' stores a context in 'Part<T[]>'
  T *value;
};
template <> struct CONTEXT_CARRIER Part<long> { Context ctx; };
template <class T> struct CONTEXT_CARRIER DeclaredCarrier;
template <class T> struct DeclaredCarrier { Context ctx; T *value; };
template struct Part<int *>;
template struct DeclaredCarrier<int>;
struct UsesPart {
  Part<Context *> carrier;
  DeclaredCarrier<Context> *declared;
  Part<Context> no_carrier;
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'no_carrier' stores a context in 'UsesPart'
};
