// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Go's select, as a function that returns the index of the case that went ahead:
//
//   std::optional<int> result;
//   switch (context::Select(context::Recv(ctx.Done()), context::Recv(results, &result),
//                           context::After(3s))) {
//     case 0: return ctx.Err();
//     case 1: return Use(*result);   // empty when the channel is closed and drained
//     case 2: return make_error_code(std::errc::timed_out);
//   }
#ifndef CONTEXT_SELECT_H
#define CONTEXT_SELECT_H

#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include "context/channel.h"
#include "context/context.h"
#include "context/internal/select.h"

namespace context {
namespace internal {

// Each kind of case fills its entry before the wait, and finishes when it is the one that went
// ahead.
struct DoneCase {
  DoneChannel channel;
  void Fill(SelectEntry& entry) noexcept {
    entry.kind = SelectEntry::Kind::kDone;
    entry.done = Access::Get(channel);
  }
  void Finish(const SelectEntry&) noexcept {}
};

template <class T>
struct ReceiveCase {
  Channel<T> channel;
  std::optional<T>* out;
  std::optional<T> received;
  void Fill(SelectEntry& entry) noexcept {
    entry.kind = SelectEntry::Kind::kReceive;
    entry.channel = ChannelAccess::Core(channel);
    received.reset();
    entry.channel_waiter.item = &received;
  }
  void Finish(const SelectEntry&) {
    if (out == nullptr) return;
    out->reset();
    if (received) out->emplace(std::move(*received));
  }
};

template <class T>
struct SendCase {
  Channel<T> channel;
  T item;
  void Fill(SelectEntry& entry) noexcept {
    entry.kind = SelectEntry::Kind::kSend;
    entry.channel = ChannelAccess::Core(channel);
    entry.channel_waiter.item = &item;
  }
  void Finish(const SelectEntry& entry) {
    if (!entry.channel_waiter.ok) ThrowSendOnClosed();
  }
};

struct AfterCase {
  SteadyTime time;
  void Fill(SelectEntry& entry) noexcept {
    entry.kind = SelectEntry::Kind::kAfter;
    entry.time = time;
  }
  void Finish(const SelectEntry&) noexcept {}
};

struct DefaultCase {
  void Fill(SelectEntry& entry) noexcept { entry.kind = SelectEntry::Kind::kDefault; }
  void Finish(const SelectEntry&) noexcept {}
};

template <class T>
concept IsSelectCase = requires(std::remove_reference_t<T>& c, SelectEntry& entry) {
  c.Fill(entry);
  c.Finish(entry);
};

}  // namespace internal

// Ready when the channel closes; never, if it is DoneChannel::Never().
inline internal::DoneCase Recv(DoneChannel channel) noexcept { return {std::move(channel)}; }

// Ready when there is an item, or the channel is closed and drained. Only if it goes ahead, `*item`
// is set to the item, or to empty. `item` may be null.
template <class T>
internal::ReceiveCase<T> Recv(const Channel<T>& channel, std::optional<T>* item) {
  return {channel, item, std::nullopt};
}

// Ready when the item can be sent; or when the channel is closed, and then Select throws
// ClosedChannelError. The item is lost if another case goes ahead.
template <class T>
internal::SendCase<T> Send(const Channel<T>& channel, std::type_identity_t<T> item) {
  return {channel, std::move(item)};
}

// Ready when this time has passed since the call of After.
template <class Rep, class Period>
internal::AfterCase After(std::chrono::duration<Rep, Period> delay) noexcept {
  return {internal::FromNow(internal::Saturate(delay))};
}

// Goes ahead when no other case is ready, so that Select does not block.
inline internal::DefaultCase Default() noexcept { return {}; }

// Waits until a case is ready, lets it go ahead, and returns its index, counted from 0. Where
// several are ready the choice is random, each being equally likely. A channel may stand in several
// cases. A Send is good for one Select, as its item is moved away. Throws ClosedChannelError, see
// Send(), and nothing else.
template <internal::IsSelectCase... Cases>
int Select(Cases&&... cases) {
  static_assert(sizeof...(Cases) > 0, "a Select without cases would block for ever");
  internal::SelectEntry entries[sizeof...(Cases)];
  std::size_t filled = 0;
  (cases.Fill(entries[filled++]), ...);
  const int chosen = internal::SelectCase(entries, static_cast<int>(sizeof...(Cases)));
  int index = 0;
  ((index++ == chosen ? cases.Finish(entries[chosen]) : void()), ...);
  return chosen;
}

}  // namespace context

#endif  // CONTEXT_SELECT_H
