// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CONTEXT_SRC_WORKERS_H
#define CONTEXT_SRC_WORKERS_H

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "tree.h"

namespace context::internal {

// The threads that run AfterFunc's functions. Whenever one of them takes a function while more are
// waiting and no thread is free, it starts another one first: so a function that blocks delays no
// other, while a burst of short ones is run by a few threads. Threads that are idle for a while
// end, but for one.
class Workers {
 public:
  // Never destroyed: contexts may be used in any destructor of the program.
  static Workers& Get() noexcept;

  // Makes sure that there is a thread. Throws std::system_error.
  void EnsureOne();

  // Runs the functions of these, chained by next_fired, whose references it takes over; drops those
  // that were stopped. Takes null. EnsureOne() was called when each was made.
  void Submit(Registration* chain) noexcept;

  // See fork.h.
  void BeforeFork() noexcept { mutex_.lock(); }
  void AfterFork(bool in_child) noexcept;

 private:
  Workers() = default;
  void Start();
  void StartIfAllBusy() noexcept;
  void Run() noexcept;

  std::mutex mutex_;
  std::condition_variable submitted_;
  Registration* first_ = nullptr;
  Registration** last_ = &first_;
  std::size_t threads_ = 0;
  std::size_t free_ = 0;  // threads that are idle or about to look for work
};

}  // namespace context::internal

#endif  // CONTEXT_SRC_WORKERS_H
