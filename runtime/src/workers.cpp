// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "workers.h"

#include <chrono>
#include <new>
#include <thread>

#include "context/internal/throw.h"
#include "fork.h"

namespace context::internal {

Workers& Workers::Get() noexcept {
  alignas(Workers) static std::byte storage[sizeof(Workers)];
  static Workers& workers = *::new (static_cast<void*>(storage)) Workers;
  return workers;
}

void Workers::EnsureOne() {
  std::lock_guard lock(mutex_);
  if (threads_ == 0) Start();
}

void Workers::Submit(Registration* chain) noexcept {
  if (chain == nullptr) return;
  std::unique_lock lock(mutex_);
  while (chain != nullptr) {
    Registration* registration = chain;
    chain = std::exchange(registration->next_fired, nullptr);
    *last_ = registration;
    last_ = &registration->next_fired;
  }
  StartIfAllBusy();
  submitted_.notify_one();
}

void Workers::Start() {
  RegisterForkHandlers();
  std::thread([this] { Run(); }).detach();
  ++threads_;
  ++free_;
}

void Workers::StartIfAllBusy() noexcept {
  if (first_ == nullptr || free_ > 0) return;
  CONTEXT_INTERNAL_TRY { Start(); }
  CONTEXT_INTERNAL_CATCH(const std::system_error&) {
    // No more threads to be had: the first thread to become free goes on.
  }
}

void Workers::Run() noexcept {
  constexpr std::chrono::seconds kIdle(5);
  std::unique_lock lock(mutex_);
  for (;;) {
    while (first_ == nullptr) {
      if (threads_ == 1) {
        submitted_.wait(lock);
      } else if (submitted_.wait_for(lock, kIdle) == std::cv_status::timeout && first_ == nullptr &&
                 threads_ > 1) {
        --threads_;
        --free_;
        return;
      }
    }
    Registration* registration = first_;
    first_ = std::exchange(registration->next_fired, nullptr);
    if (first_ == nullptr) last_ = &first_;
    --free_;
    if (first_ != nullptr) {
      if (free_ > 0) {
        submitted_.notify_one();
      } else {
        StartIfAllBusy();
      }
    }
    lock.unlock();
    if (registration->phase.load(std::memory_order_acquire) == Registration::kClaimed) {
      registration->f();
      registration->f = nullptr;
    }
    ReleaseRegistration(registration);
    lock.lock();
    ++free_;
  }
}

void Workers::AfterFork(bool in_child) noexcept {
  if (in_child) {
    // The threads that wait for it exist in the parent only, and would be waited for.
    ::new (static_cast<void*>(&submitted_)) std::condition_variable;
    threads_ = 0;
    free_ = 0;
  }
  mutex_.unlock();
}

}  // namespace context::internal
