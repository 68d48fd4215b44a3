// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What Go's own tests of package context look at and the other files here do not. The table at the
// end of docs/semantics.md has them all.
#include <atomic>
#include <latch>
#include <random>
#include <vector>

#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::Cause;
using context::Clock;
using context::Context;
using context::Errc;
using context::MakeContext;
using context::internal::Registered;

// A user's context over another one, with a Done of its own.
class Detached final : public Wrapper {
 public:
  using Wrapper::Wrapper;
  context::DoneChannel Done() const override { return source.Channel(); }
  std::error_code Err() const noexcept override {
    return source.Channel().Closed() ? make_error_code(Errc::canceled) : std::error_code();
  }
  const context::DoneSource source;
};

// A tree of cancelable contexts, four below each.
std::vector<context::Cancelable> Tree(std::size_t size) {
  std::vector<context::Cancelable> tree;
  tree.push_back(context::WithCancel(Background()));
  while (tree.size() < size) {
    tree.push_back(context::WithCancel(tree[(tree.size() - 1) / 4].ctx));
  }
  return tree;
}

TEST(S12, AllContextsOfATreeMayBeCancelledAtOnce) {
  for (int round = 0; round < 20; ++round) {
    const auto tree = Tree(40);
    std::latch start(static_cast<std::ptrdiff_t>(tree.size()));
    std::vector<std::thread> threads;
    for (const auto& made : tree) {
      threads.emplace_back([&start, &made] {
        start.arrive_and_wait();
        made.cancel();
      });
    }
    for (const auto& made : tree) EXPECT_TRUE(made.ctx.Done().WaitFor(kLong));
    for (std::thread& thread : threads) thread.join();
    for (const auto& made : tree) EXPECT_EQ(made.ctx.Err(), Errc::canceled);
  }
}

TEST(S12, AChildMayBeCancelledBecauseItsParentIs) {
  for (int round = 0; round < 100; ++round) {
    auto [parent, cancel_parent] = context::WithCancel(Background());
    auto [child, cancel_child] = context::WithCancel(parent);
    std::thread other([done = parent.Done(), cancel = cancel_child] {
      done.Wait();
      cancel();
    });
    cancel_parent();
    EXPECT_EQ(child.Err(), Errc::canceled);
    other.join();
  }
}

TEST(S14, AChildDerivedMeanwhileHasTheCause) {
  for (int round = 0; round < 100; ++round) {
    auto [parent, cancel] = context::WithCancelCause(Background());
    std::thread cancelling([cancel = cancel] { cancel(Problem("because")); });
    auto [child, cancel_child] = context::WithCancel(parent);
    EXPECT_TRUE(child.Done().WaitFor(kLong));
    EXPECT_EQ(child.Err(), Errc::canceled);
    EXPECT_EQ(What(Cause(child)), "because");
    cancelling.join();
    cancel_child();
  }
}

TEST(S18, ACauseIsWholeWhenItIsSeen) {
  for (int round = 0; round < 100; ++round) {
    auto [ctx, cancel] = context::WithCancelCause(Background());
    std::thread cancelling([cancel = cancel] { cancel(Problem("because")); });
    std::exception_ptr cause;
    while ((cause = Cause(ctx)) == nullptr) std::this_thread::yield();
    EXPECT_EQ(What(cause), "because") << "never the error alone";
    cancelling.join();
  }
}

TEST(S19, ACauseIsFoundThroughAUsersContext) {
  auto [inner, cancel_inner] = context::WithCancelCause(Background());
  auto user = std::make_shared<Detached>(inner);
  const Context ctx = MakeContext(user);
  auto [child, cancel_child] = context::WithCancel(context::WithTimeout(ctx, 1h).ctx);
  cancel_inner(Problem("inner"));
  EXPECT_EQ(Cause(ctx), nullptr) << "alive";
  user->source.Close();
  EXPECT_EQ(child.Err(), Errc::canceled);
  EXPECT_EQ(What(Cause(child)), "inner");
  EXPECT_EQ(What(Cause(ctx)), "inner");
  auto [late, cancel_late] = context::WithCancel(ctx);
  EXPECT_EQ(What(Cause(late)), "inner");
  cancel_late();
  cancel_child();
}

TEST(S19, AUsersContextThatEndsAloneHasItsErrorAsItsCause) {
  auto [inner, cancel_inner] = context::WithCancelCause(Background());
  auto user = std::make_shared<Detached>(inner);
  const Context ctx = MakeContext(user);
  auto [before, cancel_before] = context::WithCancelCause(ctx);
  auto [child, cancel_child] = context::WithCancelCause(ctx);
  cancel_before(Problem("own"));
  EXPECT_FALSE(ctx.Err());
  EXPECT_EQ(Cause(ctx), nullptr);
  user->source.Close();
  EXPECT_EQ(What(Cause(before)), "own");
  EXPECT_EQ(What(Cause(child)), "context canceled");
  EXPECT_EQ(What(Cause(ctx)), "context canceled");
  // Which of the two ended first cannot be told any more, here as in Go: the child knows.
  cancel_inner(Problem("inner"));
  EXPECT_EQ(What(Cause(ctx)), "inner");
  EXPECT_EQ(What(Cause(child)), "context canceled");
  cancel_child();
}

