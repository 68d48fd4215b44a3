// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// <context/debug.h>: which contexts are lost, what the tree looks like, and that nobody comes to
// harm who does not ask.
#include "context/debug.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <optional>
#include <source_location>
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
using context::Errc;
using context::debug::DumpTree;
using context::debug::Forget;
using context::debug::Format;
using context::debug::LostContext;
using context::debug::LostContexts;
using context::debug::LostReport;
using context::debug::SetTracking;
using context::debug::State;

inline constexpr context::Key<int> kNumber{"number"};
inline constexpr context::Key<std::string> kTraceId{"trace-id"};

// Tracks until the end of the test.
struct Tracked {
  Tracked() {
    Forget();
    SetTracking(true);
  }
  ~Tracked() {
    SetTracking(false);
    Forget();
  }
};

std::size_t Lost() {
  std::size_t count = 0;
  for (const LostContext& lost : LostContexts()) count += lost.count;
  return count;
}

std::string Here(std::uint32_t line, std::source_location where = std::source_location::current()) {
  return std::string(where.file_name()) + ":" + std::to_string(line) + " (" +
         where.function_name() + ")";
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// "9m59s left" becomes "_ left".
void HideTimeLeft(std::string& text) {
  for (std::size_t at = 0; (at = text.find("WithDeadline(", at)) != std::string::npos; ++at) {
    const std::size_t begin = at + std::string("WithDeadline(").size();
    text.erase(begin, text.find(" left)", begin) - begin);
    text.insert(begin, 1, '_');
  }
}

TEST(S69, TrackingIsOffUnlessItIsAskedFor) {
  EXPECT_FALSE(context::debug::Tracking());
  const Cancelable unknown = context::WithCancel(Background());
  EXPECT_TRUE(LostContexts().empty());
  EXPECT_EQ(DumpTree(), "");
  {
    const Tracked tracked;
    EXPECT_TRUE(context::debug::Tracking());
    EXPECT_TRUE(LostContexts().empty()) << "what was made before is not remembered";
  }
  EXPECT_FALSE(context::debug::Tracking());
}

TEST(S69, SwitchedOffItKeepsWhatItKnows) {
  const Tracked tracked;
  const Cancelable first = context::WithCancel(Background());
  const Cancelable second = context::WithCancel(Background());
  SetTracking(false);
  const Cancelable unknown = context::WithCancel(Background());
  EXPECT_EQ(Lost(), 2u);
  first.cancel();
  EXPECT_EQ(Lost(), 1u) << "a call still counts";
  unknown.cancel();
  SetTracking(true);
  EXPECT_EQ(Lost(), 1u);
}

TEST(S69, ForgetForgetsAll) {
  const Tracked tracked;
  (void)context::WithCancel(Background());
  auto alive = std::make_unique<Cancelable>(context::WithCancel(Background()));
  EXPECT_EQ(Lost(), 2u);
  Forget();
  EXPECT_EQ(Lost(), 0u);
  EXPECT_EQ(DumpTree(), "");
  const Cancelable child = context::WithCancel(alive->ctx);
  EXPECT_EQ(Lost(), 1u);
  EXPECT_TRUE(Contains(DumpTree(), "via a context that is not remembered\n")) << DumpTree();
  child.cancel();
  alive.reset();
  EXPECT_EQ(Lost(), 0u) << "neither when it goes";
}

[[noreturn]] void LoseOneAndExit() {
  (void)context::WithCancel(Background());
  std::exit(0);
}

TEST(S69, TheEnvironmentSwitchesItOn) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const char* value : {"1", "yes"}) {
    ::setenv("CONTEXT_DEBUG", value, 1);
    EXPECT_EXIT(LoseOneAndExit(), testing::ExitedWithCode(0), "1 context whose cancel function");
    EXPECT_EXIT((SetTracking(false), LoseOneAndExit()), testing::ExitedWithCode(0),
                testing::Eq(std::string()));
  }
  for (const char* value : {"0", ""}) {
    ::setenv("CONTEXT_DEBUG", value, 1);
    EXPECT_EXIT(LoseOneAndExit(), testing::ExitedWithCode(0), testing::Eq(std::string()));
  }
  ::unsetenv("CONTEXT_DEBUG");
  EXPECT_EXIT(LoseOneAndExit(), testing::ExitedWithCode(0), testing::Eq(std::string()));
  EXPECT_EXIT((SetTracking(true), LoseOneAndExit()), testing::ExitedWithCode(0),
              "1 context whose cancel function");
}

