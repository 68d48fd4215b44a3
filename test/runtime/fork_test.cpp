// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts in a process that was forked while the runtime's threads ran.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "context/sleep.h"
#include "testing.h"

namespace context_test {
namespace {

using context::AfterFunc;
using context::Background;
using context::Errc;

// What `child` returns is the exit status of a process of its own.
template <class Child>
int InChild(Child child) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(child());
  int status = -1;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// ThreadSanitizer allows a process that was forked while it had threads to start none.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CONTEXT_TEST_NO_FORK
#endif
#endif

#ifndef CONTEXT_TEST_NO_FORK
TEST(S47, AForkedProcessGoesOn) {
  // Both threads run.
  Event ran;
  auto [before, cancel_before] = context::WithTimeout(Background(), 1h);
  auto [soon, cancel_soon] = context::WithTimeout(before, 1ms);
  AfterFunc(soon, [&] { ran.Set(); });
  ASSERT_TRUE(ran.Await());
  const int status = InChild([&before = before, &soon = soon] {
    if (before.Err() || soon.Err() != Errc::deadline_exceeded) return 1;
    auto [child, cancel_child] = context::WithTimeout(before, 1ms);
    Event child_ran;
    AfterFunc(child, [&] { child_ran.Set(); });
    if (!child_ran.Await()) return 2;
    if (child.Err() != Errc::deadline_exceeded) return 3;
    if (context::SleepFor(before, 1ms)) return 4;
    cancel_child();
    return 0;
  });
  EXPECT_EQ(status, 0);
  // And so does the one that forked.
  auto [again, cancel_again] = context::WithTimeout(before, 1ms);
  EXPECT_TRUE(again.Done().WaitFor(kLong));
  cancel_again();
  cancel_soon();
  cancel_before();
}

TEST(S47, ADeadlineFromBeforePassesInTheChildOnceItMakesOne) {
  auto [before, cancel_before] = context::WithTimeout(Background(), 20ms);
  const int status = InChild([&before = before] {
    auto [ctx, cancel] = context::WithTimeout(Background(), 1h);
    const bool passed = before.Done().WaitFor(kLong);
    cancel();
    return passed ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
  cancel_before();
}

TEST(S47, ACancellationStaysInItsProcess) {
  auto [ctx, cancel] = context::WithCancel(Background());
  auto [child, cancel_child] = context::WithCancel(ctx);
  const int status = InChild([&cancel = cancel, &child = child] {
    cancel();
    return child.Err() ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(child.Err());
  cancel_child();
  cancel();
}

TEST(S47, TheRuntimesThreadsStandStillWhileAProcessForks) {
  for (int round = 0; round < 50; ++round) {
    // Deadlines that pass and functions that run all the time.
    std::vector<context::Cancelable> made;
    for (int i = 0; i < 20; ++i) {
      made.push_back(context::WithTimeout(Background(), std::chrono::microseconds(100 * i)));
      AfterFunc(context::WithCancel(made.back().ctx).ctx, [] {});
    }
    const int status = InChild([] {
      auto [ctx, cancel] = context::WithTimeout(Background(), 1ms);
      AfterFunc(ctx, [] {});
      const bool passed = ctx.Done().WaitFor(kLong);
      cancel();
      return passed ? 0 : 1;
    });
    ASSERT_EQ(status, 0) << round;
    for (const context::Cancelable& each : made) each.cancel();
  }
}
#endif

}  // namespace
}  // namespace context_test
