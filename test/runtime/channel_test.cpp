// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Channels and Select.
#include "context/channel.h"

#include <array>
#include <atomic>
#include <numeric>
#include <vector>

#include "context/select.h"
#include "testing.h"

namespace context_test {
namespace {

using context::After;
using context::Background;
using context::Channel;
using context::ClosedChannelError;
using context::Default;
using context::DoneChannel;
using context::Recv;
using context::Select;
using context::Send;

static_assert(std::is_nothrow_copy_constructible_v<Channel<int>>);
static_assert(std::is_base_of_v<std::logic_error, ClosedChannelError>);

TEST(S51, ABufferedChannelIsFirstInFirstOut) {
  const Channel<std::string> channel(3);
  EXPECT_EQ(channel.Cap(), 3u);
  for (int lap = 0; lap < 3; ++lap) {
    channel.Send("a");
    channel.Send("b");
    EXPECT_TRUE(channel.TrySend("c"));
    EXPECT_FALSE(channel.TrySend("d")) << "full";
    EXPECT_EQ(channel.Len(), 3u);
    EXPECT_EQ(channel.Receive(), "a");
    EXPECT_EQ(channel.TryReceive(), "b");
    EXPECT_EQ(channel.Receive(), "c");
    EXPECT_EQ(channel.TryReceive(), std::nullopt);
    EXPECT_EQ(channel.Len(), 0u);
  }
}

TEST(S51, AnUnbufferedSendWaitsForItsReceive) {
  const Channel<int> channel;
  EXPECT_EQ(channel.Cap(), 0u);
  EXPECT_FALSE(channel.TrySend(1)) << "nobody receives";
  EXPECT_EQ(channel.TryReceive(), std::nullopt) << "nobody sends";
  std::atomic<bool> sent{false};
  std::thread sending([&] {
    channel.Send(1);
    sent = true;
    channel.Send(2);
  });
  // Not after a time: the first Send cannot return before something is received.
  EXPECT_FALSE(sent);
  EXPECT_EQ(channel.Receive(), 1);
  EXPECT_EQ(channel.Receive(), 2);
  sending.join();
  EXPECT_TRUE(sent);
}

TEST(S51, AClosedChannelIsDrainedAndThenEmpty) {
  const Channel<int> channel(2);
  channel.Send(1);
  channel.Send(2);
  channel.Close();
  EXPECT_EQ(channel.Receive(), 1);
  EXPECT_EQ(channel.TryReceive(), 2);
  EXPECT_EQ(channel.Receive(), std::nullopt);
  EXPECT_EQ(channel.TryReceive(), std::nullopt);
}

TEST(S51, SendingOnAClosedChannelAndClosingTwiceThrow) {
  const Channel<int> channel(1);
  channel.Close();
  EXPECT_THROW(channel.Send(1), ClosedChannelError);
  EXPECT_THROW((void)channel.TrySend(1), ClosedChannelError);
  EXPECT_THROW(channel.Close(), ClosedChannelError);
  EXPECT_THROW(Select(Send(channel, 1)), ClosedChannelError);
  EXPECT_EQ(channel.Len(), 0u);
}

TEST(S51, ClosingWakesAllThatWait) {
  const Channel<int> receiving;
  const Channel<int> sending(1);
  sending.Send(0);
  std::vector<std::thread> threads;
  std::atomic<int> woken{0};
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      EXPECT_EQ(receiving.Receive(), std::nullopt);
      ++woken;
    });
    threads.emplace_back([&] {
      EXPECT_THROW(sending.Send(1), ClosedChannelError);
      ++woken;
    });
    threads.emplace_back([&] {
      std::optional<int> item = 5;
      EXPECT_EQ(Select(Recv(receiving, &item)), 0);
      EXPECT_EQ(item, std::nullopt);
      ++woken;
    });
    threads.emplace_back([&] {
      EXPECT_THROW(Select(Send(sending, 1)), ClosedChannelError);
      ++woken;
    });
  }
  receiving.Close();
  sending.Close();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(woken, 12);
  EXPECT_EQ(sending.Receive(), 0);
}

