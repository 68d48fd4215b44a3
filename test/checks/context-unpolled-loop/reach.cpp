// RUN: %check_context_tidy %s context-unpolled-loop %t -ignore-notes='return at the start'

// Which contexts a loop has in reach.

#include <context/annotations.h>
#include <context/context.h>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using context::Context;

void Work();
bool Idle();

//===-- What is in reach --------------------------------------------------===//

void Nothing(int n) {
  for (;;)
    Work();
}

void ByValue(Context ctx) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
    Work();
}

// Nobody can look at it.
void Unnamed(Context, const Context &) {
  for (;;)
    Work();
}

void ByPointer(const Context *ctx) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void ByPointerLooked(const Context *ctx) {
  while (!ctx->Err())
    Work();
}

void BySmartPointer(std::shared_ptr<Context> ctx) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void BySmartPointerLooked(std::shared_ptr<Context> ctx) {
  while (!ctx->Err())
    Work();
}

void OwnContext(const context::Interface &own) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'own' is done: no round looks at it
    Work();
}

void AToken(std::stop_token token) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'token' is done: no round looks at it
    Work();
}

void ATokenLooked(std::stop_token token) {
  while (!token.stop_requested())
    Work();
}

Context Current();

void ALocal() {
  Context ctx = Current();
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void ALocalAfterTheLoop() {
  for (;;) {
    Work();
    if (Idle())
      break;
  }
  Context ctx = Current();
}

void ALocalOfAnotherScope() {
  {
    Context ctx = Current();
  }
  for (;;)
    Work();
}

void ALocalInTheLoop() {
  for (;;) {
    Context ctx = Current();
    Work();
  }
}

void ALocalOfTheFor() {
  for (Context ctx = Current();;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void AMember(const context::Cancelable &made) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'made.ctx' is done: no round looks at it
    Work();
}

void AMemberLooked() {
  auto made = context::WithCancel(context::Background());
  while (!made.ctx.Err())
    Work();
}

struct CONTEXT_CARRIER Request {
  std::string name;
  Context ctx;
};

void ACarrier(const Request &request) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'request.ctx' is done: no round looks at it
    Work();
}

void ACarrierLooked(const Request *request) {
  for (;;) {
    if (request->ctx.Err())
      return;
    Work();
  }
}

class Hidden {
  Context ctx;
};

void WhatIsPrivate(const Hidden &hidden) {
  for (;;)
    Work();
}

class Worker {
public:
  void Run() {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx_' is done: no round looks at it
      Work();
  }
  void RunAndLook() {
    while (!ctx_.Err())
      Work();
  }
  static void Static() {
    for (;;)
      Work();
  }
  ~Worker() {
    for (;;) {
      Work();
      if (Idle())
        break;
    }
  }

private:
  Context ctx_;
};

class Derived : public Request {
  void Run() {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it
      Work();
  }
};

struct Either {
  union {
    const Context *unnamed;
  };
  void Run() {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'unnamed' is done: no round looks at it
      Work();
  }
  void RunAndLook() {
    while (!unnamed->Err())
      Work();
  }
};

class FromHidden : public Hidden {
  void Run() {
    for (;;)
      Work();
  }
};

void TwoContexts(const Context &a, const Context &b) {
  while (!b.Err())
    Work();
}

//===-- What is not -------------------------------------------------------===//

void Roots() {
  Context background = context::Background();
  auto todo = context::TODO();
  const Context copy = background;
  for (;;)
    Work();
}

void EmptyTokens(std::stop_token other) {
  while (!other.stop_requested()) {
    std::stop_token none;
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'other' is done: no round looks at it
      Work();
  }
}

void AnEmptyToken() {
  std::stop_token none;
  for (;;)
    Work();
}

void NotYetAToken(const std::jthread &thread) {
  std::stop_token token;
  for (;;) {
    Work();
    if (Idle())
      break;
  }
  token = thread.get_stop_token();
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'token' is done: no round looks at it
    Work();
    if (Idle())
      break;
  }
}

void RoundAgain(const std::jthread &thread, int n) {
  std::stop_token token;
  for (int i = 0; i < n; ++i) {
    for (;;) {
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'token' is done: no round looks at it
      Work();
      if (Idle())
        break;
    }
    token = thread.get_stop_token();
  }
}

void NoLongerARoot(const Context &other) {
  Context ctx = context::Background();
  ctx = other;
  while (!ctx.Err())
    Work();
}

