// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Deadlines and timeouts, and waiting for them.
#include <limits>
#include <vector>

#include "context/sleep.h"
#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::Cause;
using context::Clock;
using context::Context;
using context::DoneChannel;
using context::Errc;
using context::internal::PendingTimers;
using context::internal::Registered;

TEST(S21, AnEarlierDeadlineOfTheParentWins) {
  const auto deadline = Clock::now() + 1h;
  auto [parent, cancel_parent] = context::WithDeadline(Background(), deadline);
  const std::size_t timers = PendingTimers();
  auto [child, cancel] = context::WithDeadlineCause(parent, deadline + 1ns, Problem("dropped"));
  EXPECT_EQ(child.Deadline(), deadline);
  EXPECT_EQ(PendingTimers(), timers) << "it needs no timer of its own";
  const std::string text = child.String();
  EXPECT_EQ(text.substr(text.size() - 12), ").WithCancel") << text;
  cancel();
  cancel_parent();

  auto [past, cancel_past] = context::WithDeadlineCause(Background(), Clock::now(), Problem("p"));
  auto [later, cancel_later] = context::WithTimeoutCause(past, 1h, Problem("dropped"));
  EXPECT_EQ(What(Cause(later)), "p");
  cancel_later();
  cancel_past();
}

TEST(S21, AnEqualDeadlineKeepsItsOwnTimer) {
  const auto deadline = Clock::now() + 1h;
  auto [parent, cancel_parent] = context::WithDeadline(Background(), deadline);
  const std::size_t timers = PendingTimers();
  auto [child, cancel] = context::WithDeadline(parent, deadline);
  EXPECT_EQ(PendingTimers(), timers + 1);
  EXPECT_NE(child.String().rfind(".WithDeadline("), parent.String().rfind(".WithDeadline("));
  cancel();
  cancel_parent();
}

TEST(S21, AnEarlierDeadlineOfTheChildIsItsOwn) {
  auto [parent, cancel_parent] = context::WithTimeout(Background(), 1h);
  auto [child, cancel] = context::WithTimeout(parent, 1ms);
  EXPECT_LT(child.Deadline(), parent.Deadline());
  ASSERT_TRUE(child.Done().WaitFor(kLong));
  EXPECT_EQ(child.Err(), Errc::deadline_exceeded);
  EXPECT_FALSE(parent.Err());
  cancel();
  cancel_parent();
}

TEST(S22, APastDeadlineIsExceededAtOnce) {
  const std::size_t timers = PendingTimers();
  for (const auto timeout : {0ns, -1ns, -1'000'000'000'000ns}) {
    auto [ctx, cancel] = context::WithTimeout(Background(), timeout);
    EXPECT_EQ(ctx.Err(), Errc::deadline_exceeded);
    EXPECT_TRUE(ctx.Done().Closed());
    EXPECT_TRUE(ctx.Deadline());
    cancel();
    EXPECT_EQ(ctx.Err(), Errc::deadline_exceeded);
  }
  auto [parent, cancel_parent] = context::WithCancel(Background());
  auto [child, cancel_child] = context::WithTimeout(parent, -1s);
  EXPECT_EQ(Registered(parent), 0u);
  EXPECT_EQ(PendingTimers(), timers);
  cancel_child();
  cancel_parent();
}

TEST(S22, ADoneParentWinsOverAPastDeadline) {
  auto [parent, cancel_parent] = context::WithCancelCause(Background());
  cancel_parent(Problem("parent"));
  for (const auto timeout : {-1h, 0h, 1h}) {
    auto [child, cancel] = context::WithTimeoutCause(parent, timeout, Problem("unused"));
    EXPECT_EQ(child.Err(), Errc::canceled);
    EXPECT_EQ(What(Cause(child)), "parent");
    EXPECT_LE(*child.Deadline(), Clock::now() + timeout);
    cancel();
  }
}

TEST(S23, TheParentsEarlierDeadlineCountsEvenIfItIsPast) {
  auto custom = std::make_shared<Custom>();
  custom->deadline = Clock::now() - 2h;  // and yet it is not done
  const Context parent = context::MakeContext(custom);
  auto [child, cancel] = context::WithDeadline(parent, Clock::now() - 1h);
  EXPECT_FALSE(child.Err());
  EXPECT_EQ(child.Deadline(), custom->deadline);
  EXPECT_EQ(child.String(), "context_test::Custom.WithCancel");
  auto [own, cancel_own] = context::WithDeadline(parent, Clock::now() - 3h);
  EXPECT_EQ(own.Err(), Errc::deadline_exceeded);
  cancel_own();
  custom->source.Close();
  EXPECT_EQ(child.Err(), Errc::canceled);
  cancel();
}

