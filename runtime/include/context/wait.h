// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waiting for a condition variable, until a context is done.
//
//   std::unique_lock lock(mutex);
//   if (const auto err = context::Wait(ctx, changed, lock, [&] { return !queue.empty(); })) {
//     return err;                                   // ctx is done, and the queue is empty
//   }
//   Use(queue.front());                             // under the lock, as ever
//
// For a limit in time, give it a context that has one: WithTimeout(ctx, 2s). It is what Go's
// documentation of AfterFunc shows with a sync.Cond.
#ifndef CONTEXT_WAIT_H
#define CONTEXT_WAIT_H

#include <concepts>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <system_error>

#include "context/context.h"

namespace context {
namespace internal {

// Why `ctx` is done; {} while it is alive.
std::error_code WhyDone(const Context& ctx) noexcept;

// While one lives, the end of `ctx` wakes those who wait for a condition variable. A worker of the
// runtime does so. When the destructor returns, the worker does not use the condition variable or
// the mutex any more.
class Waker {
 public:
  // `mutex` is that with which `cv` is waited for.
  Waker(const Context& ctx, std::condition_variable& cv, std::mutex& mutex);
  // The wait must release the lock of Guard() in the instant in which it begins.
  Waker(const Context& ctx, std::condition_variable_any& cv);
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;
  ~Waker();

  std::unique_lock<std::mutex> Guard() const;
  // Under that lock: whether the wake-up has been.
  bool Woken() const noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;
  StopFunc stop_;
};

// Two locks that a condition_variable_any releases and takes together.
template <class Outer>
struct LockPair {
  Outer& outer;
  std::unique_lock<std::mutex>& inner;
  void lock() {
    outer.lock();
    inner.lock();
  }
  void unlock() {
    inner.unlock();
    outer.unlock();
  }
};

}  // namespace internal

// What std::condition_variable_any asks of a lock.
template <class Lock>
concept BasicLockable = requires(Lock& lock) {
  lock.lock();
  lock.unlock();
};

// Waits for `cv` until pred() is true or `ctx` is done; like cv.wait(lock, pred), it is called with
// `lock` held, calls pred() with `lock` held and at no other time, and returns with `lock` held.
// Returns {} if pred() is true, otherwise why `ctx` is done. If both hold, pred wins: it is asked
// last, and once it has been true it is not asked again.
//
// No wake-up is lost, whichever thread cancels, also one that holds the mutex. The canceller takes
// no mutex of the caller's and does not wait: a worker of the runtime wakes every waiter of `cv`,
// so that others may see a wake-up without a reason, as they may at any time. `cv` and the mutex
// may be destroyed as soon as nobody waits any more; `ctx` may be any context, also a temporary.
//
// As with cv.wait(), calling it without the lock is undefined. Throws what pred() throws, with
// `lock` held; and before it waits std::bad_alloc, or std::system_error when the first worker
// cannot start. It starts none and allocates nothing if pred() is true, or `ctx` is done, at the
// beginning.
template <std::predicate Predicate>
[[nodiscard]] std::error_code Wait(const Context& ctx, std::condition_variable& cv,
                                   std::unique_lock<std::mutex>& lock, Predicate pred) {
  if (pred()) return std::error_code();
  if (const std::error_code err = internal::WhyDone(ctx)) return err;
  const internal::Waker waker(ctx, cv, *lock.mutex());
  for (;;) {
    // Nobody has had the mutex since pred() was asked; so the worker, which takes it, comes either
    // before this look at the context or when the wait has begun.
    if (const std::error_code err = internal::WhyDone(ctx)) return err;
    cv.wait(lock);
    if (pred()) return std::error_code();
  }
}

// The same for a condition_variable_any, with any lock that it takes: std::shared_lock,
// std::unique_lock of any mutex, a mutex itself.
template <BasicLockable Lock, std::predicate Predicate>
[[nodiscard]] std::error_code Wait(const Context& ctx, std::condition_variable_any& cv, Lock& lock,
                                   Predicate pred) {
  if (pred()) return std::error_code();
  if (const std::error_code err = internal::WhyDone(ctx)) return err;
  const internal::Waker waker(ctx, cv);
  for (;;) {
    if (std::unique_lock guard = waker.Guard(); !waker.Woken()) {
      internal::LockPair<Lock> both{lock, guard};
      cv.wait(both);
    }
    if (pred()) return std::error_code();
    if (const std::error_code err = internal::WhyDone(ctx)) return err;
  }
}

}  // namespace context

#endif  // CONTEXT_WAIT_H
