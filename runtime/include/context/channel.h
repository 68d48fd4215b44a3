// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Go's channels.
//
//   context::Channel<int> results(16);        // a buffer of 16; none without an argument
//   results.Send(1);                          // blocks while the buffer is full
//   results.Close();                          // no more to come
//   while (auto r = results.Receive()) ...    // ends when it is closed and drained
//
// Send and Receive cannot be interrupted; where a context is at hand, use them in a Select with a
// case for its Done() (<context/select.h>).
#ifndef CONTEXT_CHANNEL_H
#define CONTEXT_CHANNEL_H

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "context/internal/select.h"

namespace context {

// Thrown by sending on a closed channel, and by closing one twice (in Go: a panic).
class ClosedChannelError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
  ClosedChannelError(const ClosedChannelError&) = default;
  ~ClosedChannelError() override;
};

namespace internal {

[[noreturn]] void ThrowSendOnClosed();
[[noreturn]] void ThrowCloseOfClosed();

template <class T>
class TypedChannel final : public ChannelCore {
 public:
  explicit TypedChannel(std::size_t capacity)
      : ChannelCore(capacity), items_(std::allocator<T>().allocate(capacity)) {}
  ~TypedChannel() override {
    for (std::size_t left = Len(); left > 0; --left) std::destroy_at(&items_[Advance(front_)]);
    std::allocator<T>().deallocate(items_, Cap());
  }

 private:
  void Push(void* item) noexcept override {
    std::construct_at(&items_[Advance(back_)], std::move(*static_cast<T*>(item)));
  }
  void Pop(void* slot) noexcept override {
    T& item = items_[Advance(front_)];
    HandOver(&item, slot);
    std::destroy_at(&item);
  }
  void HandOver(void* item, void* slot) noexcept override {
    static_cast<std::optional<T>*>(slot)->emplace(std::move(*static_cast<T*>(item)));
  }
  // Returns `position`, and moves it on in the ring.
  std::size_t Advance(std::size_t& position) const noexcept {
    const std::size_t old = position;
    position = old + 1 == Cap() ? 0 : old + 1;
    return old;
  }

  T* items_;
  std::size_t front_ = 0;
  std::size_t back_ = 0;
};

struct ChannelAccess;

}  // namespace internal

// A queue between threads, first in, first out. A handle: copies, and a moved-from one, are the
// same channel. All functions may be called from any thread. T's move constructor must not throw
// and must not use the channel, since it runs under the channel's lock.
template <class T>
class Channel {
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "an item is handed over under a lock, so moving it must not throw");

 public:
  // Without a buffer (capacity 0) a Send waits for its Receive. Allocates the buffer; throws
  // std::bad_alloc or std::bad_array_new_length.
  explicit Channel(std::size_t capacity = 0)
      : core_(std::make_shared<internal::TypedChannel<T>>(capacity)) {}
  Channel(const Channel&) noexcept = default;
  Channel& operator=(const Channel&) noexcept = default;

  // Blocks until the item is in the buffer or, without one, with its receiver. Throws
  // ClosedChannelError if the channel is closed, also while it waits.
  void Send(T item) const {
    if (!core_->Send(&item)) internal::ThrowSendOnClosed();
  }

  // Blocks until there is an item. Empty when the channel is closed and drained.
  std::optional<T> Receive() const {
    std::optional<T> item;
    core_->Receive(&item);
    return item;
  }

  // As Send, but returns false where that would block; the item is lost then. Throws on a closed
  // channel, too.
  bool TrySend(T item) const {
    bool closed = false;
    const bool sent = core_->TrySend(&item, closed);
    if (closed) internal::ThrowSendOnClosed();
    return sent;
  }

  // As Receive, but also empty where that would block.
  std::optional<T> TryReceive() const {
    std::optional<T> item;
    core_->TryReceive(&item);
    return item;
  }

  // Ends it: what is in the buffer can still be received. Throws ClosedChannelError if it is closed
  // already.
  void Close() const {
    if (!core_->Close()) internal::ThrowCloseOfClosed();
  }

  // How many items are in the buffer, at this moment, and how many fit.
  std::size_t Len() const { return core_->Len(); }
  std::size_t Cap() const noexcept { return core_->Cap(); }

  // Whether both are the same channel.
  bool operator==(const Channel& other) const noexcept { return core_ == other.core_; }

 private:
  friend struct internal::ChannelAccess;
  std::shared_ptr<internal::ChannelCore> core_;
};

namespace internal {

struct ChannelAccess {
  template <class T>
  static ChannelCore* Core(const Channel<T>& channel) noexcept {
    return channel.core_.get();
  }
};

}  // namespace internal
}  // namespace context

#endif  // CONTEXT_CHANNEL_H
