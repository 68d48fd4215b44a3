// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One mistake that the checks must find, wherever they are run.

#include <context/context.h>

int *canary(const context::Context &parent) {
  auto [ctx, cancel] = context::WithCancel(parent);
  return 0;
}
