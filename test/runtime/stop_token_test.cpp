// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts from stop_tokens and back.
#include <version>

#if defined(__cpp_lib_jthread)

#include <atomic>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <stop_token>
#include <vector>

#include "allocation.h"
#include "context/stop_token.h"
#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::Cancelable;
using context::Context;
using context::Errc;
using context::ToStopToken;
using context::WithStopToken;
using context::internal::Registered;

// Waits until stop is requested of a token, without polling.
bool AwaitStop(const std::stop_token& token) {
  Event stopped;
  const std::stop_callback callback(token, [&] { stopped.Set(); });
  return stopped.Await();
}

TEST(S60, RequestStopEndsTheContextBeforeItReturns) {
  std::stop_source source;
  auto [ctx, cancel] = WithStopToken(Background(), source.get_token());
  context::Defer guard(cancel);
  auto [child, cancel_child] = context::WithTimeout(ctx, 1h);
  context::Defer guard_child(cancel_child);
  EXPECT_FALSE(ctx.Err());
  EXPECT_TRUE(source.request_stop());
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  EXPECT_EQ(child.Err(), Errc::canceled);
  EXPECT_EQ(What(context::Cause(child)), "context canceled");
}

TEST(S60, AStoppedTokenGivesADoneContext) {
  std::stop_source source;
  source.request_stop();
  auto [ctx, cancel] = WithStopToken(Background(), source.get_token());
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  cancel();
}

TEST(S60, ItIsAChildOfItsParentLikeAnyOther) {
  static constexpr context::Key<int> kNumber{"number"};
  std::stop_source source;
  auto [parent, cancel_parent] =
      context::WithCancelCause(context::WithValue(Background(), kNumber, 1));
  auto [ctx, cancel] = WithStopToken(parent, source.get_token());
  auto [other, cancel_other] = WithStopToken(parent, source.get_token());
  EXPECT_EQ(*ctx.Value(kNumber), 1);
  cancel_other();
  EXPECT_EQ(other.Err(), Errc::canceled);
  EXPECT_FALSE(ctx.Err());
  cancel_parent(std::runtime_error("enough"));
  EXPECT_EQ(What(context::Cause(ctx)), "enough");
  EXPECT_FALSE(source.stop_requested()) << "the token's owner is not told";
  source.request_stop();
  EXPECT_EQ(What(context::Cause(ctx)), "enough");
  cancel();
}

TEST(S60, ATokenThatCannotStopEndsNothing) {
  auto [ctx, cancel] = WithStopToken(Background(), std::stop_token());
  EXPECT_EQ(ctx.String(), "context.Background.WithCancel");
  EXPECT_FALSE(ctx.Err());
  cancel();
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  std::optional<std::stop_source> source(std::in_place);
  auto [orphan, cancel_orphan] = WithStopToken(Background(), source->get_token());
  source.reset();
  EXPECT_FALSE(orphan.Err());
  cancel_orphan();
}

// Whether a stop state has a callback cannot be asked. What request_stop() calls can: nothing, and
// nothing of the context is left.
TEST(S60, ADroppedContextLeavesNothingBehind) {
  static constexpr context::Key<std::shared_ptr<int>> kShared{"shared"};
  std::stop_source source;
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  {
    const Context between = context::WithValue(parent, kShared, std::move(token));
    const Cancelable made = WithStopToken(between, source.get_token());
    const Cancelable below = context::WithTimeout(made.ctx, 1h);
    EXPECT_EQ(Registered(parent), 1u);
  }
  EXPECT_EQ(Registered(parent), 0u);
  EXPECT_TRUE(watch.expired());
  source.request_stop();
  EXPECT_FALSE(parent.Err());
}

TEST(S60, EachHandleKeepsTheLink) {
  std::stop_source source;
  const context::DoneChannel done = [&] {
    return context::DoneChannel(WithStopToken(Background(), source.get_token()).ctx.Done());
  }();
  const Context child = [&] {
    return context::WithCancel(WithStopToken(Background(), source.get_token()).ctx).ctx;
  }();
  EXPECT_FALSE(done.Closed());
  source.request_stop();
  EXPECT_TRUE(done.Closed());
  EXPECT_EQ(child.Err(), Errc::canceled);
}

TEST(S60, RequestCancelAndDropRace) {
  for (int round = 0; round < 300; ++round) {
    std::stop_source source;
    auto [parent, cancel_parent] = context::WithCancel(Background());
    std::optional<Cancelable> made = WithStopToken(parent, source.get_token());
    const context::CancelFunc cancel = made->cancel;
    const context::DoneChannel done = made->ctx.Done();
    std::latch start(3);
    std::thread stopping([&] {
      start.arrive_and_wait();
      source.request_stop();
      EXPECT_TRUE(done.Closed());
    });
    std::thread dropping([&] {
      start.arrive_and_wait();
      made.reset();
    });
    start.arrive_and_wait();
    if (round % 3 == 0) cancel();
    if (round % 3 == 1) cancel_parent();
    stopping.join();
    dropping.join();
    cancel_parent();
  }
  for (int round = 0; round < 300; ++round) {
    // Nothing is left but the link, while the token is stopped.
    std::stop_source source;
    std::optional<Cancelable> made = WithStopToken(Background(), source.get_token());
    std::latch start(2);
    std::thread stopping([&] {
      start.arrive_and_wait();
      source.request_stop();
    });
    start.arrive_and_wait();
    made.reset();
    stopping.join();
  }
}