TEST(S70, ACallOfTheCancelFunctionOrOfACopyCounts) {
  const Tracked tracked;
  context::WithCancel(Background()).cancel();
  {
    auto [ctx, cancel] = context::WithTimeout(Background(), 1h);
    const CancelFunc copy = cancel;
    const CancelFunc moved = std::move(cancel);
    cancel();  // moved from: no call
    EXPECT_EQ(Lost(), 1u);
    copy();
    copy();
    EXPECT_EQ(Lost(), 0u);
  }
  {
    auto [ctx, cancel] = context::WithCancelCause(Background());
    cancel(std::error_code(Errc::deadline_exceeded));
  }
  {
    auto [ctx, cancel] = context::WithDeadline(Background(), context::Clock::time_point::min());
    context::Defer guard(cancel);
  }
  EXPECT_EQ(LostContexts(), std::vector<LostContext>());
  EXPECT_EQ(LostReport(), "");
}

TEST(S70, ALostContextTellsWhereItWasMadeAndWhatBecameOfIt) {
  const Tracked tracked;
  const auto here = std::source_location::current();
  const std::uint32_t first = __LINE__ + 1;
  (void)context::WithCancel(Background());
  const Cancelable alive = context::WithTimeout(Background(), 1h);
  const context::CancelableCause due =
      context::WithCancelCause(context::WithTimeout(Background(), 0s).ctx);

  std::vector<LostContext> all = LostContexts();
  ASSERT_EQ(all.size(), 4u);
  // The columns are the compiler's business, also of two calls on one line.
  std::sort(all.begin(), all.end(), [](const LostContext& a, const LostContext& b) {
    return std::tie(a.line, a.kind) < std::tie(b.line, b.kind);
  });
  for (const LostContext& lost : all) {
    EXPECT_EQ(lost.file, here.file_name());
    EXPECT_EQ(lost.function, here.function_name());
    EXPECT_EQ(lost.count, 1u);
    EXPECT_GT(lost.column, 0u);
  }
  EXPECT_EQ(all[0].kind, "WithCancel");
  EXPECT_EQ(all[0].line, first);
  EXPECT_EQ(all[0].state, State::kGone);
  EXPECT_EQ(all[0].err, std::error_code());
  EXPECT_EQ(all[1].kind, "WithDeadline");
  EXPECT_EQ(all[1].line, first + 1);
  EXPECT_EQ(all[1].state, State::kAlive);
  EXPECT_EQ(all[1].err, std::error_code());
  EXPECT_EQ(all[2].kind, "WithCancelCause");
  EXPECT_EQ(all[2].line, first + 3);
  EXPECT_EQ(all[2].state, State::kDone);
  EXPECT_EQ(all[2].err, Errc::deadline_exceeded);
  EXPECT_EQ(all[3].kind, "WithDeadline");
  EXPECT_EQ(all[3].line, first + 3);
  EXPECT_EQ(all[3].state, State::kDone) << "its child holds it";
}

TEST(S70, NeitherAParentsCancelNorAnExpiredTimerCounts) {
  const Tracked tracked;
  auto [parent, cancel] = context::WithCancel(Background());
  const Cancelable child = context::WithCancel(parent);
  const Cancelable timed = context::WithTimeout(parent, 1ms);
  timed.ctx.Done().Wait();
  cancel();
  EXPECT_TRUE(child.ctx.Err());
  EXPECT_EQ(Lost(), 2u);
  child.cancel();
  EXPECT_EQ(Lost(), 1u) << "late, but called";
  const std::vector<LostContext> lost = LostContexts();
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].err, Errc::deadline_exceeded);

  auto user = std::make_shared<Custom>(std::make_error_code(std::errc::io_error));
  const Cancelable below = context::WithCancel(context::MakeContext(user));
  timed.cancel();
  user->source.Close();
  ASSERT_EQ(LostContexts().size(), 1u);
  EXPECT_EQ(LostContexts()[0].err, std::errc::io_error);
  EXPECT_TRUE(Contains(LostReport(), below.ctx.Err().message()));
}

