// REQUIRES: clang-16
// RUN: %check_context_tidy %s context-lost-cancel %t -expect-remaining
//
// A structured binding captured by its name, as C++20 has it.

#include <context/context.h>

using context::Context;
using context::WithCancel;
void Work(Context ctx) noexcept;

void ByCopy(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  auto run = [cancel] { cancel(); };
}
void ByReference(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  context::Defer guard([&] { cancel(); });
  Work(ctx);
}
// Only the other half is taken.
void ContextAlone(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  auto run = [ctx] { Work(ctx); };
}
// The guard looks at it when it runs, so it covers what comes later.
void GuardedBefore(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  context::Defer guard([&] { cancel(); });
  cancel();
  cancel = WithCancel(ctx).cancel;
}
void GuardHasACopy(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  context::Defer guard([cancel] { cancel(); });
  cancel = WithCancel(ctx).cancel;
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'cancel' is not called on every path
}
// A lambda's cancel is not the function's, nor the other way round.
void Nested(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  auto inner = [&] {
    auto [ctx2, cancel2] = WithCancel(ctx);
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'cancel2' is never called
    // CHECK-FIXES: context::Defer guard(cancel2);
    cancel();
  };
  inner();
}
// A guard of this scope lets nothing out, and its name is taken.
void GuardedChild(const Context &parent) {
  auto ctx = WithCancel(parent).ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: the cancel function of 'WithCancel' is discarded
  // CHECK-FIXES: auto [ctx, cancel2] = WithCancel(parent);
  // CHECK-FIXES-NEXT: context::Defer guard2(cancel2);
  auto [child, cancel] = WithCancel(ctx);
  context::Defer guard([&] { cancel(); });
  Work(child);
}
