// RUN: %check_context_tidy %s context-lost-cancel %t -expect-remaining \
// RUN:   -- -config="{CheckOptions: [{key: context-lost-cancel.RequireGuard, \
// RUN:   value: false}]}"
//
// Which variables have a cancel function, along a path: what is copied is in
// both, what is moved in the other one, what is assigned anew in none.

#include <context/context.h>
#include <functional>
#include <utility>

using context::CancelFunc;
using context::Cancelable;
using context::Context;
using context::Defer;
using context::WithCancel;

bool Ok() noexcept;
void Finish(const CancelFunc &) noexcept;
void FinishAt(const CancelFunc *) noexcept;

//===-- Copies and moves --------------------------------------------------===//

void MovedAndDropped(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  auto other = std::move(cancel);
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here without a call of 'cancel'

void MovedAndCalled(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  auto other = std::move(cancel);
  other();
}

// What is left behind is no cancel function any more.
void CalledAfterTheMove(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  auto other = std::move(cancel);
  cancel();
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

void MovedAsAWhole(const Context &parent) {
  auto made = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 'made.cancel' is not called on every path
  auto [ctx, cancel] = std::move(made);
  if (Ok())
    // CHECK-NOTES: :[[@LINE-1]]:7: note: 'Ok()' is false on this path
    cancel();
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

void CopiedToAnother(const Context &parent, CancelFunc other) {
  auto [ctx, cancel] = WithCancel(parent);
  other = cancel;
  other();
}

void CopiedToAnotherAndDropped(const Context &parent, CancelFunc other) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  other();
  other = cancel;
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

// The copy goes with its scope, the other name does not.
void CopyOfAnInnerScope(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  if (Ok()) {
    auto copy = cancel;
  }
  cancel();
}

//===-- Assigned anew -----------------------------------------------------===//

void CopyDoesNotSaveTheNext(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  auto copy = cancel;
  cancel = WithCancel(parent).cancel;
  // CHECK-NOTES: :[[@LINE-1]]:10: warning: 'cancel' is not called on every path
  copy();
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

// The copy is on the other branch.
void CopiedOnOneBranch(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  if (Ok()) {
    // CHECK-NOTES: :[[@LINE-1]]:7: note: 'Ok()' is false on this path
    auto copy = cancel;
    copy();
  } else {
    cancel = WithCancel(parent).cancel;
    // CHECK-NOTES: :[[@LINE-1]]:5: note: it is assigned anew here without a call of 'cancel'
    cancel();
  }
}

void PartOfAResult(const Context &parent) {
  auto made = WithCancel(parent);
  made.cancel();
  made.cancel = WithCancel(parent).cancel;
  // CHECK-NOTES: :[[@LINE-1]]:15: warning: 'made.cancel' is not called on every path
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

// A reference that keeps the result alive is a variable like any other.
void KeptAlive(const Context &parent) {
  auto &&made = WithCancel(parent);
  made.cancel();
  made = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 'made.cancel' is not called on every path
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

//===-- Guards by reference -----------------------------------------------===//

// The guard calls what the variable has in the end.
void FirstOneLost(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  Defer guard([&cancel = cancel] { cancel(); });
  cancel = WithCancel(parent).cancel;
  // CHECK-NOTES: :[[@LINE-1]]:3: note: it is assigned anew here without a call of 'cancel'
}

void CallableByReference(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  auto end = [&cancel = cancel] { cancel(); };
  end();
  cancel = WithCancel(parent).cancel;
  end();
}

// One whose scope has ended covers nothing.
void GuardedBeforeOnly(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  if (Ok()) {
    Defer guard([&cancel = cancel] { cancel(); });
  }
  cancel();
  cancel = WithCancel(parent).cancel;
  // CHECK-NOTES: :[[@LINE-1]]:10: warning: 'cancel' is not called on every path
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here

// A function that is given the variable uses what it has then.
void GivenOnce(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  Finish(cancel);
  cancel = WithCancel(parent).cancel;
  // CHECK-NOTES: :[[@LINE-1]]:10: warning: 'cancel' is not called on every path
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here
// CHECK-NOTES: :[[@LINE-5]]:3: note: no guard is offered: 'cancel' leaves its scope here

void GivenOnceByPointer(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  FinishAt(&cancel);
  [&cancel = cancel] { cancel(); }();
  Finish(std::move(cancel));
  cancel = WithCancel(parent).cancel;
  // CHECK-NOTES: :[[@LINE-1]]:10: warning: 'cancel' is not called on every path
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here
// CHECK-NOTES: :[[@LINE-5]]:3: note: no guard is offered: 'cancel' leaves its scope here

//===-- In a template -----------------------------------------------------===//

template <class T> void Generic(T parent) {
  auto lambda = [](auto, const Context &outer) {
    std::function<void()> cancel = WithCancel(outer).cancel;
    Defer guard([&] { cancel(); });
  };
  lambda(0, parent);
}
template void Generic(Context);
