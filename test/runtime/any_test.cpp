// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts with several parents.
#include <algorithm>
#include <atomic>
#include <random>
#include <vector>

#include "testing.h"

namespace context_test {
namespace {

using context::AfterFunc;
using context::Background;
using context::Cancelable;
using context::CancelableCause;
using context::Clock;
using context::Context;
using context::DoneChannel;
using context::Errc;
using context::StopFunc;
using context::WithAny;
using context::WithCancel;
using context::WithTimeout;
using context::internal::PendingTimers;
using context::internal::Registered;

inline constexpr context::Key<int> kNumber{"number"};
inline constexpr context::Key<int> kOther{"other"};
inline constexpr context::Key<std::shared_ptr<int>> kShared{"shared"};

TEST(S38, ItIsDoneWhenTheFirstParentIs) {
  for (const bool first : {true, false}) {
    auto [a, cancel_a] = context::WithCancelCause(Background());
    auto [b, cancel_b] = context::WithCancelCause(Background());
    auto [ctx, cancel] = WithAny(a, b);
    auto [child, cancel_child] = WithCancel(ctx);
    EXPECT_FALSE(ctx.Err());
    EXPECT_FALSE(ctx.Done().Closed());
    EXPECT_EQ(context::Cause(ctx), nullptr);
    (first ? cancel_a : cancel_b)(std::runtime_error("the first"));
    EXPECT_EQ(ctx.Err(), Errc::canceled);
    EXPECT_TRUE(ctx.Done().Closed());
    EXPECT_EQ(child.Err(), Errc::canceled) << "before the call returns";
    (first ? cancel_b : cancel_a)(std::runtime_error("the second"));
    EXPECT_EQ(What(context::Cause(ctx)), "the first");
    EXPECT_EQ(What(context::Cause(child)), "the first");
    cancel();
    cancel_child();
  }
}

TEST(S38, ItsEndReachesNoParent) {
  auto [a, cancel_a] = WithCancel(Background());
  auto [b, cancel_b] = WithCancel(Background());
  auto [ctx, cancel] = WithAny(a, b);
  EXPECT_EQ(Registered(a), 1u);
  EXPECT_EQ(Registered(b), 1u);
  cancel();
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  EXPECT_FALSE(a.Err());
  EXPECT_FALSE(b.Err());
  EXPECT_EQ(Registered(a), 0u);
  EXPECT_EQ(Registered(b), 0u);
  cancel_a();
  cancel_b();
}

TEST(S38, AParentsEndFreesThePlacesInTheOthers) {
  auto [a, cancel_a] = WithCancel(Background());
  auto [b, cancel_b] = WithCancel(Background());
  auto [c, cancel_c] = WithCancel(Background());
  const Cancelable joined = WithAny(a, b, c);
  cancel_b();
  EXPECT_TRUE(joined.ctx.Err());
  EXPECT_EQ(Registered(a), 0u);
  EXPECT_EQ(Registered(c), 0u);
  joined.cancel();
  cancel_a();
  cancel_c();
}

TEST(S38, OfParentsThatAreDoneTheFirstCounts) {
  auto [alive, cancel_alive] = WithCancel(Background());
  auto [a, cancel_a] = context::WithCancelCause(Background());
  auto [b, cancel_b] = context::WithCancelCause(Background());
  cancel_b(std::runtime_error("b"));
  cancel_a(std::runtime_error("a"));
  EXPECT_EQ(What(context::Cause(WithAny(alive, a, b).ctx)), "a");
  EXPECT_EQ(What(context::Cause(WithAny(b, alive, a).ctx)), "b");
  EXPECT_EQ(Registered(alive), 0u);
  cancel_alive();
}

TEST(S38, ItsDeadlineIsTheEarliest) {
  const auto soon = Clock::now() + 1h;
  auto [a, cancel_a] = context::WithDeadline(Background(), soon + 1h);
  auto [b, cancel_b] = context::WithDeadline(Background(), soon);
  auto [c, cancel_c] = WithCancel(Background());
  auto [ctx, cancel] = WithAny(c, a, b);
  EXPECT_EQ(ctx.Deadline(), soon);
  auto [without, cancel_without] = WithAny(c, Background());
  EXPECT_EQ(without.Deadline(), std::nullopt);
  const std::size_t timers = PendingTimers();
  auto [plain, cancel_plain] = WithTimeout(ctx, 90min);
  EXPECT_EQ(PendingTimers(), timers) << "the parent's deadline is earlier";
  for (const auto& end : {cancel, cancel_without, cancel_plain, cancel_a, cancel_b, cancel_c})
    end();

  auto [timed, cancel_timed] = WithTimeout(Background(), 10ms);
  auto [late, cancel_late] = WithAny(Background(), timed, WithCancel(Background()).ctx);
  EXPECT_TRUE(late.Done().WaitFor(kLong));
  EXPECT_EQ(late.Err(), Errc::deadline_exceeded);
  cancel_late();
  cancel_timed();
}

TEST(S38, ValuesAreLookedUpInTheOrderGiven) {
  const Context a = context::WithValue(Background(), kNumber, 1);
  const Context b = context::WithValue(context::WithValue(Background(), kNumber, 2), kOther, 3);
  auto [ctx, cancel] = WithAny(a, b);
  EXPECT_EQ(*ctx.Value(kNumber), 1);
  EXPECT_EQ(*ctx.Value(kOther), 3);
  EXPECT_EQ(ctx.Value(kShared), nullptr);
  auto [reversed, cancel_reversed] = WithAny(b, a);
  EXPECT_EQ(*reversed.Value(kNumber), 2);
  const Context below = context::WithValue(ctx, kNumber, 4);
  EXPECT_EQ(*below.Value(kNumber), 4);
  EXPECT_EQ(*below.Value(kOther), 3);
  auto [nested, cancel_nested] = WithAny(WithCancel(Background()).ctx, below, reversed);
  EXPECT_EQ(*nested.Value(kNumber), 4);
  EXPECT_EQ(*nested.Value(kOther), 3);
  EXPECT_EQ(context::WithoutCancel(nested).Value(kOther), nested.Value(kOther));
  for (const auto& end : {cancel, cancel_reversed, cancel_nested}) end();
  EXPECT_EQ(*nested.Value(kOther), 3) << "values survive the end";
}

TEST(S38, AUsersContextThatHasNoSuchValueIsNotTheLastToBeAsked) {
  const Context user = context::MakeContext(std::make_shared<Custom>());
  auto [ctx, cancel] = WithAny(user, context::WithValue(Background(), kNumber, 1));
  ASSERT_NE(ctx.Value(kNumber), nullptr);
  EXPECT_EQ(*ctx.Value(kNumber), 1);
  cancel();
}

TEST(S38, ParentsOfEveryKind) {
  auto user = std::make_shared<Custom>(std::make_error_code(std::errc::io_error));
  auto [a, cancel_a] = WithCancel(Background());
  const Context own = context::MakeContext(user);
  const Context wrapped = context::MakeContext(std::make_shared<Wrapper>(a));
  auto [ctx, cancel] = WithAny(context::WithoutCancel(a), wrapped, own, context::TODO());
  auto [child, cancel_child] = WithCancel(ctx);
  user->source.Close();
  EXPECT_EQ(ctx.Err(), std::errc::io_error);
  EXPECT_EQ(child.Err(), std::errc::io_error);
  EXPECT_EQ(Registered(a), 0u);
  EXPECT_EQ(WithAny(a, own).ctx.Err(), std::errc::io_error) << "done already";

  auto [through, cancel_through] = WithAny(Background(), wrapped, wrapped);
  EXPECT_EQ(Registered(a), 2u);
  cancel_a();
  EXPECT_EQ(through.Err(), Errc::canceled);
  cancel();
  cancel_child();
  cancel_through();
}

TEST(S38, OneParentOrNone) {
  auto [a, cancel_a] = WithCancel(Background());
  auto [one, cancel_one] = WithAny(a);
  auto [roots, cancel_roots] = WithAny(Background(), context::TODO());
  auto [none, cancel_none] = WithAny(std::span<const Context>());
  auto [twice, cancel_twice] = WithAny(a, a);
  const std::vector<Context> many(100, a);
  auto [hundred, cancel_hundred] = WithAny(many);
  cancel_a();
  EXPECT_TRUE(one.Err());
  EXPECT_TRUE(twice.Err());
  EXPECT_TRUE(hundred.Err());
  EXPECT_FALSE(roots.Err());
  EXPECT_FALSE(none.Err());
  for (const auto& end : {cancel_one, cancel_roots, cancel_none, cancel_twice, cancel_hundred}) {
    end();
  }
  EXPECT_TRUE(roots.Err());
  EXPECT_TRUE(none.Err());
}

TEST(S38, StringNamesTheFirstParentAndTheirNumber) {
  auto [a, cancel_a] = WithCancel(Background());
  auto [ctx, cancel] = WithAny(a, WithCancel(Background()).ctx, Background());
  EXPECT_EQ(ctx.String(), "context.Background.WithCancel.WithAny(2)");
  cancel();
  cancel_a();
}

TEST(S38, ADroppedOneFreesItsPlaces) {
  auto [a, cancel_a] = WithCancel(Background());
  auto [b, cancel_b] = WithCancel(Background());
  {
    const Cancelable joined = WithAny(a, b);
  }
  EXPECT_EQ(Registered(a), 0u);
  EXPECT_EQ(Registered(b), 0u);
  {
    const Cancelable below = WithCancel(WithAny(a, b).ctx);
    EXPECT_EQ(Registered(a), 1u);
  }
  EXPECT_EQ(Registered(a), 0u);
  EXPECT_EQ(Registered(b), 0u);
  cancel_a();
  cancel_b();
}

TEST(S38, AnAfterFuncOfADroppedOneFiresAtTheEndOfAnyParent) {
  for (const int which : {0, 1, 2}) {
    std::vector<Cancelable> parents;
    for (int i = 0; i < 3; ++i) parents.push_back(WithCancel(Background()));
    Event ran;
    AfterFunc(WithCancel(WithAny(parents[0].ctx, parents[1].ctx, parents[2].ctx).ctx).ctx,
              [&] { ran.Set(); });
    for (const Cancelable& parent : parents) EXPECT_EQ(Registered(parent.ctx), 1u);
    EXPECT_FALSE(ran.IsSet());
    parents[static_cast<std::size_t>(which)].cancel();
    EXPECT_TRUE(ran.Await());
    for (const Cancelable& parent : parents) {
      EXPECT_EQ(Registered(parent.ctx), 0u);
      parent.cancel();
    }
  }
}

TEST(S38, StoppingTheLastAfterFuncFreesEveryBranchAboveIt) {
  auto [a, cancel_a] = WithCancel(Background());
  auto [b, cancel_b] = WithCancel(Background());
  const StopFunc stop = [&a = a, &b = b] {
    const Cancelable left = WithCancel(a);
    const Cancelable right = WithTimeout(b, 1h);
    return AfterFunc(WithAny(left.ctx, WithAny(right.ctx, left.ctx).ctx).ctx, [] {});
  }();
  EXPECT_EQ(Registered(a), 1u);
  EXPECT_EQ(Registered(b), 1u);
  EXPECT_TRUE(stop());
  EXPECT_EQ(Registered(a), 0u);
  EXPECT_EQ(Registered(b), 0u);
  cancel_a();
  cancel_b();
}

TEST(S38, ItGoesWhenTheLastParentThatCouldEndItHasGone) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  std::optional<Cancelable> a = WithCancel(Background());
  std::optional<Cancelable> b = WithCancel(Background());
  std::optional<StopFunc> stop =
      AfterFunc(WithCancel(WithAny(a->ctx, WithAny(b->ctx, a->ctx).ctx).ctx).ctx, [token] {});
  token.reset();
  a.reset();
  EXPECT_FALSE(watch.expired()) << "b can still end it";
  b.reset();
  EXPECT_TRUE(watch.expired());
  EXPECT_TRUE((*stop)()) << "f never runs: true once";
  stop.reset();
}

TEST(S38, ParentsLiveAsLongAsItDoes) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  std::optional<Cancelable> ctx =
      WithAny(WithCancel(Background()).ctx,
              context::WithValue(WithCancel(Background()).ctx, kShared, std::move(token)));
  EXPECT_EQ(**ctx->ctx.Value(kShared), 1);
  ctx.reset();
  EXPECT_TRUE(watch.expired());
}

