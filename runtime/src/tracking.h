// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the tree tells <context/debug.h>.
#ifndef CONTEXT_SRC_TRACKING_H
#define CONTEXT_SRC_TRACKING_H

#include <atomic>

#include "context/internal/where.h"
#include "tree.h"

namespace context::internal {

#if defined(__cpp_lib_source_location)
using Where = std::source_location;
#else
struct Where {};
#endif

enum class Tracking : int { kUnknown, kOff, kOn };  // kUnknown: the environment is yet to be asked
extern std::atomic<Tracking> tracking;

// Remembers `node` if tracking is on. It has its parent, but nobody else has a handle of it yet.
void TrackSlow(CancelNode& node, const Where& where) noexcept;
inline void Track(CancelNode& node, const Where& where) noexcept {
  if (tracking.load(std::memory_order_relaxed) != Tracking::kOff) [[unlikely]] {
    TrackSlow(node, where);
  }
}

// Both only for a node that is `tracked`: its own cancel function was called; it is about to be
// freed. Without a lock of the tree's.
void TrackCancelCall(const CancelNode& node) noexcept;
void TrackEnd(const CancelNode& node) noexcept;

// Called last before, and first after a fork(), in either process.
void TrackBeforeFork() noexcept;
void TrackAfterFork() noexcept;

}  // namespace context::internal

#endif  // CONTEXT_SRC_TRACKING_H
