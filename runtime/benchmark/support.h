// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the benchmarks share.
//
// Names are those of Go's own benchmarks where there are such; the same under "stop_token/" does it
// with std::stop_source. If one iteration is many operations, the counter "ops" says how many, and
// a time per operation is the time divided by it.
#ifndef CONTEXT_RUNTIME_BENCHMARK_SUPPORT_H
#define CONTEXT_RUNTIME_BENCHMARK_SUPPORT_H

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace context_benchmark {

// Each registers the benchmarks of its file.
void RegisterGoNames();
void RegisterStopToken();
void RegisterFigures();

// How many threads a parallel benchmark has: one a processor, or what the environment variable
// GOMAXPROCS says, so that Go's side and this one have the same.
int Threads();

template <class Function>
void Register(const std::string& name, Function function) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(function))->UseRealTime();
}

// The same for what takes its time itself. What is around that takes longer, so the number of
// iterations is given.
template <class Function>
void RegisterTimed(const std::string& name, std::int64_t iterations, Function function) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(function))
      ->UseManualTime()
      ->Iterations(iterations);
}

// One thread's share of the operations: Go's testing.PB.
class Share {
 public:
  Share(std::atomic<std::int64_t>& taken, std::int64_t total, std::int64_t grain)
      : taken_(taken), total_(total), grain_(grain) {}

  bool Next() {
    if (left_ == 0) {
      const std::int64_t first = taken_.fetch_add(grain_, std::memory_order_relaxed);
      left_ = std::clamp<std::int64_t>(total_ - first, 0, grain_);
      if (left_ == 0) return false;
    }
    --left_;
    return true;
  }

 private:
  std::atomic<std::int64_t>& taken_;
  const std::int64_t total_;
  const std::int64_t grain_;
  std::int64_t left_ = 0;
};

// Go's B.RunParallel: the iterations are shared out, in small portions, among `threads` threads
// that run `body`, and the time of one is the wall time divided by the number of all. Google
// Benchmark's own Threads() is not used, because there every thread makes all iterations, and what
// the reported time is per has changed between its versions.
inline void RunParallel(benchmark::State& state, int threads,
                        const std::function<void(Share&)>& body) {
  const auto total = static_cast<std::int64_t>(state.max_iterations);
  const std::int64_t grain = std::clamp<std::int64_t>(total / (threads * 100), 1, 1000);
  while (state.KeepRunningBatch(state.max_iterations)) {
    std::atomic<std::int64_t> taken{0};
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i) {
      running.emplace_back([&] {
        Share share(taken, total, grain);
        body(share);
      });
    }
  }
}

// `object`, as a function sees it that was handed it: the compiler knows neither what it holds nor
// that nobody else changes it. Otherwise it would keep in registers what a poll has to load.
template <class T>
const T& Handed(const T& object) {
  const T* pointer = &object;
  asm volatile("" : "+r"(pointer) : : "memory");
  return *pointer;
}

// Half of the filler in a round of CommonParentCancel: 100 divisions of Go's int. The value is
// hidden from the compiler each time, which would otherwise find out that it stays 0.
inline std::int64_t Filler(std::int64_t x) {
  for (int i = 0; i < 100; ++i) {
    x /= x + 1;
    asm volatile("" : "+r"(x));
  }
  return x;
}

// A std::stop_source that stops with its parent: what a child context is there.
class LinkedSource {
 public:
  explicit LinkedSource(const std::stop_token& parent) : link_(parent, Stop{&source_}) {}

  std::stop_source& Source() { return source_; }
  std::stop_token Token() const { return source_.get_token(); }

 private:
  struct Stop {
    std::stop_source* source;
    void operator()() const { source->request_stop(); }
  };

  std::stop_source source_;
  std::stop_callback<Stop> link_;
};

}  // namespace context_benchmark

#endif  // CONTEXT_RUNTIME_BENCHMARK_SUPPORT_H
