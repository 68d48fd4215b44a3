// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declarations only, for fast check tests; a system header to the compiler.
#pragma once
#include <optional>
namespace context {
template <class T> class Channel {
public:
  Channel(); explicit Channel(unsigned); Channel(const Channel &) noexcept; ~Channel();
  void Send(T) const; std::optional<T> Receive() const;
  bool TrySend(T) const; std::optional<T> TryReceive() const; void Close() const;
};
} // namespace context
