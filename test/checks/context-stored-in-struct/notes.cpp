// RUN: %check_context_tidy %s context-stored-in-struct %t
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Notes lead from the declaration to the context in it.

#include <context/context.h>
#include <memory>

using Handle = std::shared_ptr<const context::Context>;
class Traced : public context::Interface {};

struct Session {
  Handle handle;
  Traced *traced;
  context::Cancelable made;
};
// CHECK-NOTES: :[[@LINE-4]]:10: warning: 'handle' stores a context in 'Session', which outlives the call that the context was made for: a later call on the object is cut short by the old deadline, or misses its own cancellation; pass the context as a parameter [context-stored-in-struct]
// CHECK-NOTES: :[[@LINE-9]]:7: note: 'Handle' is declared here as 'std::shared_ptr<const context::Context>'
// CHECK-NOTES: :[[@LINE-7]]:8: note: if 'Session' exists to carry a context through one call, mark it CONTEXT_CARRIER or name it in the option AllowedTypes
// CHECK-NOTES: :[[@LINE-6]]:11: warning: 'traced' stores a context
// CHECK-NOTES: :[[@LINE-11]]:7: note: 'Traced' is a context: it derives from 'context::Interface'
// CHECK-NOTES: :[[@LINE-10]]:8: note: if 'Session' exists
// CHECK-NOTES: :[[@LINE-8]]:23: warning: 'made' stores a context
// CHECK-NOTES: context.h:{{[0-9]+}}:{{[0-9]+}}: note: 'Cancelable' holds a context in its field 'ctx'
// CHECK-NOTES: :[[@LINE-13]]:8: note: if 'Session' exists

static Handle global;
// CHECK-NOTES: :[[@LINE-1]]:15: warning: global variable 'global' keeps a context
// CHECK-NOTES: :[[@LINE-20]]:7: note: 'Handle' is declared here as