TEST(S60, WithJthread) {
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  Event running;
  std::error_code err;
  {
    std::jthread worker([&, parent = parent](std::stop_token token) {
      auto [ctx, cancel_ctx] = WithStopToken(parent, token);
      context::Defer guard_ctx(cancel_ctx);
      running.Set();
      ctx.Done().Wait();
      err = ctx.Err();
    });
    EXPECT_TRUE(running.Await());
  }
  EXPECT_EQ(err, Errc::canceled);
}

TEST(S61, TheTokenIsStoppedWhenTheContextIsDone) {
  auto [ctx, cancel] = context::WithCancel(Background());
  const std::stop_token token = ToStopToken(ctx);
  EXPECT_TRUE(token.stop_possible());
  EXPECT_FALSE(token.stop_requested());
  std::thread::id on;
  Event called;
  const std::stop_callback callback(token, [&] {
    on = std::this_thread::get_id();
    called.Set();
  });
  cancel();
  EXPECT_TRUE(called.Await());
  EXPECT_TRUE(token.stop_requested());
  EXPECT_NE(on, std::this_thread::get_id()) << "never on the canceller's thread";
}

TEST(S61, ADeadlineAndAnAncestorStopItToo) {
  auto [parent, cancel] = context::WithCancel(Background());
  auto [child, cancel_child] = context::WithCancel(parent);
  auto [timed, cancel_timed] = context::WithTimeout(Background(), 5ms);
  const std::stop_token by_parent = ToStopToken(child);
  const std::stop_token by_deadline = ToStopToken(timed);
  EXPECT_TRUE(AwaitStop(by_deadline));
  EXPECT_FALSE(by_parent.stop_requested());
  cancel();
  EXPECT_TRUE(AwaitStop(by_parent));
  cancel_child();
  cancel_timed();
}

TEST(S61, ADoneContextGivesAStoppedToken) {
  auto [ctx, cancel] = context::WithCancel(Background());
  cancel();
  EXPECT_TRUE(ToStopToken(ctx).stop_requested());
}

TEST(S61, WhatCanNeverEndGivesATokenThatCannotStop) {
  EXPECT_FALSE(ToStopToken(Background()).stop_possible());
  EXPECT_FALSE(ToStopToken(context::WithoutCancel(Background())).stop_possible());
  std::stop_token token;
  {
    const Cancelable made = context::WithCancel(Background());
    token = ToStopToken(made.ctx);
    EXPECT_TRUE(token.stop_possible());
  }
  EXPECT_FALSE(token.stop_possible()) << "nobody can cancel it any more";
  EXPECT_FALSE(token.stop_requested());
}

TEST(S61, CancellingFreesThePlaceThatAConversionTakes) {
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  {
    auto [child, cancel_child] = context::WithCancel(parent);
    (void)ToStopToken(child);
    (void)ToStopToken(parent);
    EXPECT_EQ(Registered(child), 1u);
    EXPECT_EQ(Registered(parent), 2u);
    cancel_child();
  }
  EXPECT_EQ(Registered(parent), 1u) << "that of its own conversion stays";
}

TEST(S61, ARoundTripStopsAndLeavesNothing) {
  // From a context to a token to a context to a token.
  auto [ctx, cancel] = context::WithCancel(Background());
  auto [back, cancel_back] = WithStopToken(ctx, ToStopToken(ctx));
  const std::stop_token token = ToStopToken(back);
  cancel();
  EXPECT_EQ(back.Err(), Errc::canceled);
  EXPECT_TRUE(AwaitStop(token));
  cancel_back();
  // From a token to a context and back to a token.
  std::stop_source source;
  auto [from, cancel_from] = WithStopToken(Background(), source.get_token());
  const std::stop_token again = ToStopToken(from);
  source.request_stop();
  EXPECT_TRUE(AwaitStop(again));
  cancel_from();
}

#ifdef CONTEXT_TEST_OWN_NEW
TEST(S61, NothingOfARoundTripIsLeftOnTheHeap) {
  context::AfterFunc(context::WithCancel(Background()).ctx, [] {});  // there is a worker
  const std::ptrdiff_t before = Allocations::Live();
  {
    std::stop_source source;
    const Cancelable made = WithStopToken(Background(), source.get_token());
    const std::stop_token token = ToStopToken(made.ctx);
    const Cancelable back = WithStopToken(made.ctx, token);
    const std::stop_token unused = ToStopToken(back.ctx);
    (void)unused;
  }
  EXPECT_EQ(Allocations::Live(), before);
}
#endif

TEST(S61, AConditionVariableIsWaitedForWithAToken) {
  auto [ctx, cancel] = context::WithTimeout(Background(), 5ms);
  context::Defer guard(cancel);
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  EXPECT_FALSE(changed.wait(lock, ToStopToken(ctx), [] { return false; }));
  EXPECT_EQ(ctx.Err(), Errc::deadline_exceeded);
}

}  // namespace
}  // namespace context_test

#endif
