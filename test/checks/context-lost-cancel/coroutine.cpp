// RUN: %check_context_tidy %s context-lost-cancel %t
// RUN: %check_context_tidy %s context-lost-cancel %t.noexc -- -- -fno-exceptions
//
// A coroutine that is destroyed while it is suspended runs no code of its own
// but its destructors.

#include <context/context.h>
#include <coroutine>

using context::Context;
using context::WithCancel;

void Quiet(const Context &) noexcept;

struct Task {
  struct promise_type {
    Task get_return_object() noexcept;
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(int) noexcept;
    void return_void() noexcept;
    void unhandled_exception() noexcept;
  };
};

Task Awaits(Context parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if the coroutine is destroyed while it is suspended: all that runs on the context goes on until the parent ends
  // CHECK-FIXES: auto [ctx, cancel] = WithCancel(parent);
  // CHECK-FIXES: context::Defer guard(cancel);
  co_await std::suspend_always{};
  // CHECK-NOTES: :[[@LINE-1]]:3: note: the coroutine is destroyed while it is suspended here
  // CHECK-NOTES: :[[@LINE-2]]:3: note: its frame goes away here without a call of 'cancel'
  cancel();
}

Task Yields(Context parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if the coroutine is destroyed
  co_yield 1;
  // CHECK-NOTES: :[[@LINE-1]]:3: note: the coroutine is destroyed
  // CHECK-NOTES: :[[@LINE-2]]:3: note: its frame goes away here
  cancel();
}

Task ReturnsEarly(Context parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  co_return;
  // CHECK-NOTES: :[[@LINE-1]]:3: note: the function returns here
}

Task Guarded(Context parent) {
  auto [ctx, cancel] = WithCancel(parent);
  context::Defer guard(cancel);
  co_await std::suspend_always{};
  co_yield 1;
}

Task NeverSuspends(Context parent) {
  auto [ctx, cancel] = WithCancel(parent);
  co_await std::suspend_never{};
  cancel();
}

Task CancelledBefore(Context parent) {
  auto [ctx, cancel] = WithCancel(parent);
  Quiet(ctx);
  cancel();
  co_await std::suspend_always{};
}

Task DerivedAfter(Context parent) {
  co_await std::suspend_always{};
  auto [ctx, cancel] = WithCancel(parent);
  Quiet(ctx);
  cancel();
}
