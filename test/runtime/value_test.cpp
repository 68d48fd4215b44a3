// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values, and WithoutCancel.
#include <vector>

#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::Cause;
using context::Context;
using context::Errc;
using context::Key;
using context::WithValue;
using context::internal::Registered;

inline constexpr Key<std::string> kName{"name"};
inline constexpr Key<std::string> kSameName{"name"};
inline constexpr Key<int> kNumber{"number"};

TEST(S26, TheNearestValueIsFound) {
  const Context first = WithValue(Background(), kName, "first");
  auto [cancelable, cancel] = context::WithCancel(first);
  context::Defer guard(cancel);
  const Context second = WithValue(cancelable, kName, std::string("second"));
  const Context number = WithValue(second, kNumber, 7);
  EXPECT_EQ(*number.Value(kName), "second");
  EXPECT_EQ(*number.Value(kNumber), 7);
  EXPECT_EQ(*cancelable.Value(kName), "first");
  EXPECT_EQ(*first.Value(kName), "first");
  EXPECT_EQ(first.Value(kNumber), nullptr);
  EXPECT_EQ(Background().Value(kName), nullptr);
}

TEST(S26, AKeyIsItsAddress) {
  const Context ctx = WithValue(WithValue(Background(), kName, "a"), kSameName, "b");
  EXPECT_EQ(*ctx.Value(kName), "a");
  EXPECT_EQ(*ctx.Value(kSameName), "b");
  EXPECT_EQ(ctx.RawValue(&kName), ctx.Value(kName));
  EXPECT_EQ(ctx.RawValue(nullptr), nullptr);
}

TEST(S26, AValueIsTheSameObjectInEveryContext) {
  const Context ctx = WithValue(Background(), kName, "v");
  auto [child, cancel] = context::WithCancel(WithValue(ctx, kNumber, 1));
  context::Defer guard(cancel);
  EXPECT_EQ(ctx.Value(kName), child.Value(kName));
}

TEST(S27, AValueContextIsDoneWithItsParent) {
  auto [parent, cancel] = context::WithTimeout(Background(), 1h);
  const Context ctx = WithValue(WithValue(parent, kName, "v"), kNumber, 1);
  EXPECT_EQ(ctx.Done(), parent.Done());
  EXPECT_EQ(ctx.Deadline(), parent.Deadline());
  auto [child, cancel_child] = context::WithCancel(ctx);
  EXPECT_EQ(Registered(parent), 1u) << "a child registers through value contexts";
  cancel();
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  EXPECT_EQ(child.Err(), Errc::canceled);
  EXPECT_EQ(*child.Value(kName), "v") << "values survive cancellation";
  cancel_child();
}

TEST(S27, AValueLivesAsLongAsAContextThatHasIt) {
  static constexpr Key<std::shared_ptr<const int>> kShared{"shared"};
  auto value = std::make_shared<const int>(3);
  const std::weak_ptr<const int> watch = value;
  auto made = std::make_unique<context::Cancelable>(
      context::WithCancel(WithValue(Background(), kShared, std::move(value))));
  made->cancel();
  EXPECT_EQ(**made->ctx.Value(kShared), 3);
  made.reset();
  EXPECT_TRUE(watch.expired());
}

struct Throwing {
  Throwing() = default;
  Throwing(const Throwing&) { throw std::runtime_error("copy"); }
};

TEST(S27, WhatTheConversionThrowsPasses) {
  static constexpr Key<Throwing> kThrowing{"throwing"};
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  const Throwing value;
  EXPECT_THROW((void)WithValue(parent, kThrowing, value), std::runtime_error);
  EXPECT_FALSE(parent.Err());
}

TEST(S27, AValueIsConvertedToTheKeysType) {
  static constexpr Key<std::unique_ptr<int>> kOnlyMoves{"only moves"};
  static constexpr Key<const std::string> kConst{"const"};
  const Context ctx =
      WithValue(WithValue(Background(), kOnlyMoves, std::make_unique<int>(4)), kConst, "c");
  EXPECT_EQ(**ctx.Value(kOnlyMoves), 4);
  EXPECT_EQ(*ctx.Value(kConst), "c");
}

TEST(S28, WithoutCancelKeepsTheValuesAndDropsTheRest) {
  auto [timed, cancel] = context::WithTimeout(WithValue(Background(), kName, "v"), 1h);
  const Context detached = context::WithoutCancel(timed);
  EXPECT_EQ(Registered(timed), 0u);
  cancel();
  const Context late = context::WithoutCancel(timed);
  for (const Context& ctx : {detached, late, WithValue(detached, kNumber, 1)}) {
    EXPECT_FALSE(ctx.Err());
    EXPECT_FALSE(ctx.Deadline());
    EXPECT_FALSE(ctx.Done().CanClose());
    EXPECT_EQ(Cause(ctx), nullptr);
    EXPECT_EQ(*ctx.Value(kName), "v");
  }
}

TEST(S28, AChildOfWithoutCancelDependsOnNothingAbove) {
  auto [root, cancel_root] = context::WithCancelCause(WithValue(Background(), kName, "v"));
  auto [child, cancel] = context::WithTimeout(context::WithoutCancel(root), 1h);
  cancel_root(Problem("root"));
  EXPECT_FALSE(child.Err());
  EXPECT_EQ(*child.Value(kName), "v");
  cancel();
  EXPECT_EQ(child.Err(), Errc::canceled);
  EXPECT_EQ(What(Cause(child)), "context canceled");

  auto custom = std::make_shared<Custom>();
  const Context detached = context::WithoutCancel(context::MakeContext(custom));
  custom->source.Close();
  EXPECT_FALSE(detached.Err());
  EXPECT_EQ(Cause(detached), nullptr);
}

}  // namespace
}  // namespace context_test
