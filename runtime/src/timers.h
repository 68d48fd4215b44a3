// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CONTEXT_SRC_TIMERS_H
#define CONTEXT_SRC_TIMERS_H

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "tree.h"

namespace context::internal {

// All deadlines of the process, and the one thread that waits for the next of them.
//
// Pairing heaps, their links in the nodes: inserting, and removing what was inserted lately, take a
// few steps however many timers are pending, removing any other one log(n) amortised; nothing is
// allocated. There is a heap for each of a few threads, so that threads that make timeouts and
// cancel them do not wait for each other; the timer thread looks into all of them.
class Timers {
 public:
  // Never destroyed: contexts may be used in any destructor of the program.
  static Timers& Get() noexcept;

  // Makes sure that the thread runs. Throws std::system_error.
  void EnsureThread() {
    if (!started_.load(std::memory_order_acquire)) StartThread();
  }

  // Ends `node` at its deadline, unless it has ended already. EnsureThread() has been called.
  void Insert(DeadlineNode* node) noexcept;

  // Does nothing if it is not there.
  void Remove(DeadlineNode* node) noexcept;

  std::size_t Pending();

  // See fork.h.
  void BeforeFork() noexcept;
  void AfterFork(bool in_child) noexcept;

 private:
  struct alignas(64) Heap {
    // Takes out a node that is in it.
    void Cut(DeadlineNode* node) noexcept;

    std::mutex mutex;
    DeadlineNode* root = nullptr;
    std::size_t size = 0;
  };

  Timers() = default;
  void StartThread();
  void Run() noexcept;
  // Takes out the earliest of those whose deadline has passed. Null, and the next deadline (max():
  // none), if there is none.
  DeadlineNode* TakeDue(Clock::time_point& next) noexcept;
  Heap& HeapOf(const DeadlineNode& node) noexcept { return heaps_[node.thread_slot % kHeaps]; }

  static constexpr unsigned kHeaps = 16;
  Heap heaps_[kHeaps];

  // When the thread wakes by itself. An earlier deadline has to wake it. It is not woken when a
  // timer is removed, so that a timeout that is made and cancelled over and over costs no wake-ups.
  // max() while it looks through the heaps: what comes in then makes it look again.
  alignas(64) std::atomic<Clock::time_point> wakes_at_{Clock::time_point::max()};
  std::atomic<bool> started_{false};
  std::mutex ending_;  // held while the thread ends nodes
  std::mutex mutex_;   // taken with none of the heaps' held
  std::condition_variable changed_;
  bool look_again_ = false;
};

}  // namespace context::internal

#endif  // CONTEXT_SRC_TIMERS_H
