// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What contexts cost in memory. usage: context_memory flat|fanout COUNT | one
//
// flat, fanout: makes COUNT contexts below one root, all its children or in a tree in which each
// has up to ten, keeps both handles of each, and prints how much more of the process is then
// resident. one: prints what a single WithCancel allocates. One line of JSON; a run for each, as
// memory that was given back to the heap is not given back to the system.
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <new>
#include <string_view>
#include <vector>

#include "context/context.h"

namespace {

std::size_t allocations = 0;
std::size_t bytes_asked_for = 0;
std::size_t bytes_taken = 0;

std::size_t ResidentBytes() {
  std::size_t total = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void MeasureOne() {
  const auto parent = context::WithCancel(context::Background());
  context::WithCancel(parent.ctx).cancel();  // what is only made once
  allocations = bytes_asked_for = bytes_taken = 0;
  {
    const auto child = context::WithCancel(parent.ctx);
    child.cancel();
  }
  std::printf("{\"allocations\": %zu, \"asked_for\": %zu, \"taken\": %zu}\n", allocations,
              bytes_asked_for, bytes_taken);
}

void MeasureTree(std::size_t count, std::size_t children) {
  const auto root = context::WithCancel(context::Background());
  std::vector<context::Cancelable> contexts;
  contexts.reserve(count);
  const std::size_t before = ResidentBytes();
  while (contexts.size() < count) {
    const std::size_t parent = contexts.size() / children;
    contexts.push_back(
        context::WithCancel(contexts.size() < children ? root.ctx : contexts[parent - 1].ctx));
  }
  const std::size_t grown = ResidentBytes() - before;
  std::printf("{\"contexts\": %zu, \"resident\": %zu, \"handles\": %zu}\n", count, grown,
              count * sizeof(context::Cancelable));
}

}  // namespace

void* operator new(std::size_t size) {
  void* p = std::malloc(size);
  if (p == nullptr) throw std::bad_alloc();
  ++allocations;
  bytes_asked_for += size;
  // With the word of its own that glibc's malloc puts before each.
  bytes_taken += malloc_usable_size(p) + sizeof(std::size_t);
  return p;
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  const std::size_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  if (what == "one" && argc == 2) {
    MeasureOne();
  } else if (what == "flat" && count > 0) {
    MeasureTree(count, count);
  } else if (what == "fanout" && count > 0) {
    MeasureTree(count, 10);
  } else {
    std::fputs("usage: context_memory flat|fanout COUNT | one\n", stderr);
    return 2;
  }
}