TEST(S24, DurationsAndTimePointsAtTheirLimitsSaturate) {
  using std::chrono::hours;
  constexpr auto kMax = Clock::time_point::max();
  constexpr auto kMin = Clock::time_point::min();
  const auto deadline = [](const context::Cancelable& made) {
    context::Defer guard(made.cancel);
    return *made.ctx.Deadline();
  };
  EXPECT_EQ(deadline(context::WithTimeout(Background(), Clock::duration::max())), kMax);
  EXPECT_EQ(deadline(context::WithTimeout(Background(), hours::max())), kMax);
  EXPECT_EQ(deadline(context::WithTimeout(Background(), std::chrono::duration<double>(1e300))),
            kMax);
  EXPECT_LT(deadline(context::WithTimeout(Background(), Clock::duration::min())), Clock::now());
  EXPECT_LT(deadline(context::WithTimeout(Background(), hours::min())), Clock::now());
  EXPECT_EQ(deadline(context::WithTimeoutCause(Background(), hours::max(), Problem("p"))), kMax);
  EXPECT_EQ(deadline(context::WithDeadline(Background(), kMax)), kMax);
  EXPECT_EQ(deadline(context::WithDeadline(Background(), kMin)), kMin);
  using Hours = std::chrono::time_point<Clock, hours>;
  EXPECT_EQ(deadline(context::WithDeadline(Background(), Hours::max())), kMax);
  EXPECT_EQ(deadline(context::WithDeadlineCause(Background(), Hours::min(), Problem("p"))), kMin);

  auto [ctx, cancel] = context::WithDeadline(Background(), kMax);
  EXPECT_FALSE(ctx.Err());
  EXPECT_FALSE(ctx.Done().WaitFor(hours::min()));
  EXPECT_FALSE(ctx.Done().WaitUntil(kMin));
  EXPECT_FALSE(ctx.Done().WaitFor(std::chrono::duration<float>(-1e30f)));
  EXPECT_FALSE(
      ctx.Done().WaitFor(std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN())));
  cancel();
  EXPECT_TRUE(ctx.Done().WaitFor(hours::max()));
  EXPECT_TRUE(ctx.Done().WaitUntil(kMax));
  auto [past, cancel_past] = context::WithDeadline(Background(), kMin);
  EXPECT_EQ(past.Err(), Errc::deadline_exceeded);
  EXPECT_FALSE(past.String().empty());
  cancel_past();
}

