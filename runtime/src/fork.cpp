// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "fork.h"

#if __has_include(<pthread.h>)
#include <pthread.h>

#include "timers.h"
#include "tracking.h"
#include "workers.h"

namespace context::internal {
namespace {

void AfterFork(bool in_child) noexcept {
  TrackAfterFork();
  Workers::Get().AfterFork(in_child);
  Timers::Get().AfterFork(in_child);
}

}  // namespace

void RegisterForkHandlers() noexcept {
  // Without memory for it there are no handlers, and a child process no threads of ours.
  [[maybe_unused]] static const int registered = ::pthread_atfork(
      [] {
        // The timer thread, which hands functions to the workers, first.
        Timers::Get().BeforeFork();
        Workers::Get().BeforeFork();
        TrackBeforeFork();
      },
      [] { AfterFork(false); }, [] { AfterFork(true); });
}

}  // namespace context::internal

#else

namespace context::internal {

void RegisterForkHandlers() noexcept {}

}  // namespace context::internal

#endif
