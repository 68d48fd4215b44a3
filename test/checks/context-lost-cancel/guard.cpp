// RUN: %check_context_tidy %s context-lost-cancel %t -expect-remaining
// RUN: %check_context_tidy %s context-lost-cancel %t.off -check-suffixes=OFF \
// RUN:   -- -config="{CheckOptions: [{key: context-lost-cancel.RequireGuard, value: false}]}"
// RUN: %check_context_tidy %s context-lost-cancel %t.noexc -check-suffixes=OFF \
// RUN:   -- -- -fno-exceptions -DNO_EXCEPTIONS
//
// Option RequireGuard: the paths on which an exception leaves a call count too.

#include <context/context.h>
#include <memory>
#include <stdexcept>

using context::Context;
using context::WithCancel;

bool Ok() noexcept;
void Work(const Context &);
void Quiet(const Context &) noexcept;
extern "C" int plain_c(int);

// The plain rule holds with and without the option.
void Lost(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  // CHECK-MESSAGES-OFF: :[[@LINE-2]]:14: warning: 'cancel' is not called on every path
  Quiet(ctx);
  if (Ok())
    // CHECK-NOTES: :[[@LINE-1]]:7: note: 'Ok()' is true on this path
    return;
  // CHECK-NOTES: :[[@LINE-1]]:5: note: the function returns here
  cancel();
}

#ifndef NO_EXCEPTIONS

void Throws(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'Work' throws: all that runs on the context goes on until the parent ends
  Work(ctx);
  // CHECK-NOTES: :[[@LINE-1]]:3: note: 'Work' throws
  // CHECK-NOTES: :[[@LINE-2]]:3: note: the exception leaves the function here without a call of 'cancel'
  cancel();
}

void Guarded(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  context::Defer guard(cancel);
  Work(ctx);
}

void NothingThrows(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  Quiet(ctx);
  cancel();
}

void EveryHandlerCancels(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  try {
    Work(ctx);
  } catch (const std::exception &) {
    cancel();
    throw;
  } catch (...) {
    cancel();
    return;
  }
  cancel();
}

void HandlerCarriesOn(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  try {
    Work(ctx);
  } catch (...) {
  }
  cancel();
}

// An exception of a call can have any type: the handler may let it pass.
void NotEveryType(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'Work' throws
  try {
    Work(ctx);
    // CHECK-NOTES: :[[@LINE-1]]:5: note: 'Work' throws
    // CHECK-NOTES: :[[@LINE-2]]:5: note: the exception leaves the function here
  } catch (const std::exception &) {
  }
  cancel();
}

void OneHandlerForgets(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'Work' throws
  try {
    Work(ctx);
    // CHECK-NOTES: :[[@LINE-1]]:5: note: 'Work' throws
  } catch (const std::logic_error &) {
    // CHECK-NOTES: :[[@LINE-1]]:5: note: the exception is caught here
    return;
    // CHECK-NOTES: :[[@LINE-1]]:5: note: the function returns here
  } catch (...) {
    cancel();
    throw;
  }
  cancel();
}

void LeavesNoexcept(const Context &parent) noexcept {
  auto [ctx, cancel] = WithCancel(parent);
  Work(ctx);
  cancel();
}

template <class T> void MayThrow(T) noexcept(sizeof(T) > 4);
void NoexceptOfExpression(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  MayThrow(1L);
  cancel();
}
void NoexceptFalse(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'MayThrow' throws
  MayThrow(1);
  // CHECK-NOTES: :[[@LINE-1]]:3: note: 'MayThrow' throws
  // CHECK-NOTES: :[[@LINE-2]]:3: note: the exception leaves
  cancel();
}

struct QuietMember { QuietMember() noexcept; ~QuietMember(); };
struct LoudMember { LoudMember(); LoudMember(const LoudMember &); ~LoudMember(); };
struct ImplicitlyQuiet { QuietMember m; };
struct ImplicitlyLoud { LoudMember m; };
struct LoudEnd { ~LoudEnd() noexcept(false); };
struct ImplicitlyLoudEnd { LoudEnd m; };