TEST(S70, OnePlaceIsOneEntry) {
  const Tracked tracked;
  std::vector<Cancelable> kept;
  const auto make = [](context::Clock::duration timeout) {
    return context::WithTimeout(Background(), timeout);
  };
  for (int i = 0; i < 5; ++i) kept.push_back(make(1h));
  for (int i = 0; i < 4; ++i) kept.push_back(make(-1h));
  for (int i = 0; i < 3; ++i) (void)make(1h);
  const std::vector<LostContext> lost = LostContexts();
  ASSERT_EQ(lost.size(), 3u);
  EXPECT_EQ(lost[0].state, State::kAlive);
  EXPECT_EQ(lost[0].count, 5u);
  EXPECT_EQ(lost[1].state, State::kDone);
  EXPECT_EQ(lost[1].count, 4u);
  EXPECT_EQ(lost[2].state, State::kGone);
  EXPECT_EQ(lost[2].count, 3u);
  EXPECT_EQ(lost[0].line, lost[2].line);
}

TEST(S70, WithoutHandlesItIsGoneThoughItsAfterFuncIsPending) {
  const Tracked tracked;
  auto [parent, cancel] = context::WithCancel(Background());
  AfterFunc(context::WithCancel(parent).ctx, [] {});
  const std::vector<LostContext> lost = LostContexts();
  ASSERT_EQ(lost.size(), 2u);
  EXPECT_EQ(lost[0].state, State::kAlive) << "the parent";
  EXPECT_EQ(lost[1].state, State::kGone);
  cancel();
  EXPECT_EQ(Lost(), 1u) << "the same when it ends";
}

TEST(S70, AnAddressThatIsUsedAgainIsAnotherContext) {
  const Tracked tracked;
  // Allocators hand out the same memory at once.
  for (std::size_t i = 0; i < 100; ++i) {
    context::WithCancel(Background()).cancel();
    EXPECT_EQ(Lost(), i);
    (void)context::WithCancel(Background());
    EXPECT_EQ(Lost(), i + 1);
  }
  Forget();
  {
    const Cancelable forgotten = context::WithCancel(Background());
    Forget();
  }
  const Cancelable next = context::WithCancel(Background());
  EXPECT_EQ(Lost(), 1u);
  next.cancel();
  EXPECT_EQ(Lost(), 0u);
}

TEST(S71, TheTreeShowsWhatDerivesFromWhat) {
  const Tracked tracked;
  const std::uint32_t first = __LINE__ + 1;
  auto [server, cancel_server] = context::WithCancel(Background());
  auto [done, cancel_done] = context::WithCancelCause(server);
  auto [below, cancel_below] = context::WithCancel(done);
  const Context value = context::WithValue(context::WithValue(server, kTraceId, "t"), kNumber, 1);
  auto [timed, cancel_timed] = context::WithTimeout(context::WithoutCancel(value), 10min);
  auto [leaf, cancel_leaf] = context::WithTimeout(timed, 1h);
  auto [todo, cancel_todo] = context::WithCancel(context::TODO());
  const auto lose = [&parent = server] { (void)context::WithCancel(parent); };
  lose();
  lose();
  const auto here = Here(0);
  cancel_done();
  cancel_leaf();
  std::string text = DumpTree();
  HideTimeLeft(text);
  // The lambda's name is the compiler's own.
  const std::size_t gone = text.find("gone, cancel never called\n");
  ASSERT_NE(gone, std::string::npos);
  EXPECT_TRUE(Contains(text.substr(gone), "└── WithCancel, ")) << text;
  EXPECT_TRUE(Contains(text.substr(gone), "2 times, gone\n")) << text;
  text.resize(gone);
  EXPECT_EQ(text,
            "Background\n"
            "└── WithCancel, " +
                Here(first) +
                ": alive, cancel not called\n"
                "    ├── WithCancelCause, " +
                Here(first + 1) +
                ": canceled\n"
                "    │   └── WithCancel, " +
                Here(first + 2) +
                ": canceled, cancel not called\n"
                "    └── WithDeadline(_ left), " +
                Here(first + 4) +
                ": alive, cancel not called, via WithValue(trace-id), WithValue(number), "
                "WithoutCancel\n"
                "        └── WithCancel, " +
                Here(first + 5) +
                ": canceled\n"
                "TODO\n"
                "└── WithCancel, " +
                Here(first + 6) + ": alive, cancel not called\n");
}

