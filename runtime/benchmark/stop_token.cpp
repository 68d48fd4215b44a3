// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same work with std::stop_source, as far as it can do it: no values, no deadlines, no causes.
#include <chrono>
#include <memory>

#include "support.h"

namespace context_benchmark {
namespace {

// The child lies on the stack, as nothing else refers to it.
void CommonParentCancel(benchmark::State& state) {
  std::stop_source shared;
  const std::stop_token token = shared.get_token();
  RunParallel(state, Threads(), [&token](Share& share) {
    std::int64_t x = 0;
    while (share.Next()) {
      LinkedSource child(token);
      x = Filler(x);
      child.Source().request_stop();
      x = Filler(x);
    }
  });
}

// Each with the one before as its parent. Links cannot be moved, and what is handed on must outlive
// the function that made it, so each has an allocation of its own.
class Chain {
 public:
  Chain(std::stop_token root, int depth) {
    links_.reserve(static_cast<std::size_t>(depth));
    for (int i = 0; i < depth; ++i) {
      links_.push_back(std::make_unique<LinkedSource>(root));
      root = links_.back()->Token();
    }
  }

 private:
  std::vector<std::unique_ptr<LinkedSource>> links_;
};

void CancelTreeBackground(benchmark::State& state, int depth) {
  for (auto _ : state) {
    Chain chain(std::stop_token(), depth);
    benchmark::DoNotOptimize(&chain);
  }
}

void CancelTreeOpenCanceler(benchmark::State& state, int depth) {
  for (auto _ : state) {
    std::stop_source source;
    Chain chain(source.get_token(), depth);
    source.request_stop();
  }
}

void CancelTreeClosedCanceler(benchmark::State& state, int depth) {
  for (auto _ : state) {
    std::stop_source source;
    source.request_stop();
    Chain chain(source.get_token(), depth);
    benchmark::DoNotOptimize(&chain);
  }
}

void CheckCanceled(benchmark::State& state) {
  std::stop_source source;
  const std::stop_token stopped = source.get_token();
  source.request_stop();
  const std::stop_token& token = Handed(stopped);
  for (auto _ : state) benchmark::DoNotOptimize(token.stop_requested());
}

void ErrOK(benchmark::State& state) {
  std::stop_source source;
  const std::stop_token alive = source.get_token();
  const std::stop_token& token = Handed(alive);
  for (auto _ : state) {
    if (token.stop_requested()) state.SkipWithError("stopped");
    benchmark::ClobberMemory();  // what else a round does
  }
}

void ContextCancelDone(benchmark::State& state) {
  std::stop_source source;
  const std::stop_token alive = source.get_token();
  RunParallel(state, Threads(), [&alive](Share& share) {
    const std::stop_token& token = Handed(alive);
    while (share.Next()) benchmark::DoNotOptimize(token.stop_requested());
  });
}

void WithCancel(benchmark::State& state) {
  std::stop_source parent;
  const std::stop_token token = parent.get_token();
  for (auto _ : state) {
    LinkedSource child(token);
    child.Source().request_stop();
  }
}

void CancelChildren(benchmark::State& state, int count) {
  for (auto _ : state) {
    std::stop_source parent;
    std::vector<std::unique_ptr<LinkedSource>> children;
    children.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      children.push_back(std::make_unique<LinkedSource>(parent.get_token()));
    }
    const auto start = std::chrono::steady_clock::now();
    parent.request_stop();
    state.SetIterationTime(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  state.counters["ops"] = count;
}

void SharedParent(benchmark::State& state, int threads) {
  std::stop_source shared;
  const std::stop_token token = shared.get_token();
  RunParallel(state, threads, [&token](Share& share) {
    while (share.Next()) {
      LinkedSource child(token);
      child.Source().request_stop();
    }
  });
}

}  // namespace

void RegisterStopToken() {
  const std::string prefix = "stop_token/";
  Register(prefix + "CommonParentCancel", CommonParentCancel);
  for (const int depth : {1, 10, 100, 1000}) {
    const std::string name = prefix + "CancelTree/depth=" + std::to_string(depth) + "/Root=";
    Register(name + "Background",
             [depth](benchmark::State& state) { CancelTreeBackground(state, depth); });
    Register(name + "OpenCanceler",
             [depth](benchmark::State& state) { CancelTreeOpenCanceler(state, depth); });
    Register(name + "ClosedCanceler",
             [depth](benchmark::State& state) { CancelTreeClosedCanceler(state, depth); });
  }
  Register(prefix + "CheckCanceled/Err", CheckCanceled);
  Register(prefix + "CheckCanceled/Done", CheckCanceled);
  Register(prefix + "ErrOK", ErrOK);
  Register(prefix + "ContextCancelDone", ContextCancelDone);
  Register(prefix + "WithCancel", WithCancel);
  for (const int count : {1000, 10000, 100000, 1000000}) {
    RegisterTimed(prefix + "CancelChildren/children=" + std::to_string(count),
                  std::max(3, 200000 / count),
                  [count](benchmark::State& state) { CancelChildren(state, count); });
  }
  for (const int threads : {1, 2}) {
    Register(prefix + "SharedParent/parent=cancel/deriving=" + std::to_string(threads),
             [threads](benchmark::State& state) { SharedParent(state, threads); });
  }
}

}  // namespace context_benchmark