TEST(S38, DeepNestingIsCancelledLookedUpAndDestroyedWithoutRecursion) {
  constexpr int kDepth = 200'000;
  const auto nest = [](Context ctx, const Context& side) {
    for (int i = 0; i < kDepth; ++i) ctx = WithAny(ctx, side).ctx;
    return ctx;
  };
  auto [root, cancel_root] = WithCancel(context::WithValue(Background(), kNumber, 1));
  auto [side, cancel_side] = WithCancel(context::WithValue(Background(), kOther, 2));
  {
    const Context leaf = nest(root, side);
    EXPECT_EQ(*leaf.Value(kNumber), 1);
    EXPECT_EQ(*leaf.Value(kOther), 2);
  }
  EXPECT_EQ(Registered(root), 0u);
  EXPECT_EQ(Registered(side), 0u);
  const StopFunc stop = AfterFunc(nest(root, side), [] {});
  EXPECT_TRUE(stop());
  EXPECT_EQ(Registered(root), 0u);
  const StopFunc orphan =
      AfterFunc(nest(WithCancel(root).ctx, WithCancel(Background()).ctx), [] {});
  const Context last = nest(root, side);
  cancel_root();
  EXPECT_TRUE(last.Err());
  EXPECT_FALSE(orphan());
  cancel_side();
}

