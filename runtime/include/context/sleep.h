// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CONTEXT_SLEEP_H
#define CONTEXT_SLEEP_H

#include <chrono>
#include <system_error>

#include "context/context.h"

namespace context {

namespace internal {
std::error_code SleepUntil(const Context& ctx, SteadyTime time);
}

// Sleeps for `duration`, or until `ctx` is done. {} if it slept for all of it; why `ctx` is done
// otherwise, at once if it is done already. Durations of any length are fine, also negative ones.
// Any number of threads may sleep on one context.
template <class Rep, class Period>
std::error_code SleepFor(const Context& ctx, std::chrono::duration<Rep, Period> duration) {
  return internal::SleepUntil(ctx, internal::FromNow(internal::Saturate(duration)));
}

}  // namespace context

#endif  // CONTEXT_SLEEP_H
