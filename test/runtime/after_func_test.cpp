// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// AfterFunc.
#include <atomic>
#include <latch>
#include <vector>

#include "testing.h"

namespace context_test {
namespace {

using context::AfterFunc;
using context::Background;
using context::Context;
using context::StopFunc;
using context::internal::Registered;

TEST(S29, FRunsOnceOnAnotherThreadWhenTheContextIsDone) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Event ran;
  std::atomic<int> runs{0};
  std::thread::id on;
  const StopFunc stop = AfterFunc(ctx, [&, seen = ctx] {
    EXPECT_TRUE(seen.Err());
    ++runs;
    on = std::this_thread::get_id();
    ran.Set();
  });
  EXPECT_FALSE(ran.IsSet());
  cancel();
  cancel();
  ASSERT_TRUE(ran.Await());
  EXPECT_NE(on, std::this_thread::get_id());
  EXPECT_FALSE(stop());
  EXPECT_EQ(runs, 1);
}

TEST(S29, FRunsAtOnceIfTheContextIsDoneAlready) {
  auto [ctx, cancel] = context::WithCancel(Background());
  cancel();
  Event ran;
  const StopFunc stop = AfterFunc(ctx, [&] { ran.Set(); });
  ASSERT_TRUE(ran.Await());
  EXPECT_FALSE(stop());
}

TEST(S29, EveryFOfEveryDescendantRuns) {
  auto [root, cancel] = context::WithCancel(Background());
  std::latch all(300);
  std::vector<context::Cancelable> made;
  for (int i = 0; i < 100; ++i) {
    made.push_back(context::WithCancel(i == 0 ? root : made[static_cast<std::size_t>(i) / 2].ctx));
    for (int j = 0; j < 3; ++j) AfterFunc(made.back().ctx, [&] { all.count_down(); });
  }
  cancel();
  all.wait();
}

TEST(S29, ADeadlineRunsFToo) {
  auto [ctx, cancel] = context::WithTimeout(Background(), 1ms);
  Event ran;
  AfterFunc(ctx, [&, seen = ctx] {
    EXPECT_EQ(seen.Err(), context::Errc::deadline_exceeded);
    ran.Set();
  });
  EXPECT_TRUE(ran.Await());
  cancel();
}

TEST(S29, FIsDestroyedAfterItsRun) {
  auto [ctx, cancel] = context::WithCancel(Background());
  auto token = std::make_shared<Event>();
  const std::weak_ptr<Event> watch = token;
  Event gone;
  struct AtEnd {
    explicit AtEnd(Event& e) : event(&e) {}
    AtEnd(const AtEnd&) = delete;
    ~AtEnd() { event->Set(); }
    Event* event;
  };
  auto at_end = std::make_shared<AtEnd>(gone);
  const StopFunc stop = AfterFunc(ctx, [token = std::move(token), at_end = std::move(at_end)] {});
  cancel();
  EXPECT_TRUE(gone.Await()) << "even though a StopFunc is left";
}

TEST(S30, AnFThatBlocksDelaysNoOther) {
  constexpr int kCount = 40;
  auto [ctx, cancel] = context::WithCancel(Background());
  // All of them have to run at the same time for any to return.
  std::latch all(kCount);
  std::latch returned(kCount);
  for (int i = 0; i < kCount; ++i) {
    AfterFunc(ctx, [&] {
      all.arrive_and_wait();
      returned.count_down();
    });
  }
  cancel();
  returned.wait();
}

TEST(S30, AnFMayCancelDeriveAndRegister) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Event ran;
  AfterFunc(ctx, [&, ctx = ctx, cancel = cancel] {
    cancel();
    auto [child, cancel_child] = context::WithTimeout(ctx, 1h);
    EXPECT_TRUE(child.Err());
    cancel_child();
    AfterFunc(child, [&] { ran.Set(); });
  });
  cancel();
  EXPECT_TRUE(ran.Await());
}

TEST(S31, StopKeepsFFromRunning) {
  auto [ctx, cancel] = context::WithCancel(Background());
  std::atomic<bool> ran{false};
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  const StopFunc stop = AfterFunc(ctx, [&, token = std::move(token)] { ran = true; });
  const StopFunc copy = stop;
  EXPECT_EQ(Registered(ctx), 1u);
  EXPECT_TRUE(stop());
  EXPECT_TRUE(watch.expired()) << "f is gone at once";
  EXPECT_EQ(Registered(ctx), 0u);
  EXPECT_FALSE(stop()) << "true at most once";
  EXPECT_FALSE(copy());
  Event after;
  AfterFunc(ctx, [&] { after.Set(); });
  cancel();
  ASSERT_TRUE(after.Await());
  EXPECT_FALSE(ran);
}

TEST(S31, StopDoesNotWaitForARunningF) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Event running;
  Event release;
  Event returned;
  const StopFunc stop = AfterFunc(ctx, [&] {
    running.Set();
    EXPECT_TRUE(release.Await());
    returned.Set();
  });
  cancel();
  ASSERT_TRUE(running.Await());
  EXPECT_FALSE(stop());
  EXPECT_FALSE(returned.IsSet());
  release.Set();
  EXPECT_TRUE(returned.Await());
}

TEST(S31, EitherStopOrTheRunWins) {
  for (int round = 0; round < 300; ++round) {
    auto [ctx, cancel] = context::WithCancel(Background());
    std::atomic<int> runs{0};
    Event ran;
    const StopFunc stop = AfterFunc(ctx, [&] {
      ++runs;
      ran.Set();
    });
    std::latch start(3);
    std::atomic<int> stopped{0};
    const auto stopping = [&] {
      start.arrive_and_wait();
      if (stop()) ++stopped;
    };
    std::thread first(stopping);
    std::thread second(stopping);
    start.arrive_and_wait();
    cancel();
    first.join();
    second.join();
    ASSERT_TRUE(stopped > 0 || ran.Await());
    EXPECT_EQ(runs + stopped, 1);
  }
}

TEST(S29, AnEmptyFIsAnError) {
  auto [ctx, cancel] = context::WithCancel(Background());
  EXPECT_THROW(AfterFunc(ctx, nullptr), std::invalid_argument);
  EXPECT_THROW(AfterFunc(Background(), std::function<void()>()), std::invalid_argument);
  EXPECT_EQ(context::internal::Registered(ctx), 0u);
  cancel();
}

TEST(S31, StopOfAContextThatCanNeverEndIsTrueOnce) {
  for (const Context& ctx : {Background(), context::TODO(), context::WithoutCancel(Background())}) {
    std::atomic<bool> ran{false};
    const StopFunc stop = AfterFunc(ctx, [&] { ran = true; });
    EXPECT_TRUE(stop());
    EXPECT_FALSE(stop());
    EXPECT_FALSE(ran);
  }
}

void ThrowOutOfF() {
  auto [ctx, cancel] = context::WithCancel(Background());
  AfterFunc(ctx, [] { throw std::runtime_error("out of f"); });
  cancel();
  std::this_thread::sleep_for(kLong);
}

TEST(S32, AnExceptionOutOfFTerminates) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(ThrowOutOfF(), "out of f");
}

}  // namespace
}  // namespace context_test