TEST(S51, CopiesAreTheSameChannel) {
  Channel<int> channel(1);
  const Channel<int> copy = channel;
  const Channel<int> moved = std::move(channel);
  copy.Send(1);
  EXPECT_EQ(channel.Receive(), 1) << "a moved-from one too";  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(copy == moved);
  EXPECT_FALSE(copy == Channel<int>());
}

TEST(S51, ItemsAreMovedAndDestroyed) {
  const Channel<std::unique_ptr<int>> channel(1);
  channel.Send(std::make_unique<int>(1));
  std::thread sending([&] { channel.Send(std::make_unique<int>(2)); });
  EXPECT_EQ(**channel.Receive(), 1);
  EXPECT_EQ(**channel.Receive(), 2);
  sending.join();
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  {
    const Channel<std::shared_ptr<int>> left(3);
    left.Send(token);
    left.Send(std::move(token));
    EXPECT_EQ(watch.use_count(), 2);
  }
  EXPECT_TRUE(watch.expired()) << "what was never received";
}

TEST(S51, NothingIsLostBetweenManyThreads) {
  for (const std::size_t capacity : {0u, 1u, 7u}) {
    constexpr int kEach = 2000;
    const Channel<int> channel(capacity);
    std::atomic<long> sum{0};
    std::vector<std::thread> senders;
    std::vector<std::thread> receivers;
    for (int t = 0; t < 3; ++t) {
      senders.emplace_back([&] {
        for (int i = 1; i <= kEach; ++i) {
          if (i % 2 == 0) {
            channel.Send(i);
          } else {
            ASSERT_EQ(Select(Send(channel, i), Recv(DoneChannel::Never())), 0);
          }
        }
      });
      receivers.emplace_back([&] {
        for (;;) {
          std::optional<int> item = channel.Receive();
          if (!item) return;
          sum += *item;
          ASSERT_EQ(Select(Recv(channel, &item)), 0);
          if (!item) return;
          sum += *item;
        }
      });
    }
    for (auto& thread : senders) thread.join();
    channel.Close();
    for (auto& thread : receivers) thread.join();
    EXPECT_EQ(sum, 3L * kEach * (kEach + 1) / 2);
  }
}

TEST(S52, SelectReturnsTheCaseThatWentAhead) {
  auto [ctx, cancel] = context::WithCancel(Background());
  const Channel<int> full(1);
  const Channel<int> empty(1);
  full.Send(1);
  std::optional<int> item;
  EXPECT_EQ(Select(Recv(ctx.Done()), Recv(empty, &item), Recv(full, &item)), 2);
  EXPECT_EQ(item, 1);
  EXPECT_EQ(Select(Recv(ctx.Done()), Send(full, 5)), 1);
  EXPECT_EQ(Select(Recv(ctx.Done()), Send(full, 6), After(1ms)), 2);
  EXPECT_EQ(full.Receive(), 5);
  cancel();
  EXPECT_EQ(Select(Recv(empty, &item), Recv(ctx.Done()), After(1h)), 1);
  EXPECT_EQ(item, 1) << "only the case that went ahead does anything";
  full.Send(7);
  EXPECT_EQ(Select(Recv(full, static_cast<std::optional<int>*>(nullptr))), 0);
  EXPECT_EQ(full.Len(), 0u);
}

TEST(S52, DefaultGoesAheadOnlyIfNothingIsReady) {
  auto [ctx, cancel] = context::WithCancel(Background());
  const Channel<int> channel;
  EXPECT_EQ(Select(Default(), Recv(ctx.Done()), Send(channel, 1), After(1h)), 0);
  cancel();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Select(Default(), Recv(ctx.Done())), 1);
  EXPECT_EQ(Select(Default()), 0);
  EXPECT_EQ(Select(Recv(DoneChannel::Never()), Default()), 1);
  EXPECT_EQ(Select(After(-1h), Default()), 0);
}

TEST(S52, SelectWaitsForACancellation) {
  auto [ctx, cancel] = context::WithCancel(Background());
  const Channel<int> channel;
  std::thread waiting([&, ctx = ctx] {
    std::optional<int> item;
    EXPECT_EQ(Select(Recv(channel, &item), Recv(ctx.Done()), After(kLong)), 1);
  });
  while (context::internal::Registered(ctx) == 0) std::this_thread::yield();
  cancel();
  waiting.join();
  EXPECT_EQ(context::internal::Registered(ctx), 0u);
  EXPECT_FALSE(channel.TrySend(1)) << "no receiver is left behind";
}

