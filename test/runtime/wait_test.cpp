// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waiting for a condition variable with a context.
#include "context/wait.h"

#include <atomic>
#include <deque>
#include <latch>
#include <shared_mutex>
#include <vector>

#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::Context;
using context::Errc;
using context::internal::Registered;

// Both kinds of condition variable, with the lock that belongs to each.
struct Plain {
  using Mutex = std::mutex;
  std::mutex mutex;
  std::condition_variable cv;
};
struct Any {
  using Mutex = std::recursive_mutex;
  std::recursive_mutex mutex;
  std::condition_variable_any cv;
};

template <class F>
void ForBoth(F&& f) {
  f.template operator()<Plain>();
  f.template operator()<Any>();
}

TEST(S62, WaitReturnsWhenThePredicateHolds) {
  ForBoth([]<class Kind>() {
    auto [ctx, cancel] = context::WithCancel(Background());
    context::Defer guard(cancel);
    Kind kind;
    bool ready = false;
    std::thread setter([&] {
      const std::lock_guard lock(kind.mutex);
      ready = true;
      kind.cv.notify_one();
    });
    std::unique_lock lock(kind.mutex);
    EXPECT_FALSE(context::Wait(ctx, kind.cv, lock, [&] { return ready; }));
    EXPECT_TRUE(lock.owns_lock());
    EXPECT_EQ(Registered(ctx), 0u);
    lock.unlock();
    setter.join();
  });
}

TEST(S62, WaitReturnsWhyTheContextIsDone) {
  ForBoth([]<class Kind>() {
    Kind kind;
    std::unique_lock lock(kind.mutex);
    auto [timed, cancel_timed] = context::WithTimeout(Background(), 5ms);
    EXPECT_EQ(context::Wait(timed, kind.cv, lock, [] { return false; }), Errc::deadline_exceeded);
    EXPECT_TRUE(lock.owns_lock());
    cancel_timed();
    auto [ctx, cancel] = context::WithCancel(Background());
    Event waiting;
    std::thread canceller([&, cancel = cancel] {
      EXPECT_TRUE(waiting.Await());
      cancel();
    });
    bool first = true;
    EXPECT_EQ(context::Wait(ctx, kind.cv, lock,
                            [&] {
                              if (std::exchange(first, false)) waiting.Set();
                              return false;
                            }),
              Errc::canceled);
    EXPECT_TRUE(lock.owns_lock());
    canceller.join();
    const auto user = std::make_shared<Custom>(std::make_error_code(std::errc::io_error));
    const Context own = context::MakeContext(user);
    std::thread closer([&] { user->source.Close(); });
    EXPECT_EQ(context::Wait(own, kind.cv, lock, [] { return false; }), std::errc::io_error);
    closer.join();
  });
}

TEST(S62, ThePredicateWinsWhenBothHold) {
  ForBoth([]<class Kind>() {
    Kind kind;
    std::unique_lock lock(kind.mutex);
    auto [ctx, cancel] = context::WithCancel(Background());
    bool ready = false;
    std::thread both([&, cancel = cancel] {
      const std::lock_guard other(kind.mutex);
      ready = true;
      cancel();
    });
    EXPECT_FALSE(context::Wait(ctx, kind.cv, lock, [&] { return ready; }));
    EXPECT_TRUE(ctx.Err());
    int asked = 0;
    EXPECT_FALSE(context::Wait(ctx, kind.cv, lock, [&] { return ++asked > 0; }));
    EXPECT_EQ(asked, 1) << "never asked again once it has been true";
    EXPECT_EQ(context::Wait(ctx, kind.cv, lock, [&] { return false; }), Errc::canceled);
    lock.unlock();
    both.join();
  });
}

TEST(S62, AContextThatIsNeverDoneIsAPlainWait) {
  ForBoth([]<class Kind>() {
    Kind kind;
    bool ready = false;
    std::thread setter([&] {
      const std::lock_guard lock(kind.mutex);
      ready = true;
      kind.cv.notify_one();
    });
    std::unique_lock lock(kind.mutex);
    EXPECT_FALSE(context::Wait(Background(), kind.cv, lock, [&] { return ready; }));
    lock.unlock();
    setter.join();
  });
}

