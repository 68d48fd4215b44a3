// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "keys.h"

extern "C" {
[[gnu::visibility("default")]] const void *CONCAT(NAME, _inline)() { return &kInline; }
[[gnu::visibility("default")]] const void *CONCAT(NAME, _visible)() { return &kVisible; }
[[gnu::visibility("default")]] const void *CONCAT(NAME, _owned)() { return &kOwned; }
}
