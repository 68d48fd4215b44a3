// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declarations only, for fast check tests; a system header to the compiler.
#pragma once
#include <context/context.h>
namespace context {
template <class R, class P> std::error_code SleepFor(const Context &ctx, std::chrono::duration<R, P>);
} // namespace context