TEST(S19, AValueThatThrowsGivesTheError) {
  class Throwing final : public Wrapper {
   public:
    using Wrapper::Wrapper;
    context::DoneChannel Done() const override { return source.Channel(); }
    std::error_code Err() const noexcept override { return Errc::deadline_exceeded; }
    const void* Value(const void*) const override { throw std::runtime_error("value"); }
    const context::DoneSource source;
  };
  auto user = std::make_shared<Throwing>(Background());
  auto [child, cancel] = context::WithCancel(MakeContext(user));
  user->source.Close();
  EXPECT_EQ(child.Err(), Errc::deadline_exceeded);
  EXPECT_EQ(What(Cause(child)), "context deadline exceeded");
  cancel();
}

TEST(S25, ADeadlinePassesThroughAUsersContext) {
  for (const bool timeout : {false, true}) {
    auto [inner, cancel_inner] = timeout ? context::WithTimeout(Background(), 1ms)
                                         : context::WithDeadline(Background(), Clock::now() + 1ms);
    const Context ctx = MakeContext(std::make_shared<Wrapper>(inner));
    auto [child, cancel] = timeout ? context::WithTimeout(ctx, 1000h)
                                   : context::WithDeadline(ctx, Clock::now() + 1000h);
    EXPECT_EQ(child.Deadline(), inner.Deadline());
    EXPECT_TRUE(child.Done().WaitFor(kLong));
    EXPECT_EQ(ctx.Err(), Errc::deadline_exceeded);
    EXPECT_EQ(child.Err(), Errc::deadline_exceeded);
    cancel();
    cancel_inner();
  }
}

TEST(S25, ATimeoutThatIsCancelledFirstIsCanceled) {
  auto [inner, cancel_inner] = context::WithTimeout(Background(), 1h);
  const Context ctx = MakeContext(std::make_shared<Wrapper>(inner));
  auto [child, cancel] = context::WithTimeout(ctx, 2h);
  cancel();
  EXPECT_EQ(child.Err(), Errc::canceled);
  EXPECT_FALSE(ctx.Err());
  cancel_inner();
}

TEST(S26, ValuesAreFoundThroughLayersOfEveryKind) {
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::unique_ptr<context::Key<std::size_t>>> keys;
    std::vector<context::Cancelable> made;
    Context ctx = Background();
    for (int layer = 0; layer < 40 || made.empty() || keys.empty(); ++layer) {
      switch (random() % 4) {
        case 0:
          keys.push_back(std::make_unique<context::Key<std::size_t>>("layer"));
          ctx = context::WithValue(ctx, *keys.back(), keys.size());
          break;
        case 1:
          ctx = MakeContext(std::make_shared<Wrapper>(ctx));
          break;
        case 2:
          made.push_back(context::WithCancel(ctx));
          ctx = made.back().ctx;
          break;
        default:
          made.push_back(context::WithTimeout(ctx, round % 2 == 0 ? 1000h : 1h));
          ctx = made.back().ctx;
      }
    }
    const auto check = [&] {
      for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(*ctx.Value(*keys[i]), i + 1);
    };
    EXPECT_FALSE(ctx.Err());
    check();
    made[random() % made.size()].cancel();
    EXPECT_EQ(ctx.Err(), Errc::canceled);
    check();
  }
}

TEST(S34, APlaceInAUsersContextIsFreedAtOnce) {
  auto user = std::make_shared<Custom>();
  const Context ctx = MakeContext(user);
  auto [first, cancel_first] = context::WithCancel(ctx);
  auto [second, cancel_second] = context::WithTimeout(ctx, 1h);
  const context::StopFunc stop = context::AfterFunc(ctx, [] {});
  EXPECT_EQ(Registered(ctx), 3u);
  cancel_first();
  EXPECT_EQ(Registered(ctx), 2u);
  cancel_second();
  EXPECT_EQ(Registered(ctx), 1u);
  EXPECT_TRUE(stop());
  EXPECT_EQ(Registered(ctx), 0u);
}

TEST(S34, AFunctionRunsWhenAUsersContextEnds) {
  auto user = std::make_shared<Custom>();
  Event ran;
  const context::StopFunc stop = context::AfterFunc(MakeContext(user), [&] { ran.Set(); });
  EXPECT_FALSE(ran.IsSet());
  user->source.Close();
  EXPECT_TRUE(ran.Await());
  EXPECT_FALSE(stop());
}

}  // namespace
}  // namespace context_test
