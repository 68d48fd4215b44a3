// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "context/channel.h"

#include "context/internal/throw.h"
#include "parker.h"

namespace context {

ClosedChannelError::~ClosedChannelError() = default;

namespace internal {

void ThrowSendOnClosed() { Throw(ClosedChannelError("send on closed channel")); }
void ThrowCloseOfClosed() { Throw(ClosedChannelError("close of closed channel")); }

void ChannelQueue::Push(ChannelWaiter& waiter) noexcept {
  waiter.queued = true;
  waiter.next = nullptr;
  waiter.prev = last;
  (last == nullptr ? first : last->next) = &waiter;
  last = &waiter;
}

void ChannelQueue::Remove(ChannelWaiter& waiter) noexcept {
  if (!waiter.queued) return;
  waiter.queued = false;
  (waiter.prev == nullptr ? first : waiter.prev->next) = waiter.next;
  (waiter.next == nullptr ? last : waiter.next->prev) = waiter.prev;
}

ChannelWaiter* ChannelQueue::Claim() noexcept {
  while (first != nullptr) {
    ChannelWaiter* waiter = first;
    Remove(*waiter);
    // One that another event of its Select has claimed is on its way out.
    if (waiter->parker->Claim(waiter->event)) return waiter;
  }
  return nullptr;
}

ChannelCore::~ChannelCore() = default;

ChannelCore::Step ChannelCore::SendStep(void* item, Parker*& wake) noexcept {
  if (closed_) return Step::kClosed;
  if (ChannelWaiter* receiver = receivers_.Claim()) {  // so the buffer is empty
    HandOver(item, receiver->item);
    receiver->ok = true;
    wake = receiver->parker;
    return Step::kDone;
  }
  if (count_ == capacity_) return Step::kBlocked;
  Push(item);
  ++count_;
  return Step::kDone;
}

ChannelCore::Step ChannelCore::ReceiveStep(void* slot, Parker*& wake) noexcept {
  if (count_ > 0) {
    Pop(slot);
    --count_;
    if (ChannelWaiter* sender = senders_.Claim()) {
      Push(sender->item);
      ++count_;
      sender->ok = true;
      wake = sender->parker;
    }
    return Step::kDone;
  }
  if (ChannelWaiter* sender = senders_.Claim()) {
    HandOver(sender->item, slot);
    sender->ok = true;
    wake = sender->parker;
    return Step::kDone;
  }
  return closed_ ? Step::kClosed : Step::kBlocked;
}

bool ChannelCore::Send(void* item) {
  Parker parker;
  ChannelWaiter waiter;
  Parker* wake = nullptr;
  std::unique_lock lock(mutex_);
  const Step step = SendStep(item, wake);
  if (step == Step::kBlocked) {
    waiter.parker = &parker;
    waiter.item = item;
    senders_.Push(waiter);
  }
  lock.unlock();
  if (wake != nullptr) wake->Wake();
  if (step != Step::kBlocked) return step == Step::kDone;
  parker.Park();
  return waiter.ok;
}

void ChannelCore::Receive(void* slot) {
  Parker parker;
  ChannelWaiter waiter;
  Parker* wake = nullptr;
  std::unique_lock lock(mutex_);
  const Step step = ReceiveStep(slot, wake);
  if (step == Step::kBlocked) {
    waiter.parker = &parker;
    waiter.item = slot;
    receivers_.Push(waiter);
  }
  lock.unlock();
  if (wake != nullptr) wake->Wake();
  if (step == Step::kBlocked) parker.Park();
}

bool ChannelCore::TrySend(void* item, bool& closed) {
  Parker* wake = nullptr;
  std::unique_lock lock(mutex_);
  const Step step = SendStep(item, wake);
  lock.unlock();
  if (wake != nullptr) wake->Wake();
  closed = step == Step::kClosed;
  return step == Step::kDone;
}

void ChannelCore::TryReceive(void* slot) {
  Parker* wake = nullptr;
  std::unique_lock lock(mutex_);
  ReceiveStep(slot, wake);
  lock.unlock();
  if (wake != nullptr) wake->Wake();
}

bool ChannelCore::Close() {
  // A claimed waiter keeps still until it is woken, so it can stand in this list.
  ChannelWaiter* claimed = nullptr;
  {
    std::lock_guard lock(mutex_);
    if (closed_) return false;
    closed_ = true;
    for (ChannelQueue* queue : {&receivers_, &senders_}) {
      while (ChannelWaiter* waiter = queue->Claim()) {
        waiter->ok = false;
        waiter->next = claimed;
        claimed = waiter;
      }
    }
  }
  while (claimed != nullptr) {
    ChannelWaiter* waiter = claimed;
    claimed = waiter->next;
    waiter->parker->Wake();
  }
  return true;
}

std::size_t ChannelCore::Len() const {
  std::lock_guard lock(mutex_);
  return count_;
}

}  // namespace internal
}  // namespace context