// Two passes come first to something below each other.
TEST(S38, CrossedParentsAreCancelledAtOnceWithoutDeadlock) {
  for (int round = 0; round < 2'000; ++round) {
    const Cancelable x = WithCancel(Background());
    const Cancelable y = WithCancel(Background());
    std::vector<Cancelable> made;
    for (int i = 0; i < 4; ++i) {
      made.push_back(WithAny(x.ctx, y.ctx));
      made.push_back(WithCancel(made.back().ctx));
      made.push_back(WithAny(y.ctx, made.front().ctx));
      made.push_back(WithCancel(x.ctx));
      made.push_back(WithAny(made.back().ctx, x.ctx));
    }
    std::atomic<int> ready{0};
    const auto racer = [&](const Cancelable& own) {
      ++ready;
      while (ready < 3) std::this_thread::yield();
      own.cancel();
      for (std::size_t i = 0; i < made.size(); ++i) {
        const bool below_both = i % 5 < 3;
        if (below_both || &own == &x) {
          ASSERT_TRUE(made[i].ctx.Err()) << i;
        }
      }
    };
    std::thread second([&] { racer(y); });
    std::thread third([&] {
      ++ready;
      while (ready < 3) std::this_thread::yield();
      made[3].cancel();
      made[1].cancel();
      EXPECT_TRUE(made[3].ctx.Err());
    });
    racer(x);
    second.join();
    third.join();
  }
}

