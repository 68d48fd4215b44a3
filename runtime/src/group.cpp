// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every thread is joined: by Wait(), by the destructor, or by a later Go(). So nothing of a task,
// its thread_local objects included, is left when these return, and no thread is still inside the
// group when it is destroyed.
#include "context/group.h"

#include <stdexcept>
#include <string>

#include "context/internal/throw.h"

namespace context {

Group::Task::~Task() = default;

Group::Group() noexcept = default;

Group::Group(CancelCauseFunc cancel) noexcept : cancel_(std::move(cancel)) {}

Group::~Group() {
  if (cancel_) (*cancel_)();
  std::unique_lock lock(mutex_);
  JoinAll(lock);
}

void Group::SetLimit(int limit) {
  std::unique_lock lock(mutex_);
  if (running_ > 0) {
    const int running = running_;
    lock.unlock();
    internal::Throw(std::logic_error("context::Group: the limit was changed while " +
                                     std::to_string(running) + " of its tasks ran"));
  }
  limit_ = limit;
  changed_.notify_all();
}

std::error_code Group::Wait() {
  std::unique_lock lock(mutex_);
  JoinAll(lock);
  const std::error_code error = error_;
  const std::exception_ptr thrown = thrown_;
  lock.unlock();
  if (cancel_) (*cancel_)();
  if (thrown != nullptr) std::rethrow_exception(thrown);
  return error;
}

bool Group::Enter(bool wait) {
  std::unique_lock lock(mutex_);
  JoinFinished(lock);  // so that they do not pile up until Wait()
  while (limit_ >= 0 && running_ >= limit_) {
    if (!wait) return false;
    changed_.wait(lock);
  }
  ++running_;
  return true;
}

void Group::Leave() noexcept {
  std::lock_guard lock(mutex_);
  --running_;
  changed_.notify_all();
}

void Group::Start(Place& place, std::unique_ptr<Task> task) {
  auto started = std::make_unique<Thread>();
  started->task = std::move(task);
  // Under the lock, so that nobody can find it finished before its handle is in place.
  std::lock_guard lock(mutex_);
  started->thread = std::thread([this, self = started.get()] { Run(*self); });
  started.release();
  ++unjoined_;
  place.Keep();
}

void Group::Run(Thread& self) noexcept {
  std::error_code error;
  std::exception_ptr thrown;
  CONTEXT_INTERNAL_TRY { error = self.task->Run(); }
  CONTEXT_INTERNAL_CATCH(...) { thrown = std::current_exception(); }
  if (error || thrown != nullptr) Fail(error, thrown);
  thrown = nullptr;
  self.task = nullptr;
  std::lock_guard lock(mutex_);
  --running_;
  self.next = std::exchange(finished_, &self);
  changed_.notify_all();
}

void Group::Fail(std::error_code error, const std::exception_ptr& thrown) noexcept {
  {
    std::lock_guard lock(mutex_);
    if (failed_) return;
    failed_ = true;
    error_ = error;
    thrown_ = thrown;
  }
  if (!cancel_) return;
  if (thrown != nullptr) {
    (*cancel_)(thrown);
  } else {
    (*cancel_)(error);
  }
}

// Under the lock, which it releases in between.
void Group::JoinFinished(std::unique_lock<std::mutex>& lock) noexcept {
  Thread* finished = std::exchange(finished_, nullptr);
  if (finished == nullptr) return;
  lock.unlock();
  std::size_t joined = 0;
  while (finished != nullptr) {
    const std::unique_ptr<Thread> current(finished);
    finished = current->next;
    current->thread.join();
    ++joined;
  }
  lock.lock();
  unjoined_ -= joined;
  changed_.notify_all();
}

void Group::JoinAll(std::unique_lock<std::mutex>& lock) noexcept {
  for (;;) {
    JoinFinished(lock);
    if (unjoined_ == 0) return;
    if (finished_ == nullptr) changed_.wait(lock);
  }
}

}  // namespace context
