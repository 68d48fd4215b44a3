// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts that signals end.
#include "context/signal.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <latch>
#include <vector>

#include "allocation.h"
#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::Cancelable;
using context::Context;
using context::Errc;
using context::NotifyContext;
using context::SignalError;
using context::internal::Registered;

struct sigaction Current(int signal) {
  struct sigaction action{};
  EXPECT_EQ(sigaction(signal, nullptr, &action), 0);
  return action;
}

bool Same(const struct sigaction& a, const struct sigaction& b) {
  if (a.sa_flags != b.sa_flags || a.sa_handler != b.sa_handler) return false;
  for (int signal = 1; signal < NSIG; ++signal) {
    if (sigismember(&a.sa_mask, signal) != sigismember(&b.sa_mask, signal)) return false;
  }
  return true;
}

// Sets a signal's action, and puts back the one before at the end of its scope.
class Action {
 public:
  Action(int signal, const struct sigaction& action) : signal_(signal) {
    EXPECT_EQ(sigaction(signal, &action, &before_), 0);
    // What the system makes of it.
    set_ = Current(signal);
  }
  Action(const Action&) = delete;
  Action& operator=(const Action&) = delete;
  ~Action() { sigaction(signal_, &before_, nullptr); }
  bool IsBack() const { return Same(Current(signal_), set_); }

 private:
  int signal_;
  struct sigaction before_{};
  struct sigaction set_{};
};

struct sigaction Handler(void (*handler)(int), int flags = 0) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  return action;
}

std::atomic<int> handled{0};
void CountHandled(int) { ++handled; }

// The signal in the cause; 0 if it is no signal.
int SignalOf(const Context& ctx) {
  try {
    std::rethrow_exception(context::Cause(ctx));
  } catch (const SignalError& e) {
    return e.Signal();
  } catch (...) {
    return 0;
  }
}

TEST(S57, ASignalEndsTheContext) {
  auto [ctx, stop] = NotifyContext(Background(), {SIGUSR1, SIGUSR2});
  context::Defer guard(stop);
  auto [child, cancel] = context::WithTimeout(ctx, 1h);
  context::Defer guard_child(cancel);
  EXPECT_FALSE(ctx.Err());
  ASSERT_EQ(kill(getpid(), SIGUSR2), 0);
  EXPECT_TRUE(child.Done().WaitFor(kLong));
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  EXPECT_EQ(SignalOf(child), SIGUSR2);
  EXPECT_EQ(What(context::Cause(ctx)), "user defined signal 2 signal received");
}

TEST(S57, TheCauseSaysWhichSignalAsInGo) {
  EXPECT_STREQ(SignalError(SIGINT).what(), "interrupt signal received");
  EXPECT_STREQ(SignalError(SIGTERM).what(), "terminated signal received");
  EXPECT_STREQ(SignalError(SIGHUP).what(), "hangup signal received");
  EXPECT_STREQ(SignalError(SIGRTMIN).what(),
               ("signal " + std::to_string(SIGRTMIN) + " signal received").c_str());
  for (int signal = 1; signal < NSIG; ++signal) {
    const SignalError error(signal);
    EXPECT_EQ(error.Signal(), signal);
    EXPECT_EQ(error.code(), Errc::canceled) << "so it matches what Err() says";
    const std::string text = error.what();
    EXPECT_NE(text.find(" signal received"), std::string::npos) << text;
  }
}

TEST(S57, TheStopFunctionAndTheParentEndItToo) {
  auto [parent, cancel] = context::WithCancelCause(Background());
  auto [ctx, stop] = NotifyContext(parent, {SIGUSR1});
  auto [other, stop_other] = NotifyContext(parent, {SIGUSR1});
  stop();
  EXPECT_EQ(ctx.Err(), Errc::canceled);
  EXPECT_EQ(What(context::Cause(ctx)), "context canceled");
  EXPECT_FALSE(other.Err());
  cancel(std::runtime_error("enough"));
  EXPECT_EQ(What(context::Cause(other)), "enough");
  stop_other();
}

