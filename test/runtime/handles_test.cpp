// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a context is before anything happens: handles, roots, errors, Done and String.
#include <atomic>
#include <type_traits>
#include <vector>

#include "testing.h"

bool AnnotatedCodeWorks();
context::Context MakeWithoutRtti();  // in annotations_test.cpp

namespace context_test {
namespace {

using context::Background;
using context::CancelCauseFunc;
using context::CancelFunc;
using context::Context;
using context::DoneChannel;
using context::Errc;
using context::StopFunc;

template <class T>
constexpr bool kHandle =
    std::is_nothrow_copy_constructible_v<T> && std::is_nothrow_copy_assignable_v<T> &&
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> &&
    std::is_nothrow_destructible_v<T> && !std::is_default_constructible_v<T>;
static_assert(kHandle<Context>);
static_assert(kHandle<CancelFunc>);
static_assert(kHandle<CancelCauseFunc>);
static_assert(kHandle<DoneChannel>);
static_assert(kHandle<StopFunc>);
static_assert(sizeof(Context) == sizeof(void*), "cheap to copy");

static_assert(noexcept(std::declval<const Context&>().Err()));
static_assert(noexcept(std::declval<const Context&>().Done()));
static_assert(noexcept(std::declval<const DoneChannel&>().Closed()));
static_assert(noexcept(std::declval<const DoneChannel&>().CanClose()));
static_assert(noexcept(DoneChannel::Never()));
static_assert(noexcept(std::declval<const DoneChannel&>() == std::declval<const DoneChannel&>()));
static_assert(noexcept(std::declval<const CancelFunc&>()()));
static_assert(noexcept(std::declval<const CancelCauseFunc&>()()));
static_assert(noexcept(std::declval<const CancelCauseFunc&>()(std::error_code())));
static_assert(noexcept(std::declval<const CancelCauseFunc&>()(std::declval<std::bad_alloc&>())));
static_assert(noexcept(std::declval<const StopFunc&>()()));
static_assert(noexcept(context::ErrorCategory()));
static_assert(noexcept(std::declval<const context::DoneSource&>().Close()));
static_assert(std::is_same_v<decltype(std::declval<const Context&>().Done()), const DoneChannel&>);

static_assert(!std::is_copy_constructible_v<context::Key<int>>);
static_assert(!std::is_move_constructible_v<context::Key<int>>);
static_assert(!std::is_copy_assignable_v<context::Key<int>>);
static_assert(!std::is_convertible_v<const char*, context::Key<int>>);
static_assert(std::is_abstract_v<context::Interface>);
static_assert(std::has_virtual_destructor_v<context::Interface>);

using Guard = context::Defer<CancelFunc>;
static_assert(!std::is_copy_constructible_v<Guard> && !std::is_move_constructible_v<Guard>);
static_assert(!std::is_copy_assignable_v<Guard>);
static_assert(std::is_nothrow_constructible_v<Guard, CancelFunc>);
static_assert(!std::is_convertible_v<CancelFunc, Guard>, "explicit");

TEST(S1, MovedFromContextIsBackground) {
  auto [ctx, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  Context from = ctx;
  Context to = std::move(from);
  EXPECT_EQ(from.String(), "context.Background");  // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(from.Done().CanClose());
  EXPECT_EQ(to.Done(), ctx.Done());
  from = to;
  to = std::move(from);
  EXPECT_EQ(from.String(), "context.Background");
  Context& alias = to;
  to = std::move(alias);
  EXPECT_EQ(to.Done(), ctx.Done());
  to = *&to;
  EXPECT_EQ(to.Done(), ctx.Done());
}

TEST(S1, MovedFromCancelFuncDoesNothing) {
  auto [ctx, cancel] = context::WithCancel(Background());
  CancelFunc moved = std::move(cancel);
  cancel();  // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(ctx.Err());
  const CancelFunc copy = cancel;
  copy();
  EXPECT_FALSE(ctx.Err());
  moved();
  EXPECT_EQ(ctx.Err(), Errc::canceled);

  auto [cause_ctx, cause_cancel] = context::WithCancelCause(Background());
  CancelCauseFunc cause_moved = std::move(cause_cancel);
  cause_cancel(Problem("lost"));  // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(cause_ctx.Err());
  cause_moved(Problem("kept"));
  EXPECT_EQ(What(context::Cause(cause_ctx)), "kept");
}

TEST(S1, MovedFromDoneChannelIsNever) {
  auto [ctx, cancel] = context::WithCancel(Background());
  cancel();
  DoneChannel from = ctx.Done();
  const DoneChannel to = std::move(from);
  EXPECT_TRUE(to.Closed());
  EXPECT_EQ(from, DoneChannel::Never());  // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(from.Closed());
  EXPECT_FALSE(from.WaitFor(0s));
}

TEST(S1, MovedFromStopFuncReturnsFalse) {
  auto [ctx, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  StopFunc from = context::AfterFunc(ctx, [] {});
  const StopFunc to = std::move(from);
  EXPECT_FALSE(from());  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(to());
}

TEST(S1, CopiesOfACancelFuncCancelTheSame) {
  auto [ctx, cancel] = context::WithCancel(Background());
  CancelFunc copy = cancel;
  auto [other, cancel_other] = context::WithCancel(Background());
  context::Defer guard(cancel_other);
  CancelFunc assigned = cancel_other;
  assigned = copy;
  assigned();
  EXPECT_TRUE(ctx.Err());
  EXPECT_FALSE(other.Err());
}

TEST(S2, ErrorsHaveACategoryMessagesAndStandardEquivalents) {
  const std::error_code canceled = Errc::canceled;
  const std::error_code exceeded = Errc::deadline_exceeded;
  EXPECT_STREQ(context::ErrorCategory().name(), "context");
  EXPECT_EQ(&canceled.category(), &context::ErrorCategory());
  EXPECT_EQ(canceled.message(), "context canceled");
  EXPECT_EQ(exceeded.message(), "context deadline exceeded");
  EXPECT_EQ(canceled, std::errc::operation_canceled);
  EXPECT_EQ(exceeded, std::errc::timed_out);
  EXPECT_TRUE(Errc::canceled == std::errc::operation_canceled);
  EXPECT_TRUE(Errc::deadline_exceeded == std::errc::timed_out);
  EXPECT_NE(canceled, std::errc::timed_out);
  EXPECT_NE(canceled, exceeded);
  EXPECT_EQ(canceled.value(), 1);
  EXPECT_EQ(exceeded.value(), 2);
  EXPECT_FALSE(context::ErrorCategory().message(7).empty());
  EXPECT_EQ(context::ErrorCategory().default_error_condition(7).value(), 7);
}

TEST(S2, ThrowIfDoneThrowsErr) {
  auto [ctx, cancel] = context::WithCancel(Background());
  EXPECT_NO_THROW(ctx.ThrowIfDone());
  cancel();
  try {
    ctx.ThrowIfDone();
    FAIL() << "did not throw";
  } catch (const std::system_error& e) {
    EXPECT_EQ(e.code(), Errc::canceled);
  }
}

TEST(S3, RootsAreNeverDone) {
  for (const Context& root : {Background(), context::TODO()}) {
    EXPECT_FALSE(root.Err());
    EXPECT_FALSE(root.Deadline());
    EXPECT_FALSE(root.Done().CanClose());
    EXPECT_FALSE(root.Done().Closed());
    EXPECT_FALSE(root.Done().WaitFor(1ms));
    EXPECT_EQ(root.Done(), DoneChannel::Never());
    EXPECT_EQ(root.RawValue(&root), nullptr);
    EXPECT_EQ(context::Cause(root), nullptr);
    EXPECT_NO_THROW(root.ThrowIfDone());
  }
}

TEST(S4, DoneIsTheSameChannelEveryTime) {
  auto [ctx, cancel] = context::WithCancel(Background());
  auto [other, cancel_other] = context::WithCancel(Background());
  context::Defer guard(cancel_other);
  const DoneChannel before = ctx.Done();
  EXPECT_EQ(&ctx.Done(), &ctx.Done());
  EXPECT_EQ(before, Context(ctx).Done());
  EXPECT_FALSE(before == other.Done());
  EXPECT_FALSE(before.Closed());
  EXPECT_TRUE(before.CanClose());
  cancel();
  EXPECT_EQ(before, ctx.Done());
  EXPECT_TRUE(before.Closed());
  cancel();
  EXPECT_TRUE(before.Closed());
}

TEST(S4, ACopyOfDoneLivesOnItsOwn) {
  DoneChannel done = DoneChannel::Never();
  auto made = std::make_unique<context::Cancelable>(context::WithCancel(Background()));
  CancelFunc cancel = made->cancel;
  done = made->ctx.Done();
  made.reset();
  EXPECT_FALSE(done.Closed());
  cancel();
  EXPECT_TRUE(done.Closed());
}

TEST(S5, ErrIsSetWhenDoneIsSeenClosed) {
  for (int round = 0; round < 200; ++round) {
    auto [ctx, cancel] = context::WithCancel(Background());
    std::atomic<bool> started{false};
    std::thread watcher([&, watched = ctx] {
      started = true;
      while (!watched.Done().Closed()) {
      }
      EXPECT_EQ(watched.Err(), Errc::canceled);
      EXPECT_NE(context::Cause(watched), nullptr);
    });
    std::thread other([&, watched = ctx] {
      while (!watched.Err()) {
      }
      EXPECT_TRUE(watched.Done().Closed());
      EXPECT_TRUE(watched.Done().WaitFor(0s));
    });
    while (!started) std::this_thread::yield();
    cancel();
    watcher.join();
    other.join();
  }
}

TEST(S6, AContextStaysReadableWhenItIsDone) {
  static constexpr context::Key<std::string> kKey{"key"};
  const auto deadline = context::Clock::now() + 1h;
  auto [timed, cancel] = context::WithDeadline(Background(), deadline);
  const Context ctx = context::WithValue(timed, kKey, "value");
  cancel();
  EXPECT_EQ(*ctx.Value(kKey), "value");
  EXPECT_EQ(ctx.Deadline(), deadline);
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  EXPECT_EQ(ctx.String().rfind("context.Background.WithDeadline(59m59.", 0), 0u) << ctx.String();
}

TEST(S7, StringTellsHowAContextWasDerived) {
  static constexpr context::Key<std::string> kName{"name"};
  static constexpr context::Key<const char*> kText{"text"};
  static constexpr context::Key<int> kNumber{"number"};
  struct Shown {
    std::string String() const { return "shown"; }
  };
  static constexpr context::Key<Shown> kShown{"shown"};
  EXPECT_EQ(Background().String(), "context.Background");
  EXPECT_EQ(context::TODO().String(), "context.TODO");
  auto [ctx, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  auto [child, cancel_child] = context::WithCancelCause(ctx);
  context::Defer child_guard(cancel_child);
  EXPECT_EQ(child.String(), "context.Background.WithCancel.WithCancel");
  EXPECT_EQ(context::WithoutCancel(ctx).String(), "context.Background.WithCancel.WithoutCancel");
  const Context todo = context::WithValue(context::TODO(), kName, "n");
  EXPECT_EQ(todo.String(), "context.TODO.WithValue(name, n)");
  EXPECT_EQ(context::WithValue(Background(), kText, nullptr).String(),
            "context.Background.WithValue(text, <nil>)");
  EXPECT_EQ(context::WithValue(Background(), kNumber, 3).String(),
            "context.Background.WithValue(number, int)");
  EXPECT_EQ(context::WithValue(Background(), kShown, Shown()).String(),
            "context.Background.WithValue(shown, shown)");
  const Context wrapped = context::MakeContext(std::make_shared<Wrapper>(ctx));
  EXPECT_EQ(context::WithoutCancel(wrapped).String(), "context_test::Wrapper.WithoutCancel");
}

#ifdef CONTEXT_TEST_NO_RTTI
TEST(S7, AUsersContextWithoutTypeInformationHasNoName) {
  EXPECT_EQ(MakeWithoutRtti().String(), "context.Interface");
}
#endif

TEST(S7, ADeadlineIsShownAsTheTimeLeft) {
  const auto left = [](context::Clock::duration timeout) {
    auto [ctx, cancel] = context::WithTimeout(Background(), timeout);
    cancel();
    const std::string text = ctx.String();
    const std::string before = "context.Background.WithDeadline(";
    EXPECT_EQ(text.rfind(before, 0), 0u);
    EXPECT_EQ(text.back(), ')');
    return text.substr(before.size(), text.size() - before.size() - 1);
  };
  EXPECT_EQ(left(2h + 1s).rfind("2h0m0.", 0), 0u);
  EXPECT_EQ(left(3min + 1s).rfind("3m0.", 0), 0u);
  EXPECT_EQ(left(-1h).rfind("-1h0m0.", 0), 0u);
  EXPECT_EQ(left(context::Clock::duration::max()).substr(0, 4), "2562");
  EXPECT_FALSE(left(0s).empty());
}

TEST(S17, DeferRunsAtTheEndOfItsScope) {
  auto [ctx, cancel] = context::WithCancel(Background());
  {
    context::Defer guard(cancel);
    EXPECT_FALSE(ctx.Err());
  }
  EXPECT_TRUE(ctx.Err());
  std::vector<int> order;
  try {
    context::Defer first([&] { order.push_back(1); });
    context::Defer second([&] { order.push_back(2); });
    throw 0;
  } catch (int) {
    order.push_back(3);
  }
  EXPECT_EQ(order, (std::vector<int>{2, 1, 3}));
}

TEST(S48, PollsAndCancelFunctionsAreNoexcept) {
  auto [ctx, cancel] = context::WithCancelCause(Background());
  const context::CancelFunc plain = context::WithCancel(ctx).cancel;
  const StopFunc stop = context::AfterFunc(ctx, [] {});
  const context::DoneSource source;
  static_assert(noexcept(ctx.Err()));
  static_assert(noexcept(ctx.Done()));
  static_assert(noexcept(ctx.Done().Closed()));
  static_assert(noexcept(ctx.Done().CanClose()));
  static_assert(noexcept(ctx.Done() == ctx.Done()));
  static_assert(noexcept(plain()));
  static_assert(noexcept(cancel()));
  static_assert(noexcept(cancel(std::exception_ptr())));
  static_assert(noexcept(cancel(std::error_code())));
  static_assert(noexcept(stop()));
  static_assert(noexcept(source.Close()));
  static_assert(noexcept(Background()) && noexcept(context::TODO()));
  EXPECT_TRUE(stop());
  cancel();
}

inline constexpr context::Key<std::string> kName{"name"};

TEST(S48, PollsAreLockFree) {
  static_assert(std::atomic<const context::internal::Outcome*>::is_always_lock_free);
  static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
  // Nothing can keep a poll waiting: not even a thread that holds the node's lock.
  auto [ctx, cancel] = context::WithCancel(context::WithValue(Background(), kName, "poll"));
  context::Defer guard(cancel);
  auto* node = context::internal::Access::Get(ctx);
  std::uint32_t free = 0;
  ASSERT_TRUE(node->lock.compare_exchange_strong(free, 1));
  EXPECT_FALSE(ctx.Err());
  EXPECT_FALSE(ctx.Done().Closed());
  EXPECT_FALSE(ctx.Done().WaitFor(0s));
  EXPECT_EQ(*ctx.Value(kName), "poll");
  EXPECT_FALSE(ctx.Deadline());
  const Context copy = ctx;
  EXPECT_EQ(copy.Done(), ctx.Done());
  node->lock.store(0);
}

TEST(S74, TheAnnotationsAreForCpp17AndIncludeNothing) { EXPECT_TRUE(AnnotatedCodeWorks()); }

}  // namespace
}  // namespace context_test
