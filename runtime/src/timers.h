// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CONTEXT_SRC_TIMERS_H
#define CONTEXT_SRC_TIMERS_H

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "tree.h"

namespace context::internal {

// All deadlines of the process, and the one thread that waits for the next of them.
//
// A pairing heap, its links in the nodes: inserting, and removing what was inserted lately, take a
// few steps however many timers are pending, removing any other one log(n) amortised; nothing is
// allocated.
class Timers {
 public:
  // Never destroyed: contexts may be used in any destructor of the program.
  static Timers& Get();

  // Makes sure that the thread runs. Throws std::system_error.
  void EnsureThread();

  // Ends `node` at its deadline, unless it has ended already. EnsureThread() has been called.
  void Insert(DeadlineNode* node) noexcept;

  // Does nothing if it is not there.
  void Remove(DeadlineNode* node) noexcept;

  std::size_t Pending();

 private:
  Timers() = default;
  void Run() noexcept;
  void Cut(DeadlineNode* node) noexcept;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  DeadlineNode* root_ = nullptr;
  std::size_t pending_ = 0;
  // When the thread wakes by itself; min() while it is awake. It is not woken when a timer is
  // removed, so that a timeout that is made and cancelled over and over costs no wake-ups.
  Clock::time_point wakes_at_ = Clock::time_point::min();
};

}  // namespace context::internal

#endif  // CONTEXT_SRC_TIMERS_H
