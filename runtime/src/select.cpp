// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Select locks all its channels, in the order of their addresses, so that looking and, if nothing
// is ready, queueing up with all of them is one step for every other thread: two Selects cannot
// miss each other. Whoever then takes a waiter from a channel's queue, or closes a Done, claims the
// waiting thread first; only one can.
#include "context/select.h"

#include <chrono>
#include <functional>
#include <utility>

#include "parker.h"
#include "tree.h"

namespace context::internal {
namespace {

// A number below `limit`; a generator per thread (splitmix64), seeded from the clock and its place.
int Random(int limit) noexcept {
  static thread_local std::uint64_t state = 0;
  if (state == 0) {
    state = static_cast<std::uint64_t>(Clock::now().time_since_epoch().count()) ^
            reinterpret_cast<std::uintptr_t>(&state);
  }
  std::uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return static_cast<int>((z ^ (z >> 31)) % static_cast<std::uint64_t>(limit));
}

bool HasChannel(const SelectEntry& entry) noexcept { return entry.channel != nullptr; }

}  // namespace

int SelectCase(SelectEntry* entries, int count) noexcept {
  // The order in which the cases are looked at (Fisher-Yates), and the channels locked (insertion).
  for (int i = 0; i < count; ++i) {
    const int other = Random(i + 1);
    entries[i].order = entries[other].order;
    entries[other].order = i;
    int place = i;
    for (; place > 0; --place) {
      const int before = entries[place - 1].locking;
      if (!std::less<>()(entries[i].channel, entries[before].channel)) break;
      entries[place].locking = before;
    }
    entries[place].locking = i;
  }
  // Calls `step` with each channel once.
  const auto each_channel = [&](auto step) {
    ChannelCore* last = nullptr;
    for (int i = 0; i < count; ++i) {
      ChannelCore* channel = entries[entries[i].locking].channel;
      if (channel != nullptr && channel != last) step(*channel);
      last = channel;
    }
  };

  int chosen = Parker::kNone;
  int fallback = Parker::kNone;
  Parker* wake = nullptr;
  std::optional<Clock::time_point> limit;
  Parker parker;

  each_channel([](ChannelCore& channel) { channel.mutex_.lock(); });
  for (int i = 0; i < count && chosen == Parker::kNone; ++i) {
    const int index = entries[i].order;
    SelectEntry& entry = entries[index];
    switch (entry.kind) {
      case SelectEntry::Kind::kDone:
        if (entry.done != nullptr && entry.done->state.load(std::memory_order_acquire) != nullptr) {
          chosen = index;
        }
        break;
      case SelectEntry::Kind::kReceive:
      case SelectEntry::Kind::kSend: {
        void* item = entry.channel_waiter.item;
        const auto step = entry.kind == SelectEntry::Kind::kSend
                              ? entry.channel->SendStep(item, wake)
                              : entry.channel->ReceiveStep(item, wake);
        if (step != ChannelCore::Step::kBlocked) {
          chosen = index;
          entry.channel_waiter.ok = step == ChannelCore::Step::kDone;
        }
        break;
      }
      case SelectEntry::Kind::kAfter:
        if (!limit || entry.time < *limit) limit = entry.time;
        if (Clock::now() >= entry.time) chosen = index;
        break;
      case SelectEntry::Kind::kDefault:
        fallback = index;
        break;
    }
  }
  const bool wait = chosen == Parker::kNone && fallback == Parker::kNone;
  if (wait) {
    for (int i = 0; i < count; ++i) {
      SelectEntry& entry = entries[i];
      if (!HasChannel(entry)) continue;
      entry.channel_waiter.parker = &parker;
      entry.channel_waiter.event = i;
      const bool sends = entry.kind == SelectEntry::Kind::kSend;
      (sends ? entry.channel->senders_ : entry.channel->receivers_).Push(entry.channel_waiter);
    }
  }
  each_channel([](ChannelCore& channel) { channel.mutex_.unlock(); });
  if (wake != nullptr) wake->Wake();
  if (chosen != Parker::kNone) return chosen;
  if (!wait) return fallback;

  for (int i = 0; i < count; ++i) {
    SelectEntry& entry = entries[i];
    if (entry.kind != SelectEntry::Kind::kDone || entry.done == nullptr) continue;
    entry.done_waiter.parker = &parker;
    entry.done_waiter.event = i;
    if (!Register(static_cast<CancelNode*>(entry.done), entry.done_waiter) && parker.Claim(i)) {
      parker.Wake();
    }
  }
  if (!limit) {
    parker.Park();
  } else if (!parker.ParkUntil(*limit)) {
    const auto now = Clock::now();
    int due = Parker::kNone;
    int seen = 0;
    for (int i = 0; i < count; ++i) {
      if (entries[i].kind != SelectEntry::Kind::kAfter || entries[i].time > now) continue;
      if (Random(++seen) == 0) due = i;
    }
    // If another event was faster, it is about to wake us.
    if (!parker.Claim(due)) parker.Park();
  }
  for (int i = 0; i < count; ++i) {
    SelectEntry& entry = entries[i];
    if (entry.kind == SelectEntry::Kind::kDone && entry.done != nullptr) {
      Unregister(static_cast<CancelNode*>(entry.done), entry.done_waiter);
    } else if (HasChannel(entry)) {
      std::lock_guard lock(entry.channel->mutex_);
      const bool sends = entry.kind == SelectEntry::Kind::kSend;
      (sends ? entry.channel->senders_ : entry.channel->receivers_).Remove(entry.channel_waiter);
    }
  }
  return parker.Winner();
}

}  // namespace context::internal
