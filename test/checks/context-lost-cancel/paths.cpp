// RUN: %check_context_tidy %s context-lost-cancel %t -expect-remaining

#include <context/context.h>
#include <cstdlib>
#include <stdexcept>

using context::Context;
using context::WithCancel;

bool Ok() noexcept;
int Kind() noexcept;
void Quiet(const Context &) noexcept;
[[noreturn]] void Die() noexcept;

//===-- Ends of a path ---------------------------------------------------===//

void NeverUsed(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is never called: all that runs on the context goes on until the parent ends [context-lost-cancel]
  // CHECK-FIXES: auto [ctx, cancel] = WithCancel(parent);
  // CHECK-FIXES: context::Defer guard(cancel);
  Quiet(ctx);
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here without a call of 'cancel'

void MaybeUnused(const Context &parent) {
  [[maybe_unused]] auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:31: warning: 'cancel' is never called
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

int EarlyReturn(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path: all that runs on the context goes on until the parent ends
  Quiet(ctx);
  if (Ok())
    // CHECK-NOTES: :[[@LINE-1]]:7: note: 'Ok()' is true on this path
    return 1;
  // CHECK-NOTES: :[[@LINE-1]]:5: note: the function returns here without a call of 'cancel'
  cancel();
  return 0;
}

int BothReturns(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  if (Ok()) {
    cancel();
    return 1;
  }
  cancel();
  return 0;
}

void EndOfScope(const Context &parent) {
  if (Ok()) {
    auto [ctx, cancel] = WithCancel(parent);
    // CHECK-NOTES: :[[@LINE-1]]:16: warning: 'cancel' is never called
    Quiet(ctx);
  }
  // CHECK-NOTES: :[[@LINE-1]]:3: note: its scope ends here without a call of 'cancel'
  while (true) {
  }
}

void NextAssignment(const Context &parent) {
  auto made = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 'made.cancel' is not called on every path
  made = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:3: note: it is assigned anew here without a call of 'made.cancel'
  made.cancel();
}

void CalledBeforeNext(const Context &parent) {
  auto made = WithCancel(parent);
  made.cancel();
  made = WithCancel(parent);
  made.cancel();
}

void NoReturn(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  Quiet(ctx);
  if (Ok())
    std::abort();
  if (Ok())
    Die();
  cancel();
}

void NeverEnds(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  for (;;)
    Quiet(ctx);
}

void Unreachable(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  if (false)
    return;
  cancel();
}

// A lambda that nobody comes to is never called.
void LambdaBehindTheEnd(const Context &parent) {
  std::abort();
  [&] {
    auto [ctx, cancel] = WithCancel(parent);
    Quiet(ctx);
    auto inner = [&] { WithCancel(parent); };
    inner();
  }();
}

void LambdaOnSomePath(const Context &parent) {
  if (Ok())
    return;
  [&] {
    auto [ctx, cancel] = WithCancel(parent);
    // CHECK-NOTES: :[[@LINE-1]]:16: warning: 'cancel' is never called
    Quiet(ctx);
  }();
  // CHECK-NOTES: :[[@LINE-1]]:3: note: the function returns here
}

//===-- Branches ---------------------------------------------------------===//

void ShortCircuit(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  (void)(Ok() && (cancel(), true));
  // CHECK-NOTES: :[[@LINE-1]]:10: note: 'Ok()' is false on this path
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

void Conditional(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  Ok() ? cancel() : Quiet(ctx);
  // CHECK-NOTES: :[[@LINE-1]]:3: note: 'Ok()' is false on this path
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

void ConditionalBoth(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  Ok() ? cancel() : (Quiet(ctx), cancel());
}

void SwitchMissesOne(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  switch (Kind()) {
    // CHECK-NOTES: :[[@LINE-1]]:11: note: no label of the switch is taken on this path
  case 0:
    cancel();
    break;
  case 1:
    Quiet(ctx);
    [[fallthrough]];
  case 2:
    cancel();
  }
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

void SwitchFallsThrough(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  switch (Kind()) {
  case 0:
    Quiet(ctx);
    [[fallthrough]];
  default:
    cancel();
  }
}

void Goto(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  if (Ok())
    // CHECK-NOTES: :[[@LINE-1]]:7: note: 'Ok()' is true on this path
    goto out;
  cancel();
out:
  return;
  // CHECK-NOTES: :[[@LINE-1]]:3: note: the function returns here
}

void GotoCleanup(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  if (Ok())
    goto out;
  Quiet(ctx);
out:
  cancel();
}

//===-- Loops: each round's cancel is its own ----------------------------===//

void Continue(const Context &parent) {
  for (int i = 0; i < 3; ++i) {
    auto [ctx, cancel] = WithCancel(parent);
    // CHECK-NOTES: :[[@LINE-1]]:16: warning: 'cancel' is not called on every path
    if (i == 1)
      // CHECK-NOTES: :[[@LINE-1]]:9: note: 'i == 1' is true on this path
      continue;
    cancel();
  }
  // CHECK-NOTES: :[[@LINE-1]]:3: note: its scope ends here
}

void Break(const Context &parent) {
  while (Ok()) {
    auto [ctx, cancel] = WithCancel(parent);
    // CHECK-NOTES: :[[@LINE-1]]:16: warning: 'cancel' is not called on every path
    if (Ok())
      // CHECK-NOTES: :[[@LINE-1]]:9: note: 'Ok()' is true on this path
      break;
    cancel();
  }
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

void ZeroRounds(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  while (Ok())
    // CHECK-NOTES: :[[@LINE-1]]:10: note: 'Ok()' is false on this path, and the loop ends
    cancel();
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

void AtLeastOnce(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  do
    cancel();
  while (Ok());
}

void EachRound(const Context &parent) {
  for (;;) {
    auto [ctx, cancel] = WithCancel(parent);
    Quiet(ctx);
    cancel();
    if (Ok())
      return;
  }
}

void RefilledInLoop(const Context &parent) {
  auto made = WithCancel(parent);
  for (int i = 0; i < 3; ++i) {
    made.cancel();
    made = WithCancel(parent);
  }
  made.cancel();
}

void RefilledAndLost(const Context &parent) {
  auto made = WithCancel(parent);
  made.cancel();
  for (int i = 0; i < 3; ++i) {
    made.cancel();
    made = WithCancel(parent);
    // CHECK-NOTES: :[[@LINE-1]]:10: warning: 'made.cancel' is not called on every path
    // CHECK-NOTES: :[[@LINE-4]]:19: note: 'i < 3' is false on this path, and the loop ends
  }
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

//===-- Throw statements are steps of a path -----------------------------===//

struct Base {};
struct Derived : Base {};
struct Other {};

void Thrown(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  if (Ok())
    // CHECK-NOTES: :[[@LINE-1]]:7: note: 'Ok()' is true on this path
    throw 1;
  // CHECK-NOTES: :[[@LINE-1]]:5: note: the exception is thrown here
  // CHECK-NOTES: :[[@LINE-2]]:5: note: the exception leaves the function here
  cancel();
}

void CaughtByBase(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  try {
    if (Ok())
      throw Derived();
    cancel();
  } catch (const Other &) {
  } catch (const Base &) {
    cancel();
  }
}

void CaughtAndForgotten(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  try {
    if (Ok())
      // CHECK-NOTES: :[[@LINE-1]]:9: note: 'Ok()' is true on this path
      throw Derived();
    // CHECK-NOTES: :[[@LINE-1]]:7: note: the exception is thrown here
    cancel();
  } catch (const Base &) {
    // CHECK-NOTES: :[[@LINE-1]]:5: note: the exception is caught here
  }
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

void NotCaughtByDerived(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  try {
    if (Ok())
      // CHECK-NOTES: :[[@LINE-1]]:9: note: 'Ok()' is true on this path
      throw Base();
    // CHECK-NOTES: :[[@LINE-1]]:7: note: the exception is thrown here
    // CHECK-NOTES: :[[@LINE-2]]:7: note: the exception leaves the function here
  } catch (const Derived &) {
  }
  cancel();
}

void OuterHandler(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  try {
    try {
      if (Ok())
        throw Base();
    } catch (const Other &) {
      return cancel();
    }
  } catch (...) {
    cancel();
    throw;
  }
  cancel();
}

void FunctionTry(const Context &parent) try {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  if (Ok())
    // CHECK-NOTES: :[[@LINE-1]]:7: note: 'Ok()' is true on this path
    throw 1;
  // CHECK-NOTES: :[[@LINE-1]]:5: note: the exception is thrown here
  cancel();
} catch (int) {
  // CHECK-NOTES: :[[@LINE-1]]:3: note: the exception is caught here
  // CHECK-NOTES: :[[@LINE-2]]:1: note: its scope ends here
}

void NoexceptEndsTheProgram(const Context &parent) noexcept {
  auto [ctx, cancel] = WithCancel(parent);
  if (Ok())
    throw 1;
  cancel();
}
