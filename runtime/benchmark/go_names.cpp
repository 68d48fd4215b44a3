// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Go's own benchmarks of package context (benchmark_test.go), by their names: the same work done
// with the runtime.
#include <chrono>
#include <deque>

#include "context/context.h"
#include "support.h"

namespace context_benchmark {
namespace {

using namespace std::chrono_literals;

constexpr context::Key<std::string> kKey{"key"};

void CommonParentCancel(benchmark::State& state) {
  const context::Context root = context::WithValue(context::Background(), kKey, "value");
  const auto [shared, shared_cancel] = context::WithCancel(root);
  context::Defer guard(shared_cancel);

  std::atomic<bool> wrong{false};
  RunParallel(state, Threads(), [&, &shared = shared](Share& share) {
    std::int64_t x = 0;
    while (share.Next()) {
      const auto [ctx, cancel] = context::WithCancel(shared);
      if (*ctx.Value(kKey) != "value") wrong = true;
      x = Filler(x);
      cancel();
      x = Filler(x);
    }
  });
  if (wrong) state.SkipWithError("a wrong value");
}

// What CommonParentCancel does besides its work.
void CommonParentFiller(benchmark::State& state) {
  RunParallel(state, Threads(), [](Share& share) {
    std::int64_t x = 0;
    while (share.Next()) x = Filler(Filler(x));
  });
}

void WithTimeout(benchmark::State& state, int concurrency) {
  const context::Context root = context::Background();
  const int threads = Threads();
  std::vector<std::vector<context::CancelFunc>> concurrent(static_cast<std::size_t>(threads));
  {
    std::vector<std::jthread> running;
    for (auto& cancels : concurrent) {
      running.emplace_back([&cancels, &root, count = concurrency / threads] {
        cancels.reserve(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
          cancels.push_back(context::WithTimeout(root, 1h).cancel);
        }
      });
    }
  }

  RunParallel(state, threads, [&](Share& share) {
    std::vector<context::CancelFunc> cancels;
    cancels.reserve(10);
    while (share.Next()) {
      cancels.clear();
      for (int i = 0; i < 10; ++i) cancels.push_back(context::WithTimeout(root, 1h).cancel);
      for (const context::CancelFunc& cancel : cancels) cancel();
    }
  });

  for (const auto& cancels : concurrent) {
    for (const context::CancelFunc& cancel : cancels) cancel();
  }
}

// Go drops the contexts and leaves them to the collector, but those below a canceller stay
// reachable through it, and its cancel goes over all of them. Here the innermost one, which is
// returned, keeps them.
[[nodiscard]] context::Context BuildContextTree(context::Context root, int depth) {
  for (int i = 0; i < depth; ++i) root = context::WithCancel(root).ctx;
  return root;
}

void CancelTreeBackground(benchmark::State& state, int depth) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(BuildContextTree(context::Background(), depth));
  }
}

void CancelTreeOpenCanceler(benchmark::State& state, int depth) {
  for (auto _ : state) {
    const auto [ctx, cancel] = context::WithCancel(context::Background());
    const context::Context leaf = BuildContextTree(ctx, depth);
    cancel();
  }
}

void CancelTreeClosedCanceler(benchmark::State& state, int depth) {
  for (auto _ : state) {
    const auto [ctx, cancel] = context::WithCancel(context::Background());
    cancel();
    benchmark::DoNotOptimize(BuildContextTree(ctx, depth));
  }
}

void CheckCanceledErr(benchmark::State& state) {
  const auto canceled = context::WithCancel(context::Background());
  canceled.cancel();
  const context::Context& ctx = Handed(canceled.ctx);
  for (auto _ : state) {
    const std::error_code err = ctx.Err();
    benchmark::DoNotOptimize(err.value());
    benchmark::DoNotOptimize(&err.category());
  }
}

void CheckCanceledDone(benchmark::State& state) {
  const auto canceled = context::WithCancel(context::Background());
  canceled.cancel();
  const context::Context& ctx = Handed(canceled.ctx);
  for (auto _ : state) benchmark::DoNotOptimize(ctx.Done().Closed());
}

// The poll in a loop that goes on: newer than Go 1.19, so Go's side is in go/.
void ErrOK(benchmark::State& state) {
  const auto alive = context::WithCancel(context::Background());
  context::Defer guard(alive.cancel);
  const context::Context& ctx = Handed(alive.ctx);
  for (auto _ : state) {
    if (ctx.Err()) state.SkipWithError("canceled");
    benchmark::ClobberMemory();  // what else a round does
  }
}

void ContextCancelDone(benchmark::State& state) {
  const auto alive = context::WithCancel(context::Background());
  context::Defer guard(alive.cancel);
  RunParallel(state, Threads(), [&alive](Share& share) {
    const context::Context& ctx = Handed(alive.ctx);
    while (share.Next()) benchmark::DoNotOptimize(ctx.Done().Closed());
  });
}

// `depth` values, and a key that none of them has.
struct DeepValue {
  explicit DeepValue(int depth) {
    for (int i = 0; i < depth; ++i) {
      keys.emplace_back("key");
      ctx = context::WithValue(ctx, keys.back(), i);
    }
  }

  std::deque<context::Key<int>> keys;
  context::Key<int> absent{"absent"};
  context::Context ctx = context::Background();
};

// A thread for each look-up, where Go has a goroutine: no like for like.
void DeepValueNewGoRoutine(benchmark::State& state, int depth) {
  const DeepValue deep(depth);
  for (auto _ : state) {
    std::thread([&deep] { benchmark::DoNotOptimize(deep.ctx.Value(deep.absent)); }).join();
  }
}

void DeepValueSameGoRoutine(benchmark::State& state, int depth) {
  const DeepValue deep(depth);
  for (auto _ : state) benchmark::DoNotOptimize(deep.ctx.Value(deep.absent));
}

}  // namespace

void RegisterGoNames() {
  Register("CommonParentCancel", CommonParentCancel);
  Register("CommonParentFiller", CommonParentFiller);
  for (const int concurrency : {40, 4000, 400000}) {
    Register("WithTimeout/concurrency=" + std::to_string(concurrency),
             [concurrency](benchmark::State& state) { WithTimeout(state, concurrency); });
  }
  for (const int depth : {1, 10, 100, 1000}) {
    const std::string name = "CancelTree/depth=" + std::to_string(depth) + "/Root=";
    Register(name + "Background",
             [depth](benchmark::State& state) { CancelTreeBackground(state, depth); });
    Register(name + "OpenCanceler",
             [depth](benchmark::State& state) { CancelTreeOpenCanceler(state, depth); });
    Register(name + "ClosedCanceler",
             [depth](benchmark::State& state) { CancelTreeClosedCanceler(state, depth); });
  }
  Register("CheckCanceled/Err", CheckCanceledErr);
  Register("CheckCanceled/Done", CheckCanceledDone);
  Register("ErrOK", ErrOK);
  Register("ContextCancelDone", ContextCancelDone);
  for (const int depth : {10, 20, 30, 50, 100}) {
    Register("DeepValueNewGoRoutine/depth=" + std::to_string(depth),
             [depth](benchmark::State& state) { DeepValueNewGoRoutine(state, depth); });
  }
  for (const int depth : {10, 20, 30, 50, 100}) {
    Register("DeepValueSameGoRoutine/depth=" + std::to_string(depth),
             [depth](benchmark::State& state) { DeepValueSameGoRoutine(state, depth); });
  }
}

}  // namespace context_benchmark