TEST(S57, ASignalEndsEveryContextThatWatchesIt) {
  std::vector<Cancelable> hit;
  for (int i = 0; i < 50; ++i) hit.push_back(NotifyContext(Background(), {SIGUSR1, SIGUSR1}));
  auto [other, stop_other] = NotifyContext(Background(), {SIGUSR2});
  auto [nested, stop_nested] = NotifyContext(other, {SIGUSR1});
  ASSERT_EQ(kill(getpid(), SIGUSR1), 0);
  for (const Cancelable& one : hit) {
    EXPECT_TRUE(one.ctx.Done().WaitFor(kLong));
    EXPECT_EQ(SignalOf(one.ctx), SIGUSR1);
  }
  EXPECT_TRUE(nested.Done().WaitFor(kLong));
  EXPECT_FALSE(other.Err());
  for (const Cancelable& one : hit) one.cancel();
  stop_nested();
  ASSERT_EQ(kill(getpid(), SIGUSR2), 0);
  EXPECT_TRUE(other.Done().WaitFor(kLong));
  EXPECT_EQ(SignalOf(other), SIGUSR2);
  stop_other();
}

TEST(S57, StringShowsTheSignals) {
  auto [ctx, stop] = NotifyContext(Background(), {SIGTERM, SIGINT});
  EXPECT_EQ(ctx.String(),
            "context.Background.WithValue(signal.NotifyContext, [interrupt terminated])"
            ".WithCancel.WithCancel");
  stop();
}

TEST(S57, ErrnoStaysWhatItWas) {
  auto [ctx, stop] = NotifyContext(Background(), {SIGUSR1});
  context::Defer guard(stop);
  for (int i = 0; i < 100; ++i) {
    errno = 12345;
    raise(SIGUSR1);
    EXPECT_EQ(errno, 12345);
  }
  EXPECT_TRUE(ctx.Done().WaitFor(kLong));
}

TEST(S57, ASignalMayArriveOnAnyThreadThatDoesNotBlockIt) {
  auto [ctx, stop] = NotifyContext(Background(), {SIGUSR1});
  context::Defer guard(stop);
  sigset_t one;
  sigset_t before;
  sigemptyset(&one);
  sigaddset(&one, SIGUSR1);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &one, &before), 0);
  // Directed at this thread, so that it stays pending.
  raise(SIGUSR1);
  EXPECT_FALSE(ctx.Done().WaitFor(5ms)) << "blocked";
  ASSERT_EQ(pthread_sigmask(SIG_SETMASK, &before, nullptr), 0);
  EXPECT_TRUE(ctx.Done().WaitFor(kLong));
  EXPECT_EQ(SignalOf(ctx), SIGUSR1);
}

TEST(S58, TheFormerActionComesBackWithTheStopFunction) {
  struct sigaction with_info{};
  with_info.sa_sigaction = [](int, siginfo_t*, void*) { ++handled; };
  with_info.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&with_info.sa_mask);
  sigaddset(&with_info.sa_mask, SIGTERM);
  for (const struct sigaction& before : {Handler(&CountHandled), Handler(&CountHandled, SA_NODEFER),
                                         Handler(SIG_IGN), Handler(SIG_DFL), with_info}) {
    const Action action(SIGUSR1, before);
    auto [ctx, stop] = NotifyContext(Background(), {SIGUSR1});
    EXPECT_FALSE(action.IsBack());
    stop();
    EXPECT_TRUE(action.IsBack()) << "when the call returns";
    stop();
    EXPECT_TRUE(action.IsBack());
  }
  // It is called again, and was not meanwhile.
  const Action action(SIGUSR1, with_info);
  handled = 0;
  {
    auto [ctx, stop] = NotifyContext(Background(), {SIGUSR1});
    context::Defer guard(stop);
    raise(SIGUSR1);
    EXPECT_TRUE(ctx.Done().WaitFor(kLong));
    EXPECT_EQ(handled, 0);
  }
  raise(SIGUSR1);
  EXPECT_EQ(handled, 1);
}

