// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who keeps whom alive, what it costs, and what happens when memory or the program ends.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "allocation.h"
#include "testing.h"

namespace context_test {
namespace {

using context::AfterFunc;
using context::Background;
using context::Cancelable;
using context::CancelFunc;
using context::Context;
using context::DoneChannel;
using context::Errc;
using context::StopFunc;
using context::internal::PendingTimers;
using context::internal::Registered;

inline constexpr context::Key<std::shared_ptr<int>> kShared{"shared"};
inline constexpr context::Key<int> kNumber{"number"};

TEST(S39, ADroppedChildFreesItsPlaceAndItsTimer) {
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  const std::size_t timers = PendingTimers();
  {
    const Cancelable child = context::WithTimeout(parent, 1h);
    const Cancelable below = context::WithTimeout(context::WithValue(child.ctx, kNumber, 1), 1min);
    EXPECT_EQ(Registered(parent), 1u);
    EXPECT_EQ(PendingTimers(), timers + 2);
  }
  EXPECT_EQ(Registered(parent), 0u);
  EXPECT_EQ(PendingTimers(), timers);
}

TEST(S39, EachKindOfHandleKeepsAChild) {
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  const auto keeps = [&parent = parent](auto take) {
    {
      auto kept = [&] {
        const Cancelable child = context::WithTimeout(parent, 1h);
        return take(child);
      }();
      EXPECT_EQ(Registered(parent), 1u);
    }
    EXPECT_EQ(Registered(parent), 0u);
  };
  keeps([](const Cancelable& child) { return child.ctx; });
  keeps([](const Cancelable& child) { return child.cancel; });
  keeps([](const Cancelable& child) { return DoneChannel(child.ctx.Done()); });
  keeps([](const Cancelable& child) { return context::WithValue(child.ctx, kNumber, 1); });
  keeps([](const Cancelable& child) { return context::WithCancel(child.ctx).ctx; });
  keeps([](const Cancelable& child) {
    return context::MakeContext(std::make_shared<Wrapper>(child.ctx));
  });
}

TEST(S40, ADoneChannelThatIsStillHeldStillCloses) {
  auto [root, cancel] = context::WithCancel(Background());
  const DoneChannel by_parent = [&root = root] {
    const Cancelable middle = context::WithCancel(root);
    return DoneChannel(context::WithCancel(context::WithValue(middle.ctx, kNumber, 1)).ctx.Done());
  }();
  const DoneChannel by_timer = context::WithTimeout(root, 10ms).ctx.Done();
  EXPECT_FALSE(by_parent.Closed());
  EXPECT_TRUE(by_timer.WaitFor(kLong));
  EXPECT_FALSE(by_parent.Closed());
  cancel();
  EXPECT_TRUE(by_parent.Closed());
}

TEST(S40, AnAfterFuncOfADroppedChildFiresWhenAnAncestorIsCancelled) {
  auto [root, cancel] = context::WithCancel(Background());
  Event child_ran;
  Event below_ran;
  {
    const Cancelable child = context::WithCancel(root);
    AfterFunc(child.ctx, [&] { child_ran.Set(); });
    const Cancelable middle = context::WithTimeout(child.ctx, 1h);
    const Cancelable below = context::WithCancel(context::WithValue(middle.ctx, kNumber, 1));
    AfterFunc(below.ctx, [&] { below_ran.Set(); });
  }
  EXPECT_EQ(Registered(root), 1u);
  EXPECT_FALSE(child_ran.IsSet());
  const std::size_t timers = PendingTimers();
  cancel();
  EXPECT_EQ(PendingTimers(), timers - 1);
  EXPECT_TRUE(child_ran.Await());
  EXPECT_TRUE(below_ran.Await());
}

TEST(S40, AnAfterFuncOfADroppedChildFiresAtItsOwnDeadline) {
  auto [root, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  Event below_root;
  Event alone;
  {
    const Cancelable child = context::WithTimeout(root, 10ms);
    AfterFunc(context::WithCancel(child.ctx).ctx, [&] { below_root.Set(); });
    AfterFunc(context::WithTimeout(Background(), 10ms).ctx, [&] { alone.Set(); });
  }
  EXPECT_TRUE(below_root.Await());
  EXPECT_TRUE(alone.Await());
  while (Registered(root) != 0) std::this_thread::yield();
}

TEST(S40, AnAfterFuncOfADroppedChildFiresWhenAUsersParentCloses) {
  const context::DoneSource source = [] {
    // Only the source is left of this one.
    return std::make_shared<Custom>()->source;
  }();
  auto user = std::make_shared<Custom>();
  Event ran;
  {
    const Context parent = context::MakeContext(user);
    const Cancelable child = context::WithCancel(parent);
    AfterFunc(context::WithValue(child.ctx, kNumber, 1), [&] { ran.Set(); });
  }
  EXPECT_FALSE(ran.IsSet());
  user->source.Close();
  EXPECT_TRUE(ran.Await());
  source.Close();
}

TEST(S40, StoppingTheLastAfterFuncFreesTheWholeBranch) {
  auto [root, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  const std::size_t timers = PendingTimers();
  auto stops = [&root = root] {
    const Cancelable first = context::WithTimeout(root, 1h);
    const Cancelable second = context::WithTimeout(first.ctx, 30min);
    const Cancelable third = context::WithCancel(second.ctx);
    return std::vector<StopFunc>{AfterFunc(third.ctx, [] {}), AfterFunc(third.ctx, [] {}),
                                 AfterFunc(second.ctx, [] {})};
  }();
  EXPECT_EQ(Registered(root), 1u);
  EXPECT_EQ(PendingTimers(), timers + 2);
  EXPECT_TRUE(stops[0]());
  EXPECT_TRUE(stops[2]());
  EXPECT_EQ(Registered(root), 1u);
  EXPECT_TRUE(stops[1]());
  EXPECT_EQ(Registered(root), 0u);
  EXPECT_EQ(PendingTimers(), timers);
}

TEST(S41, PendingAfterFuncsGoWithATreeThatNothingCanReach) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  std::optional<Cancelable> root = context::WithCancel(Background());
  {
    const Cancelable child = context::WithCancel(root->ctx);
    AfterFunc(root->ctx, [token] {});
    AfterFunc(context::WithCancel(child.ctx).ctx, [token] {});
  }
  token.reset();
  std::optional<CancelFunc> last = root->cancel;
  root.reset();
  EXPECT_EQ(watch.use_count(), 2) << "the cancel function still reaches them";
  last.reset();
  EXPECT_TRUE(watch.expired());
}

TEST(S41, AStopFuncReachesNothing) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  std::optional<StopFunc> stop;
  {
    const Cancelable root = context::WithCancel(context::WithValue(Background(), kShared, token));
    const Cancelable child = context::WithCancel(root.ctx);
    stop = AfterFunc(context::WithCancel(child.ctx).ctx, [token] {});
    AfterFunc(child.ctx, [token] {});
    token.reset();
    EXPECT_EQ(watch.use_count(), 3);
  }
  EXPECT_TRUE(watch.expired());
  EXPECT_TRUE((*stop)()) << "f never runs: true once";
  EXPECT_FALSE((*stop)());
}

TEST(S41, ATimerKeepsItsOwnBranchOnly) {
  auto kept = std::make_shared<int>(1);
  auto dropped = std::make_shared<int>(2);
  const std::weak_ptr<int> watch_kept = kept;
  const std::weak_ptr<int> watch_dropped = dropped;
  Event ran;
  {
    const Cancelable root = context::WithCancel(Background());
    const Cancelable timed = context::WithTimeout(root.ctx, 20ms);
    AfterFunc(context::WithCancel(timed.ctx).ctx, [&, kept] { ran.Set(); });
    AfterFunc(context::WithCancel(root.ctx).ctx, [dropped] {});
    kept.reset();
    dropped.reset();
  }
  EXPECT_TRUE(watch_dropped.expired());
  EXPECT_TRUE(ran.Await());
  while (!watch_kept.expired()) std::this_thread::yield();
}

TEST(S41, AUsersParentThatNobodyCanCloseGoesToo) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  auto user = std::make_shared<Custom>();
  const std::weak_ptr<Custom> watch_user = user;
  {
    // The user's object holds the source, the context the object, the child the context.
    const Context parent = context::MakeContext(std::move(user));
    AfterFunc(context::WithCancel(parent).ctx, [token] {});
    AfterFunc(parent, [token] {});
  }
  token.reset();
  EXPECT_TRUE(watch_user.expired());
  EXPECT_TRUE(watch.expired());
}

#ifdef CONTEXT_TEST_OWN_NEW
TEST(S41, NothingIsLeftOnTheHeap) {
  {
    // First the threads, and the causes that all share.
    auto [ctx, cancel] = context::WithTimeout(Background(), 1h);
    AfterFunc(ctx, [] {})();
    cancel();
    EXPECT_NE(context::Cause(ctx), nullptr);
  }
  const std::ptrdiff_t before = Allocations::Live();
  {
    auto [root, cancel] = context::WithCancelCause(context::WithValue(Background(), kNumber, 1));
    auto [child, cancel_child] = context::WithTimeoutCause(root, 1h, Problem("p"));
    auto [leaf, cancel_leaf] = context::WithCancel(context::WithoutCancel(child));
    const StopFunc stop = AfterFunc(context::WithCancel(child).ctx, [] {});
    const Context user = context::MakeContext(std::make_shared<Custom>());
    AfterFunc(context::WithCancel(context::WithCancel(user).ctx).ctx, [] {});
    AfterFunc(context::WithTimeout(leaf, 1h).ctx, [] {})();
    EXPECT_TRUE(stop());
    cancel(std::error_code(Errc::deadline_exceeded));
    cancel_leaf();
    cancel_child();
  }
  EXPECT_EQ(Allocations::Live(), before);
}
#endif

TEST(S42, ADeepChainIsCancelledAndDestroyedWithoutRecursion) {
  constexpr int kDepth = 1'000'000;
  auto [root, cancel] = context::WithCancel(Background());
  Context leaf = root;
  for (int i = 0; i < kDepth; ++i) {
    leaf = i % 10 == 0 ? context::WithValue(leaf, kNumber, i) : context::WithCancel(leaf).ctx;
  }
  cancel();
  EXPECT_EQ(leaf.Err(), Errc::canceled);
  EXPECT_EQ(*leaf.Value(kNumber), kDepth - 10);
  leaf = Background();

  auto [again, cancel_again] = context::WithCancel(Background());
  leaf = again;
  for (int i = 0; i < kDepth; ++i) leaf = context::WithCancel(leaf).ctx;
  leaf = Background();  // never cancelled
  EXPECT_EQ(Registered(again), 0u);
}

TEST(S42, ADeepBranchWithoutHandlesIsFreedWithoutRecursion) {
  constexpr int kDepth = 1'000'000;
  const auto branch = [](Context parent) {
    for (int i = 0; i < kDepth; ++i) parent = context::WithCancel(parent).ctx;
    return AfterFunc(parent, [] {});
  };
  auto [root, cancel] = context::WithCancel(Background());
  const StopFunc stop = branch(root);
  EXPECT_EQ(Registered(root), 1u);
  EXPECT_TRUE(stop());
  EXPECT_EQ(Registered(root), 0u);
  branch(root);
  cancel();
  const StopFunc orphan = branch(context::WithCancel(Background()).ctx);
  EXPECT_TRUE(orphan());
}

TEST(S42, AMillionChildrenAreCancelledAndDestroyed) {
  constexpr int kWidth = 1'000'000;
  auto [root, cancel] = context::WithCancel(Background());
  std::vector<Context> children;
  for (int i = 0; i < kWidth; ++i) children.push_back(context::WithCancel(root).ctx);
  EXPECT_EQ(Registered(root), children.size());
  cancel();
  for (const Context& child : children) ASSERT_TRUE(child.Err());
}

TEST(S42, DeeplyNestedUsersContextsAreDestroyedWithoutRecursion) {
  Context ctx = context::WithCancel(Background()).ctx;
  for (int i = 0; i < 200'000; ++i) ctx = context::MakeContext(std::make_shared<Wrapper>(ctx));
  const DoneChannel done = ctx.Done();
  ctx = Background();
  EXPECT_FALSE(done.Closed());
}

#ifdef CONTEXT_TEST_OWN_NEW
TEST(S43, WithCancelIsOneAllocationOfAtMost128Bytes) {
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  const std::size_t before = Allocations::Made();
  auto [child, cancel_child] = context::WithCancel(parent);
  EXPECT_EQ(Allocations::Made(), before + 1);
  EXPECT_LE(Allocations::BytesOfLast() + sizeof(std::size_t), 128u) << "with malloc's own word";
  cancel_child();
  cancel();
  EXPECT_EQ(Allocations::Made(), before + 1) << "cancelling allocates nothing";
}
#endif

#ifdef CONTEXT_TEST_OWN_NEW
TEST(S43, ADeriveThatFailsLeavesTheParentAsItWas) {
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  auto user = std::make_shared<Custom>(std::make_error_code(std::errc::io_error));
  const Context own = context::MakeContext(user);
  auto closed = std::make_shared<Custom>(std::make_error_code(std::errc::io_error));
  const Context ended = context::MakeContext(closed);
  closed->source.Close();
  const std::exception_ptr problem = Problem("p");
  {
    // The threads run and the common causes exist.
    const Cancelable timed = context::WithTimeout(Background(), 1h);
    const StopFunc stop = AfterFunc(timed.ctx, [] {});
    stop();
  }
  const std::vector<Context> many{own, parent, context::WithValue(ended, kNumber, 2)};
  const std::size_t timers = PendingTimers();
  const auto each_failure = [&, &root = parent](auto derive) {
    for (std::size_t allocations = 0;; ++allocations) {
      ASSERT_LT(allocations, 20u);
      const std::ptrdiff_t live = Allocations::Live();
      bool failed = false;
      Allocations::FailAfter(allocations);
      try {
        derive();
      } catch (const std::bad_alloc&) {
        failed = true;
      }
      Allocations::FailNever();
      EXPECT_EQ(Allocations::Live(), live);
      EXPECT_EQ(Registered(root), 0u);
      EXPECT_EQ(Registered(own), 0u);
      EXPECT_EQ(PendingTimers(), timers);
      EXPECT_FALSE(root.Err());
      if (!failed) {
        EXPECT_GT(allocations, 0u);
        return;
      }
    }
  };
  for (const Context& from : {parent, own, ended}) {
    each_failure([&] { (void)context::WithCancel(from); });
    each_failure([&] { (void)context::WithCancelCause(from); });
    each_failure([&] { (void)context::WithTimeout(from, 1h); });
    each_failure([&] { (void)context::WithTimeoutCause(from, 1h, problem); });
    each_failure([&] { (void)context::WithTimeoutCause(from, -1h, problem); });
    each_failure([&] { (void)context::WithValue(from, kNumber, 1); });
    each_failure([&] { (void)context::WithoutCancel(from); });
    each_failure([&] { (void)context::WithAny(from, own, Background(), parent); });
    each_failure([&] { (void)context::WithAny(many); });
    each_failure([&] { (void)context::MakeContext(std::make_shared<Custom>()); });
  }
  for (const Context& from : {parent, own}) {
    each_failure([&] { AfterFunc(from, [] {})(); });
  }
}
#endif

// Derives, cancels, asks and waits, whatever has been destroyed before.
struct UsesContexts {
  ~UsesContexts() {
    auto [ctx, cancel] = context::WithTimeout(context::WithValue(context::TODO(), kNumber, 1), 1h);
    auto [child, cancel_child] = context::WithCancelCause(ctx);
    const StopFunc stop = AfterFunc(child, [] {});
    const StopFunc pending = AfterFunc(ctx, [] {});
    const bool stopped = stop();
    cancel_child(std::error_code(Errc::deadline_exceeded));
    const bool alive = !ctx.Err() && PendingTimers() > 0;
    cancel();
    auto [timed, cancel_timed] = context::WithTimeout(Background(), 1ms);
    const bool exceeded = timed.Done().WaitFor(kLong);
    cancel_timed();
    const bool done = ctx.Err() == Errc::canceled && ctx.Done().Closed();
    const bool readable = *ctx.Value(kNumber) == 1 && context::Cause(child) != nullptr &&
                          ctx.Err().message() == "context canceled" && !ctx.String().empty();
    std::fputs(stopped && alive && exceeded && done && readable ? "fine\n" : "broken\n", stderr);
  }
};

void ExitWithContextsAlive() {
  static UsesContexts at_exit;
  static thread_local UsesContexts at_thread_exit;
  (void)&at_thread_exit;
  static const Cancelable held = context::WithTimeout(Background(), 1h);
  AfterFunc(held.ctx, [] {});
  static const StopFunc held_stop = AfterFunc(held.ctx, [] {});
  std::thread([] {
    static thread_local UsesContexts in_thread;
    (void)&in_thread;
  }).join();
  std::exit(0);
}

TEST(S44, ContextsWorkInStaticAndThreadLocalDestructors) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(ExitWithContextsAlive(), testing::ExitedWithCode(0), "fine\nfine\nfine\n");
}

void ExitWhileACallbackRuns() {
  static Event running;
  auto [ctx, cancel] = context::WithTimeout(Background(), 1ms);
  AfterFunc(ctx, [] {
    running.Set();
    DoneChannel::Never().Wait();
  });
  const bool runs = running.Await();
  cancel();
  std::exit(runs ? 0 : 1);
}

TEST(S44, AProgramMayEndWhileCallbacksRun) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(ExitWhileACallbackRuns(), testing::ExitedWithCode(0), "");
}

