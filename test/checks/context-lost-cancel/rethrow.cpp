// RUN: %check_context_tidy %s context-lost-cancel %t -expect-remaining
//
// Which handlers an exception can still come to: those of types that no earlier
// handler has taken; 'throw;' throws what its own handler may have taken.

#include <context/context.h>

using context::Context;
using context::WithCancel;

bool Ok() noexcept;
void Work();
struct Base {};
struct Derived : Base {};
struct Other {};

// The inner handler takes all that the outer one would.
void TakenBefore(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  try {
    try {
      Work();
    } catch (const Base &) {
    } catch (...) {
      cancel();
      return;
    }
  } catch (const Derived &) {
    return;
  }
  cancel();
}

void RethrownAsItIs(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  try {
    try {
      if (Ok())
        throw Derived();
    } catch (const Base &) {
      throw;
    }
  } catch (const Other &) {
    return;
  } catch (const Derived &) {
  }
  cancel();
}

void RethrownWithABase(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'Work' throws
  try {
    try {
      Work();
      // CHECK-NOTES: :[[@LINE-1]]:7: note: 'Work' throws
    } catch (const Base &) {
      // CHECK-NOTES: :[[@LINE-1]]:7: note: the exception is caught here
      throw;
      // CHECK-NOTES: :[[@LINE-1]]:7: note: the exception is thrown here
      // CHECK-NOTES: :[[@LINE-2]]:7: note: the exception leaves the function here
    } catch (...) {
      cancel();
      return;
    }
  } catch (const Derived &) {
  }
  cancel();
}

void RethrownByTheLastHandler(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  try {
    try {
      Work();
    } catch (int) {
      cancel();
      return;
    } catch (...) {
      throw;
    }
  } catch (int) {
    return;
  } catch (...) {
  }
  cancel();
}

// A lambda is a function of its own, generic or not.
auto lambda = [](auto, const Context &parent) noexcept {
  auto [ctx, cancel] = WithCancel(parent);
  if (Ok())
    throw 1;
  cancel();
};
