// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts that cancel operations of Boost.Asio.
#include "context/asio.h"

#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <string>
#include <vector>

#include "testing.h"

// Asio's reference counts order themselves by a fence (atomic_thread_fence), and ThreadSanitizer
// knows none. Elsewhere nobody calls this.
extern "C" const char* __tsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __tsan_default_suppressions() {
  return "race:boost::asio::execution::detail::shared_target_executor\n";
}

namespace context_test {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using context::Background;
using context::Context;
using context::asio::BindContext;
using context::internal::Registered;
using Socket = net::local::stream_protocol::socket;

constexpr std::chrono::hours kNever(24);

// Cancels from another thread, while the caller runs the loop.
class Canceller {
 public:
  explicit Canceller(const context::CancelFunc& cancel)
      : thread_([cancel] {
          std::this_thread::sleep_for(1ms);
          cancel();
        }) {}
  ~Canceller() { thread_.join(); }

 private:
  std::thread thread_;
};

TEST(S67, ATimersWaitEndsWithTheContext) {
  auto [ctx, cancel] = context::WithCancel(Background());
  net::io_context io;
  net::steady_timer timer(io, kNever);
  error_code result;
  std::thread::id on;
  timer.async_wait(BindContext(ctx, [&](error_code ec) {
    result = ec;
    on = std::this_thread::get_id();
  }));
  EXPECT_EQ(Registered(ctx), 1u);
  const Canceller canceller(cancel);
  io.run();
  EXPECT_EQ(result, net::error::operation_aborted);
  EXPECT_EQ(on, std::this_thread::get_id());
  EXPECT_EQ(ctx.Err(), context::Errc::canceled);
}

TEST(S67, ADeadlineEndsAReadOfManySteps) {
  auto [ctx, cancel] = context::WithTimeout(Background(), 20ms);
  net::io_context io;
  Socket here(io);
  Socket there(io);
  net::local::connect_pair(here, there);
  std::array<char, 8> buffer{};
  error_code result;
  std::size_t got = 0;
  net::async_read(here, net::buffer(buffer), BindContext(ctx, [&](error_code ec, std::size_t n) {
                    result = ec;
                    got = n;
                  }));
  net::write(there, net::buffer("abc", 3));
  io.run();
  EXPECT_EQ(result, net::error::operation_aborted);
  EXPECT_EQ(got, 3u);
  EXPECT_EQ(ctx.Err(), context::Errc::deadline_exceeded);
  cancel();
}

TEST(S67, AContextThatIsDoneCancelsAtOnce) {
  auto [ctx, cancel] = context::WithCancel(Background());
  cancel();
  net::io_context io;
  net::steady_timer timer(io, kNever);
  error_code result;
  timer.async_wait(BindContext(ctx, [&](error_code ec) { result = ec; }));
  io.run();
  EXPECT_EQ(result, net::error::operation_aborted);
}

net::awaitable<void> WaitForEver(Context ctx, std::string& log) {
  net::steady_timer timer(co_await net::this_coro::executor, kNever);
  try {
    co_await timer.async_wait(BindContext(ctx, net::use_awaitable));
    log += "woke ";
  } catch (const boost::system::system_error& error) {
    log += error.code() == net::error::operation_aborted ? "aborted " : "other ";
  }
  // Cancelled was the operation, not this coroutine.
  timer.expires_after(0ms);
  co_await timer.async_wait(net::use_awaitable);
  log += "end";
}

TEST(S67, AnOperationInACoroutineEndsWithTheContext) {
  auto [ctx, cancel] = context::WithCancel(Background());
  net::io_context io;
  std::string log;
  net::co_spawn(io, WaitForEver(ctx, log), net::detached);
  const Canceller canceller(cancel);
  io.run();
  EXPECT_EQ(log, "aborted end");
}

net::awaitable<int> Unaware() {
  net::steady_timer timer(co_await net::this_coro::executor, kNever);
  co_await timer.async_wait(net::use_awaitable);
  co_return 1;
}

TEST(S67, AWholeCoroutineEndsWithTheContext) {
  auto [ctx, cancel] = context::WithCancel(Background());
  net::io_context io;
  std::string what;
  net::co_spawn(io, Unaware(),
                BindContext(ctx, [&](std::exception_ptr error, int) { what = What(error); }));
  const Canceller canceller(cancel);
  io.run();
  EXPECT_EQ(what.substr(0, 18), "Operation canceled");
  EXPECT_EQ(Registered(ctx), 0u);
}

TEST(S67, TheSlotOfTheTokenWorksAsBefore) {
  auto [ctx, cancel] = context::WithCancel(Background());
  net::io_context io;
  net::steady_timer timer(io, kNever);
  net::cancellation_signal own;
  int aborted = 0;
  const auto count = [&](error_code ec) { aborted += ec == net::error::operation_aborted; };
  timer.async_wait(BindContext(ctx, net::bind_cancellation_slot(own.slot(), count)));
  net::post(io, [&] { own.emit(net::cancellation_type::terminal); });
  io.run();
  EXPECT_EQ(aborted, 1);
  EXPECT_FALSE(own.slot().has_handler());
  EXPECT_EQ(Registered(ctx), 0u);

  // And the other way: the context's part with such a token.
  io.restart();
  timer.async_wait(BindContext(ctx, net::bind_cancellation_slot(own.slot(), count)));
  const Canceller canceller(cancel);
  io.run();
  EXPECT_EQ(aborted, 2);
  EXPECT_FALSE(own.slot().has_handler());
}

net::awaitable<void> InnerContext(Context inner, Context outer, std::string& log) {
  net::steady_timer timer(co_await net::this_coro::executor, kNever);
  try {
    co_await timer.async_wait(BindContext(inner, BindContext(outer, net::use_awaitable)));
  } catch (const boost::system::system_error&) {
    log += "aborted";
  }
}

TEST(S67, EitherOfTwoContextsEndsIt) {
  for (const bool first : {true, false}) {
    auto [one, cancel_one] = context::WithCancel(Background());
    auto [two, cancel_two] = context::WithCancel(Background());
    net::io_context io;
    std::string log;
    net::co_spawn(io, InnerContext(one, two, log), net::detached);
    {
      const Canceller canceller(first ? cancel_one : cancel_two);
      io.run();
    }
    EXPECT_EQ(log, "aborted");
    EXPECT_EQ(Registered(one) + Registered(two), 0u);
    cancel_one();
    cancel_two();
  }
}

TEST(S67, TheTypeIsWhatTheOperationGets) {
  auto [ctx, cancel] = context::WithCancel(Background());
  net::io_context io;
  auto work = net::make_work_guard(io);
  net::cancellation_type got = net::cancellation_type::none;
  // An operation that completes inside the emission.
  const auto initiate = [&](auto handler) {
    auto slot = net::get_associated_cancellation_slot(handler);
    auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    slot.assign([&, kept](net::cancellation_type type) {
      got = type;
      (*kept)();
    });
  };
  auto token = BindContext(ctx, net::bind_executor(io, [&] { work.reset(); }),
                           net::cancellation_type::partial);
  net::async_initiate<decltype(token), void()>(initiate, token);
  const Canceller canceller(cancel);
  io.run();
  EXPECT_EQ(got, net::cancellation_type::partial);
  EXPECT_EQ(Registered(ctx), 0u);
}

TEST(S67, ATokenMayReturnWhatItLikes) {
  auto [ctx, cancel] = context::WithCancel(Background());
  net::io_context io;
  net::steady_timer timer(io, kNever);
  const auto token = BindContext(ctx, net::use_future);
  std::future<void> future = timer.async_wait(token);
  cancel();
  io.run();
  EXPECT_THROW(future.get(), boost::system::system_error);
}

TEST(S67, ItIsEmittedOnTheHandlersExecutor) {
  auto [ctx, cancel] = context::WithCancel(Background());
  net::thread_pool pool(3);
  auto strand = net::make_strand(pool);
  std::vector<std::unique_ptr<net::steady_timer>> timers;
  int aborted = 0;  // guarded by the strand
  std::atomic<bool> started{false};
  net::post(strand, [&, ctx = ctx] {
    for (int i = 0; i < 200; ++i) {
      timers.push_back(std::make_unique<net::steady_timer>(pool, kNever));
      timers.back()->async_wait(BindContext(ctx, net::bind_executor(strand, [&](error_code ec) {
                                              EXPECT_TRUE(strand.running_in_this_thread());
                                              aborted += ec == net::error::operation_aborted;
                                            })));
      if (i == 100) started = true;
    }
  });
  while (!started) std::this_thread::yield();
  cancel();
  pool.join();
  EXPECT_EQ(aborted, 200);
}

TEST(S68, AnOperationThatCompletesLeavesNothingBehind) {
  auto [ctx, cancel] = context::WithCancel(Background());
  net::io_context io;
  net::steady_timer timer(io, 0ms);
  std::size_t registered = 99;
  error_code result = net::error::fault;
  timer.async_wait(BindContext(ctx, [&, ctx = ctx](error_code ec) {
    result = ec;
    registered = Registered(ctx);
  }));
  io.run();
  EXPECT_EQ(result, error_code());
  EXPECT_EQ(registered, 0u);
  cancel();
}

TEST(S68, AnOperationThatIsDestroyedLeavesNothingBehind) {
  auto [ctx, cancel] = context::WithCancel(Background());
  const auto token = std::make_shared<int>();
  {
    net::io_context io;
    net::steady_timer timer(io, kNever);
    timer.async_wait(BindContext(ctx, [token](error_code) { ADD_FAILURE(); }));
    net::co_spawn(net::make_strand(io), Unaware(),
                  BindContext(ctx, [token](std::exception_ptr, int) { ADD_FAILURE(); }));
    EXPECT_EQ(Registered(ctx), 2u);
  }
  EXPECT_EQ(Registered(ctx), 0u);
  EXPECT_EQ(token.use_count(), 1);
  cancel();
}

TEST(S68, ATokenThatIsNeverUsedRegistersNothing) {
  auto [ctx, cancel] = context::WithCancel(Background());
  {
    const auto token = BindContext(ctx, net::detached);
  }
  EXPECT_EQ(Registered(ctx), 0u);
  cancel();
}

// The context ends while the loop goes, with what it was to post to.
TEST(S68, TheLoopMayBeDestroyedWhileTheContextEnds) {
  for (int round = 0; round < 300; ++round) {
    auto [ctx, cancel] = context::WithCancel(Background());
    std::atomic<bool> go{false};
    std::thread canceller([&, cancel = cancel] {
      while (!go) std::this_thread::yield();
      cancel();
    });
    {
      net::io_context io;
      net::steady_timer timer(io, kNever);
      timer.async_wait(BindContext(ctx, [](error_code) {}));
      net::steady_timer on_strand(net::make_strand(io), kNever);
      on_strand.async_wait(BindContext(ctx, [](error_code) {}));
      go = true;
      for (int i = 0; i < round % 20; ++i) std::this_thread::yield();
      io.poll();
    }
    canceller.join();
  }
}

// Initiated on one thread, run on another, cancelled by a third, or expired before.
TEST(S68, InitiationCompletionAndCancellationRace) {
  net::io_context io;
  auto work = net::make_work_guard(io);
  std::thread runner([&] { io.run(); });
  std::atomic<int> completed{0};
  for (int round = 0; round < 1000; ++round) {
    auto [ctx, cancel] = context::WithCancel(Background());
    auto timer = std::make_shared<net::steady_timer>(io, std::chrono::microseconds(round % 100));
    std::atomic<bool> go{false};
    std::thread canceller([&, cancel = cancel] {
      while (!go) std::this_thread::yield();
      cancel();
    });
    go = true;
    timer->async_wait(BindContext(ctx, [timer, &completed](error_code) { ++completed; }));
    timer.reset();
    canceller.join();
    EXPECT_TRUE(ctx.Err());
  }
  work.reset();
  runner.join();
  EXPECT_EQ(completed, 1000);
}

TEST(S68, ManyCoroutinesOnStrandsOfAPool) {
  net::thread_pool pool(3);
  auto [root, cancel] = context::WithCancel(Background());
  std::atomic<int> ended{0};
  for (int i = 0; i < 300; ++i) {
    const Context ctx = i % 3 == 0 ? root : context::WithTimeout(root, 1ms * (i % 7)).ctx;
    net::co_spawn(net::make_strand(pool), Unaware(),
                  BindContext(ctx, [&](std::exception_ptr error, int) {
                    EXPECT_NE(error, nullptr);
                    ++ended;
                  }));
  }
  cancel();
  pool.join();
  EXPECT_EQ(ended, 300);
  EXPECT_EQ(Registered(root), 0u);
}

}  // namespace
}  // namespace context_test
