// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// co_await of a context's end.
#include "context/coroutine.h"

#include <atomic>
#include <deque>
#include <mutex>
#include <vector>

#include "allocation.h"
#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::Context;
using context::DoneChannel;
using context::Resumption;
using context::UntilDone;
using context::internal::Registered;

// Runs at once, and destroys itself at its end.
struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { std::terminate(); }
  };
};

// Owns its coroutine, which begins at once. Its promise passes what is awaited through a function
// of its own, and moves it, as the tasks of some libraries do.
class Owned {
 public:
  struct promise_type {
    Owned get_return_object() noexcept {
      return Owned(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { caught = std::current_exception(); }
    template <class Awaiter>
    Awaiter await_transform(Awaiter&& awaiter) {
      return std::move(awaiter);
    }
    std::exception_ptr caught;
  };
  explicit Owned(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  ~Owned() { Destroy(); }
  void Destroy() {
    if (handle_) std::exchange(handle_, nullptr).destroy();
  }
  bool Finished() const { return handle_.done(); }
  std::exception_ptr Caught() const { return handle_.promise().caught; }

 private:
  std::coroutine_handle<promise_type> handle_;
};

// A thread's queue, emptied by hand.
class Loop {
 public:
  void Post(Resumption resume) {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(resume));
  }
  // Whether there was one to run.
  bool RunOne() {
    std::unique_lock lock(mutex_);
    if (queue_.empty()) return false;
    const Resumption resume = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    resume();
    return true;
  }
  bool AwaitOne() {
    const auto limit = context::Clock::now() + kLong;
    while (Size() == 0 && context::Clock::now() < limit) std::this_thread::yield();
    return Size() > 0;
  }
  std::size_t Size() {
    std::lock_guard lock(mutex_);
    return queue_.size();
  }
  auto Executor() {
    return [this](Resumption resume) { Post(std::move(resume)); };
  }

 private:
  std::mutex mutex_;
  std::deque<Resumption> queue_;
};

// What a coroutine found when it went on.
struct Found {
  Event resumed;
  std::error_code err;
  std::thread::id on;
  void Set(std::error_code e) {
    err = e;
    on = std::this_thread::get_id();
    resumed.Set();
  }
};

Detached Await(Context ctx, Found& found) { found.Set(co_await UntilDone(ctx)); }

Detached AwaitChannel(DoneChannel done, Found& found) {
  static_assert(std::is_void_v<decltype(UntilDone(done).await_resume())>);
  co_await UntilDone(done);
  found.Set({});
}

Owned AwaitOwned(Context ctx, Found& found) { found.Set(co_await UntilDone(ctx)); }

Owned AwaitOnLoop(Context ctx, Loop& loop, Found& found) {
  found.Set(co_await UntilDone(ctx, loop.Executor()));
}

TEST(S65, ACoroutineGoesOnAtOnceIfTheContextIsDoneAlready) {
  auto [ctx, cancel] = context::WithCancel(Background());
  cancel();
  Found found;
  Await(ctx, found);
  ASSERT_TRUE(found.resumed.IsSet());
  EXPECT_EQ(found.err, context::Errc::canceled);
  EXPECT_EQ(found.on, std::this_thread::get_id());
  Loop loop;
  Found on_loop;
  const Owned owned = AwaitOnLoop(ctx, loop, on_loop);
  EXPECT_TRUE(on_loop.resumed.IsSet());
  EXPECT_EQ(loop.Size(), 0u);
}

TEST(S65, ItGoesOnWithTheErrorOnAnotherThread) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Found found;
  Await(ctx, found);
  EXPECT_FALSE(found.resumed.IsSet());
  EXPECT_EQ(Registered(ctx), 1u);
  cancel();
  ASSERT_TRUE(found.resumed.Await());
  EXPECT_EQ(found.err, context::Errc::canceled);
  EXPECT_NE(found.on, std::this_thread::get_id());

  auto [timed, cancel_timed] = context::WithTimeout(Background(), 1ms);
  Found late;
  Await(timed, late);
  ASSERT_TRUE(late.resumed.Await());
  EXPECT_EQ(late.err, context::Errc::deadline_exceeded);
  cancel_timed();
}

TEST(S65, AChannelIsAwaitedWithoutAResult) {
  const context::DoneSource source;
  Found found;
  AwaitChannel(source.Channel(), found);
  EXPECT_FALSE(found.resumed.IsSet());
  source.Close();
  EXPECT_TRUE(found.resumed.Await());
}

TEST(S65, AnEmptyErrorOfAUsersContextCountsAsCanceled) {
  const auto user = std::make_shared<Custom>(std::error_code());
  Found found;
  Await(context::MakeContext(user), found);
  user->source.Close();
  ASSERT_TRUE(found.resumed.Await());
  EXPECT_EQ(found.err, context::Errc::canceled);
}

TEST(S65, TheExecutorDecidesWhereItGoesOn) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Loop loop;
  Found found;
  const Owned owned = AwaitOnLoop(ctx, loop, found);
  cancel();
  ASSERT_TRUE(loop.AwaitOne());
  EXPECT_FALSE(found.resumed.IsSet());
  EXPECT_TRUE(loop.RunOne());
  ASSERT_TRUE(found.resumed.IsSet());
  EXPECT_EQ(found.on, std::this_thread::get_id());
  EXPECT_EQ(found.err, context::Errc::canceled);
  EXPECT_TRUE(owned.Finished());
}

