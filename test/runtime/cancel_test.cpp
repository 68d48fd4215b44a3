// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cancellation and its causes.
#include <latch>
#include <vector>

#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::CancelFunc;
using context::Cause;
using context::Context;
using context::Errc;
using context::internal::PendingTimers;
using context::internal::Registered;

static constexpr context::Key<int> kNumber{"number"};

TEST(S10, CancellingAParentEndsAllDescendants) {
  auto [root, cancel] = context::WithCancel(Background());
  auto [child, cancel_child] = context::WithCancelCause(root);
  auto [timed, cancel_timed] = context::WithTimeout(child, 1h);
  const Context value = context::WithValue(timed, kNumber, 1);
  auto [leaf, cancel_leaf] = context::WithCancel(value);
  const Context wrapped = context::MakeContext(std::make_shared<Wrapper>(leaf));
  auto [below, cancel_below] = context::WithCancel(wrapped);
  for (const Context& ctx : {root, child, timed, value, leaf, wrapped, below}) {
    EXPECT_FALSE(ctx.Err()) << ctx.String();
  }
  cancel();
  for (const Context& ctx : {root, child, timed, value, leaf, wrapped, below}) {
    EXPECT_EQ(ctx.Err(), Errc::canceled) << ctx.String();
    EXPECT_TRUE(ctx.Done().Closed()) << ctx.String();
    EXPECT_EQ(What(Cause(ctx)), "context canceled") << ctx.String();
  }
  cancel_below();
  cancel_leaf();
  cancel_timed();
  cancel_child();
}

TEST(S10, AWholeTreeIsDoneWhenCancelReturns) {
  auto [root, cancel] = context::WithCancel(Background());
  std::vector<context::Cancelable> all;
  all.push_back(context::WithCancel(root));
  for (std::size_t i = 1; i < 1000; ++i) all.push_back(context::WithCancel(all[i / 3].ctx));
  cancel();
  for (const auto& made : all) EXPECT_EQ(made.ctx.Err(), Errc::canceled);
}

