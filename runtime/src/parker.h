// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CONTEXT_SRC_PARKER_H
#define CONTEXT_SRC_PARKER_H

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "context/context.h"
#include "context/internal/select.h"

namespace context::internal {

// A thread that waits for the first of several events. An event first claims the thread, then does
// its part, then wakes it; from the claim to the wake-up the thread keeps still.
class Parker {
 public:
  static constexpr int kNone = -1;

  bool Claim(int event) noexcept {
    int expected = kNone;
    return winner_.compare_exchange_strong(expected, event, std::memory_order_acq_rel);
  }
  int Winner() const noexcept { return winner_.load(std::memory_order_acquire); }

  // Only after a successful Claim(), once. The parker may be gone when it returns.
  void Wake() noexcept {
    std::lock_guard lock(mutex_);
    awake_ = true;
    awakened_.notify_one();
  }

  void Park() noexcept {
    std::unique_lock lock(mutex_);
    while (!awake_) awakened_.wait(lock);
  }

  // False if it was not awakened in time.
  bool ParkUntil(Clock::time_point time) noexcept {
    std::unique_lock lock(mutex_);
    while (!awake_) {
      const auto now = Clock::now();
      if (now >= time) return false;
      // Some systems take no time points far beyond the life of the machine.
      awakened_.wait_until(lock, std::min(time, now + std::chrono::hours(24)));
    }
    return true;
  }

 private:
  std::atomic<int> winner_{kNone};
  std::mutex mutex_;
  std::condition_variable awakened_;
  bool awake_ = false;
};

}  // namespace context::internal

#endif  // CONTEXT_SRC_PARKER_H
