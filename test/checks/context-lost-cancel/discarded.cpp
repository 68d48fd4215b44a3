// RUN: %check_context_tidy %s context-lost-cancel %t -expect-remaining

#include <context/context.h>
#include <tuple>
#include <vector>

using context::Context;
using context::WithCancel;

void Work(const Context &);
bool Ok() noexcept;

void OnlyTheContext(const Context &parent) {
  Work(WithCancel(parent).ctx);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: the cancel function of 'WithCancel' is discarded: all that runs on the context goes on until the parent ends
  auto ctx = context::WithTimeout(parent, context::Clock::duration(2)).ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: the cancel function of 'WithTimeout' is discarded
  // CHECK-FIXES: auto [ctx, cancel] = context::WithTimeout(parent, context::Clock::duration(2));
  // CHECK-FIXES-NEXT: context::Defer guard(cancel);
  Work(ctx);
}

void Nothing(const Context &parent) {
  (void)WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: the cancel function of 'WithCancel' is discarded
  WithCancel(parent), Ok();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the cancel function of 'WithCancel' is discarded
  if (Ok())
    (void)WithCancel(parent).cancel;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: the cancel function of 'WithCancel' is discarded
  for (;; (void)WithCancel(parent).ctx)
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: the cancel function of 'WithCancel' is discarded
    if (Ok())
      break;
}

void Ignored(const Context &parent) {
  std::ignore = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: the cancel function of 'WithCancel' is discarded
  std::ignore = WithCancel(parent).cancel;
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: the cancel function of 'WithCancel' is discarded
}

// A variable of static storage duration has no function to leave.
Context global = WithCancel(context::Background()).ctx;
// CHECK-MESSAGES: :[[@LINE-1]]:18: warning: the cancel function of 'WithCancel' is discarded
context::Cancelable kept = WithCancel(context::Background());

struct Server {
  explicit Server(const Context &parent)
      : ctx(WithCancel(parent).ctx), stop(WithCancel(parent).cancel) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: the cancel function of 'WithCancel' is discarded
  Context ctx;
  context::CancelFunc stop;
  Context own = WithCancel(context::Background()).ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: the cancel function of 'WithCancel' is discarded
};

// What has the result has the cancel function.
context::Cancelable Returned(const Context &parent) {
  if (Ok())
    return WithCancel(parent);
  return Ok() ? WithCancel(parent) : WithCancel(context::Background());
}
void Take(context::Cancelable) noexcept;
void TakeCancel(const context::CancelFunc &) noexcept;
void Passed(const Context &parent, std::vector<context::Cancelable> &all) {
  Take(WithCancel(parent));
  TakeCancel(WithCancel(parent).cancel);
  all.push_back(WithCancel(parent));
  WithCancel(parent).cancel();
  context::Defer guard(WithCancel(parent).cancel);
  auto lambda = [made = WithCancel(parent)] { made.cancel(); };
  auto *heap = new context::Cancelable(WithCancel(parent));
  std::optional<context::Cancelable> maybe = WithCancel(parent);
}

// What is not evaluated, or never reached, loses nothing.
using Made = decltype(WithCancel(context::Background()).ctx);
static_assert(sizeof(WithCancel(context::Background()).ctx) > 0);
void Unreachable(const Context &parent) {
  return;
  (void)WithCancel(parent);
}