TEST(S71, AUsersContextIsSeenThroughItsDone) {
  const Tracked tracked;
  const std::uint32_t first = __LINE__ + 1;
  auto [parent, cancel] = context::WithCancel(Background());
  const Context wrapper = context::MakeContext(std::make_shared<Wrapper>(parent));
  auto [below, cancel_below] = context::WithCancel(context::WithValue(wrapper, kNumber, 1));
  const Context own = context::MakeContext(std::make_shared<Custom>());
  auto [alone, cancel_alone] = context::WithCancel(own);
  EXPECT_EQ(DumpTree(),
            "Background\n"
            "└── WithCancel, " +
                Here(first) +
                ": alive, cancel not called\n"
                "    └── WithCancel, " +
                Here(first + 2) +
                ": alive, cancel not called, via context_test::Wrapper, WithValue(number)\n"
                "a context of the user's own\n"
                "└── WithCancel, " +
                Here(first + 4) + ": alive, cancel not called, via context_test::Custom\n");
}

TEST(S71, AContextOfSeveralParentsStandsBelowTheFirst) {
  const Tracked tracked;
  const std::uint32_t first = __LINE__ + 1;
  auto [left, cancel_left] = context::WithCancel(Background());
  auto [right, cancel_right] = context::WithCancel(context::TODO());
  auto [both, cancel_both] = context::WithAny(left, context::WithValue(right, kNumber, 1));
  EXPECT_EQ(DumpTree(),
            "Background\n"
            "└── WithCancel, " +
                Here(first) +
                ": alive, cancel not called\n"
                "    └── WithAny, " +
                Here(first + 2) + ": alive, cancel not called, also below " +
                std::source_location::current().file_name() + ":" + std::to_string(first + 1) +
                "\n"
                "TODO\n"
                "└── WithCancel, " +
                Here(first + 1) + ": alive, cancel not called\n");
  EXPECT_TRUE(Contains(DumpTree(Format::kDot), "n1 -> n2 [label=\"via WithValue(number)\"]"));
}

