// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts of the user's own, and how children are linked to parents.
#include <atomic>
#include <functional>
#include <latch>
#include <vector>

#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::Cause;
using context::Context;
using context::DoneChannel;
using context::DoneSource;
using context::Errc;
using context::MakeContext;
using context::internal::Registered;

const std::error_code kIoError = std::make_error_code(std::errc::io_error);

// Every function is what the test makes of it.
class Scripted : public context::Interface {
 public:
  std::optional<context::Clock::time_point> Deadline() const override {
    ++deadline_calls;
    return on_deadline ? on_deadline() : std::nullopt;
  }
  DoneChannel Done() const override {
    ++done_calls;
    return on_done ? on_done() : source.Channel();
  }
  std::error_code Err() const noexcept override {
    ++err_calls;
    return on_err ? on_err() : std::error_code();
  }
  const void* Value(const void* key) const override { return on_value ? on_value(key) : nullptr; }

  std::function<std::optional<context::Clock::time_point>()> on_deadline;
  std::function<DoneChannel()> on_done;
  std::function<std::error_code()> on_err;
  std::function<const void*(const void*)> on_value;
  const DoneSource source;
  mutable std::atomic<int> deadline_calls{0};
  mutable std::atomic<int> done_calls{0};
  mutable std::atomic<int> err_calls{0};
};

TEST(S33, AUsersContextIsPassedOnVerbatim) {
  static constexpr context::Key<int> kNumber{"number"};
  static constexpr context::Key<int> kOther{"other"};
  const int number = 5;
  const auto deadline = context::Clock::now() + 1h;
  auto user = std::make_shared<Scripted>();
  user->on_deadline = [&] { return deadline; };
  user->on_err = [] { return kIoError; };  // though Done() is open
  user->on_value = [&](const void* key) { return key == &kNumber ? &number : nullptr; };
  const Context ctx = MakeContext(user);
  EXPECT_EQ(ctx.Deadline(), deadline);
  EXPECT_EQ(ctx.Err(), kIoError);
  EXPECT_FALSE(ctx.Done().Closed());
  EXPECT_EQ(ctx.Done(), user->source.Channel());
  EXPECT_EQ(ctx.Value(kNumber), &number);
  EXPECT_EQ(ctx.Value(kOther), nullptr);
  const Context above = context::WithValue(ctx, kOther, 6);
  EXPECT_EQ(above.Value(kNumber), &number);
  EXPECT_EQ(*above.Value(kOther), 6);
  EXPECT_EQ(above.Err(), kIoError);
  EXPECT_THROW(above.ThrowIfDone(), std::system_error);
  user->source.Close();
}

TEST(S33, DeadlineAndDoneAreAskedOnce) {
  auto user = std::make_shared<Scripted>();
  const Context ctx = MakeContext(user);
  auto [child, cancel] = context::WithTimeout(ctx, 1h);
  EXPECT_TRUE(ctx.Done().CanClose());
  EXPECT_FALSE(ctx.Deadline());
  cancel();
  EXPECT_EQ(user->deadline_calls, 1);
  EXPECT_EQ(user->done_calls, 1);
}

TEST(S33, WhatTheyThrowPasses) {
  auto user = std::make_shared<Scripted>();
  user->on_deadline = []() -> std::optional<context::Clock::time_point> {
    throw std::logic_error("deadline");
  };
  EXPECT_THROW(MakeContext(user), std::logic_error);
  user->on_deadline = nullptr;
  user->on_done = []() -> DoneChannel { throw std::domain_error("done"); };
  EXPECT_THROW(MakeContext(user), std::domain_error);
  EXPECT_THROW(MakeContext(nullptr), std::invalid_argument);
  EXPECT_EQ(user.use_count(), 1);
}

TEST(S33, TheUsersObjectLivesAsLongAsAContextOfIt) {
  auto user = std::make_shared<Scripted>();
  const std::weak_ptr<Scripted> watch = user;
  {
    const Context ctx = MakeContext(std::move(user));
    auto child = std::make_unique<context::Cancelable>(context::WithCancel(ctx));
    EXPECT_FALSE(watch.expired());
    child->cancel();
  }
  EXPECT_TRUE(watch.expired());
}

