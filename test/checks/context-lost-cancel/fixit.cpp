// RUN: %check_context_tidy %s context-lost-cancel %t
//
// The guard's line: where it goes, and what it is called.

#include <context/context.h>

using context::Context;
using context::WithCancel;
using context::WithTimeout;

void Work(const Context &);
int Count(const Context &);
std::error_code Wait(const Context &);
std::string Fetch(const Context &);

void Plain(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  // CHECK-FIXES: auto [ctx, cancel] = WithCancel(parent);
  // CHECK-FIXES-NEXT: {{^}}  context::Defer guard(cancel);
  Work(ctx);
}

void Indented(const Context &parent) {
  for (int i = 0; i < 2; ++i) {
	  auto made = WithCancel(parent); // Why.
    // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'made.cancel' is never called
    // CHECK-FIXES: {{^}}	  auto made = WithCancel(parent); // Why.
    // CHECK-FIXES-NEXT: {{^}}	  context::Defer guard(made.cancel);
    Work(made.ctx);
  }
}

void NamesInUse(const Context &parent) {
  int guard = 0;
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  // CHECK-FIXES: context::Defer guard2(cancel);
  auto [ctx2, cancel2] = WithCancel(ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: 'cancel2' is never called
  // CHECK-FIXES: context::Defer guard3(cancel2);
}

void Unwanted(const Context &parent) {
  auto [ctx, _] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: '_' is never called
  // CHECK-FIXES: auto [ctx, cancel] = WithCancel(parent);
  // CHECK-FIXES-NEXT: context::Defer guard(cancel);
  Work(ctx);
}

void OnlyContext(const Context &parent) {
  int cancel = 0;
  const Context ctx = WithTimeout(parent, context::Clock::duration(2)).ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the cancel function of 'WithTimeout' is discarded
  // CHECK-FIXES: auto [ctx, cancel2] = WithTimeout(parent, context::Clock::duration(2));
  // CHECK-FIXES-NEXT: context::Defer guard(cancel2);
  Work(ctx);
}

void SpreadOut(const Context &parent) {
  auto [ctx, cancel] =
      WithTimeout(
          parent,
          context::Clock::duration(2));
  // CHECK-MESSAGES: :[[@LINE-4]]:14: warning: 'cancel' is not called if 'Work' throws
  // CHECK-FIXES: context::Clock::duration(2));
  // CHECK-FIXES-NEXT: {{^}}  context::Defer guard(cancel);
  Work(ctx);
  cancel();
}

// What a call returns is its own, unless it can hold what it was given.
int ReturnsANumber(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  // CHECK-FIXES: context::Defer guard(cancel);
  return Count(ctx);
}
std::error_code ReturnsAnError(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  // CHECK-FIXES: context::Defer guard(cancel);
  if (auto error = Wait(ctx))
    return error;
  return ctx.Err();
}
std::string ReturnsAString(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  // CHECK-FIXES: context::Defer guard(cancel);
  auto text = Fetch(ctx);
  return text;
}

// A guard, or any other object of this scope, lets nothing out.
void GuardedChild(const Context &parent) {
  auto ctx = WithCancel(parent).ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: the cancel function of 'WithCancel' is discarded
  // CHECK-FIXES: auto [ctx, cancel2] = WithCancel(parent);
  // CHECK-FIXES-NEXT: context::Defer guard2(cancel2);
  auto [child, cancel] = WithCancel(ctx);
  context::Defer guard([&stop = cancel] { stop(); });
  Work(child);
}
