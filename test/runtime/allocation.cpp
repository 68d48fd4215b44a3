// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "allocation.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>

namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kArenaSize = std::size_t{1} << 20;

thread_local std::size_t made = 0;
thread_local std::size_t bytes_of_last = 0;
thread_local std::ptrdiff_t live = 0;
thread_local std::size_t fail_at = kNever;

char* arena = nullptr;
std::size_t arena_used = 0;
thread_local bool in_arena = false;

bool IsArenas(void* p) {
  const auto at = reinterpret_cast<std::uintptr_t>(p);
  const auto begin = reinterpret_cast<std::uintptr_t>(arena);
  return arena != nullptr && at >= begin && at < begin + kArenaSize;
}

[[maybe_unused]] void* Allocate(std::size_t size) noexcept {
  if (made >= fail_at) return nullptr;
  ++made;
  ++live;
  bytes_of_last = size;
  if (in_arena) {
    void* p = arena + arena_used;
    arena_used += (size + 63) / 64 * 64;
    if (arena_used > kArenaSize) std::abort();
    return p;
  }
  return std::malloc(size == 0 ? 1 : size);
}

[[maybe_unused]] void Free(void* p) noexcept {
  if (p == nullptr) return;
  --live;
  if (!IsArenas(p)) std::free(p);
}

}  // namespace

#if defined(CONTEXT_TEST_OWN_NEW)
void* operator new(std::size_t size) {
  void* p = Allocate(size);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return Allocate(size); }
void operator delete(void* p) noexcept { Free(p); }
void operator delete(void* p, std::size_t) noexcept { Free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { Free(p); }
#endif

namespace context_test {

std::size_t Allocations::Made() { return made; }
std::size_t Allocations::BytesOfLast() { return bytes_of_last; }
std::ptrdiff_t Allocations::Live() { return live; }
void Allocations::FailAfter(std::size_t count) { fail_at = made + count; }
void Allocations::FailNever() { fail_at = kNever; }

Arena::Arena() {
  void* pages =
      mmap(nullptr, kArenaSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) std::abort();
  arena = static_cast<char*>(pages);
  arena_used = 0;
  in_arena = true;
}
Arena::~Arena() {
  in_arena = false;
  munmap(arena, kArenaSize);
  arena = nullptr;
}
void Arena::Stop() { in_arena = false; }
void Arena::Protect() {
  if (mprotect(arena, kArenaSize, PROT_READ) != 0) std::abort();
}
void Arena::Unprotect() {
  if (mprotect(arena, kArenaSize, PROT_READ | PROT_WRITE) != 0) std::abort();
}

}  // namespace context_test