TEST(S34, AUsersContextEndsWhatDerivesFromIt) {
  auto user = std::make_shared<Scripted>();
  const Context ctx = MakeContext(user);
  auto [child, cancel_child] = context::WithCancel(ctx);
  auto [leaf, cancel_leaf] = context::WithTimeout(child, 1h);
  auto [sibling, cancel_sibling] = context::WithCancel(ctx);
  EXPECT_EQ(Registered(ctx), 2u) << "by callback, without a thread";
  cancel_sibling();
  EXPECT_EQ(Registered(ctx), 1u);
  user->on_err = [] { return kIoError; };
  user->source.Close();
  EXPECT_EQ(child.Err(), kIoError);
  EXPECT_EQ(leaf.Err(), kIoError);
  EXPECT_EQ(sibling.Err(), Errc::canceled);
  EXPECT_EQ(What(Cause(leaf)), std::system_error(kIoError).what());
  EXPECT_EQ(Cause(leaf), Cause(child));
  auto [late, cancel_late] = context::WithCancel(ctx);
  EXPECT_EQ(late.Err(), kIoError);
  EXPECT_EQ(What(Cause(late)), std::system_error(kIoError).what());
  EXPECT_EQ(What(Cause(ctx)), std::system_error(kIoError).what());
  cancel_late();
  cancel_leaf();
  cancel_child();
}

TEST(S34, AnEmptyErrAtClosingCountsAsCanceled) {
  auto user = std::make_shared<Scripted>();
  const Context ctx = MakeContext(user);
  auto [child, cancel] = context::WithCancel(ctx);
  user->source.Close();
  auto [late, cancel_late] = context::WithCancel(ctx);
  EXPECT_FALSE(ctx.Err()) << "verbatim";
  EXPECT_EQ(child.Err(), Errc::canceled);
  EXPECT_EQ(late.Err(), Errc::canceled);
  EXPECT_EQ(What(Cause(child)), "context canceled");
  EXPECT_EQ(What(Cause(ctx)), "context canceled");
  cancel();
  cancel_late();
}

TEST(S34, TwoContextsOfOneChannelHaveTheirOwnErrors) {
  const DoneSource source;
  auto first = std::make_shared<Scripted>();
  auto second = std::make_shared<Scripted>();
  for (const auto& user : {first, second}) {
    user->on_done = [source] { return source.Channel(); };
  }
  first->on_err = [] { return kIoError; };
  second->on_err = [] { return make_error_code(Errc::deadline_exceeded); };
  std::vector<context::Cancelable> made;
  for (int i = 0; i < 6; ++i) {
    made.push_back(context::WithCancel(MakeContext(i % 2 == 0 ? first : second)));
  }
  source.Close();
  for (std::size_t i = 0; i < made.size(); ++i) {
    EXPECT_EQ(made[i].ctx.Err(), i % 2 == 0 ? kIoError : make_error_code(Errc::deadline_exceeded));
  }
}

TEST(S35, AChildRegistersThroughAWrapperThatKeepsDone) {
  auto [inner, cancel_inner] = context::WithCancelCause(Background());
  const Context wrapped = MakeContext(std::make_shared<Wrapper>(inner));
  auto [child, cancel] = context::WithCancel(wrapped);
  auto [twice, cancel_twice] = context::WithCancel(MakeContext(std::make_shared<Wrapper>(wrapped)));
  EXPECT_EQ(wrapped.Done(), inner.Done());
  EXPECT_EQ(Registered(inner), 2u);
  cancel_twice();
  EXPECT_EQ(Registered(inner), 1u);
  cancel_inner(Problem("inner"));
  EXPECT_EQ(child.Err(), Errc::canceled);
  EXPECT_EQ(What(Cause(child)), "inner");
  EXPECT_EQ(What(Cause(wrapped)), "inner");
  cancel();
}

