// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For what ends a context from outside, a signal or a stop_token. Not an interface.
#ifndef CONTEXT_INTERNAL_WEAK_CANCEL_H
#define CONTEXT_INTERNAL_WEAK_CANCEL_H

#include <exception>
#include <utility>

#include "context/context.h"

namespace context::internal {

// Cancels like the cancel function it is made from, but is no handle: it keeps the memory of the
// context's node, and nothing else of it.
class WeakCancel {
 public:
  explicit WeakCancel(const CancelFunc& cancel) noexcept : WeakCancel(Access::Get(cancel)) {}
  explicit WeakCancel(const CancelCauseFunc& cancel) noexcept : WeakCancel(Access::Get(cancel)) {}
  WeakCancel(WeakCancel&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  WeakCancel& operator=(WeakCancel&&) = delete;
  ~WeakCancel();

  // Does nothing if the context has gone.
  void operator()() const noexcept;
  void operator()(std::exception_ptr cause) const noexcept;

 private:
  explicit WeakCancel(Node* node) noexcept;

  Node* node_;
};

}  // namespace context::internal

#endif  // CONTEXT_INTERNAL_WEAK_CANCEL_H
