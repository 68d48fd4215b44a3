// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <context/context.h>

// As it stands in the rules: an object for each library where its symbol is not
// shared.
inline constexpr context::Key<int> kInline{"inline"};
// Shared whatever -fvisibility says.
[[gnu::visibility("default")]] inline constexpr context::Key<int> kVisible{"visible"};
// Defined once, in the library that owns it.
[[gnu::visibility("default")]] extern const context::Key<int> kOwned;
