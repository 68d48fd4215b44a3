// RUN: %check_context_tidy %s context-first-parameter %t
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include <context/context.h>
#include <utility>

void Fetch(int id, int size, context::Context ctx);
// CHECK-NOTES: :[[@LINE-1]]:47: warning: the context 'ctx' is not the first parameter of 'Fetch'
// CHECK-NOTES: :[[@LINE-2]]:16: note: 'id' stands before it
void Emplace(std::in_place_t, int, context::Context ctx);
// CHECK-NOTES: :[[@LINE-1]]:53: warning: the context 'ctx' is not the first parameter of 'Emplace'
// CHECK-NOTES: :[[@LINE-2]]:34: note: a parameter without a name stands before it

// Silenced.
void Kept(int id, context::Context ctx); // NOLINT(context-first-parameter)
// NOLINTNEXTLINE(context-first-parameter)
void KeptToo(int id, context::Context ctx);
