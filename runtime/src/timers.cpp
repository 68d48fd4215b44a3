// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "timers.h"

#include <algorithm>
#include <thread>

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

Timers& Timers::Get() {
  static Timers& timers = *new Timers;
  return timers;
}

void Timers::EnsureThread() {
  std::lock_guard lock(mutex_);
  if (started_) return;
  std::thread([this] { Run(); }).detach();
  started_ = true;
}

void Timers::Insert(DeadlineNode* node) noexcept {
  std::lock_guard lock(mutex_);
  if (node->state.load(std::memory_order_acquire) != nullptr) return;
  Pin(node);
  node->queued = true;
  ++pending_;
  root_ = Meld(root_, node);
  if (node->deadline < wakes_at_) {
    wakes_at_ = node->deadline;
    changed_.notify_one();
  }
}

void Timers::Remove(DeadlineNode* node) noexcept {
  {
    std::lock_guard lock(mutex_);
    if (!node->queued) return;
    Cut(node);
  }
  Unpin(node);
}

std::size_t Timers::Pending() {
  std::lock_guard lock(mutex_);
  return pending_;
}

void Timers::Cut(DeadlineNode* node) noexcept {
  node->queued = false;
  --pending_;
  DeadlineNode* children = MeldSiblings(std::exchange(node->heap_child, nullptr));
  if (node == root_) {
    root_ = children;
  } else {
    DeadlineNode* prev = node->heap_prev;
    (prev->heap_child == node ? prev->heap_child : prev->heap_next) = node->heap_next;
    if (node->heap_next != nullptr) node->heap_next->heap_prev = prev;
    root_ = Meld(root_, children);
  }
  node->heap_next = nullptr;
  node->heap_prev = nullptr;
}

void Timers::Run() noexcept {
  // Some systems take no time points far beyond the life of the machine.
  constexpr std::chrono::hours kLongestSleep(24);
  std::unique_lock lock(mutex_);
  for (;;) {
    if (root_ == nullptr) {
      wakes_at_ = Clock::time_point::max();
      changed_.wait(lock);
    } else if (const auto now = Clock::now(); now < root_->deadline) {
      wakes_at_ = std::min(root_->deadline, now + kLongestSleep);
      changed_.wait_until(lock, wakes_at_);
    } else {
      DeadlineNode* due = root_;
      Cut(due);
      lock.unlock();
      Cancel(due, due->expiry);
      Unpin(due);
      lock.lock();
    }
    wakes_at_ = Clock::time_point::min();
  }
}

}  // namespace context::internal