TEST(S35, AWrapperThatIsDoneGivesItsOwnErr) {
  class Renamed final : public Wrapper {
   public:
    using Wrapper::Wrapper;
    std::error_code Err() const noexcept override {
      return inner_.Err() ? kIoError : std::error_code();
    }
  };
  auto [inner, cancel_inner] = context::WithCancelCause(Background());
  cancel_inner(Problem("inner"));
  auto [child, cancel] = context::WithCancel(MakeContext(std::make_shared<Renamed>(inner)));
  EXPECT_EQ(child.Err(), kIoError);
  EXPECT_EQ(What(Cause(child)), "inner");
  cancel();
}

TEST(S35, AWrapperWithADoneOfItsOwnIsFollowed) {
  class Detached final : public Wrapper {
   public:
    using Wrapper::Wrapper;
    DoneChannel Done() const override { return source.Channel(); }
    const DoneSource source;
  };
  auto [inner, cancel_inner] = context::WithCancel(Background());
  auto user = std::make_shared<Detached>(inner);
  auto [child, cancel] = context::WithCancel(MakeContext(user));
  EXPECT_EQ(Registered(inner), 0u);
  cancel_inner();
  EXPECT_FALSE(child.Err());
  user->source.Close();
  EXPECT_EQ(child.Err(), Errc::canceled);
  cancel();
}

TEST(S36, AParentThatCanNeverEndLinksNothing) {
  auto user = std::make_shared<Scripted>();
  user->on_done = [] { return DoneChannel::Never(); };
  for (const Context& parent :
       {Background(), context::WithoutCancel(Background()), MakeContext(user)}) {
    auto [child, cancel] = context::WithCancel(parent);
    EXPECT_FALSE(child.Err());
    EXPECT_EQ(Registered(parent), 0u);
    cancel();
    EXPECT_TRUE(child.Err());
  }
}

TEST(S37, ADoneSourceClosesOnce) {
  const DoneSource source;
  const DoneSource copy = source;
  const DoneChannel channel = source.Channel();
  EXPECT_EQ(channel, copy.Channel());
  EXPECT_TRUE(channel.CanClose());
  EXPECT_FALSE(channel.Closed());
  std::thread waiting([channel] { channel.Wait(); });
  copy.Close();
  source.Close();
  waiting.join();
  EXPECT_TRUE(channel.Closed());
  EXPECT_FALSE(channel == DoneSource().Channel());
}

TEST(S37, WhatDerivesIsDoneWhenAnyCloseReturns) {
  for (int round = 0; round < 100; ++round) {
    auto user = std::make_shared<Scripted>();
    user->on_err = [] { return kIoError; };
    const Context ctx = MakeContext(user);
    std::vector<context::Cancelable> made;
    for (int i = 0; i < 50; ++i) made.push_back(context::WithCancel(ctx));
    std::latch start(2);
    const auto close = [&] {
      start.arrive_and_wait();
      user->source.Close();
      for (const auto& one : made) EXPECT_EQ(one.ctx.Err(), kIoError);
    };
    std::thread first(close);
    std::thread second(close);
    first.join();
    second.join();
    EXPECT_EQ(user->err_calls, 1);
  }
}

TEST(S37, CloseAndCancelMayBeCalledFromErr) {
  auto user = std::make_shared<Scripted>();
  const Context ctx = MakeContext(user);
  auto [first, cancel_first] = context::WithCancel(ctx);
  auto [second, cancel_second] = context::WithCancel(ctx);
  auto [below, cancel_below] = context::WithCancel(first);
  user->on_err = [&, cancel_first = cancel_first, cancel_second = cancel_second] {
    user->source.Close();  // under way already: returns at once
    cancel_first();
    cancel_second();
    auto [late, cancel_late] = context::WithCancel(second);
    cancel_late();
    EXPECT_TRUE(late.Err());
    return kIoError;
  };
  user->source.Close();
  EXPECT_EQ(first.Err(), Errc::canceled);
  EXPECT_EQ(second.Err(), Errc::canceled);
  EXPECT_EQ(below.Err(), Errc::canceled);
  cancel_below();
  user->on_err = nullptr;
}

}  // namespace
}  // namespace context_test
