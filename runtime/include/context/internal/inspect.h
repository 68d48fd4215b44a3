// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What cannot be seen from outside and yet is promised: for tests and demonstrations.
#ifndef CONTEXT_INTERNAL_INSPECT_H
#define CONTEXT_INTERNAL_INSPECT_H

#include <cstddef>

#include "context/context.h"

namespace context::internal {

// How many children, AfterFuncs and waiting threads are registered for the end of `ctx`. For a
// context without a Done of its own, those of the one whose Done it has. Takes time in proportion.
std::size_t Registered(const Context& ctx);

// Makes what is derived from `ctx` from now on hang from it as if several threads had been seen to
// do so at once.
void DeriveApart(const Context& ctx);

// How many deadlines the timer thread has before it.
std::size_t PendingTimers();

}  // namespace context::internal

#endif  // CONTEXT_INTERNAL_INSPECT_H