TEST(S71, WhatWasMadeWhileTrackingWasOffIsNamed) {
  const Tracked tracked;
  const std::uint32_t first = __LINE__ + 1;
  auto [known, cancel] = context::WithCancel(Background());
  SetTracking(false);
  auto [unknown, cancel_unknown] = context::WithCancel(known);
  auto [root, cancel_root] = context::WithCancel(Background());
  SetTracking(true);
  auto [child, cancel_child] = context::WithCancel(unknown);
  auto [other, cancel_other] = context::WithCancel(root);
  EXPECT_EQ(DumpTree(),
            "Background\n"
            "├── WithCancel, " +
                Here(first) +
                ": alive, cancel not called\n"
                "│   └── WithCancel, " +
                Here(first + 5) +
                ": alive, cancel not called, via a context that is not remembered\n"
                "└── WithCancel, " +
                Here(first + 6) +
                ": alive, cancel not called, via a context that is not remembered\n");

  // Far above: it is not looked for to the end.
  SetTracking(false);
  Context deep = known;
  for (int i = 0; i < 100'000; ++i) deep = context::WithCancel(deep).ctx;
  SetTracking(true);
  std::vector<Cancelable> many;
  for (int i = 0; i < 10'000; ++i) many.push_back(context::WithCancel(deep));
  EXPECT_TRUE(Contains(DumpTree(), "unknown\n├── WithCancel, "));
}

TEST(S71, ManyValuesInBetweenAreCutShort) {
  const Tracked tracked;
  auto [root, cancel] = context::WithCancel(Background());
  Context ctx = context::WithValue(root, kTraceId, "t");
  for (int i = 0; i < 100'000; ++i) ctx = context::WithValue(ctx, kNumber, i);
  std::vector<Cancelable> many;
  for (int i = 0; i < 10'000; ++i) many.push_back(context::WithCancel(ctx));
  const std::string text = DumpTree();
  EXPECT_TRUE(Contains(text, "    ├── WithCancel, ")) << "the root is found";
  EXPECT_TRUE(Contains(text, "via ..., WithValue(number), "));
  EXPECT_FALSE(Contains(text, "trace-id"));
}

TEST(S71, ADeepTreeIsShownWithoutRecursion) {
  const Tracked tracked;
  constexpr std::size_t kDepth = 200'000;
  Context ctx = Background();
  for (std::size_t i = 0; i < kDepth; ++i) ctx = context::WithCancel(ctx).ctx;
  std::string text;
  std::string dot;
  // In little stack.
  std::thread([&] {
    text = DumpTree();
    dot = DumpTree(Format::kDot);
  }).join();
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), kDepth + 1);
  EXPECT_TRUE(Contains(text, "(depth " + std::to_string(kDepth) + ") WithCancel"));
  EXPECT_LT(text.size(), kDepth * 1000);
  EXPECT_TRUE(
      Contains(dot, "n" + std::to_string(kDepth - 2) + " -> n" + std::to_string(kDepth - 1) + ";"));
}

TEST(S71, NamesMayBeAnything) {
  const Tracked tracked;
  static constexpr context::Key<int> kOdd{"a\"b\\n\n\x1b[31m&lt;\xff\xc3\xa9\xe2\x82"};
  auto [ctx, cancel] = context::WithCancel(context::WithValue(Background(), kOdd, 1));
  static constexpr context::Key<int> kNameless{nullptr};
  auto [below, cancel_below] = context::WithCancel(context::WithValue(ctx, kNameless, 1));
  EXPECT_TRUE(Contains(DumpTree(), "via WithValue(a\"b\\n\?\?[31m&lt;?é\?\?)\n")) << DumpTree();
  EXPECT_TRUE(Contains(DumpTree(), "via WithValue(<nil>)\n")) << DumpTree();
  EXPECT_TRUE(Contains(DumpTree(Format::kDot),
                       "[label=\"via WithValue(a\\\"b\\\\n\?\?[31m&amp;lt;?é\?\?)\"]"))
      << DumpTree(Format::kDot);
}

TEST(S71, TheTimeLeftIsShown) {
  const Tracked tracked;
  // In seconds, as shown.
  const auto left = [](context::Clock::duration timeout) {
    const Cancelable made = context::WithTimeout(Background(), timeout);
    const std::string text = DumpTree();
    made.cancel();
    double sum = 0;
    const char* at = text.c_str() + text.find("WithDeadline(") + 13;
    while (*at != ' ') {
      char* end = nullptr;
      const double number = std::strtod(at, &end);
      if (end == at) return -1.0;
      const bool ms = end[0] == 'm' && end[1] == 's';
      sum += number * (ms ? 0.001 : *end == 'h' ? 3600 : *end == 'm' ? 60 : 1);
      at = end + (ms ? 2 : 1);
    }
    return sum;
  };
  const double slack = std::chrono::duration<double>(kLong).count();
  for (const auto timeout : {300h, 26h, 1h}) {
    for (const auto more : {0s, 5s, 187s}) {
      const double whole = std::chrono::duration<double>(timeout + more).count();
      EXPECT_LE(left(timeout + more), whole);
      EXPECT_GT(left(timeout + more), whole - slack);
    }
  }
  EXPECT_GT(left(context::Clock::duration::max()), 1e9);
  for (const auto timeout : {0ms, 999ms, 1500ms, 9949ms, 9950ms, 59600ms}) {
    EXPECT_LE(left(timeout + 1ms), std::chrono::duration<double>(timeout).count() + 1);
  }
}

// Made before anything of the library is, and destroyed after all of it.
struct VeryLast {
  VeryLast() {}
  ~VeryLast() {
    if (cancel) (*cancel)();
  }
  std::optional<CancelFunc> cancel;
} very_last;

[[noreturn]] void ExitWithLost() {
  SetTracking(true);
  for (int i = 0; i < 12; ++i) (void)context::WithCancel(Background());
  // Nobody destroys this one.
  [[maybe_unused]] static const auto* const kept =
      new Cancelable(context::WithTimeout(Background(), 1h));
  // This one's owner calls it, in its destructor; this one's does not.
  static const Cancelable called = context::WithCancelCause(Background()).ctx.Err()
                                       ? context::WithCancel(Background())
                                       : context::WithTimeout(Background(), 1h);
  static const context::Defer guard(called.cancel);
  very_last.cancel = context::WithCancel(Background()).cancel;
  static const Cancelable dropped = context::WithAny(Background(), context::TODO());
  std::exit(0);
}

TEST(S72, WhatWasLostIsReportedAtExit) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(ExitWithLost(), testing::ExitedWithCode(0),
              "^context::debug: 15 contexts whose cancel function was not called:\n"
              "  [^\n]*debug_test.cpp:[0-9]+: WithCancel in [^\n]*ExitWithLost\\(\\): 12 times, "
              "gone\n"
              "  [^\n]*debug_test.cpp:[0-9]+: WithDeadline in [^\n]*: alive\n"
              "  [^\n]*debug_test.cpp:[0-9]+: WithCancelCause in [^\n]*: gone\n"
              "  [^\n]*debug_test.cpp:[0-9]+: WithCancel in [^\n]*: gone\n$");
}

TEST(S72, NothingIsReportedThatWasNotLost) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto exit_after = [](void (*what)()) {
    SetTracking(true);
    what();
    std::exit(0);
  };
  EXPECT_EXIT(exit_after([] { context::WithCancel(Background()).cancel(); }),
              testing::ExitedWithCode(0), testing::Eq(std::string()));
  EXPECT_EXIT(exit_after([] {
                (void)context::WithCancel(Background());
                Forget();
              }),
              testing::ExitedWithCode(0), testing::Eq(std::string()));
  EXPECT_EXIT(exit_after([] {
                (void)context::WithCancel(Background());
                SetTracking(false);
              }),
              testing::ExitedWithCode(0), testing::Eq(std::string()));
}

