// RUN: %check_context_tidy %s context-lost-cancel %t -expect-remaining \
// RUN:   -- -config="{CheckOptions: [{key: context-lost-cancel.RequireGuard, value: false}]}"
//
// What is a use, and what is none.

#include <context/context.h>
#include <functional>
#include <memory>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

using context::CancelFunc;
using context::Cancelable;
using context::Context;
using context::WithCancel;

bool Ok() noexcept;
void Quiet(const Context &) noexcept;
void Take(CancelFunc);
void TakeReference(CancelFunc &);
void TakeAll(const Cancelable &);

//===-- No uses -----------------------------------------------------------===//

void VoidCast(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  (void)cancel;
  static_cast<void>(cancel);
}

void Ignored(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  std::ignore = cancel;
}

bool operator==(const CancelFunc &, const CancelFunc &) noexcept;
bool Compared(const Context &parent, const CancelFunc &other) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  return cancel == other;
}

void Unevaluated(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  static_assert(sizeof(cancel) > 0 && noexcept(cancel()));
  decltype(cancel) *none = nullptr;
}

void OtherNames(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  auto &reference = cancel;
  auto copy = reference;
  std::function<void()> wrapped = copy;
}

void OtherNamesOfAll(const Context &parent) {
  auto made = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'made.cancel' is never called
  const auto &reference = made;
  auto &[ctx, cancel] = reference;
  auto &again = made.cancel;
  Quiet(made.ctx);
}

void OnlyTheContextOfAll(const Context &parent) {
  Cancelable made = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'made.cancel' is never called
  Quiet(made.ctx);
  Context copy = made.ctx;
}

void OnlyTheCancelFunction(const Context &parent) {
  auto cancel = WithCancel(parent).cancel;
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'cancel' is never called
  std::function<void()> wrapped = WithCancel(parent).cancel;
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'wrapped' is never called
}

// A copy that is used is a use; so is what was there before it was replaced.
void CopyKeepsIt(const Context &parent) {
  auto cancel = WithCancel(parent).cancel;
  auto copy = cancel;
  cancel = WithCancel(parent).cancel;
  copy();
  cancel();
}

//===-- Uses --------------------------------------------------------------===//

void ThroughOtherNames(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  auto &reference = cancel;
  auto copy = reference;
  std::function<void()> wrapped = copy;
  wrapped();
}

void AskedFirst(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  std::function<void()> wrapped = cancel;
  if (wrapped)
    wrapped();
}
void AskedOtherwise(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  std::function<void()> wrapped = cancel;
  if (!wrapped || !Ok())
    return (void)(wrapped && (wrapped(), true));
  wrapped();
}

void PassedOn(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  Take(cancel);
}
void Moved(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  Take(std::move(cancel));
}
void PassedByReference(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  TakeReference(cancel);
}
CancelFunc ReturnedCancel(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  return cancel;
}
Cancelable ReturnedAll(const Context &parent) {
  auto made = WithCancel(parent);
  return made;
}
std::pair<Context, CancelFunc> Rebuilt(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  return {ctx, cancel};
}
void Captured(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  auto byCopy = [cancel = cancel] { cancel(); };
  auto made = WithCancel(parent);
  auto byReference = [&] { made.cancel(); };
  auto third = WithCancel(parent);
  auto init = [stop = third.cancel] { stop(); };
  auto fourth = WithCancel(parent);
  auto bound = std::bind(fourth.cancel);
}
void AddressTaken(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  auto *pointer = &cancel;
}
void TakenWhole(const Context &parent) {
  auto made = WithCancel(parent);
  TakeAll(made);
}

CancelFunc *slot;
struct Owner {
  CancelFunc stop;
  std::vector<CancelFunc> all;
  void Start(const Context &parent) {
    auto [ctx, cancel] = WithCancel(parent);
    stop = cancel;
    auto second = WithCancel(parent);
    all.push_back(second.cancel);
    stop = WithCancel(parent).cancel;
    *slot = WithCancel(parent).cancel;
  }
};
void Static(const Context &parent) {
  static auto made = WithCancel(parent);
  static auto [ctx, cancel] = WithCancel(parent);
}
void ThroughAnotherScope(const Context &parent, CancelFunc &out) {
  auto [ctx, cancel] = WithCancel(parent);
  out = cancel;
  auto lambda = [&out](const Context &p) {
    auto [inner, stop] = WithCancel(p);
    out = stop;
  };
}

// Guards of other libraries take it, or a lambda that captures it.
template <class F> struct Cleanup { Cleanup(F) noexcept {} ~Cleanup() {} };
template <class F> Cleanup<F> finally(F f) noexcept { return f; }
void OtherGuards(const Context &parent) {
  auto [c1, k1] = WithCancel(parent);
  Cleanup one(k1);
  auto made = WithCancel(parent);
  auto two = finally([&] { made.cancel(); });
  auto third = WithCancel(parent);
  auto end = [](CancelFunc *f) { (*f)(); };
  std::unique_ptr<CancelFunc, decltype(end)> three(&third.cancel, end);
}

//===-- A variable that was there before ----------------------------------===//

void AssignedAndLost(const Context &parent, CancelFunc cancel) {
  cancel = WithCancel(parent).cancel;
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'cancel' is never called
}
void AssignedAndCalled(const Context &parent, CancelFunc cancel) {
  if (Ok())
    cancel = WithCancel(parent).cancel;
  cancel();
}
void GuardedBefore(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  context::Defer guard([&stop = cancel] { stop(); });
  cancel();
  cancel = WithCancel(ctx).cancel;
}
void GuardedByPointer(const Context &parent) {
  auto made = WithCancel(parent);
  auto end = [](Cancelable *m) { m->cancel(); };
  std::unique_ptr<Cancelable, decltype(end)> guard(&made, end);
  made.cancel();
  made = WithCancel(parent);
}
// A guard that has a copy calls what was there before.
void GuardHasACopy(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  context::Defer guard(cancel);
  cancel = WithCancel(ctx).cancel;
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'cancel' is not called on every path
}
void GuardedOnOneWay(const Context &parent) {
  auto made = WithCancel(parent);
  std::function<void()> later;
  if (Ok())
    later = [&] { made.cancel(); };
  else
    made.cancel();
  made = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'made.cancel' is not called on every path
}