TEST(S24, OtherClocksTimesAreComparedWithoutOverflow) {
  using Days = std::chrono::duration<int, std::ratio<86400>>;
  using std::chrono::system_clock;
  auto [ctx, cancel] = context::WithCancel(Background());
  const DoneChannel done = ctx.Done();
  EXPECT_FALSE(done.WaitUntil(std::chrono::time_point<system_clock, std::chrono::seconds>::min()));
  using Real = std::chrono::time_point<system_clock, std::chrono::duration<double>>;
  const Real no_time{std::chrono::duration<double>{std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_FALSE(done.WaitUntil(no_time));
  std::thread waits([&done] {
    const std::chrono::time_point<system_clock, Days> in_far_future(Days(1'000'000));
    EXPECT_TRUE(done.WaitUntil(in_far_future));
    EXPECT_TRUE(done.WaitUntil(std::chrono::time_point<system_clock, std::chrono::seconds>::max()));
  });
  while (context::internal::Registered(ctx) == 0) std::this_thread::yield();
  cancel();
  waits.join();
}

TEST(S24, ConversionsKeepWhatFits) {
  using context::internal::Saturate;
  EXPECT_EQ(Saturate(std::chrono::hours(-3)), Clock::duration(-3h));
  EXPECT_EQ(Saturate(std::chrono::duration<double>(1.5)), Clock::duration(1500ms));
  EXPECT_EQ(Saturate(std::chrono::duration<std::int64_t, std::pico>(-2999)), Clock::duration(-2ns));
  EXPECT_EQ(Saturate(std::chrono::duration<std::uint64_t, std::nano>::max()),
            Clock::duration::max());
  EXPECT_EQ(Saturate(std::chrono::duration<std::int8_t, std::ratio<86400>>(127)), 127 * 24h);
  EXPECT_EQ(Saturate(std::chrono::duration<std::int64_t, std::ratio<1, 3>>(24'000'000'000)),
            Clock::duration(8'000'000'000s));
  constexpr std::int64_t kMicros = std::numeric_limits<std::int64_t>::max() / 1000 - 10;
  EXPECT_EQ(Saturate(std::chrono::microseconds(kMicros)).count(), kMicros * 1000);
  using context::internal::Between;
  EXPECT_EQ(Between(Clock::time_point::min(), Clock::time_point::max()), Clock::duration::max());
  EXPECT_EQ(Between(Clock::time_point::max(), Clock::time_point::min()), Clock::duration::min());
  EXPECT_EQ(Between(Clock::time_point::min(), Clock::time_point::min()), 0ns);
  EXPECT_EQ(Between(Clock::time_point(1s), Clock::time_point(-2s)), -3s);
}

TEST(S25, ADeadlineEndsItsContextAndWhatDerivesFromIt) {
  const auto deadline = Clock::now() + 20ms;
  auto [ctx, cancel] = context::WithDeadline(Background(), deadline);
  auto [child, cancel_child] = context::WithCancel(ctx);
  EXPECT_EQ(child.Deadline(), deadline);
  child.Done().Wait();
  EXPECT_GE(Clock::now(), deadline) << "never early";
  EXPECT_EQ(ctx.Err(), Errc::deadline_exceeded);
  EXPECT_EQ(child.Err(), Errc::deadline_exceeded);
  EXPECT_EQ(What(Cause(child)), "context deadline exceeded");
  cancel();
  cancel_child();
}

TEST(S25, DeadlinesInAnyOrderAllFire) {
  std::vector<context::Cancelable> all;
  for (int i = 0; i < 300; ++i) {
    all.push_back(context::WithTimeout(Background(), std::chrono::milliseconds((i * 7919) % 100)));
  }
  for (std::size_t i = 0; i < all.size(); i += 3) all[i].cancel();
  for (const auto& made : all) ASSERT_TRUE(made.ctx.Done().WaitFor(kLong));
  for (std::size_t i = 1; i < all.size(); i += 3) {
    EXPECT_EQ(all[i].ctx.Err(), Errc::deadline_exceeded);
    EXPECT_GE(Clock::now(), *all[i].ctx.Deadline());
  }
}

TEST(S25, AnEarlierDeadlineThatIsAddedLaterFiresFirst) {
  auto [late, cancel_late] = context::WithTimeout(Background(), 1h);
  auto [early, cancel_early] = context::WithTimeout(Background(), 5ms);
  ASSERT_TRUE(early.Done().WaitFor(kLong));
  EXPECT_FALSE(late.Err());
  cancel_late();
  cancel_early();
}

TEST(S49, WaitReturnsWhenItCloses) {
  auto [ctx, cancel] = context::WithCancel(Background());
  std::vector<std::thread> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back([ctx = ctx] {
      ctx.Done().Wait();
      EXPECT_TRUE(ctx.Err());
    });
  }
  while (Registered(ctx) < waiting.size()) std::this_thread::yield();
  cancel();
  for (auto& thread : waiting) thread.join();
  ctx.Done().Wait();
}

TEST(S49, TimedWaitsTellWhetherItClosed) {
  auto [ctx, cancel] = context::WithCancel(Background());
  EXPECT_FALSE(ctx.Done().WaitFor(0s));
  EXPECT_FALSE(ctx.Done().WaitFor(-1s));
  const auto before = Clock::now();
  EXPECT_FALSE(ctx.Done().WaitFor(5ms));
  EXPECT_GE(Clock::now(), before + 5ms);
  EXPECT_FALSE(ctx.Done().WaitUntil(Clock::now() - 1s));
  const auto wall = std::chrono::system_clock::now() + 5ms;
  EXPECT_FALSE(ctx.Done().WaitUntil(wall));
  EXPECT_GE(std::chrono::system_clock::now(), wall);
  EXPECT_FALSE(ctx.Done().WaitUntil(std::chrono::system_clock::time_point::min()));
  EXPECT_EQ(Registered(ctx), 0u) << "a wait that is over leaves nothing behind";
  std::thread waiting([ctx = ctx] {
    EXPECT_TRUE(ctx.Done().WaitUntil(std::chrono::system_clock::time_point::max()));
  });
  while (Registered(ctx) == 0) std::this_thread::yield();
  cancel();
  waiting.join();
  EXPECT_TRUE(ctx.Done().WaitFor(-1s));
  EXPECT_TRUE(ctx.Done().WaitUntil(std::chrono::system_clock::time_point::min()));
}

TEST(S49, TheHandleMayGoDuringTheWait) {
  auto [ctx, cancel] = context::WithCancel(Background());
  auto done = std::make_unique<DoneChannel>(ctx.Done());
  std::thread waiting([&channel = *done] { channel.Wait(); });
  while (Registered(ctx) == 0) std::this_thread::yield();
  done.reset();
  cancel();
  waiting.join();
}

TEST(S50, SleepForSleepsUnlessTheContextIsDone) {
  const auto before = Clock::now();
  EXPECT_FALSE(context::SleepFor(Background(), 5ms));
  EXPECT_GE(Clock::now(), before + 5ms);
  EXPECT_FALSE(context::SleepFor(Background(), -1h));

  auto [ctx, cancel] = context::WithCancel(Background());
  EXPECT_FALSE(context::SleepFor(ctx, 1ms));
  std::thread sleeping([ctx = ctx] {
    EXPECT_EQ(context::SleepFor(ctx, std::chrono::hours::max()), Errc::canceled);
  });
  while (Registered(ctx) == 0) std::this_thread::yield();
  cancel();
  sleeping.join();
  EXPECT_EQ(context::SleepFor(ctx, 0s), Errc::canceled) << "at once if it is done already";
  EXPECT_EQ(context::SleepFor(ctx, -1s), Errc::canceled);

  auto [timed, cancel_timed] = context::WithTimeout(Background(), 5ms);
  EXPECT_EQ(context::SleepFor(timed, 1h), Errc::deadline_exceeded);
  cancel_timed();

  auto silent = std::make_shared<Custom>(std::error_code());
  silent->source.Close();
  EXPECT_EQ(context::SleepFor(context::MakeContext(silent), 1h), Errc::canceled);
}

}  // namespace
}  // namespace context_test
