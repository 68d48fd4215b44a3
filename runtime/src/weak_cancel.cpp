// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "context/internal/weak_cancel.h"

#include "tree.h"

namespace context::internal {

WeakCancel::WeakCancel(Node* node) noexcept : node_(node) {
  if (node_ != nullptr) Pin(node_);
}

WeakCancel::~WeakCancel() { Unpin(node_); }

void WeakCancel::operator()() const noexcept { (*this)(nullptr); }

void WeakCancel::operator()(std::exception_ptr cause) const noexcept {
  if (node_ == nullptr) return;
  Cancel(static_cast<CancelNode*>(node_), &kCanceled, std::move(cause));
}

}  // namespace context::internal
