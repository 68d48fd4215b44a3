// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the end of a context wakes those who wait for a condition variable, with no wake-up lost.
//
// A waiter looks at the context under the user's mutex, and then waits. A wake-up is lost if it
// comes in between. So it has to come at a moment when the waiter is not in between:
//   * With a condition_variable_any, the wait releases a mutex of ours as well, in the instant in
//     which it begins, and the wake-up is under that mutex.
//   * With a condition_variable there is only the user's mutex. The worker must have had it once
//     after the end of the context. It must not wait for it, though: the waiter may hold it and
//     return, and the mutex may then be gone. So it tries, and tries again until it succeeds or the
//     waiter has left. That it does only while the mutex is held by somebody at the very end of the
//     context, and then rarely more than once, since even a wake-up without the mutex wakes every
//     waiter that was not in between.
#include <chrono>

#include "context/wait.h"

namespace context::internal {

std::error_code WhyDone(const Context& ctx) noexcept {
  if (!ctx.Done().Closed()) return std::error_code();
  const std::error_code err = ctx.Err();
  return err ? err : make_error_code(Errc::canceled);
}

struct Waker::State {
  std::mutex mutex;  // guards the rest, and every use of the user's objects by the worker
  std::condition_variable left;
  bool over = false;  // the user's objects may be gone
  bool woken = false;
};

Waker::Waker(const Context& ctx, std::condition_variable& cv, std::mutex& mutex)
    : state_(std::make_shared<State>()), stop_(AfterFunc(ctx, [state = state_, &cv, &mutex] {
        std::chrono::microseconds pause(50);
        std::unique_lock lock(state->mutex);
        while (!state->over && !state->woken) {
          if (mutex.try_lock()) {
            mutex.unlock();
            state->woken = true;
          }
          cv.notify_all();
          if (state->woken) return;
          state->left.wait_for(lock, pause);
          if (pause < std::chrono::milliseconds(10)) pause *= 2;
        }
      })) {}

Waker::Waker(const Context& ctx, std::condition_variable_any& cv)
    : state_(std::make_shared<State>()), stop_(AfterFunc(ctx, [state = state_, &cv] {
        std::lock_guard lock(state->mutex);
        if (state->over) return;
        state->woken = true;
        cv.notify_all();
      })) {}

Waker::~Waker() {
  stop_();
  std::lock_guard lock(state_->mutex);
  state_->over = true;
  state_->left.notify_all();
}

std::unique_lock<std::mutex> Waker::Guard() const {
  return std::unique_lock<std::mutex>(state_->mutex);
}

bool Waker::Woken() const noexcept { return state_->woken; }

}  // namespace context::internal
