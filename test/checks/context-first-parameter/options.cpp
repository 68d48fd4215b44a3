// RUN: %check_context_tidy %s context-first-parameter %t -check-suffixes=,DEFAULT
// RUN: %check_context_tidy %s context-first-parameter %t -check-suffixes=,FIXTURE -- \
// RUN:   -config="{CheckOptions: [{key: context-first-parameter.AllowedBefore, value: 'test::Fixture; ::test::Tag;test::Alias'}]}"
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include <context/context.h>
#include <memory>
#include <utility>

using context::Context;

namespace test {
class Fixture {};
class Special : public Fixture {};
template <class T> struct Tag {};
enum class Level {};
using Alias = Level;
class Other {};
} // namespace test

void ByReference(test::Fixture &t, Context ctx);
// CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:44: warning: the context 'ctx' is not the first parameter of 'ByReference'
void ByPointer(const test::Fixture *t, Context ctx);
// CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:48: warning: the context 'ctx' is not the first parameter of 'ByPointer'
void ByShared(std::shared_ptr<test::Fixture> t, Context ctx);
// CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:57: warning: the context 'ctx' is not the first parameter of 'ByShared'
void ByDerived(test::Special &t, Context ctx);
// CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:42: warning: the context 'ctx' is not the first parameter of 'ByDerived'
void Tagged(test::Tag<int>, Context ctx);
// CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:37: warning: the context 'ctx' is not the first parameter of 'Tagged'
template <class T> void DependentTag(test::Tag<T>, Context ctx);
// CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:60: warning: the context 'ctx' is not the first parameter of 'DependentTag'
void Aliased(test::Alias level, Context ctx);
// CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:41: warning: the context 'ctx' is not the first parameter of 'Aliased'
void Both(test::Fixture &t, test::Tag<int>, Context ctx);
// CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:53: warning: the context 'ctx' is not the first parameter of 'Both'
void Later(test::Fixture &t, int id, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:46: warning: the context 'ctx' is not the first parameter of 'Later'
void Others(test::Other &o, Context ctx);
// CHECK-MESSAGES: :[[@LINE-1]]:37: warning: the context 'ctx' is not the first parameter of 'Others'

// The default's own, and what stays whatever the option says.
void InPlace(std::in_place_t, Context ctx);
// CHECK-MESSAGES-FIXTURE: :[[@LINE-1]]:39: warning: the context 'ctx' is not the first parameter of 'InPlace'
void Allocate(std::allocator_arg_t, std::allocator<int>, Context ctx);