// Three calls: the third comes to where the second waits for the first.
TEST(S38, AThirdCancelWaitsForWhatTheFirstHasBegun) {
  for (int round = 0; round < 20; ++round) {
    auto [above, cancel_above] = WithCancel(Background());
    auto [parent, cancel_parent] = WithCancel(above);
    auto [side, cancel_side] = WithCancel(Background());
    auto [joined, cancel_joined] = WithAny(parent, side);
    auto [last, cancel_last] = WithCancel(joined);  // a list is walked from its newest entry
    std::vector<Cancelable> before_it;
    for (int i = 0; i < 20'000; ++i) before_it.push_back(WithCancel(joined));
    std::thread first([&cancel = cancel_side] { cancel(); });
    while (!joined.Err()) {
    }
    std::thread second([&cancel = cancel_parent] { cancel(); });
    while (!parent.Err()) {
    }
    (round % 2 == 0 ? cancel_parent : cancel_above)();
    EXPECT_TRUE(last.Err());
    first.join();
    second.join();
    cancel_above();
    cancel_joined();
    cancel_last();
  }
}

TEST(S38, AParentThatEndsMeanwhileLeavesNothingInTheOthers) {
  auto [server, cancel_server] = WithCancel(Background());
  for (int round = 0; round < 3'000; ++round) {
    auto [request, cancel_request] = WithCancel(Background());
    const std::vector<Context> parents = [&request = request, &server = server] {
      std::vector<Context> all(20, server);
      all.front() = request;
      return all;
    }();
    std::atomic<bool> go{false};
    std::thread canceller([&, &cancel = cancel_request] {
      while (!go) {
      }
      cancel();
    });
    go = true;
    {
      const Cancelable joined = WithAny(parents);
    }
    canceller.join();
    ASSERT_EQ(Registered(server), 0u);
  }
  cancel_server();
}

TEST(S38, ManyCommonAncestorsAreAskedOnce) {
  Context ctx = context::WithValue(Background(), kNumber, 1);
  for (int i = 0; i < 200; ++i) {
    ctx = WithAny(context::WithValue(ctx, kOther, i), context::WithValue(ctx, kOther, -i)).ctx;
  }
  EXPECT_EQ(*ctx.Value(kNumber), 1);
  EXPECT_EQ(*ctx.Value(kOther), 199);
  EXPECT_EQ(ctx.Value(kShared), nullptr);  // 2^200 questions, one by one
}

TEST(S38, AnythingMayBeDoneAtOnce) {
  const auto end = Clock::now() + 1s;
  std::vector<Cancelable> parents;
  for (int i = 0; i < 4; ++i) parents.push_back(WithCancel(Background()));
  std::mutex mutex;
  std::atomic<long> registered{0};
  std::atomic<long> over{0};
  struct Counter {
    std::atomic<long>* over;
    ~Counter() { ++*over; }
  };
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      std::vector<Cancelable> mine;
      std::vector<StopFunc> stops;
      while (Clock::now() < end) {
        const auto pick = [&] {
          std::lock_guard lock(mutex);
          return parents[random() % parents.size()];
        };
        const Cancelable a = pick();
        const Cancelable b = pick();
        switch (random() % 8) {
          case 0:
            a.cancel();
            break;
          case 1: {
            const std::size_t at = random() % parents.size();
            std::lock_guard lock(mutex);
            parents[at] = random() % 2 == 0 ? WithCancel(Background()) : WithTimeout(a.ctx, 1ms);
            break;
          }
          case 2: {
            auto counter = std::make_shared<Counter>(&over);
            ++registered;
            stops.push_back(AfterFunc(WithAny(a.ctx, b.ctx).ctx, [counter] {}));
            break;
          }
          case 3:
            if (!stops.empty()) stops[random() % stops.size()]();
            break;
          case 4:
            mine.clear();
            stops.clear();
            break;
          case 5: {
            const Cancelable made = WithAny(a.ctx, b.ctx);
            std::lock_guard lock(mutex);
            parents[random() % parents.size()] = made;
            break;
          }
          default: {
            const bool was_done = a.ctx.Err() || b.ctx.Err();
            mine.push_back(WithAny(a.ctx, WithCancel(b.ctx).ctx));
            if (was_done) {
              EXPECT_TRUE(mine.back().ctx.Err());
            }
          }
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Cancelable& parent : parents) parent.cancel();
  parents.clear();
  const auto limit = Clock::now() + kLong;
  while (over < registered && Clock::now() < limit) std::this_thread::yield();
  EXPECT_EQ(over, registered) << "each function has run or gone";
}

// The same tree with and without the nodes that keep threads apart.
TEST(S46, WhatIsDerivedApartIsAChildLikeAnyOther) {
  auto [root, cancel] = context::WithCancelCause(context::WithValue(Background(), kNumber, 7));
  context::internal::DeriveApart(root);
  const Cancelable one = WithCancel(root);
  const Cancelable two = WithTimeout(context::WithValue(root, kOther, 8), 1h);
  const Cancelable any = WithAny(root, two.ctx);
  EXPECT_EQ(Registered(root), 3u);
  EXPECT_EQ(one.ctx.String(), root.String() + ".WithCancel");
  EXPECT_EQ(*two.ctx.Value(kOther), 8);
  EXPECT_EQ(*two.ctx.Value(kNumber), 7);
  one.cancel();
  EXPECT_EQ(Registered(root), 2u);
  cancel(std::runtime_error("why"));
  EXPECT_EQ(What(context::Cause(two.ctx)), "why");
  EXPECT_EQ(What(context::Cause(any.ctx)), "why");
  EXPECT_EQ(What(context::Cause(WithCancel(root).ctx)), "why");
  EXPECT_EQ(Registered(root), 0u);
}

TEST(S46, WhatIsDerivedApartKeepsItsParentAndNothingElseDoes) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  std::optional<Cancelable> root =
      WithCancel(context::WithValue(Background(), kShared, std::move(token)));
  context::internal::DeriveApart(root->ctx);
  {
    const Cancelable gone = WithCancel(root->ctx);
  }
  std::optional<Cancelable> child = WithCancel(root->ctx);
  const context::CancelFunc end_root = root->cancel;
  root.reset();
  EXPECT_EQ(**child->ctx.Value(kShared), 1);
  end_root();
  EXPECT_TRUE(child->ctx.Err());
  child.reset();
  EXPECT_FALSE(watch.expired()) << "the cancel function is a handle";

  std::optional<Cancelable> other =
      WithCancel(context::WithValue(Background(), kShared, std::make_shared<int>(2)));
  const std::weak_ptr<int> watch_other = *other->ctx.Value(kShared);
  context::internal::DeriveApart(other->ctx);
  child = WithCancel(other->ctx);
  other.reset();
  EXPECT_FALSE(watch_other.expired());
  child.reset();
  EXPECT_TRUE(watch_other.expired());
}

TEST(S46, AnAfterFuncOfADroppedChildIsKeptByWhatCanEndIt) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  Event ran;
  std::optional<Cancelable> top = WithCancel(Background());
  {
    const Cancelable root = WithCancel(top->ctx);
    context::internal::DeriveApart(top->ctx);
    context::internal::DeriveApart(root.ctx);
    AfterFunc(WithCancel(root.ctx).ctx, [&] { ran.Set(); });
    AfterFunc(WithCancel(context::WithValue(root.ctx, kNumber, 1)).ctx, [token] {});
    const StopFunc stop = AfterFunc(WithCancel(root.ctx).ctx, [token] {});
    EXPECT_TRUE(stop());
  }
  token.reset();
  EXPECT_FALSE(watch.expired());
  const context::CancelFunc end = top->cancel;
  top.reset();
  end();
  EXPECT_TRUE(ran.Await());
  const auto limit = Clock::now() + kLong;
  while (!watch.expired() && Clock::now() < limit) std::this_thread::yield();
  EXPECT_TRUE(watch.expired());

  token = std::make_shared<int>(2);
  const std::weak_ptr<int> unreachable = token;
  {
    const Cancelable root = WithCancel(Background());
    context::internal::DeriveApart(root.ctx);
    AfterFunc(WithCancel(root.ctx).ctx, [token] {});
    token.reset();
    EXPECT_FALSE(unreachable.expired());
  }
  EXPECT_TRUE(unreachable.expired()) << "nothing can end it any more";
}

TEST(S46, ThreadsDeriveFromOneParentThatOthersCancelAndDrop) {
  const auto end = Clock::now() + 1s;
  std::mutex mutex;
  Cancelable shared = WithCancel(Background());
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      std::vector<Cancelable> kept;
      while (Clock::now() < end) {
        Cancelable parent = [&] {
          std::lock_guard lock(mutex);
          if (random() % 64 == 0) shared = WithCancel(Background());
          return shared;
        }();
        context::internal::DeriveApart(parent.ctx);
        for (int i = 0; i < 32; ++i) {
          const bool was_done = static_cast<bool>(parent.ctx.Err());
          const Cancelable child = WithCancel(parent.ctx);
          if (was_done) {
            EXPECT_TRUE(child.ctx.Err());
          }
          if (i % 8 == 0) AfterFunc(child.ctx, [] {});
          if (i % 3 == 0) child.cancel();
          if (i % 5 == 0) kept.push_back(child);
        }
        if (random() % 16 == 0) parent.cancel();
        if (parent.ctx.Err()) {
          for (const Cancelable& child : kept) child.cancel();
        }
        if (random() % 8 == 0) kept.clear();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  shared.cancel();
}

}  // namespace
}  // namespace context_test
