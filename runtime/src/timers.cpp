// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "timers.h"

#include <algorithm>
#include <new>
#include <thread>

#include "fork.h"

namespace context::internal {
namespace {

// Makes one heap of two; takes null.
DeadlineNode* Meld(DeadlineNode* a, DeadlineNode* b) noexcept {
  if (a == nullptr) return b;
  if (b == nullptr) return a;
  if (b->deadline < a->deadline) std::swap(a, b);
  b->heap_prev = a;
  b->heap_next = a->heap_child;
  if (b->heap_next != nullptr) b->heap_next->heap_prev = b;
  a->heap_child = b;
  return a;
}

// Makes one heap of siblings: pairs from the left, then all pairs from the right.
DeadlineNode* MeldSiblings(DeadlineNode* first) noexcept {
  DeadlineNode* pairs = nullptr;  // chained by heap_next, the last pair first
  while (first != nullptr) {
    DeadlineNode* a = first;
    DeadlineNode* b = a->heap_next;
    first = b == nullptr ? nullptr : b->heap_next;
    a->heap_next = nullptr;
    if (b != nullptr) b->heap_next = nullptr;
    DeadlineNode* pair = Meld(a, b);
    pair->heap_next = pairs;
    pairs = pair;
  }
  DeadlineNode* heap = nullptr;
  while (pairs != nullptr) {
    DeadlineNode* pair = pairs;
    pairs = pair->heap_next;
    pair->heap_next = nullptr;
    heap = Meld(heap, pair);
  }
  if (heap != nullptr) heap->heap_prev = nullptr;
  return heap;
}

}  // namespace

Timers& Timers::Get() noexcept {
  alignas(Timers) static std::byte storage[sizeof(Timers)];
  static Timers& timers = *::new (static_cast<void*>(storage)) Timers;
  return timers;
}

void Timers::StartThread() {
  std::lock_guard lock(mutex_);
  if (started_.load(std::memory_order_relaxed)) return;
  RegisterForkHandlers();
  std::thread([this] { Run(); }).detach();
  started_.store(true, std::memory_order_release);
}

void Timers::Insert(DeadlineNode* node) noexcept {
  Heap& heap = HeapOf(*node);
  {
    std::lock_guard lock(heap.mutex);
    if (node->state.load(std::memory_order_acquire) != nullptr) return;
    Pin(node);
    node->queued = true;
    ++heap.size;
    heap.root = Meld(heap.root, node);
    if (heap.root != node) return;
  }
  // The thread stores max() before it looks into a heap: who comes after it reads that, or what it
  // stored when it had seen all.
  if (node->deadline < wakes_at_.load(std::memory_order_acquire)) {
    std::lock_guard lock(mutex_);
    look_again_ = true;
    changed_.notify_one();
  }
}

void Timers::Remove(DeadlineNode* node) noexcept {
  {
    Heap& heap = HeapOf(*node);
    std::lock_guard lock(heap.mutex);
    if (!node->queued) return;
    heap.Cut(node);
  }
  Unpin(node);
}

std::size_t Timers::Pending() {
  std::size_t pending = 0;
  for (Heap& heap : heaps_) {
    std::lock_guard lock(heap.mutex);
    pending += heap.size;
  }
  return pending;
}

void Timers::Heap::Cut(DeadlineNode* node) noexcept {
  node->queued = false;
  --size;
  DeadlineNode* children = MeldSiblings(std::exchange(node->heap_child, nullptr));
  if (node == root) {
    root = children;
  } else {
    DeadlineNode* prev = node->heap_prev;
    (prev->heap_child == node ? prev->heap_child : prev->heap_next) = node->heap_next;
    if (node->heap_next != nullptr) node->heap_next->heap_prev = prev;
    root = Meld(root, children);
  }
  node->heap_next = nullptr;
  node->heap_prev = nullptr;
}

DeadlineNode* Timers::TakeDue(Clock::time_point& next) noexcept {
  for (;;) {
    next = Clock::time_point::max();
    Heap* earliest = nullptr;
    for (Heap& heap : heaps_) {
      std::lock_guard lock(heap.mutex);
      if (heap.root == nullptr || heap.root->deadline >= next) continue;
      next = heap.root->deadline;
      earliest = &heap;
    }
    if (earliest == nullptr || Clock::now() < next) return nullptr;
    std::lock_guard lock(earliest->mutex);
    // Unless it was removed meanwhile.
    DeadlineNode* due = earliest->root;
    if (due == nullptr || due->deadline > next) continue;
    earliest->Cut(due);
    return due;
  }
}

void Timers::Run() noexcept {
  // Some systems take no time points far beyond the life of the machine.
  constexpr std::chrono::hours kLongestSleep(24);
  std::unique_lock lock(mutex_);
  for (;;) {
    look_again_ = false;
    wakes_at_.store(Clock::time_point::max(), std::memory_order_release);
    lock.unlock();
    Clock::time_point next;
    {
      std::lock_guard ending(ending_);
      while (DeadlineNode* due = TakeDue(next)) {
        Cancel(due, due->expiry);
        Unpin(due);
      }
    }
    lock.lock();
    if (look_again_) continue;
    wakes_at_.store(next, std::memory_order_release);
    if (next == Clock::time_point::max()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, std::min(next, Clock::now() + kLongestSleep));
    }
  }
}

void Timers::BeforeFork() noexcept {
  ending_.lock();
  mutex_.lock();
  for (Heap& heap : heaps_) heap.mutex.lock();
}

void Timers::AfterFork(bool in_child) noexcept {
  for (Heap& heap : heaps_) heap.mutex.unlock();
  if (in_child) {
    // The thread that waits for it exists in the parent only, and would be waited for.
    ::new (static_cast<void*>(&changed_)) std::condition_variable;
    started_.store(false, std::memory_order_relaxed);
  }
  mutex_.unlock();
  ending_.unlock();
}

}  // namespace context::internal
