// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One cancellation, seen by a thread that polls, as it would poll a stop flag, and by a coroutine
// that is resumed when Done closes.
#include <context/channel.h>
#include <context/context.h>

#include <atomic>
#include <cassert>
#include <coroutine>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace stop_flag_and_coroutine {

// A coroutine that belongs to the object that its call returns. It begins at the call, and may
// await the end of one context.
class Task {
 public:
  struct promise_type {
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    std::suspend_never initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Finish {
        bool await_ready() noexcept { return false; }
        void await_suspend(Handle coroutine) noexcept {
          // A copy: once it is closed, the owner may destroy the coroutine and the promise in it.
          const context::DoneSource end = coroutine.promise().finished;
          end.Close();
        }
        void await_resume() noexcept {}
      };
      return Finish{};
    }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }

    std::optional<context::StopFunc> stop_resuming;
    context::DoneSource finished;
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Task& operator=(Task&&) = delete;

  ~Task() {
    if (!coroutine_) return;
    // Either the resumption is taken back before it happens, and the coroutine rests for good. Or
    // it is on its way on another thread: then destroying the coroutine has to wait for its end.
    const std::optional<context::StopFunc>& stop_resuming = coroutine_.promise().stop_resuming;
    if (!stop_resuming || !(*stop_resuming)()) coroutine_.promise().finished.Channel().Wait();
    coroutine_.destroy();
  }

  // Closes when the coroutine has run to its end.
  context::DoneChannel Finished() const { return coroutine_.promise().finished.Channel(); }

 private:
  explicit Task(Handle coroutine) : coroutine_(coroutine) {}

  Handle coroutine_;
};

// co_await UntilDone(ctx): goes on when ctx is done, on a worker thread of the runtime.
class UntilDone {
 public:
  explicit UntilDone(context::Context ctx) : ctx_(std::move(ctx)) {}

  bool await_ready() const noexcept { return ctx_.Done().Closed(); }

  bool await_suspend(Task::Handle coroutine) const {
    assert(!coroutine.promise().stop_resuming && "a Task awaits once");
    // The callback may run before AfterFunc has returned here. Resuming at that moment would run
    // the coroutine on two threads, so it is the second of the two to arrive that goes on with it.
    const auto arrived = std::make_shared<std::atomic_flag>();
    coroutine.promise().stop_resuming = context::AfterFunc(ctx_, [coroutine, arrived] {
      if (arrived->test_and_set()) coroutine.resume();
    });
    return !arrived->test_and_set();  // False: do not suspend.
  }

  void await_resume() const noexcept {}

 private:
  context::Context ctx_;  // An awaiter lives as long as one co_await, so it may hold a context.
};

// Works in small steps and polls in between: one atomic load, as with a stop flag. Unlike a flag it
// also sees its parents' ends and deadlines.
void Compress(const context::Context& ctx, const context::Channel<bool>& begun,
              std::string& outcome) {
  begun.Send(true);
  unsigned checksum = 0;
  while (!ctx.Err()) checksum = checksum * 31 + 7;
  outcome = ctx.Err().message();
}

// The context by value: a reference would dangle when the coroutine goes on.
Task CloseWhenDone(context::Context ctx, std::string& outcome) {
  outcome = "waiting";
  co_await UntilDone(ctx);
  outcome = ctx.Err().message();
}

int Run() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  context::Defer guard(cancel);

  std::string thread_outcome;
  const context::Channel<bool> begun;
  std::jthread thread([&, ctx] { Compress(ctx, begun, thread_outcome); });
  begun.Receive();

  std::string coroutine_outcome;
  const Task task = CloseWhenDone(ctx, coroutine_outcome);
  std::cout << "coroutine: " << coroutine_outcome << "\n";

  // Destroyed before the context is done: it is never resumed.
  std::string dropped_outcome;
  {
    const Task dropped = CloseWhenDone(ctx, dropped_outcome);
  }

  cancel();
  thread.join();
  task.Finished().Wait();
  std::cout << "cancelled\n"
            << "thread: " << thread_outcome << "\n"
            << "coroutine: " << coroutine_outcome << "\n"
            << "dropped coroutine: " << dropped_outcome << "\n";

  // A context that is done already does not suspend anything.
  const Task late = CloseWhenDone(ctx, coroutine_outcome);
  std::cout << "late coroutine: " << coroutine_outcome << "\n";
  return 0;
}

}  // namespace stop_flag_and_coroutine

int main() { return stop_flag_and_coroutine::Run(); }