TEST(S11, AChildNeverCancelsItsParentOrSiblings) {
  auto [root, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  auto [first, cancel_first] = context::WithCancelCause(root);
  auto [second, cancel_second] = context::WithCancel(root);
  context::Defer second_guard(cancel_second);
  auto [past, cancel_past] = context::WithTimeout(root, -1s);
  context::Defer past_guard(cancel_past);
  cancel_first(Problem("mine"));
  EXPECT_TRUE(first.Err());
  EXPECT_TRUE(past.Err());
  EXPECT_FALSE(root.Err());
  EXPECT_EQ(Cause(root), nullptr);
  EXPECT_FALSE(second.Err());
}

TEST(S12, OnlyTheFirstCancellationCounts) {
  auto [ctx, cancel] = context::WithCancelCause(Background());
  cancel(Problem("first"));
  cancel(Problem("second"));
  cancel();
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  EXPECT_EQ(What(Cause(ctx)), "first");

  auto [past, cancel_past] = context::WithTimeout(Background(), -1s);
  cancel_past();
  EXPECT_EQ(past.Err(), Errc::deadline_exceeded);
}

TEST(S12, CancellingIsSafeFromAnyThread) {
  for (int round = 0; round < 100; ++round) {
    auto [ctx, cancel] = context::WithCancelCause(Background());
    std::latch start(3);
    std::vector<std::thread> threads;
    for (const char* name : {"a", "b", "c"}) {
      threads.emplace_back([&start, name, ctx = ctx, cancel = cancel] {
        start.arrive_and_wait();
        cancel(Problem(name));
        const std::string first = What(Cause(ctx));
        EXPECT_EQ(first.size(), 1u);
        EXPECT_EQ(What(Cause(ctx)), first);
      });
    }
    for (auto& thread : threads) thread.join();
  }
}

TEST(S13, ASecondCancelReturnsOnlyWhenAllDescendantsAreDone) {
  for (int round = 0; round < 50; ++round) {
    auto [root, cancel] = context::WithCancel(Background());
    auto [middle, cancel_middle] = context::WithCancel(root);
    std::vector<context::Cancelable> below;
    Context parent = middle;
    for (int i = 0; i < 300; ++i) {
      below.push_back(context::WithCancel(parent));
      if (i % 2 == 0) parent = below.back().ctx;
    }
    std::latch start(3);
    const auto check = [&](const CancelFunc& function) {
      start.arrive_and_wait();
      function();
      EXPECT_TRUE(middle.Err());
      for (const auto& made : below) EXPECT_TRUE(made.ctx.Err());
    };
    std::thread first(check, cancel);
    std::thread second(check, cancel);
    std::thread third(check, cancel_middle);
    first.join();
    second.join();
    third.join();
  }
}

TEST(S14, AChildOfADoneParentIsDone) {
  auto [parent, cancel] = context::WithCancelCause(Background());
  cancel(Problem("over"));
  auto [child, cancel_child] = context::WithCancel(parent);
  auto [timed, cancel_timed] = context::WithTimeout(context::WithValue(child, kNumber, 1), 1h);
  EXPECT_EQ(child.Err(), Errc::canceled);
  EXPECT_EQ(What(Cause(child)), "over");
  EXPECT_EQ(What(Cause(timed)), "over");
  cancel_child();
  cancel_timed();
}

TEST(S14, AChildDerivedWhileItsParentIsCancelledIsDone) {
  for (int round = 0; round < 100; ++round) {
    auto [parent, cancel] = context::WithCancel(Background());
    std::latch start(2);
    std::vector<context::Cancelable> made;
    std::thread deriving([&, parent = parent] {
      start.arrive_and_wait();
      for (int i = 0; i < 100; ++i) {
        made.push_back(context::WithCancel(made.empty() ? parent : made.back().ctx));
      }
    });
    start.arrive_and_wait();
    cancel();
    deriving.join();
    for (const auto& one : made) EXPECT_TRUE(one.ctx.Err());
  }
}

TEST(S15, CancellingFreesThePlaceInTheParentAndTheTimerAtOnce) {
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  const std::size_t timers = PendingTimers();
  auto [child, cancel_child] = context::WithTimeout(parent, 1h);
  auto [below, cancel_below] = context::WithTimeout(child, 30min);
  EXPECT_EQ(Registered(parent), 1u);
  EXPECT_EQ(Registered(child), 1u);
  EXPECT_EQ(PendingTimers(), timers + 2);
  cancel_child();
  EXPECT_EQ(Registered(parent), 0u);
  EXPECT_EQ(PendingTimers(), timers);
  cancel_below();
}

TEST(S15, CancellingInAnyOrderFreesEveryTimer) {
  const std::size_t timers = PendingTimers();
  std::vector<context::Cancelable> all;
  std::uint32_t state = 1;
  const auto random = [&state] { return state = state * 1664525u + 1013904223u, state >> 8; };
  for (int i = 0; i < 2000; ++i) {
    all.push_back(context::WithTimeout(Background(), 1h + std::chrono::seconds(random() % 1000)));
  }
  EXPECT_EQ(PendingTimers(), timers + all.size());
  while (!all.empty()) {
    std::swap(all[random() % all.size()], all.back());
    all.back().cancel();
    all.pop_back();
    ASSERT_EQ(PendingTimers(), timers + all.size());
  }
}

TEST(S16, ACancelFuncMayOutliveEverything) {
  auto made = std::make_unique<context::Cancelable>(context::WithCancel(Background()));
  auto child = std::make_unique<context::Cancelable>(context::WithTimeout(made->ctx, 1h));
  const CancelFunc cancel_child = child->cancel;
  const CancelFunc cancel = made->cancel;
  made.reset();
  child.reset();
  cancel();
  cancel_child();
  cancel_child();
}

TEST(S16, ACancelFuncMayBeDestroyedByItsOwnCall) {
  for (int round = 0; round < 100; ++round) {
    auto owner = std::make_unique<context::Cancelable>(context::WithCancel(Background()));
    const CancelFunc& cancel = owner->cancel;
    Event gone;
    context::AfterFunc(owner->ctx, [&] {
      owner.reset();
      gone.Set();
    });
    cancel();
    ASSERT_TRUE(gone.Await());
  }
}

TEST(S18, ACauseMayBeAnExceptionAnErrorCodeOrNothing) {
  const auto cause_of = [](auto&&... cause) {
    auto [ctx, cancel] = context::WithCancelCause(Background());
    EXPECT_EQ(Cause(ctx), nullptr);
    cancel(std::forward<decltype(cause)>(cause)...);
    EXPECT_EQ(ctx.Err(), Errc::canceled);
    return Cause(ctx);
  };
  const auto code_of = [](const std::exception_ptr& cause) {
    try {
      std::rethrow_exception(cause);
    } catch (const std::system_error& e) {
      return e.code();
    }
  };
  EXPECT_EQ(What(cause_of(Problem("pointer"))), "pointer");
  EXPECT_EQ(What(cause_of(std::logic_error("object"))), "object");
  const std::runtime_error lvalue("lvalue");
  EXPECT_EQ(What(cause_of(lvalue)), "lvalue");
  EXPECT_THROW(std::rethrow_exception(cause_of(std::out_of_range("type"))), std::out_of_range);
  EXPECT_EQ(code_of(cause_of(std::make_error_code(std::errc::io_error))), std::errc::io_error);
  EXPECT_EQ(code_of(cause_of(Errc::deadline_exceeded)), Errc::deadline_exceeded);
  EXPECT_EQ(What(cause_of(std::make_exception_ptr(42))), "unknown");
  // No cause: that of the error.
  EXPECT_EQ(code_of(cause_of()), Errc::canceled);
  EXPECT_EQ(code_of(cause_of(nullptr)), Errc::canceled);
  EXPECT_EQ(code_of(cause_of(std::exception_ptr())), Errc::canceled);
  EXPECT_EQ(code_of(cause_of(std::error_code())), Errc::canceled);
  EXPECT_EQ(cause_of(), cause_of(nullptr));
}

TEST(S19, ACauseRunsDownTheTreeAndNeverUp) {
  auto [root, cancel_root] = context::WithCancelCause(Background());
  auto [child, cancel_child] = context::WithCancelCause(root);
  auto [leaf, cancel_leaf] = context::WithCancel(child);
  cancel_child(Problem("child"));
  EXPECT_EQ(Cause(root), nullptr);
  EXPECT_EQ(What(Cause(child)), "child");
  EXPECT_EQ(What(Cause(leaf)), "child");
  cancel_root(Problem("root"));
  EXPECT_EQ(What(Cause(root)), "root");
  EXPECT_EQ(What(Cause(child)), "child");
  EXPECT_EQ(What(Cause(leaf)), "child");
  cancel_leaf();
}

TEST(S19, AnAncestorsCauseComesFirstIfItWasFirst) {
  auto [root, cancel_root] = context::WithCancelCause(Background());
  auto [child, cancel_child] = context::WithCancelCause(context::WithValue(root, kNumber, 1));
  cancel_root(Problem("root"));
  cancel_child(Problem("child"));
  EXPECT_EQ(What(Cause(child)), "root");
  EXPECT_EQ(Cause(child), Cause(root)) << "the same object, not a copy";
}

TEST(S20, TheCauseOfADeadlineIsSetByTheDeadlineOnly) {
  auto [expired, cancel_expired] =
      context::WithTimeoutCause(Background(), 1ms, Problem("too slow"));
  ASSERT_TRUE(expired.Done().WaitFor(kLong));
  cancel_expired();
  EXPECT_EQ(expired.Err(), Errc::deadline_exceeded);
  EXPECT_EQ(What(Cause(expired)), "too slow");

  auto [past, cancel_past] =
      context::WithDeadlineCause(Background(), context::Clock::now() - 1s, Problem("too late"));
  EXPECT_EQ(What(Cause(past)), "too late");
  auto [below, cancel_below] = context::WithCancel(past);
  EXPECT_EQ(below.Err(), Errc::deadline_exceeded);
  EXPECT_EQ(What(Cause(below)), "too late");
  cancel_below();
  cancel_past();

  auto [canceled, cancel] = context::WithTimeoutCause(Background(), 1h, Problem("unused"));
  cancel();
  EXPECT_EQ(canceled.Err(), Errc::canceled);
  EXPECT_EQ(What(Cause(canceled)), "context canceled");

  auto [plain, cancel_plain] = context::WithTimeoutCause(Background(), -1s, nullptr);
  EXPECT_EQ(What(Cause(plain)), "context deadline exceeded");
  cancel_plain();
}

TEST(S20, ACanceledParentSetsItsOwnCause) {
  auto [parent, cancel_parent] = context::WithCancelCause(Background());
  auto [child, cancel_child] = context::WithTimeoutCause(parent, 1h, Problem("unused"));
  cancel_parent(Problem("parent"));
  EXPECT_EQ(child.Err(), Errc::canceled);
  EXPECT_EQ(What(Cause(child)), "parent");
  cancel_child();
}

}  // namespace
}  // namespace context_test
