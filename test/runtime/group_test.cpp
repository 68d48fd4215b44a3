// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Groups.
#include "context/group.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <type_traits>
#include <vector>

#include "context/sleep.h"
#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::Context;
using context::Errc;
using context::Group;
using context::internal::Registered;

static_assert(!std::is_copy_constructible_v<Group> && !std::is_move_constructible_v<Group>);

// As a caller would write it, who looks at the result.
std::error_code WaitFor(Group& group) { return group.Wait(); }

TEST(S53, EveryTaskRunsOnAThreadOfItsOwn) {
  Group group;
  constexpr int kTasks = 20;
  std::latch all(kTasks);  // so that they have to run together
  std::mutex mutex;
  std::vector<std::thread::id> on;
  for (int i = 0; i < kTasks; ++i) {
    group.Go([&] {
      all.arrive_and_wait();
      std::lock_guard lock(mutex);
      on.push_back(std::this_thread::get_id());
    });
  }
  EXPECT_FALSE(WaitFor(group));
  on.push_back(std::this_thread::get_id());
  std::sort(on.begin(), on.end());
  EXPECT_EQ(std::adjacent_find(on.begin(), on.end()), on.end());
  EXPECT_EQ(on.size(), static_cast<std::size_t>(kTasks) + 1);
}

TEST(S53, WaitReturnsWhenAllOfATaskIsGone) {
  static std::atomic<int> alive{0};
  struct Counted {
    Counted() { ++alive; }
    Counted(const Counted&) { ++alive; }
    ~Counted() { --alive; }
  };
  for (int round = 0; round < 20; ++round) {
    Group group;
    group.SetLimit(round % 2 == 0 ? -1 : 2);
    for (int i = 0; i < 6; ++i) {
      group.Go([held = Counted()] {
        static thread_local Counted at_thread_end;
        (void)&at_thread_end;  // so that it is made
        EXPECT_GT(alive, 1);
      });
    }
    EXPECT_FALSE(WaitFor(group));
    EXPECT_EQ(alive, 0) << "the task, what it captured, its thread's objects";
  }
}

TEST(S53, ATaskMayBeAnyCallableAndStartMore) {
  Group group;
  std::atomic<int> runs{0};
  const auto by_copy = [&runs]() -> std::error_code {
    ++runs;
    return {};
  };
  group.Go(by_copy);
  group.Go(std::function<void()>([&] { ++runs; }));
  group.Go([&runs, only = std::make_unique<int>(1)] { runs += *only; });
  group.Go(std::ref(by_copy));
  // A tree of tasks, started by tasks.
  std::function<void(int)> grow = [&](int depth) {
    ++runs;
    for (int i = 0; i < 2 && depth > 0; ++i) group.Go([&grow, depth] { grow(depth - 1); });
  };
  group.Go([&] { grow(4); });
  EXPECT_FALSE(WaitFor(group));
  EXPECT_EQ(runs, 4 + 31);
}

TEST(S54, TheFirstErrorIsTheGroups) {
  auto [group, ctx] = Group::WithContext(Background());
  Event failed;
  group.Go([&failed]() -> std::error_code {
    EXPECT_TRUE(failed.Await());
    return std::make_error_code(std::errc::io_error);
  });
  group.Go([&failed, ctx = ctx]() -> std::error_code {
    ctx.Done().Wait();
    EXPECT_EQ(ctx.Err(), Errc::canceled);
    failed.Set();
    return ctx.Err();
  });
  group.Go([] { return std::make_error_code(std::errc::broken_pipe); });
  EXPECT_EQ(WaitFor(group), std::errc::broken_pipe);
  EXPECT_EQ(What(context::Cause(ctx)),
            std::system_error(std::make_error_code(std::errc::broken_pipe)).what());
  EXPECT_EQ(WaitFor(group), std::errc::broken_pipe) << "again";
  group.Go([] { return std::make_error_code(std::errc::io_error); });
  EXPECT_EQ(WaitFor(group), std::errc::broken_pipe) << "for good";
}

TEST(S54, AnExceptionIsThrownByWaitAsItself) {
  struct Special : std::runtime_error {
    Special() : std::runtime_error("special"), number(42) {}
    int number;
  };
  auto [group, ctx] = Group::WithContext(Background());
  Event done;
  group.Go([] { throw Special(); });
  group.Go([&done, ctx = ctx] {
    ctx.Done().Wait();
    done.Set();
    throw std::logic_error("later");
  });
  for (int time = 0; time < 2; ++time) {
    try {
      (void)group.Wait();
      ADD_FAILURE() << "Wait returned";
    } catch (const Special& e) {
      EXPECT_EQ(e.number, 42);
    }
  }
  EXPECT_TRUE(done.IsSet());
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  try {
    std::rethrow_exception(context::Cause(ctx));
  } catch (const Special& e) {
    EXPECT_EQ(e.number, 42);
  }
}