Owned AwaitByThree(Context ctx, Loop& loop, std::atomic<int>& resumed) {
  co_await UntilDone(ctx, [&loop](const Resumption& resume) {
    for (int i = 0; i < 3; ++i) loop.Post(resume);
  });
  ++resumed;
  co_await std::suspend_always();
  ++resumed;
}

TEST(S65, OneCallOfAllCopiesResumes) {
  auto [ctx, cancel] = context::WithCancel(Background());
  std::atomic<int> resumed{0};
  Loop loop;
  const Owned owned = AwaitByThree(ctx, loop, resumed);
  cancel();
  while (loop.Size() < 3) std::this_thread::yield();
  while (loop.RunOne()) continue;
  EXPECT_EQ(resumed, 1);
}

Detached BlockAfter(Context ctx, Event& release, Event& last) {
  co_await UntilDone(ctx);
  release.Await();
  last.Set();
}

Detached ReleaseAfter(Context ctx, Event& release) {
  co_await UntilDone(ctx);
  release.Set();
}

TEST(S65, ACoroutineThatBlocksDelaysNoOther) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Event release;
  Event last;
  BlockAfter(ctx, release, last);
  ReleaseAfter(ctx, release);
  cancel();
  EXPECT_TRUE(last.Await());
}

Detached AwaitBoth(Context first, Context second, Event& done) {
  EXPECT_EQ(co_await UntilDone(first), context::Errc::canceled);
  EXPECT_EQ(co_await UntilDone(second), context::Errc::deadline_exceeded);
  done.Set();
}

TEST(S65, AContextAfterAnother) {
  auto [first, cancel_first] = context::WithCancel(Background());
  auto [second, cancel_second] = context::WithTimeout(Background(), 2ms);
  Event done;
  AwaitBoth(first, second, done);
  cancel_first();
  EXPECT_TRUE(done.Await());
  cancel_second();
}

#if defined(CONTEXT_TEST_OWN_NEW)
TEST(S65, WaitingIsOneAllocation) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Found warm_up;
  const Owned first = AwaitOwned(ctx, warm_up);
  Found found;
  const std::size_t before = Allocations::Made();
  const Owned owned = AwaitOwned(ctx, found);  // the coroutine itself is the other one
  EXPECT_EQ(Allocations::Made(), before + 2);
  cancel();
  EXPECT_TRUE(found.resumed.Await());
  EXPECT_TRUE(warm_up.resumed.Await());
  while (!owned.Finished() || !first.Finished()) std::this_thread::yield();
}

TEST(S65, AFailureToWaitIsAnExceptionInTheCoroutine) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Found found;
  Allocations::FailAfter(1);
  const Owned owned = AwaitOwned(ctx, found);
  Allocations::FailNever();
  ASSERT_TRUE(owned.Finished());
  EXPECT_EQ(What(owned.Caught()), "std::bad_alloc");
  EXPECT_EQ(Registered(ctx), 0u);
  cancel();
}
#endif

TEST(S66, DestroyingASuspendedCoroutineTakesTheWaitBack) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Found found;
  {
    const Owned owned = AwaitOwned(ctx, found);
    EXPECT_EQ(Registered(ctx), 1u);
  }
  EXPECT_EQ(Registered(ctx), 0u);
  cancel();
  EXPECT_FALSE(found.resumed.IsSet());

  const Owned never = AwaitOwned(Background(), found);
  EXPECT_FALSE(never.Finished());
}

TEST(S66, AQueuedResumptionOfADestroyedCoroutineDoesNothing) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Loop loop;
  Found found;
  Owned owned = AwaitOnLoop(ctx, loop, found);
  cancel();
  ASSERT_TRUE(loop.AwaitOne());
  owned.Destroy();
  EXPECT_TRUE(loop.RunOne());
  EXPECT_FALSE(found.resumed.IsSet());
}

TEST(S66, AResumptionMayOutliveEverything) {
  Loop loop;
  {
    auto [ctx, cancel] = context::WithCancel(Background());
    Found found;
    Owned owned = AwaitOnLoop(ctx, loop, found);
    cancel();
    ASSERT_TRUE(loop.AwaitOne());
  }
  EXPECT_TRUE(loop.RunOne());
}

// Suspends, is destroyed and resumed on this thread, while another one cancels and a worker hands
// over.
TEST(S66, DestroyingRacesWithTheHandOver) {
  Loop loop;
  int resumed = 0;
  for (int round = 0; round < 2000; ++round) {
    auto [ctx, cancel] = context::WithCancel(Background());
    std::atomic<bool> go{false};
    std::thread canceller([&, cancel = cancel] {
      while (!go) std::this_thread::yield();
      cancel();
    });
    Found found;
    {
      const Owned owned = AwaitOnLoop(ctx, loop, found);
      go = true;
      for (int i = 0; i < round % 50 && !loop.RunOne(); ++i) std::this_thread::yield();
    }
    if (found.resumed.IsSet()) ++resumed;
    canceller.join();
    EXPECT_EQ(Registered(ctx), 0u);
  }
  EXPECT_LE(resumed, 2000);
  while (loop.RunOne()) continue;
}

// A coroutine on the workers may go on, and end, before its suspension has returned.
TEST(S66, SuspendingRacesWithTheEnd) {
  for (int round = 0; round < 2000; ++round) {
    auto [ctx, cancel] = context::WithCancel(Background());
    std::atomic<bool> go{false};
    std::thread canceller([&, cancel = cancel] {
      while (!go) std::this_thread::yield();
      cancel();
    });
    Found found;
    go = true;
    Await(std::move(ctx), found);
    EXPECT_TRUE(found.resumed.Await());
    canceller.join();
  }
}

}  // namespace
}  // namespace context_test
