// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What channels and Select share. Not an interface.
#ifndef CONTEXT_INTERNAL_SELECT_H
#define CONTEXT_INTERNAL_SELECT_H

#include <cstddef>
#include <cstdint>
#include <mutex>

#include "context/internal/time.h"
#include "context/internal/waiter.h"

namespace context::internal {

class Parker;  // a waiting thread

// Registration of a thread that waits for a DoneChannel.
struct DoneWaiter : Waiter {
  DoneWaiter() noexcept;
  Parker* parker = nullptr;
  int event = 0;
};

// Registration of a thread that waits to send or to receive; guarded by the channel's mutex.
struct ChannelWaiter {
  Parker* parker = nullptr;
  int event = 0;
  void* item = nullptr;  // T* to be sent, std::optional<T>* to be filled
  bool ok = false;       // the item went over; false: the channel was closed
  bool queued = false;
  ChannelWaiter* next = nullptr;
  ChannelWaiter* prev = nullptr;
};

struct ChannelQueue {
  ChannelWaiter* first = nullptr;
  ChannelWaiter* last = nullptr;

  void Push(ChannelWaiter& waiter) noexcept;
  void Remove(ChannelWaiter& waiter) noexcept;  // does nothing if it is not in the queue
  // Takes the first that could be claimed; null if there is none.
  ChannelWaiter* Claim() noexcept;
};

// A channel but for its items.
class ChannelCore {
 public:
  explicit ChannelCore(std::size_t capacity) noexcept : capacity_(capacity) {}
  ChannelCore(const ChannelCore&) = delete;
  ChannelCore& operator=(const ChannelCore&) = delete;
  virtual ~ChannelCore();

  bool Send(void* item);  // false: closed
  bool TrySend(void* item, bool& closed);
  void Receive(void* slot);  // leaves the slot empty if the channel is closed and drained
  void TryReceive(void* slot);
  bool Close();  // false: closed already
  std::size_t Len() const;
  std::size_t Cap() const noexcept { return capacity_; }

 protected:
  // Move a T; under the mutex.
  virtual void Push(void* item) noexcept = 0;                  // into the buffer's back
  virtual void Pop(void* slot) noexcept = 0;                   // from the buffer's front
  virtual void HandOver(void* item, void* slot) noexcept = 0;  // past the buffer

 private:
  friend int SelectCase(struct SelectEntry* entries, int count) noexcept;
  enum class Step { kDone, kClosed, kBlocked };

  // Under the mutex. Set `wake` to a thread to be woken once it is unlocked.
  Step SendStep(void* item, Parker*& wake) noexcept;
  Step ReceiveStep(void* slot, Parker*& wake) noexcept;

  mutable std::mutex mutex_;
  const std::size_t capacity_;
  std::size_t count_ = 0;
  bool closed_ = false;
  ChannelQueue senders_;
  ChannelQueue receivers_;
};

// One case of a Select, and what it needs while it waits.
struct SelectEntry {
  enum class Kind : std::uint8_t { kDone, kReceive, kSend, kAfter, kDefault };
  Kind kind = Kind::kDefault;
  Node* done = nullptr;            // kDone; null never closes
  ChannelCore* channel = nullptr;  // kReceive, kSend
  SteadyTime time{};               // kAfter

  DoneWaiter done_waiter;
  ChannelWaiter channel_waiter;  // its item and, when the case goes ahead, its ok count
  int order = 0;                 // a permutation: the i-th case to be looked at
  int locking = 0;               // a permutation: the i-th channel to be locked
};

// The case that goes ahead. Allocates nothing.
int SelectCase(SelectEntry* entries, int count) noexcept;

}  // namespace context::internal

#endif  // CONTEXT_INTERNAL_SELECT_H
