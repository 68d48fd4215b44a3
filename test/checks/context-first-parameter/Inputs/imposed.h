// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma GCC system_header
#include <context/context.h>
namespace framework {
struct Handler {
  virtual void Handle(int id, context::Context ctx);
  virtual ~Handler();
};
void Register(void (*handler)(int, context::Context));
} // namespace framework
