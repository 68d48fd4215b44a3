// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Uses every header but asio.h, whatever the compiler and its library, also
// without exceptions. The exit code is the number of the line that went wrong;
// with an argument it does what throws.
#include <context/annotations.h>
#include <context/channel.h>
#include <context/context.h>
#include <context/coroutine.h>
#include <context/debug.h>
#include <context/group.h>
#include <context/poll.h>
#include <context/select.h>
#include <context/signal.h>
#include <context/sleep.h>
#include <context/wait.h>
#if defined(__cpp_lib_jthread)
#include <context/stop_token.h>
#endif

#include <poll.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

namespace {

inline constexpr context::Key<int> kNumber{"number"};

void Check(bool good, int line) {
  if (good) return;
  std::fprintf(stderr, "smoke.cpp:%d is not so\n", line);
  std::exit(1);
}
#define CHECK(condition) Check((condition), __LINE__)

struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { std::abort(); }
  };
};

Detached SendWhenDone(context::Context ctx, context::Channel<std::error_code> out) {
  out.Send(co_await context::UntilDone(ctx));
}

}  // namespace

int main(int argc, char **) {
  if (argc > 1) {
    const context::Channel<int> channel;
    channel.Close();
    channel.Close();
  }

  auto [root, cancel_root] = context::WithCancelCause(context::Background());
  auto [ctx, cancel] = context::WithTimeout(context::WithValue(root, kNumber, 1), 1h);
  CHECK(*ctx.Value(kNumber) == 1);
  CHECK(!ctx.Err());

  const context::DoneFd fd(ctx);
  const context::Channel<std::error_code> ends(2);
  SendWhenDone(ctx, ends);
  const context::Channel<int> ran(1);
  const context::StopFunc stop = context::AfterFunc(ctx, [ran] { ran.Send(7); });
  context::Group group;
  group.Go([ctx = ctx] { return context::SleepFor(ctx, 1h); });
  std::error_code waited;
  std::thread waiter([&, ctx = ctx] {
    std::mutex mutex;
    std::condition_variable changed;
    std::unique_lock lock(mutex);
    waited = context::Wait(ctx, changed, lock, [] { return false; });
  });

  cancel_root(context::make_error_code(context::Errc::deadline_exceeded));
  CHECK(ctx.Err() == std::errc::operation_canceled);
#if defined(__cpp_exceptions)
  CHECK(context::Cause(ctx) != nullptr);
#else
  CHECK(context::Cause(ctx) == nullptr);
#endif
  pollfd wait{fd.Get(), POLLIN, 0};
  CHECK(poll(&wait, 1, 0) == 1);
  CHECK(*ends.Receive() == context::Errc::canceled);
  std::optional<int> result;
  CHECK(context::Select(context::Recv(ran, &result), context::After(1h)) == 0);
  CHECK(*result == 7);
  CHECK(group.Wait() == context::Errc::canceled);
  waiter.join();
  CHECK(waited == context::Errc::canceled);

  auto [timed, cancel_timed] = context::WithTimeout(context::Background(), 1ms);
  timed.Done().Wait();
  CHECK(timed.Err() == std::errc::timed_out);
  cancel_timed();

  auto [signaled, restore] = context::NotifyContext(context::Background(), {SIGTERM});
  std::raise(SIGTERM);
  signaled.Done().Wait();
  restore();

#if defined(__cpp_lib_jthread)
  std::stop_source source;
  auto [stopped, cancel_stopped] =
      context::WithStopToken(context::Background(), source.get_token());
  source.request_stop();
  CHECK(stopped.Done().Closed());
  cancel_stopped();
#endif
  CHECK(!context::debug::Tracking());
  cancel();
  std::puts("all well");
}
