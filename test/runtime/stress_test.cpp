// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything at once, from several threads. What is checked is little (each function runs or is
// dropped, exactly once); the sanitizers check the rest.
#include <atomic>
#include <mutex>
#include <random>
#include <vector>

#include "context/select.h"
#include "context/sleep.h"
#include "testing.h"

namespace context_test {
namespace {

using context::AfterFunc;
using context::Background;
using context::Cancelable;
using context::Clock;
using context::Context;
using context::StopFunc;

inline constexpr context::Key<int> kNumber{"number"};

// Counts a function's runs, and its end.
struct Tally {
  std::atomic<long> made{0};
  std::atomic<long> gone{0};
  std::atomic<long> ran{0};
  std::atomic<long> stopped{0};
};
class Counted {
 public:
  explicit Counted(Tally& tally) : tally_(&tally) { ++tally_->made; }
  Counted(const Counted&) = delete;
  ~Counted() { ++tally_->gone; }
  void Run() {
    EXPECT_FALSE(ran_.exchange(true)) << "ran twice";
    ++tally_->ran;
  }

 private:
  Tally* tally_;
  std::atomic<bool> ran_{false};
};

// Contexts that all threads take from and put back to.
class Shared {
 public:
  explicit Shared(std::size_t size) : slots_(size, Cancelable{Background(), Dummy()}) {}
  Cancelable Get(std::size_t i) {
    std::lock_guard lock(mutex_);
    return slots_[i % slots_.size()];
  }
  void Put(std::size_t i, Cancelable made) {
    std::lock_guard lock(mutex_);
    std::swap(slots_[i % slots_.size()], made);
  }

 private:
  static context::CancelFunc Dummy() { return context::WithCancel(Background()).cancel; }
  std::mutex mutex_;
  std::vector<Cancelable> slots_;
};

TEST(S9, AnythingMayBeDoneFromAnyThread) {
  Tally tally;
  const auto end = Clock::now() + 1s;
  {
    auto [root, cancel_root] = context::WithCancel(Background());
    Shared shared(16);
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < 4; ++seed) {
      threads.emplace_back([&, seed, root = root] {
        std::mt19937 random(seed);
        std::vector<StopFunc> stops;
        std::vector<std::shared_ptr<Custom>> users;
        while (Clock::now() < end) {
          const Cancelable from = shared.Get(random());
          const Context& parent = random() % 8 == 0 ? root : from.ctx;
          const auto soon = std::chrono::microseconds(random() % 2000);
          switch (random() % 14) {
            case 0:
            case 1:
              shared.Put(random(), context::WithCancel(parent));
              break;
            case 2:
              shared.Put(random(), context::WithTimeout(parent, soon));
              break;
            case 3:
              shared.Put(random(), context::WithTimeout(parent, 1500ms));
              break;
            case 4:
              shared.Put(random(), {context::WithValue(parent, kNumber, 1), from.cancel});
              break;
            case 5:
              from.cancel();
              break;
            case 6:
            case 7:
              stops.push_back(AfterFunc(
                  parent, [counted = std::make_shared<Counted>(tally)] { counted->Run(); }));
              break;
            case 8: {
              // A branch with nothing but functions.
              const Cancelable dropped = context::WithTimeout(parent, soon);
              stops.push_back(
                  AfterFunc(context::WithCancel(dropped.ctx).ctx,
                            [counted = std::make_shared<Counted>(tally)] { counted->Run(); }));
              break;
            }
            case 9:
              if (!stops.empty()) {
                const std::size_t i = random() % stops.size();
                if (stops[i]()) ++tally.stopped;
                std::swap(stops[i], stops.back());
                stops.pop_back();
              }
              break;
            case 10:
              from.ctx.Done().WaitFor(soon / 4);
              break;
            case 11: {
              auto user = std::make_shared<Custom>();
              const Context own = context::MakeContext(user);
              shared.Put(random(), context::WithCancel(own));
              AfterFunc(context::WithCancel(own).ctx,
                        [counted = std::make_shared<Counted>(tally)] { counted->Run(); });
              if (random() % 2 == 0) users.push_back(std::move(user));
              break;
            }
            case 12:
              if (!users.empty()) {
                users.back()->source.Close();
                users.pop_back();
              }
              break;
            default:
              (void)context::Select(context::Recv(parent.Done()), context::Recv(from.ctx.Done()),
                                    context::After(soon / 8));
              (void)parent.Err();
              (void)parent.Value(kNumber);
              (void)context::Cause(parent);
              break;
          }
        }
      });
    }
    // One that cancels from above.
    while (Clock::now() < end) {
      (void)context::SleepFor(root, 10ms);
      shared.Get(static_cast<std::size_t>(Clock::now().time_since_epoch().count())).cancel();
    }
    for (auto& thread : threads) thread.join();
    cancel_root();
  }
  // What is left is with timers, which are short, and with the workers.
  const auto limit = Clock::now() + kLong;
  while (tally.gone < tally.made && Clock::now() < limit) std::this_thread::yield();
  EXPECT_EQ(tally.gone, tally.made);
  EXPECT_LE(tally.ran + tally.stopped, tally.made);
  EXPECT_GT(tally.ran, 0);
}

TEST(S9, DerivingFromAndDroppingBelowACancelledTree) {
  for (int round = 0; round < 100; ++round) {
    auto [root, cancel] = context::WithCancel(Background());
    Tally tally;
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&, root = root] {
        for (int i = 0; i < 30; ++i) {
          Context parent = root;
          for (int depth = 0; depth < 5; ++depth) {
            parent = depth % 2 == 0 ? context::WithCancel(parent).ctx
                                    : context::WithTimeout(parent, 1h).ctx;
          }
          AfterFunc(parent, [counted = std::make_shared<Counted>(tally)] { counted->Run(); });
        }
      });
    }
    std::this_thread::yield();
    cancel();
    for (auto& thread : threads) thread.join();
    while (tally.gone < tally.made) std::this_thread::yield();
    EXPECT_EQ(tally.ran, 90);
  }
}

TEST(S9, ATimerAgainstCancelAndDrop) {
  for (int round = 0; round < 300; ++round) {
    auto [parent, cancel] = context::WithCancel(Background());
    Tally tally;
    {
      auto [child, cancel_child] =
          context::WithTimeout(parent, std::chrono::microseconds(round % 100));
      AfterFunc(context::WithCancel(child).ctx,
                [counted = std::make_shared<Counted>(tally)] { counted->Run(); });
      if (round % 3 == 0) cancel_child();
    }
    if (round % 3 == 1) cancel();
    while (tally.gone < 1) std::this_thread::yield();
    EXPECT_EQ(tally.ran, 1);
    EXPECT_EQ(context::internal::Registered(parent), 0u);
  }
}

}  // namespace
}  // namespace context_test