TEST(S73, ThreadsMayDeriveCancelAndAskAtOnce) {
  const Tracked tracked;
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kRounds = 500;
  auto [root, cancel] = context::WithCancel(Background());
  std::atomic<bool> stop{false};
  std::thread asks([&] {
    while (!stop) {
      (void)DumpTree();
      (void)DumpTree(Format::kDot);
      (void)LostReport();
    }
  });
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&root = root] {
      for (std::size_t round = 0; round < kRounds; ++round) {
        auto [called, cancel_called] = context::WithTimeout(root, 1h);
        const Cancelable lost = context::WithCancel(context::WithValue(called, kNumber, 1));
        (void)context::WithTimeout(root, round % 2 == 0 ? 1h : 0h);
        cancel_called();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  stop = true;
  asks.join();
  cancel();
  EXPECT_EQ(Lost(), kThreads * kRounds * 2);
}

TEST(S73, WhatThreadsDeriveFromOneParentStandsBelowIt) {
  const Tracked tracked;
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kRounds = 200;
  auto [root, cancel] = context::WithCancel(Background());
  context::internal::DeriveApart(root);
  std::vector<std::vector<Cancelable>> made(kThreads);
  std::vector<std::thread> threads;
  for (std::vector<Cancelable>& mine : made) {
    threads.emplace_back([&mine, &parent = root] {
      for (std::size_t i = 0; i < kRounds; ++i) mine.push_back(context::WithCancel(parent));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = DumpTree();
  std::size_t below = 0;
  for (std::size_t at = text.find("\n    "); at != std::string::npos;
       at = text.find("\n    ", at + 1)) {
    ++below;
  }
  EXPECT_EQ(below, kThreads * kRounds);
  EXPECT_FALSE(Contains(text, "via"));
  EXPECT_FALSE(Contains(text, "\n        "));
}

TEST(S73, ThreadsMaySwitchItAndForgetMeanwhile) {
  const Tracked tracked;
  auto [root, cancel] = context::WithCancel(Background());
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, &parent = root] {
      while (!stop) {
        auto [called, cancel_called] = context::WithTimeout(parent, 1ms);
        const Cancelable lost = context::WithCancel(called);
        AfterFunc(lost.ctx, [] {});
        cancel_called();
      }
    });
  }
  for (int i = 0; i < 300; ++i) {
    SetTracking(i % 3 != 0);
    (void)DumpTree(i % 2 == 0 ? Format::kDot : Format::kText);
    if (i % 7 == 0) Forget();
    std::this_thread::yield();
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  cancel();
}

// An error whose message makes contexts.
class Curious final : public std::error_category {
 public:
  const char* name() const noexcept override { return "curious"; }
  std::string message(int) const override {
    context::WithCancel(Background()).cancel();
    return "so curious";
  }
};

TEST(S73, NoLockIsHeldWhileAnErrorIsPutIntoWords) {
  const Tracked tracked;
  static const Curious curious;
  auto user = std::make_shared<Custom>(std::error_code(1, curious));
  const Cancelable below = context::WithCancel(context::MakeContext(user));
  user->source.Close();
  EXPECT_TRUE(Contains(DumpTree(), ": so curious, cancel not called"));
  EXPECT_TRUE(Contains(LostReport(), ": so curious\n"));
}

#ifdef CONTEXT_TEST_OWN_NEW
TEST(S73, WithoutMemoryAContextIsNotRemembered) {
  const Tracked tracked;
  static constexpr context::Key<int> kLongName{"a name that fits no short string, and then some"};
  const Context parent = context::WithValue(Background(), kLongName, 1);
  std::size_t forgotten = 0;
  for (std::size_t allocations = 1;; ++allocations) {
    ASSERT_LT(allocations, 50u);
    Allocations::FailAfter(allocations);  // the first is the context itself
    const Cancelable made = context::WithCancel(parent);
    Allocations::FailNever();
    const std::size_t lost = Lost();
    made.cancel();
    EXPECT_EQ(made.ctx.Err(), Errc::canceled);
    EXPECT_EQ(Lost(), 0u);
    if (lost == 1) break;
    ++forgotten;
  }
  EXPECT_GE(forgotten, 2u);

  const Cancelable lost = context::WithCancel(parent);
  for (std::size_t allocations = 0;; ++allocations) {
    ASSERT_LT(allocations, 100u);
    bool failed = false;
    std::string text;
    Allocations::FailAfter(allocations);
    try {
      text = DumpTree() + DumpTree(Format::kDot) + LostReport();
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    Allocations::FailNever();
    if (!failed) break;
  }
  EXPECT_EQ(Lost(), 1u);
}

TEST(S73, NothingIsLeftOnTheHeapOfWhatIsGone) {
  const Tracked tracked;
  const auto make = [] {
    auto [ctx, cancel] = context::WithCancel(context::WithValue(Background(), kTraceId, "t"));
    (void)context::WithCancel(ctx);
    cancel();
  };
  make();
  const std::ptrdiff_t before = Allocations::Live();
  for (int i = 0; i < 1000; ++i) make();
  EXPECT_EQ(Allocations::Live(), before) << "however many are lost at one place";
  EXPECT_EQ(Lost(), 1001u);
}
#endif

TEST(S73, AForkedChildCanGoOn) {
  const Tracked tracked;
  std::atomic<bool> stop{false};
  std::thread derives([&] {
    while (!stop) context::WithCancel(Background()).cancel();
  });
  for (int i = 0; i < 20; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      Forget();
      (void)context::WithCancel(Background());
      ::_exit(Lost() == 1 ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  stop = true;
  derives.join();
}

}  // namespace
}  // namespace context_test
