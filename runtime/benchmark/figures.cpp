// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the cost changes with the number of timers, children, threads and contexts in between.
#include <chrono>
#include <cstddef>

#include "context/context.h"
#include "support.h"

namespace context_benchmark {
namespace {

constexpr context::Key<int> kKey{"key"};

// From one to two hours, in no order, and the same in each run.
class Timeouts {
 public:
  std::chrono::microseconds Next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return std::chrono::hours(1) + std::chrono::microseconds((state_ >> 33) % 3600000000U);
  }

 private:
  std::uint64_t state_ = 1;
};

context::CancelFunc Derive(Timeouts& timeouts) {
  return context::WithTimeout(context::Background(), timeouts.Next()).cancel;
}

std::vector<context::CancelFunc> Pending(Timeouts& timeouts, std::size_t count) {
  std::vector<context::CancelFunc> cancels;
  cancels.reserve(count);
  while (cancels.size() < count) cancels.push_back(Derive(timeouts));
  return cancels;
}

void CancelAll(const std::vector<context::CancelFunc>& cancels) {
  for (const context::CancelFunc& cancel : cancels) cancel();
}

// One is made and cancelled while `count` others are pending: an operation that ends in time.
void PendingTimeoutsNewest(benchmark::State& state, std::size_t count) {
  Timeouts timeouts;
  const auto pending = Pending(timeouts, count);
  for (auto _ : state) Derive(timeouts)();
  CancelAll(pending);
}

// One is made, and the oldest of `count` cancelled: a server with that many requests at a time.
void PendingTimeoutsOldest(benchmark::State& state, std::size_t count) {
  Timeouts timeouts;
  auto pending = Pending(timeouts, count);
  std::size_t oldest = 0;
  for (auto _ : state) {
    pending[oldest]();
    pending[oldest] = Derive(timeouts);
    if (++oldest == count) oldest = 0;
  }
  CancelAll(pending);
}

// All are made, then all cancelled.
void PendingTimeoutsAll(benchmark::State& state, std::size_t count) {
  Timeouts timeouts;
  std::vector<context::CancelFunc> pending;
  pending.reserve(count);
  for (auto _ : state) {
    pending.clear();
    while (pending.size() < count) pending.push_back(Derive(timeouts));
    CancelAll(pending);
  }
  state.counters["ops"] = static_cast<double>(count);
}

// The cancel call alone.
void CancelChildren(benchmark::State& state, std::size_t count) {
  for (auto _ : state) {
    const auto [parent, cancel] = context::WithCancel(context::Background());
    std::vector<context::Cancelable> children;
    children.reserve(count);
    while (children.size() < count) children.push_back(context::WithCancel(parent));
    const auto start = std::chrono::steady_clock::now();
    cancel();
    state.SetIterationTime(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  state.counters["ops"] = static_cast<double>(count);
}

// Deriving from one live parent and cancelling, one thread.
void WithCancel(benchmark::State& state) {
  const auto [parent, cancel_parent] = context::WithCancel(context::Background());
  context::Defer guard(cancel_parent);
  for (auto _ : state) {
    const auto [ctx, cancel] = context::WithCancel(parent);
    cancel();
  }
}

// The same, the same number in all, by one thread or two together.
void SharedParent(benchmark::State& state, bool below_value, int threads) {
  const auto [shared, cancel_shared] = context::WithCancel(context::Background());
  context::Defer guard(cancel_shared);
  const context::Context parent = below_value ? context::WithValue(shared, kKey, 1) : shared;
  RunParallel(state, threads, [&parent](Share& share) {
    while (share.Next()) {
      const auto [ctx, cancel] = context::WithCancel(parent);
      cancel();
    }
  });
}

// A value, and `depth` cancelable contexts, each below the one before.
context::Context BelowCancels(int depth) {
  context::Context ctx = context::WithValue(context::Background(), kKey, 1);
  for (int i = 0; i < depth; ++i) ctx = context::WithCancel(ctx).ctx;
  return ctx;
}

void BelowCancelsErr(benchmark::State& state, int depth) {
  const context::Context leaf = BelowCancels(depth);
  const context::Context& ctx = Handed(leaf);
  for (auto _ : state) {
    if (ctx.Err()) state.SkipWithError("canceled");
    benchmark::ClobberMemory();  // what else a round does
  }
}

void BelowCancelsDone(benchmark::State& state, int depth) {
  const context::Context leaf = BelowCancels(depth);
  const context::Context& ctx = Handed(leaf);
  for (auto _ : state) benchmark::DoNotOptimize(ctx.Done().Closed());
}

void BelowCancelsValue(benchmark::State& state, int depth) {
  const context::Context leaf = BelowCancels(depth);
  const context::Context& ctx = Handed(leaf);
  for (auto _ : state) benchmark::DoNotOptimize(ctx.Value(kKey));
}

}  // namespace

void RegisterFigures() {
  Register("WithCancel", WithCancel);
  for (const int count : {1000, 1000000}) {
    const auto size = static_cast<std::size_t>(count);
    const std::string pending = "/pending=" + std::to_string(count);
    Register("PendingTimeouts/newest" + pending,
             [size](benchmark::State& state) { PendingTimeoutsNewest(state, size); });
    Register("PendingTimeouts/oldest" + pending,
             [size](benchmark::State& state) { PendingTimeoutsOldest(state, size); });
    Register("PendingTimeouts/all" + pending,
             [size](benchmark::State& state) { PendingTimeoutsAll(state, size); });
  }
  for (const int count : {1000, 10000, 100000, 1000000}) {
    RegisterTimed("CancelChildren/children=" + std::to_string(count), std::max(3, 200000 / count),
                  [size = static_cast<std::size_t>(count)](benchmark::State& state) {
                    CancelChildren(state, size);
                  });
  }
  for (const bool below_value : {false, true}) {
    for (const int threads : {1, 2}) {
      Register(std::string("SharedParent/parent=") + (below_value ? "value" : "cancel") +
                   "/deriving=" + std::to_string(threads),
               [below_value, threads](benchmark::State& state) {
                 SharedParent(state, below_value, threads);
               });
    }
  }
  for (const int depth : {1, 100, 10000}) {
    const std::string suffix = "/depth=" + std::to_string(depth);
    Register("BelowCancels/Err" + suffix,
             [depth](benchmark::State& state) { BelowCancelsErr(state, depth); });
    Register("BelowCancels/Done" + suffix,
             [depth](benchmark::State& state) { BelowCancelsDone(state, depth); });
    Register("BelowCancels/Value" + suffix,
             [depth](benchmark::State& state) { BelowCancelsValue(state, depth); });
  }
}

}  // namespace context_benchmark
