// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <context/context.h>

static void InHeader(int id, context::Context ctx);

namespace calls {
template <class T, class... A> T Construct(A... args) { return T(args...); }
} // namespace calls