TEST(S58, TheLastContextGivesTheSignalBack) {
  const Action action(SIGUSR1, Handler(&CountHandled));
  const Action other(SIGUSR2, Handler(SIG_IGN));
  auto [first, stop_first] = NotifyContext(Background(), {SIGUSR1});
  auto [second, stop_second] = NotifyContext(first, {SIGUSR2, SIGUSR1});
  auto [third, stop_third] = NotifyContext(Background(), {SIGUSR1});
  stop_third();
  EXPECT_FALSE(action.IsBack());
  EXPECT_FALSE(other.IsBack());
  stop_second();
  EXPECT_FALSE(action.IsBack());
  EXPECT_TRUE(other.IsBack());
  stop_first();
  EXPECT_TRUE(action.IsBack());
  EXPECT_EQ(Registered(first), 0u);
}

TEST(S58, AnEndOfTheParentGivesItBackToo) {
  const Action action(SIGUSR1, Handler(&CountHandled));
  auto [parent, cancel] = context::WithCancel(Background());
  const Cancelable held = NotifyContext(parent, {SIGUSR1});
  EXPECT_EQ(Registered(parent), 1u);
  cancel();
  EXPECT_TRUE(action.IsBack());
  EXPECT_EQ(held.ctx.Err(), Errc::canceled);
  auto [late, stop] = NotifyContext(parent, {SIGUSR1});
  EXPECT_EQ(late.Err(), Errc::canceled);
  EXPECT_TRUE(action.IsBack()) << "a parent that is done watches nothing";
  stop();
}

TEST(S58, ADroppedContextGivesItBackToo) {
  const Action action(SIGUSR1, Handler(&CountHandled));
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  for (const Context& from : {Context(parent), Background()}) {
    {
      std::optional<Cancelable> made = NotifyContext(from, {SIGUSR1});
      std::optional<Context> below = context::WithCancel(made->ctx).ctx;
      std::optional<context::DoneChannel> done = made->ctx.Done();
      made.reset();
      EXPECT_FALSE(action.IsBack());
      below.reset();
      EXPECT_FALSE(action.IsBack());
      raise(SIGUSR1);
      EXPECT_TRUE(done->WaitFor(kLong)) << "a channel that is held still closes";
      EXPECT_FALSE(action.IsBack());
    }
    EXPECT_TRUE(action.IsBack());
    EXPECT_EQ(Registered(parent), 0u);
    (void)NotifyContext(from, {SIGUSR1});
    EXPECT_TRUE(action.IsBack());
    // An AfterFunc is no handle: the parent still runs it, the signal does not.
    const context::StopFunc pending = context::AfterFunc(NotifyContext(from, {SIGUSR1}).ctx, [] {});
    EXPECT_TRUE(action.IsBack());
    EXPECT_EQ(Registered(parent), from.Done().CanClose() ? 1u : 0u);
    EXPECT_TRUE(pending());
    EXPECT_EQ(Registered(parent), 0u);
  }
}

TEST(S58, UntilTheStopFunctionIsCalledTheSignalHasNoOtherEffect) {
  const Action action(SIGUSR1, Handler(&CountHandled));
  handled = 0;
  auto [ctx, stop] = NotifyContext(Background(), {SIGUSR1});
  raise(SIGUSR1);
  EXPECT_TRUE(ctx.Done().WaitFor(kLong));
  for (int i = 0; i < 10; ++i) raise(SIGUSR1);
  EXPECT_EQ(handled, 0);
  stop();
  EXPECT_TRUE(action.IsBack());
  EXPECT_EQ(SignalOf(ctx), SIGUSR1);
}

