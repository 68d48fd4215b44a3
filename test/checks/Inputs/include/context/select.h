// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declarations only, for fast check tests; a system header to the compiler.
#pragma once
#include <context/channel.h>
#include <context/context.h>
namespace context {
struct DoneCase {}; struct ReceiveCase {}; struct SendCase {}; struct TimerCase {}; struct DefaultCase {};
DoneCase Recv(const DoneChannel &) noexcept;
template <class T> ReceiveCase Recv(const Channel<T> &, std::optional<T> *);
template <class T> SendCase Send(const Channel<T> &, T);
template <class R, class P> TimerCase After(std::chrono::duration<R, P>);
DefaultCase Default() noexcept;
template <class... Cases> int Select(Cases &&...);
} // namespace context
