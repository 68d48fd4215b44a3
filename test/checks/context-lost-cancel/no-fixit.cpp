// RUN: %check_context_tidy %s context-lost-cancel %t -expect-remaining
//
// No guard where it would cancel what was handed out, nor where there is no
// place for one.

#include <context/context.h>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

using context::CancelFunc;
using context::Context;
using context::WithCancel;

bool Ok() noexcept;
void Work(const Context &) noexcept;

Context Returned(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  return ctx;
  // CHECK-NOTES: :[[@LINE-1]]:3: note: the function returns here
  // CHECK-NOTES: :[[@LINE-2]]:3: note: no guard is offered: 'ctx' leaves its scope here, and a guard would cancel what was handed out
}

struct Client {
  explicit Client(Context c) noexcept;
  Context ctx;
};
Client InAnObject(const Context &parent) {
  auto ctx = WithCancel(parent).ctx;
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: the cancel function of 'WithCancel' is discarded
  Client client(ctx);
  return client;
  // CHECK-NOTES: :[[@LINE-1]]:3: note: no guard is offered: 'client' leaves its scope here
}

std::vector<Context> all;
Context *slot;
void Stored(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called
  all.push_back(ctx);
  // CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'push_back' throws
  // CHECK-NOTES: :[[@LINE-2]]:{{[0-9]+}}: note: the exception leaves
  // CHECK-NOTES: :[[@LINE-3]]:3: note: no guard is offered: 'ctx' leaves its scope here
  cancel();
}
void Assigned(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  auto child = context::WithoutCancel(ctx);
  *slot = child;
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here
// CHECK-NOTES: :[[@LINE-3]]:3: note: no guard is offered: 'child' leaves its scope here

std::function<void()> InALambda(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  auto task = [c = ctx] { Work(c); };
  return task;
  // CHECK-NOTES: :[[@LINE-1]]:3: note: the function returns here
  // CHECK-NOTES: :[[@LINE-2]]:3: note: no guard is offered: 'task' leaves its scope here
}
void InAThread(const Context &parent) {
  auto made = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 'made.cancel' is never called
  std::thread([c = made.ctx] { Work(c); }).detach();
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here
// CHECK-NOTES: :[[@LINE-3]]:3: note: no guard is offered: 'made' leaves its scope here

void Keep(CancelFunc) noexcept;
void CancelIsPassedOn(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'cancel' is not called on every path
  if (Ok())
    // CHECK-NOTES: :[[@LINE-1]]:7: note: 'Ok()' is false on this path
    Keep(cancel);
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here
// CHECK-NOTES: :[[@LINE-3]]:5: note: no guard is offered: 'cancel' leaves its scope here

// No place for a statement.
void InAnIf(const Context &parent) {
  if (auto [ctx, cancel] = WithCancel(parent); Ok())
    // CHECK-NOTES: :[[@LINE-1]]:18: warning: 'cancel' is never called
    // CHECK-NOTES: :[[@LINE-2]]:48: note: 'Ok()' is false on this path
    Work(ctx);
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here
#define DERIVE auto [ctx, cancel] = WithCancel(parent)
void InAMacro(const Context &parent) {
  DERIVE;
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: 'cancel' is never called
  // CHECK-NOTES: :[[@LINE-4]]:27: note: expanded from macro 'DERIVE'
  Work(ctx);
}
// CHECK-NOTES: :[[@LINE-1]]:1: note: the function returns here