TEST(S58, ASignalOfAnEarlierContextEndsNoLaterOne) {
  for (int round = 0; round < 2000; ++round) {
    auto [earlier, stop_earlier] = NotifyContext(Background(), {SIGUSR1});
    raise(SIGUSR1);
    stop_earlier();
    auto [later, stop_later] = NotifyContext(Background(), {SIGUSR1});
    for (int i = 0; i < round % 20; ++i) std::this_thread::yield();
    EXPECT_FALSE(later.Err());
    stop_later();
  }
}

TEST(S58, AHandlerThatOthersInstalledMeanwhileStays) {
  const Action action(SIGUSR1, Handler(SIG_IGN));
  auto [ctx, stop] = NotifyContext(Background(), {SIGUSR1});
  const Action later(SIGUSR1, Handler(&CountHandled));
  stop();
  EXPECT_TRUE(later.IsBack());
}

TEST(S58, SignalsWhileContextsComeAndGo) {
  const Action action(SIGUSR1, Handler(&CountHandled));
  std::atomic<bool> over{false};
  std::thread sender([&] {
    while (!over) {
      kill(getpid(), SIGUSR1);
      std::this_thread::yield();
    }
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 100; ++i) {
        auto [parent, cancel] = context::WithCancel(Background());
        std::optional<Cancelable> made = NotifyContext(parent, {SIGUSR1, SIGUSR2});
        EXPECT_TRUE(i % 4 != 0 || made->ctx.Done().WaitFor(kLong));
        if (i % 3 == 0) made->cancel();
        if (i % 3 == 1) cancel();
        if (t == 1) made.reset();
        cancel();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  over = true;
  sender.join();
  EXPECT_TRUE(action.IsBack());
}

TEST(S58, StopSignalAndDropRace) {
  const Action action(SIGUSR1, Handler(SIG_IGN));
  for (int round = 0; round < 200; ++round) {
    std::optional<Cancelable> made = NotifyContext(Background(), {SIGUSR1});
    const context::CancelFunc stop = made->cancel;
    std::latch start(3);
    std::thread raising([&] {
      start.arrive_and_wait();
      raise(SIGUSR1);
    });
    std::thread dropping([&] {
      start.arrive_and_wait();
      made.reset();
    });
    start.arrive_and_wait();
    stop();
    EXPECT_TRUE(action.IsBack());
    raising.join();
    dropping.join();
  }
}

TEST(S59, WhatCannotBeWatchedThrowsAndChangesNothing) {
  const Action action(SIGUSR1, Handler(&CountHandled));
  auto [parent, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  for (const int bad : {0, -1, NSIG, 100000, SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    try {
      (void)NotifyContext(parent, {SIGUSR1, bad, SIGUSR2});
      ADD_FAILURE() << bad;
    } catch (const std::invalid_argument& e) {
      EXPECT_EQ(e.what(),
                "context::NotifyContext: signal " + std::to_string(bad) + " cannot be watched");
    }
    EXPECT_TRUE(action.IsBack());
  }
  EXPECT_THROW((void)NotifyContext(parent, {}), std::invalid_argument);
  // Those that the C library keeps for itself, which only the system refuses.
  for (int reserved = 32; reserved < SIGRTMIN; ++reserved) {
    EXPECT_THROW((void)NotifyContext(parent, {SIGUSR1, reserved}), std::invalid_argument);
    EXPECT_TRUE(action.IsBack());
  }
  EXPECT_EQ(Registered(parent), 0u);
}

// Under ThreadSanitizer a child that is forked while there are threads runs no signal handlers, and
// starts no threads.
#if !defined(__SANITIZE_THREAD__) && !CONTEXT_TEST_HAS_FEATURE(thread_sanitizer)

// A signal that a child process sends to itself: what it does there.
int InChild(const std::function<void()>& in_child) {
  const pid_t child = fork();
  if (child == 0) {
    in_child();
    _exit(7);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

TEST(S59, AForkedChildHasTheFormerEffect) {
  const Action action(SIGUSR1, Handler(SIG_DFL));
  const Action ignored(SIGUSR2, Handler(SIG_IGN));
  auto [ctx, stop] = NotifyContext(Background(), {SIGUSR1, SIGUSR2});
  context::Defer guard(stop);
  const int killed = InChild([] { raise(SIGUSR1); });
  ASSERT_TRUE(WIFSIGNALED(killed));
  EXPECT_EQ(WTERMSIG(killed), SIGUSR1);
  const int survived = InChild([] { raise(SIGUSR2); });
  ASSERT_TRUE(WIFEXITED(survived));
  EXPECT_EQ(WEXITSTATUS(survived), 7);
  EXPECT_FALSE(ctx.Err()) << "and the parent hears nothing of it";
  raise(SIGUSR1);
  EXPECT_TRUE(ctx.Done().WaitFor(kLong));
}

TEST(S59, AForkedChildMayWatchForItself) {
  auto [ctx, stop] = NotifyContext(Background(), {SIGUSR1});
  context::Defer guard(stop);
  for (int round = 0; round < 20; ++round) {
    const int status = InChild([] {
      auto [own, stop_own] = NotifyContext(Background(), {SIGUSR2});
      raise(SIGUSR2);
      if (!own.Done().WaitFor(kLong)) _exit(1);
      stop_own();
      _exit(Current(SIGUSR2).sa_handler == SIG_DFL ? 0 : 2);
    });
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
}

TEST(S59, AProcessMayForkWhileASignalEndsContexts) {
  const Action action(SIGUSR1, Handler(SIG_IGN));
  for (int round = 0; round < 50; ++round) {
    auto [ctx, stop] = NotifyContext(Background(), {SIGUSR1});
    context::Defer guard(stop);
    std::vector<Cancelable> timed;
    for (int i = 0; i < 200; ++i) timed.push_back(context::WithTimeout(ctx, 1h));
    ASSERT_EQ(kill(getpid(), SIGUSR1), 0);
    const int status = InChild([] {
      auto [own, cancel] = context::WithTimeout(Background(), 1h);
      cancel();
      _exit(own.Err() ? 0 : 1);
    });
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_TRUE(timed.back().ctx.Done().WaitFor(kLong));
  }
}

#endif

// Nothing of it is there before the first use; it is harmless at the end of the program.
struct StopsAtExit {
  ~StopsAtExit() {
    if (made) made->cancel();
    const bool back = Current(SIGTERM).sa_handler == SIG_DFL;
    auto [ctx, stop] = NotifyContext(Background(), {SIGTERM});
    raise(SIGTERM);
    const bool done = ctx.Done().WaitFor(kLong);
    stop();
    std::fputs(back && done ? "fine\n" : "broken\n", stderr);
  }
  std::optional<Cancelable> made;
};

void ExitWhileWatching() {
  static StopsAtExit at_exit;
  at_exit.made = NotifyContext(Background(), {SIGTERM});
  static const Cancelable kept = NotifyContext(Background(), {SIGHUP});
  std::exit(0);
}

TEST(S59, TheProgramMayEndWhileContextsWatch) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(ExitWhileWatching(), testing::ExitedWithCode(0), "fine\n");
}

void SecondSignalEnds() {
  std::signal(SIGINT, SIG_DFL);  // whoever started the tests may have them ignore it
  auto [ctx, stop] = NotifyContext(Background(), {SIGINT});
  raise(SIGINT);
  raise(SIGINT);
  if (!ctx.Done().WaitFor(kLong)) std::exit(1);
  raise(SIGINT);
  stop();
  raise(SIGINT);
  std::exit(2);
}

TEST(S59, AfterTheStopFunctionASecondInterruptEndsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(SecondSignalEnds(), testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace context_test