// Uses its context when it is destroyed, as code of a user's may anywhere.
struct Busy {
  explicit Busy(Context context) : ctx(std::move(context)) {}
  Busy(const Busy&) = delete;
  ~Busy() {
    auto [child, cancel] = context::WithTimeout(ctx, 1h);
    const StopFunc stop = AfterFunc(child, [] {});
    stop();
    cancel();
    (void)Registered(ctx);
  }
  Context ctx;
};

TEST(S45, NoLockIsHeldWhileCodeOfTheUsersRuns) {
  static constexpr context::Key<std::shared_ptr<Busy>> kBusy{"busy"};
  auto [root, cancel] = context::WithCancel(Background());
  {
    // A value that goes.
    const Context value = context::WithValue(root, kBusy, std::make_shared<Busy>(root));
    auto [child, cancel_child] = context::WithCancel(value);
    cancel_child();
  }
  {
    // A function that is stopped, one that is orphaned, one that ran.
    const StopFunc stop = AfterFunc(root, [busy = std::make_shared<Busy>(root)] {});
    EXPECT_TRUE(stop());
    const Cancelable lost = context::WithCancel(Background());
    AfterFunc(lost.ctx, [busy = std::make_shared<Busy>(root)] {});
  }
  {
    // A user's context, and an exception that is a cause.
    class Own final : public Custom {
     public:
      explicit Own(Context ctx) : busy(std::move(ctx)) {}
      Busy busy;
    };
    struct Failure : std::exception {
      explicit Failure(std::shared_ptr<Busy> b) : busy(std::move(b)) {}
      std::shared_ptr<Busy> busy;
    };
    const Context own = context::MakeContext(std::make_shared<Own>(root));
    auto [child, cancel_child] = context::WithCancelCause(own);
    cancel_child(Failure(std::make_shared<Busy>(root)));
    cancel_child(Failure(std::make_shared<Busy>(root)));
  }
  Event ran;
  AfterFunc(root, [&, busy = std::make_shared<Busy>(root)] { ran.Set(); });
  cancel();
  EXPECT_TRUE(ran.Await());
}

