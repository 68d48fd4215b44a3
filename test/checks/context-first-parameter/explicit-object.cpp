// REQUIRES: clang-18
// RUN: %check_context_tidy %s context-first-parameter %t -std=c++23
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include <context/context.h>

using context::Context;

struct Session {
  void Run(this const Session &self, Context ctx);
  template <class Self> void Deduced(this Self &&self, Context ctx);
  void Later(this Session self, int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:49: warning: the context 'ctx' is not the first parameter of 'Later'
  static void operator()(int id, Context ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:42: warning: the context 'ctx' is not the first parameter of 'operator()'
};
void Use(Context ctx, Session session) {
  session.Run(ctx);
  session.Deduced(ctx);
  session.Later(1, ctx);
  session(1, ctx);
  auto recursive = [](this auto self, Context ctx) -> void { self(ctx); };
  recursive(ctx);
}
