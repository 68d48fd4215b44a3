// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arithmetic on durations and time points that stops at the limits instead of overflowing.
#ifndef CONTEXT_INTERNAL_TIME_H
#define CONTEXT_INTERNAL_TIME_H

#include <chrono>
#include <ratio>
#include <type_traits>

namespace context::internal {

using SteadyDuration = std::chrono::steady_clock::duration;
using SteadyTime = std::chrono::steady_clock::time_point;

// Any duration in the steady clock's unit; the nearest limit where it does not fit. Not a number
// counts as zero.
template <class Rep, class Period>
constexpr SteadyDuration Saturate(std::chrono::duration<Rep, Period> duration) noexcept {
  using Ticks = SteadyDuration::rep;
  using Factor = std::ratio_divide<Period, SteadyDuration::period>;
  if constexpr (std::is_same_v<std::chrono::duration<Rep, Period>, SteadyDuration>) {
    return duration;
  } else {
    const long double ticks =
        static_cast<long double>(duration.count()) * Factor::num / Factor::den;
    // A little inside the limit, so that a long double of 53 bits cannot round across it.
    constexpr long double kLimit = 9223372036854774784.0L;
    if (ticks != ticks) return SteadyDuration::zero();
    if (ticks >= kLimit) return SteadyDuration::max();
    if (ticks <= -kLimit) return SteadyDuration::min();
    if constexpr (!std::chrono::treat_as_floating_point_v<Rep> && Factor::den == 1) {
      return SteadyDuration(static_cast<Ticks>(duration.count()) * static_cast<Ticks>(Factor::num));
    } else {
      return SteadyDuration(static_cast<Ticks>(ticks));
    }
  }
}

// `a` + `b`, or the nearest limit.
constexpr SteadyDuration Add(SteadyDuration a, SteadyDuration b) noexcept {
  if (b > SteadyDuration::zero() && a > SteadyDuration::max() - b) return SteadyDuration::max();
  if (b < SteadyDuration::zero() && a < SteadyDuration::min() - b) return SteadyDuration::min();
  return a + b;
}

constexpr SteadyTime Add(SteadyTime at, SteadyDuration duration) noexcept {
  return SteadyTime(Add(at.time_since_epoch(), duration));
}

// From `from` to `to`, or the nearest limit.
constexpr SteadyDuration Between(SteadyTime from, SteadyTime to) noexcept {
  const SteadyDuration f = from.time_since_epoch();
  const SteadyDuration t = to.time_since_epoch();
  if (f == SteadyDuration::min()) {  // its negative does not exist
    return t >= SteadyDuration::zero() ? SteadyDuration::max() : t - f;
  }
  return Add(t, -f);
}

inline SteadyTime FromNow(SteadyDuration duration) noexcept {
  return Add(std::chrono::steady_clock::now(), duration);
}

}  // namespace context::internal

#endif  // CONTEXT_INTERNAL_TIME_H