TEST(S54, WhatIsNoStdExceptionIsThrownToo) {
  Group group;
  group.Go([] { throw 7; });
  EXPECT_THROW((void)group.Wait(), int);
}

TEST(S54, WaitEndsTheContextOfAGroupWithoutErrors) {
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  auto [group, ctx] = Group::WithContext(parent);
  EXPECT_EQ(Registered(parent), 1u);
  group.Go([ctx = ctx] { EXPECT_FALSE(ctx.Err()); });
  EXPECT_FALSE(WaitFor(group));
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  EXPECT_EQ(What(context::Cause(ctx)), "context canceled");
  EXPECT_FALSE(parent.Err());
  EXPECT_EQ(Registered(parent), 0u);
}

TEST(S54, TheParentEndsTheTasksOfAGroup) {
  auto [parent, cancel] = context::WithCancelCause(Background());
  auto [group, ctx] = Group::WithContext(parent);
  for (int i = 0; i < 5; ++i) {
    group.Go([ctx = ctx] { return context::SleepFor(ctx, 1h); });
  }
  cancel(std::runtime_error("enough"));
  EXPECT_EQ(WaitFor(group), Errc::canceled);
  EXPECT_EQ(What(context::Cause(ctx)), "enough");
}

TEST(S54, OneOfManyErrorsAtOnceWins) {
  for (int round = 0; round < 100; ++round) {
    auto [group, ctx] = Group::WithContext(Background());
    std::latch together(6);
    for (int i = 0; i < 6; ++i) {
      group.Go([&together, i]() -> std::error_code {
        together.arrive_and_wait();
        if (i % 2 == 0) throw std::runtime_error(std::to_string(i));
        return std::error_code(i, std::generic_category());
      });
    }
    std::string waited;
    try {
      waited = std::system_error(group.Wait()).what();
    } catch (const std::runtime_error& e) {
      waited = e.what();
    }
    EXPECT_EQ(waited, What(context::Cause(ctx)));
  }
}

TEST(S55, NoMoreTasksRunThanTheLimitAllows) {
  for (const int limit : {1, 3}) {
    Group group;
    group.SetLimit(limit);
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    std::atomic<int> runs{0};
    for (int i = 0; i < 200; ++i) {
      group.Go([&] {
        const int now = ++running;
        int seen = most;
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::yield();
        --running;
        ++runs;
      });
    }
    EXPECT_FALSE(WaitFor(group));
    EXPECT_LE(most, limit);
    EXPECT_EQ(runs, 200);
  }
}

TEST(S55, TryGoStartsNothingAtTheLimit) {
  Group group;
  group.SetLimit(1);
  Event release;
  EXPECT_TRUE(group.TryGo([&] { EXPECT_TRUE(release.Await()); }));
  auto task = [only = std::make_unique<int>(1)] { EXPECT_EQ(*only, 1); };
  EXPECT_FALSE(group.TryGo(std::move(task)));
  task();  // untouched
  release.Set();
  while (!group.TryGo(std::move(task))) std::this_thread::yield();
  EXPECT_FALSE(WaitFor(group));
}

TEST(S55, GoWaitsForAPlace) {
  Group group;
  group.SetLimit(1);
  Event release;
  Event started;
  group.Go([&] { EXPECT_TRUE(release.Await()); });
  std::thread blocked([&] {
    group.Go([] {});
    started.Set();
  });
  std::this_thread::sleep_for(5ms);
  EXPECT_FALSE(started.IsSet());
  release.Set();
  blocked.join();
  EXPECT_FALSE(WaitFor(group));
}

TEST(S55, AZeroLimitStartsNothing) {
  Group group;
  group.SetLimit(0);
  EXPECT_FALSE(group.TryGo([] {}));
  EXPECT_FALSE(WaitFor(group));
  Event started;
  std::thread blocked([&] {
    group.Go([] {});
    started.Set();
  });
  std::this_thread::sleep_for(5ms);
  EXPECT_FALSE(started.IsSet());
  group.SetLimit(-1);
  blocked.join();
  EXPECT_TRUE(started.IsSet());
  EXPECT_FALSE(WaitFor(group));
}

