// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waiting for the end of a context in a coroutine of any kind:
//
//   Task Watch(context::Context ctx, Connection& connection) {
//     const std::error_code why = co_await context::UntilDone(ctx);
//     connection.Close(why);                       // on a worker thread of the runtime
//   }
//
//   Task WatchOnLoop(context::Context ctx, Connection& connection, Loop& loop) {
//     co_await context::UntilDone(ctx, [&loop](context::Resumption resume) {
//       loop.Post(std::move(resume));              // the loop calls it, as resume()
//     });
//     connection.Close();                          // on the loop's thread
//   }
//
// If the context is done already, the coroutine goes on at once. Otherwise it is suspended, and
// goes on when the context is done: never inside the cancel call, nor under a lock.
//
// Who resumes it. Without a second argument, a worker thread of the runtime, as it would run the
// function of an AfterFunc: a coroutine that blocks there delays no other. With one, that worker
// calls it, once, with a Resumption, which the function hands to the thread that is to go on. An
// exception out of that function, or out of a coroutine's resumption, terminates the program.
//
// Destroying a coroutine that is suspended here takes the wait back: it is not resumed, and its
// place in the context is free when the destructor returns. What nobody can make safe is destroying
// it on one thread while another one is just resuming it. So destroy it where it is resumed (on the
// loop, with the second form: a Resumption that is still queued then does nothing), or once the
// context is known not to end meanwhile.
//
// A coroutine that is suspended at a context that never ends stays so until it is destroyed.
#ifndef CONTEXT_COROUTINE_H
#define CONTEXT_COROUTINE_H

#include <concepts>
#include <coroutine>
#include <functional>
#include <system_error>
#include <type_traits>
#include <utility>

#include "context/context.h"

namespace context {
namespace internal {

template <class Subject, class Executor>
class DoneAwaiter;

}  // namespace internal

// Resumes a coroutine that was suspended at the end of a context. A handle: copies resume the same
// coroutine. Copying and moving never throws.
class Resumption {
 public:
  Resumption(const Resumption& other) noexcept;
  // The moved-from one does nothing.
  Resumption(Resumption&& other) noexcept
      : registration_(std::exchange(other.registration_, nullptr)), coroutine_(other.coroutine_) {}
  Resumption& operator=(Resumption other) noexcept {
    std::swap(registration_, other.registration_);
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~Resumption();

  // Resumes the coroutine on this thread, and returns when it is suspended again or has finished.
  // Does nothing if it was resumed before, or was destroyed: at most one call of all copies resumes
  // it. Any thread may call it.
  void operator()() const {
    if (Take()) coroutine_.resume();
  }

 private:
  template <class Subject, class Executor>
  friend class internal::DoneAwaiter;

  Resumption() noexcept = default;
  Resumption(internal::Registration* shared, std::coroutine_handle<> coroutine) noexcept;

  // Prepares the registration with `done`, which can close. Throws what AfterFunc throws.
  void Prepare(const DoneChannel& done, std::coroutine_handle<> coroutine);
  // Runs `f` when `done` closes. From then on the coroutine may be resumed and this object be gone.
  // False if it is closed: then `f` never runs.
  bool Start(const DoneChannel& done, std::function<void()>&& f) noexcept;
  // True for the one call that may resume the coroutine; once `f` has begun to run.
  bool Take() const noexcept;
  // Keeps the coroutine from being resumed, if it was not yet.
  void Withdraw() noexcept;

  internal::Registration* registration_ = nullptr;
  std::coroutine_handle<> coroutine_;
};

namespace internal {

struct OnWorker {};  // in the place of an executor: the worker resumes it

// What UntilDone returns. Movable until it is awaited.
template <class Subject, class Executor>
class [[nodiscard]] DoneAwaiter {
 public:
  DoneAwaiter(const Subject& subject, Executor executor)
      : subject_(subject), executor_(std::move(executor)) {}
  DoneAwaiter(DoneAwaiter&&) = default;
  DoneAwaiter& operator=(DoneAwaiter&&) = delete;
  ~DoneAwaiter() { resumption_.Withdraw(); }

  bool await_ready() const noexcept { return Done().Closed(); }

  // Not inlined: compilers have put what is local here into the coroutine's frame, which may be
  // gone before this returns.
#if defined(__GNUC__)
  __attribute__((noinline))
#endif
  bool
  await_suspend(std::coroutine_handle<> coroutine) {
    if (!Done().CanClose()) return true;
    resumption_.Prepare(Done(), coroutine);
    // Not counted: it must not keep the registration that it is a part of.
    Registration* registration = resumption_.registration_;
    if constexpr (std::is_same_v<Executor, OnWorker>) {
      // Small enough for std::function not to allocate.
      return resumption_.Start(
          Done(), [registration, coroutine] { Resumption(registration, coroutine)(); });
    } else {
      return resumption_.Start(
          Done(), [registration, coroutine, executor = std::move(executor_)]() mutable {
            executor(Resumption(registration, coroutine));
          });
    }
  }

  // Why a Context is done; nothing for a DoneChannel.
  auto await_resume() const noexcept {
    if constexpr (std::is_same_v<Subject, Context>) {
      const std::error_code err = subject_.Err();
      return err ? err : make_error_code(Errc::canceled);
    }
  }

 private:
  const DoneChannel& Done() const noexcept {
    if constexpr (std::is_same_v<Subject, Context>) {
      return subject_.Done();
    } else {
      return subject_;
    }
  }

  Subject subject_;
  Executor executor_;
  Resumption resumption_;
};

}  // namespace internal

// Suspends the coroutine until `ctx` is done; co_await gives the error, as ctx.Err() does. Holds a
// copy of `ctx`. Awaiting throws what AfterFunc throws, and then the coroutine goes on with that
// exception. Allocates once, if it has to wait.
inline internal::DoneAwaiter<Context, internal::OnWorker> UntilDone(const Context& ctx) noexcept {
  return {ctx, {}};
}

// The same, but `executor(Resumption)` is called, on a worker thread, when the coroutine is to go
// on; if the context is done already, it goes on at once. `executor` is copyable, and lives until
// it has returned; the coroutine may be gone by then.
template <class Executor>
  requires std::copy_constructible<Executor> && std::invocable<Executor&, Resumption>
internal::DoneAwaiter<Context, Executor> UntilDone(const Context& ctx, Executor executor) {
  return {ctx, std::move(executor)};
}

// The same for a channel; co_await gives nothing.
inline internal::DoneAwaiter<DoneChannel, internal::OnWorker> UntilDone(
    const DoneChannel& done) noexcept {
  return {done, {}};
}
template <class Executor>
  requires std::copy_constructible<Executor> && std::invocable<Executor&, Resumption>
internal::DoneAwaiter<DoneChannel, Executor> UntilDone(const DoneChannel& done, Executor executor) {
  return {done, std::move(executor)};
}

}  // namespace context

#endif  // CONTEXT_COROUTINE_H