void RootsDoNotHelp(const Context &ctx) {
  Context background = context::Background();
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    if (background.Err() || context::TODO().Err())
      return;
    Work();
  }
}

void WhatCancels(std::stop_source source, std::jthread &thread) {
  for (;;)
    Work();
}

void OnlyASignal(context::DoneChannel done) {
  for (;;)
    Work();
}

Context gContext = Current();

void GlobalsAreNot(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    if (gContext.Err())
      return;
    Work();
  }
}

void OnlyAGlobal() {
  for (;;)
    Work();
}

//===-- Ended contexts ----------------------------------------------------===//

void Ended(const std::string &name) {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  cancel();
  for (;;)
    Work();
}

void EndedWithWhatDerives() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  auto [child, cancel_child] = context::WithCancel(ctx);
  cancel();
  for (;;)
    Work();
}

void EndedMember() {
  auto made = context::WithCancel(context::Background());
  made.cancel();
  for (;;)
    Work();
}

void PerhapsEnded() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  if (Idle())
    cancel();
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void AlwaysEndedSomehow() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  if (Idle())
    cancel();
  else
    cancel();
  for (;;)
    Work();
}

void TheParentIsLeft(const Context &parent) {
  auto [ctx, cancel] = context::WithCancel(parent);
  cancel();
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'parent' is done: no round looks at it
    if (ctx.Err())
      return;
    Work();
  }
}

void EndedAfterwards() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
    if (Idle())
      break;
  }
  cancel();
}

//===-- Derived in the round ----------------------------------------------===//

void Derives(const Context &ctx) {
  for (;;) {
    auto [child, cancel] = context::WithTimeout(ctx, context::Clock::duration(1));
    context::Defer guard(cancel);
    if (child.Err())
      return;
    Work();
  }
}

void DerivesFromARoot(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    auto [child, cancel] = context::WithTimeout(context::Background(), context::Clock::duration(1));
    context::Defer guard(cancel);
    if (child.Err())
      return;
    Work();
  }
}

void DerivingIsNoLook(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    auto made = context::WithCancel(ctx);
    made.cancel();
  }
}

void SignalKept(const Context &ctx) {
  auto done = ctx.Done();
  while (!done.Closed())
    Work();
}

void AlsoFromWhereverItComes(const Context &ctx) {
  while (!Current().Err())
    Work();
}

//===-- Lambdas -----------------------------------------------------------===//

void Captured(const Context &ctx) {
  auto byCopy = [ctx] {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it
      Work();
  };
  auto byReference = [&ctx] {
    while (!ctx.Err())
      Work();
  };
  auto byInit = [mine = ctx] {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'mine' is done: no round looks at it
      Work();
  };
  auto byParameter = [](const Context &own) {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'own' is done: no round looks at it
      Work();
  };
}

void CouldName(const Context &ctx) {
  auto byDefault = [&] {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it
      Work();
  };
  auto byDefaultCopy = [=] {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it
      Work();
  };
  auto without = [] {
    for (;;)
      Work();
  };
  auto other = [n = 1] {
    for (;;)
      Work();
  };
  auto nested = [&] {
    return [&] {
      for (;;)
        // CHECK-NOTES: :[[@LINE-1]]:7: warning: this loop goes on after 'ctx' is done: no round looks at it
        Work();
    };
  };
}

void DeclaredAfterTheLambda() {
  auto before = [&] {
    for (;;)
      Work();
  };
  Context ctx = Current();
}

class Captures {
  void Run() {
    auto byThis = [this] {
      for (;;)
        // CHECK-NOTES: :[[@LINE-1]]:7: warning: this loop goes on after 'ctx_' is done: no round looks at it
        Work();
    };
    auto byDefault = [&] {
      for (;;)
        // CHECK-NOTES: :[[@LINE-1]]:7: warning: this loop goes on after 'ctx_' is done: no round looks at it
        Work();
    };
    auto without = [] {
      for (;;)
        Work();
    };
  }
  Context ctx_;
};

//===-- A token that only others set --------------------------------------===//

void SetElsewhere() {
  std::stop_token seen;
  std::jthread thread([&](std::stop_token own) {
    seen = own;
    while (!own.stop_requested())
      Work();
  });
  while (!Idle())
    Work();
}

void SetByACall(std::stop_source &source) {
  std::stop_token seen;
  auto set = [&] { seen = source.get_token(); };
  set();
  while (!Idle())
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'seen' is done: no round looks at it
    Work();
}
