// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstdlib>
#include <thread>

#include "support.h"

int context_benchmark::Threads() {
  if (const char* given = std::getenv("GOMAXPROCS")) {
    if (const int threads = std::atoi(given); threads > 0) return threads;
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int main(int argc, char** argv) {
  // The C library leaves out locking until the first thread is started. All benchmarks are to run
  // as in a program with threads, whichever are chosen, and in any order.
  std::thread([] {}).join();

  context_benchmark::RegisterGoNames();
  context_benchmark::RegisterStopToken();
  context_benchmark::RegisterFigures();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("threads", std::to_string(context_benchmark::Threads()));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
