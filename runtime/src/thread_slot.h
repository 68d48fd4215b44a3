// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CONTEXT_SRC_THREAD_SLOT_H
#define CONTEXT_SRC_THREAD_SLOT_H

#include <atomic>

namespace context::internal {

// A small number that tells threads apart, for structures that have a part for each of a few
// threads: take it modulo the number of parts.
inline unsigned ThreadSlot() noexcept {
  static constinit std::atomic<unsigned> threads{0};
  static constinit thread_local unsigned slot = 0;  // counted from 1
  if (slot == 0) slot = threads.fetch_add(1, std::memory_order_relaxed) + 1;
  return slot - 1;
}

}  // namespace context::internal

#endif  // CONTEXT_SRC_THREAD_SLOT_H