// The canceller comes at any moment between the look at the predicate and the wait.
TEST(S62, NoCancellationIsMissed) {
  ForBoth([]<class Kind>() {
    for (int round = 0; round < 500; ++round) {
      Kind kind;
      auto [ctx, cancel] = context::WithCancel(Background());
      std::latch start(2);
      std::thread canceller([&, cancel = cancel] {
        start.arrive_and_wait();
        for (int i = 0; i < round % 100; ++i) std::this_thread::yield();
        cancel();
      });
      std::unique_lock lock(kind.mutex);
      start.arrive_and_wait();
      EXPECT_EQ(context::Wait(ctx, kind.cv, lock, [] { return false; }), Errc::canceled);
      lock.unlock();
      canceller.join();
    }
  });
}

// The same moment, held fast: what Wait() does, with all the time in the world between its steps.
TEST(S62, ACancellationBetweenTheLookAndTheWaitIsNotMissed) {
  {
    auto [ctx, cancel] = context::WithCancel(Background());
    Plain kind;
    std::unique_lock lock(kind.mutex);
    const context::internal::Waker waker(ctx, kind.cv, kind.mutex);
    ASSERT_FALSE(ctx.Err());
    cancel();
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(kind.cv.wait_for(lock, kLong), std::cv_status::no_timeout);
  }
  {
    auto [ctx, cancel] = context::WithCancel(Background());
    Any kind;
    std::unique_lock lock(kind.mutex);
    const context::internal::Waker waker(ctx, kind.cv);
    std::unique_lock guard = waker.Guard();
    ASSERT_FALSE(waker.Woken());
    cancel();
    std::this_thread::sleep_for(20ms);
    context::internal::LockPair<std::unique_lock<std::recursive_mutex>> both{lock, guard};
    EXPECT_EQ(kind.cv.wait_for(both, kLong), std::cv_status::no_timeout);
  }
  {
    // Or before the lock that the wake-up takes: then it is seen.
    auto [ctx, cancel] = context::WithCancel(Background());
    Any kind;
    const context::internal::Waker waker(ctx, kind.cv);
    cancel();
    const auto limit = context::Clock::now() + kLong;
    const auto woken = [&] {
      const std::unique_lock guard = waker.Guard();
      return waker.Woken();
    };
    while (!woken() && context::Clock::now() < limit) std::this_thread::yield();
    EXPECT_TRUE(woken());
  }
}

TEST(S62, ACancellerMayHoldTheMutex) {
  ForBoth([]<class Kind>() {
    for (int round = 0; round < 100; ++round) {
      Kind kind;
      auto [ctx, cancel] = context::WithCancel(Background());
      Event cancelled;
      std::thread canceller([&, cancel = cancel] {
        const std::lock_guard lock(kind.mutex);
        cancel();
        std::this_thread::sleep_for(std::chrono::microseconds(round * 10));
        cancelled.Set();
      });
      std::unique_lock lock(kind.mutex);
      EXPECT_EQ(context::Wait(ctx, kind.cv, lock, [] { return false; }), Errc::canceled);
      EXPECT_TRUE(cancelled.IsSet());
      lock.unlock();
      canceller.join();
    }
  });
}

// In which the worker is on its way to the condition variable when Wait returns.
TEST(S62, TheMutexAndTheConditionVariableMayGoAtOnce) {
  ForBoth([]<class Kind>() {
    for (int round = 0; round < 500; ++round) {
      auto kind = std::make_unique<Kind>();
      auto [ctx, cancel] = context::WithCancel(Background());
      bool ready = false;
      std::thread setter([&, kind = kind.get(), cancel = cancel] {
        const std::lock_guard lock(kind->mutex);
        ready = round % 2 == 0;
        if (ready) kind->cv.notify_all();
        cancel();
      });
      std::unique_lock lock(kind->mutex);
      const std::error_code err = context::Wait(ctx, kind->cv, lock, [&] { return ready; });
      EXPECT_EQ(!err, ready);
      lock.unlock();
      setter.join();  // it unlocks the mutex
      kind.reset();
    }
  });
}

