// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How anything that is no context waits for a DoneChannel. Not an interface.
#ifndef CONTEXT_INTERNAL_WAITER_H
#define CONTEXT_INTERNAL_WAITER_H

#include "context/internal/node.h"

namespace context::internal {

struct Fired;  // what a cancellation has to hand to the workers once it holds no lock

// A registration at a node, embedded in what waits. Select, blocking waits and AfterFunc share it.
struct Waiter {
  // Called once, when the node ends, under its lock: it must not lock a node, block, throw, or run
  // code of the user's.
  void (*fire)(Waiter& self, Fired& fired) noexcept = nullptr;
  // Called instead when nothing can end the node any more; without a lock. Null for those that hold
  // a handle, since it cannot happen to them.
  void (*discard)(Waiter& self) noexcept = nullptr;
  // Guarded by the node's lock.
  Waiter* next = nullptr;
  Waiter* prev = nullptr;
  bool in_list = false;
};

}  // namespace context::internal

#endif  // CONTEXT_INTERNAL_WAITER_H
