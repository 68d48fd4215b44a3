// RUN: %check_context_tidy %s context-stored-in-struct %t
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include <context/context.h>

#define CTX_TYPE context::Context
#define TWO_FIELDS                                                             \
  context::Context one;                                                        \
  context::Context two
#define NAMED(name) context::Context name##_

struct InMacros {
  CTX_TYPE ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'ctx' stores a context in 'InMacros'
  TWO_FIELDS;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'one' stores a context
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: 'two' stores a context
  NAMED(glued);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'glued_' stores a context
};

struct Silenced {
  context::Context here; // NOLINT(context-stored-in-struct)
  // NOLINTNEXTLINE
  context::Context next;
  // NOLINTBEGIN(context-*)
  context::Context block;
  // NOLINTEND(context-*)
  context::Context other; // NOLINT(bugprone-*)
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'other' stores a context
};