TEST(S52, AReceiveCaseMayBeUsedAgain) {
  const Channel<std::string> channel(1);
  std::optional<std::string> item;
  auto receive = context::Recv(channel, &item);
  channel.Send("one");
  EXPECT_EQ(context::Select(receive, context::Default()), 0);
  EXPECT_EQ(item, "one");
  channel.Close();
  EXPECT_EQ(context::Select(receive, context::Default()), 0);
  EXPECT_EQ(item, std::nullopt) << "closed and drained";
}

TEST(S52, TheEarliestAfterGoesAhead) {
  const auto before = context::Clock::now();
  EXPECT_EQ(Select(After(1h), After(5ms), After(std::chrono::hours::max())), 1);
  EXPECT_GE(context::Clock::now(), before + 5ms);
  EXPECT_EQ(Select(After(std::chrono::hours::min())), 0);
}

TEST(S52, TheChoiceIsRandomWhereSeveralAreReady) {
  auto [ctx, cancel] = context::WithCancel(Background());
  cancel();
  const Channel<int> channel(1);
  channel.Send(1);
  std::array<int, 4> chosen{};
  for (int i = 0; i < 4000; ++i) {
    std::optional<int> item;
    const int index = Select(Recv(ctx.Done()), Recv(channel, &item), After(0s), Recv(ctx.Done()));
    ++chosen.at(static_cast<std::size_t>(index));
    if (index == 1) channel.Send(1);
  }
  // Each 1000 on average, with a standard deviation of 27.
  for (const int count : chosen) {
    EXPECT_GT(count, 750);
    EXPECT_LT(count, 1250);
  }
}

TEST(S52, TwoSelectsMeet) {
  const Channel<int> there;
  const Channel<int> back;
  constexpr int kRounds = 2000;
  std::thread other([&] {
    for (int i = 0; i < kRounds; ++i) {
      std::optional<int> item;
      ASSERT_EQ(Select(Recv(back, &item), Recv(there, &item)), 1);
      ASSERT_EQ(Select(Send(back, *item + 1), Recv(DoneChannel::Never())), 0);
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    std::optional<int> item;
    ASSERT_EQ(Select(Send(there, i), Recv(DoneChannel::Never())), 0);
    ASSERT_EQ(Select(Recv(there, &item), Recv(back, &item)), 1);
    ASSERT_EQ(item, i + 1);
  }
  other.join();
}

TEST(S52, ASelectDoesNotMeetItself) {
  const Channel<int> channel;
  std::optional<int> item;
  EXPECT_EQ(Select(Send(channel, 1), Recv(channel, &item), After(1ms)), 2);
  std::thread other([&] { EXPECT_LT(Select(Send(channel, 2), Recv(channel, &item)), 2); });
  std::optional<int> mine;
  EXPECT_LT(Select(Recv(channel, &mine), Send(channel, 1)), 2);
  other.join();
  EXPECT_TRUE(item.has_value() != mine.has_value());
}

TEST(S52, SelectsOverManyChannelsInAnyOrderDoNotDeadlock) {
  const std::array<Channel<int>, 3> channels{Channel<int>(1), Channel<int>(), Channel<int>(2)};
  std::atomic<long> sent{0};
  std::atomic<long> received{0};
  auto [ctx, cancel] = context::WithTimeout(Background(), 200ms);
  context::Defer guard(cancel);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t, ctx = ctx] {
      const auto& a = channels[t % 3];
      const auto& b = channels[(t + 1) % 3];
      const auto& c = channels[(t + 2) % 3];
      for (;;) {
        std::optional<int> item;
        switch (Select(Recv(ctx.Done()), Send(a, 1), Recv(b, &item), Send(c, 1), Recv(a, &item),
                       Recv(c, &item), Send(b, 1))) {
          case 0:
            return;
          case 1:
          case 3:
          case 6:
            ++sent;
            break;
          default:
            ASSERT_TRUE(item);
            ++received;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& channel : channels) received += static_cast<long>(channel.Len());
  EXPECT_EQ(sent, received);
}

}  // namespace
}  // namespace context_test