void ImplicitSpecifications(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  ImplicitlyQuiet quiet;
  cancel();
}
void ImplicitConstructor(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'ImplicitlyLoud' throws
  ImplicitlyLoud loud;
  // CHECK-NOTES: :[[@LINE-1]]:18: note: 'ImplicitlyLoud' throws
  // CHECK-NOTES: :[[@LINE-2]]:18: note: the exception leaves
  cancel();
}
void ThrowingDestructor(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if the destructor of 'end' throws
  {
    ImplicitlyLoudEnd end;
  }
  // CHECK-NOTES: :[[@LINE-2]]:23: note: the destructor of 'end' throws
  // CHECK-NOTES: :[[@LINE-3]]:23: note: the exception leaves the function here
  cancel();
}
void New(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'operator new' throws
  delete new int;
  // CHECK-NOTES: :[[@LINE-1]]:10: note: 'operator new' throws
  // CHECK-NOTES: :[[@LINE-2]]:10: note: the exception leaves
  cancel();
}
struct Shape { virtual ~Shape(); };
struct Circle : Shape {};
void Cast(const Context &parent, Shape &shape) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if an exception is thrown
  (void)dynamic_cast<Circle *>(&shape);
  (void)dynamic_cast<Circle &>(shape);
  // CHECK-NOTES: :[[@LINE-1]]:9: note: an exception leaves this
  // CHECK-NOTES: :[[@LINE-2]]:9: note: the exception leaves the function here
  cancel();
}
void Pointers(const Context &parent, void (*quiet)() noexcept) {
  auto [ctx, cancel] = WithCancel(parent);
  quiet();
  cancel();
}
void LoudPointer(const Context &parent, void (*loud)()) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'loud' throws
  loud();
  // CHECK-NOTES: :[[@LINE-1]]:3: note: 'loud' throws
  // CHECK-NOTES: :[[@LINE-2]]:3: note: the exception leaves
  cancel();
}
void DefaultArgument(const Context &parent, int n = 0) noexcept(false);
int Number();
void WithDefault(int = Number()) noexcept;
void ThrowsInDefault(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'WithDefault' throws
  WithDefault(1);
  WithDefault();
  // CHECK-NOTES: :[[@LINE-1]]:3: note: 'WithDefault' throws
  // CHECK-NOTES: :[[@LINE-2]]:3: note: the exception leaves
  cancel();
}

// What the compiler works out does not throw; the same call may, when it runs.
constexpr int Checked(int n) { return n < 0 ? throw n : n; }
struct Length {
  constexpr explicit Length(int n) : n(Checked(n)) {}
  int n;
};
void TakeLength(Length) noexcept;
void Constant(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  TakeLength(Length(2));
  (void)Checked(3);
  cancel();
}
void NotConstant(const Context &parent, int n) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'Checked' throws
  (void)Checked(n);
  // CHECK-NOTES: :[[@LINE-1]]:9: note: 'Checked' throws
  // CHECK-NOTES: :[[@LINE-2]]:9: note: the exception leaves
  cancel();
}

// C functions of the system do not throw, unless they call back; one's own may
// be C++ inside.
#include "Inputs/system.h"
void SystemC(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  system_read(0);
  cancel();
}
void SystemCallback(const Context &parent, int (*compare)(int, int)) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'system_sort' throws
  system_sort(compare);
  // CHECK-NOTES: :[[@LINE-1]]:3: note: 'system_sort' throws
  // CHECK-NOTES: :[[@LINE-2]]:3: note: the exception leaves
  cancel();
}
void OwnC(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'plain_c' throws
  plain_c(0);
  // CHECK-NOTES: :[[@LINE-1]]:3: note: 'plain_c' throws
  // CHECK-NOTES: :[[@LINE-2]]:3: note: the exception leaves
  cancel();
}

// A noreturn function may still throw.
[[noreturn]] void Fail();
[[noreturn]] void Abort() noexcept;
void NoReturnThrows(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'Fail' throws
  if (Ok())
    Abort();
  // CHECK-NOTES: :[[@LINE-2]]:7: note: 'Ok()' is false on this path
  if (Ok())
    Fail();
  // CHECK-NOTES: :[[@LINE-2]]:7: note: 'Ok()' is true on this path
  // CHECK-NOTES: :[[@LINE-2]]:5: note: 'Fail' throws
  // CHECK-NOTES: :[[@LINE-3]]:5: note: the exception leaves
  cancel();
}

#endif