// A predicate that takes what it finds: it must not be asked again, and nothing be lost, whatever
// the cancellation does.
TEST(S62, APredicateThatTakesLosesNothing) {
  ForBoth([]<class Kind>() {
    for (int round = 0; round < 50; ++round) {
      Kind kind;
      std::deque<int> queue;
      auto [ctx, cancel] = context::WithCancel(Background());
      std::atomic<int> taken{0};
      std::vector<std::thread> takers;
      for (int i = 0; i < 4; ++i) {
        takers.emplace_back([&, ctx = ctx] {
          std::unique_lock lock(kind.mutex);
          while (!context::Wait(ctx, kind.cv, lock, [&] {
            if (queue.empty()) return false;
            queue.pop_front();
            return true;
          })) {
            ++taken;
          }
        });
      }
      int put = 0;
      for (; put < 50; ++put) {
        const std::lock_guard lock(kind.mutex);
        queue.push_back(put);
        kind.cv.notify_one();
        if (put == 30) cancel();
      }
      for (std::thread& taker : takers) taker.join();
      EXPECT_EQ(taken + static_cast<int>(queue.size()), put);
    }
  });
}

TEST(S62, WhatThePredicateThrowsPasses) {
  ForBoth([]<class Kind>() {
    Kind kind;
    auto [ctx, cancel] = context::WithCancel(Background());
    std::unique_lock lock(kind.mutex);
    EXPECT_THROW((void)context::Wait(ctx, kind.cv, lock,
                                     []() -> bool { throw std::runtime_error("first"); }),
                 std::runtime_error);
    int asked = 0;
    std::thread notifier([&] {
      const std::lock_guard other(kind.mutex);
      ++asked;
      kind.cv.notify_all();
    });
    EXPECT_THROW((void)context::Wait(ctx, kind.cv, lock,
                                     [&] {
                                       if (asked > 0) throw std::runtime_error("later");
                                       return false;
                                     }),
                 std::runtime_error);
    EXPECT_TRUE(lock.owns_lock());
    EXPECT_EQ(Registered(ctx), 0u);
    lock.unlock();
    notifier.join();
    cancel();
  });
}

TEST(S62, ManyWaitersOfOneConditionVariable) {
  ForBoth([]<class Kind>() {
    Kind kind;
    auto [root, cancel_root] = context::WithCancel(Background());
    std::atomic<int> canceled{0};
    std::vector<std::thread> waiters;
    std::vector<context::CancelFunc> cancels;
    for (int i = 0; i < 16; ++i) {
      const context::Cancelable made = context::WithCancel(root);
      cancels.push_back(made.cancel);
      waiters.emplace_back([&, ctx = made.ctx] {
        std::unique_lock lock(kind.mutex);
        if (context::Wait(ctx, kind.cv, lock, [] { return false; })) ++canceled;
      });
    }
    for (std::size_t i = 0; i < 8; ++i) cancels[i]();
    for (std::size_t i = 0; i < 8; ++i) waiters[i].join();
    EXPECT_EQ(canceled, 8) << "the others saw wake-ups, and went on waiting";
    cancel_root();
    for (std::size_t i = 8; i < 16; ++i) waiters[i].join();
    EXPECT_EQ(canceled, 16);
  });
}

TEST(S62, AnyLockWillDo) {
  std::condition_variable_any cv;
  auto [ctx, cancel] = context::WithTimeout(Background(), 5ms);
  context::Defer guard(cancel);
  std::shared_mutex shared;
  std::shared_lock reader(shared);
  EXPECT_EQ(context::Wait(ctx, cv, reader, [] { return false; }), Errc::deadline_exceeded);
  EXPECT_TRUE(reader.owns_lock());
  std::mutex itself;
  itself.lock();
  EXPECT_EQ(context::Wait(ctx, cv, itself, [] { return false; }), Errc::deadline_exceeded);
  itself.unlock();
}

}  // namespace
}  // namespace context_test