TEST(S55, ChangingTheLimitWhileTasksRunThrows) {
  Group group;
  Event release;
  group.Go([&] { EXPECT_TRUE(release.Await()); });
  for (const int limit : {-1, 0, 1}) {
    try {
      group.SetLimit(limit);
      ADD_FAILURE() << "the limit was changed";
    } catch (const std::logic_error& e) {
      EXPECT_STREQ(e.what(), "context::Group: the limit was changed while 1 of its tasks ran");
    }
  }
  EXPECT_TRUE(group.TryGo([] {})) << "still without a limit";
  release.Set();
  EXPECT_FALSE(WaitFor(group));
  group.SetLimit(0);
  EXPECT_FALSE(group.TryGo([] {}));
}

TEST(S56, TheDestructorCancelsAndWaits) {
  std::atomic<int> ended{0};
  Context kept = Background();
  try {
    auto [group, ctx] = Group::WithContext(Background());
    kept = ctx;
    for (int i = 0; i < 5; ++i) {
      group.Go([&ended, ctx = ctx]() -> std::error_code {
        ctx.Done().Wait();
        ++ended;
        return ctx.Err();
      });
    }
    throw std::runtime_error("between Go and Wait");
  } catch (const std::runtime_error&) {
    EXPECT_EQ(ended, 5);
  }
  EXPECT_EQ(What(context::Cause(kept)), "context canceled");
  {
    Group group;
    group.Go([&] {
      std::this_thread::sleep_for(5ms);
      ++ended;
      throw std::runtime_error("dropped");
    });
  }
  EXPECT_EQ(ended, 6);
  {
    const Group unused;
  }
}

TEST(S56, AGroupMayBeUsedAgain) {
  auto [group, ctx] = Group::WithContext(Background());
  for (int round = 0; round < 3; ++round) {
    std::atomic<int> runs{0};
    for (int i = 0; i < 4; ++i) group.Go([&] { ++runs; });
    EXPECT_FALSE(WaitFor(group));
    EXPECT_EQ(runs, 4);
  }
  EXPECT_EQ(ctx.Err(), Errc::canceled);
}

#if defined(__GLIBC__)
TEST(S56, AThreadThatCannotStartLeavesTheGroupAsItWas) {
  auto [group, ctx] = Group::WithContext(Background());
  group.SetLimit(1);
  auto token = std::make_shared<int>(1);
  pthread_attr_t before;
  pthread_attr_t huge;
  ASSERT_EQ(pthread_getattr_default_np(&before), 0);
  ASSERT_EQ(pthread_attr_init(&huge), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&huge, std::size_t{1} << 50), 0);
  ASSERT_EQ(pthread_setattr_default_np(&huge), 0);
  EXPECT_THROW(group.Go([token] {}), std::system_error);
  EXPECT_THROW((void)group.TryGo([token] {}), std::system_error);
  ASSERT_EQ(pthread_setattr_default_np(&before), 0);
  pthread_attr_destroy(&huge);
  pthread_attr_destroy(&before);
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_FALSE(ctx.Err());
  group.SetLimit(1);  // nothing runs
  Event ran;
  EXPECT_TRUE(group.TryGo([&] { ran.Set(); }));
  EXPECT_FALSE(WaitFor(group));
  EXPECT_TRUE(ran.IsSet());
}
#endif

TEST(S56, ACopyThatThrowsLeavesTheGroupAsItWas) {
  struct Uncopyable {
    Uncopyable() = default;
    Uncopyable(const Uncopyable&) { throw std::runtime_error("copy"); }
    void operator()() const {}
  };
  Group group;
  group.SetLimit(1);
  const Uncopyable task;
  EXPECT_THROW(group.Go(task), std::runtime_error);
  EXPECT_TRUE(group.TryGo([] {}));
  EXPECT_FALSE(WaitFor(group));
}

TEST(S56, AnythingMayBeDoneFromManyThreads) {
  for (int round = 0; round < 20; ++round) {
    auto [group, ctx] = Group::WithContext(Background());
    group.SetLimit(4);
    std::atomic<int> started{0};
    std::atomic<int> runs{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&group = group, &started, &runs, i] {
        for (int n = 0; n < 20; ++n) {
          if (i % 2 == 0) {
            group.Go([&] { ++runs; });
            ++started;
          } else if (group.TryGo([&] { ++runs; })) {
            ++started;
          }
        }
      });
    }
    std::thread waiter([&group = group] { EXPECT_FALSE(WaitFor(group)); });
    for (std::thread& thread : threads) thread.join();
    waiter.join();
    EXPECT_FALSE(WaitFor(group));
    EXPECT_EQ(runs, started);
  }
}

}  // namespace
}  // namespace context_test