#ifdef CONTEXT_TEST_OWN_NEW
TEST(S8, PollingWritesNothing) {
  context::WithTimeout(Background(), 1h).cancel();  // the timer thread runs
  Arena arena;
  {
    static constexpr context::Key<long> kLongAgo{"long ago"};
    auto made = context::WithTimeout(context::WithValue(Background(), kLongAgo, 1), 1h);
    Context ctx = made.ctx;
    for (int i = 0; i < 100; ++i) {
      ctx = context::WithValue(context::WithCancel(ctx).ctx, kNumber, i);
    }
    auto [done, cancel] = context::WithCancelCause(ctx);
    cancel(std::error_code(Errc::canceled));
    const Context wrapped = context::MakeContext(std::make_shared<Wrapper>(ctx));
    arena.Stop();
    arena.Protect();
    EXPECT_FALSE(ctx.Err());
    EXPECT_FALSE(ctx.Done().Closed());
    EXPECT_FALSE(ctx.Done().WaitFor(-1s));
    EXPECT_TRUE(ctx.Deadline());
    EXPECT_EQ(*ctx.Value(kNumber), 99);
    EXPECT_EQ(*ctx.Value(kLongAgo), 1);
    EXPECT_TRUE(done.Err());
    EXPECT_TRUE(done.Done().Closed());
    EXPECT_TRUE(done.Done().WaitFor(1h));
    EXPECT_FALSE(wrapped.Err());
    EXPECT_FALSE(wrapped.Done().Closed());
    EXPECT_EQ(*wrapped.Value(kNumber), 99);
    arena.Unprotect();
  }
}
#endif

}  // namespace
}  // namespace context_test
