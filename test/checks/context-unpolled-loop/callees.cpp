// RUN: %check_context_tidy %s context-unpolled-loop %t -ignore-notes='return at the start'

// Looking through a function: by its body where that can be seen, by what it
// is handed where not.

#include <condition_variable>
#include <context/annotations.h>
#include <context/context.h>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

using context::Context;

void Work();
bool Idle();
bool Opaque(const Context &ctx);

//===-- Visible bodies ----------------------------------------------------===//

static bool Stopped(const Context &ctx) { return bool(ctx.Err()); }
static bool StoppedDeep(const Context &ctx) { return Stopped(ctx); }
static bool AsksAnother(const Context &ctx) { return Opaque(ctx); }
static bool NeverLooks(const Context &ctx) { return Idle(); }
static void Checks(const Context &ctx) { ctx.ThrowIfDone(); }
static void ThrowsItself(const Context &ctx) {
  if (ctx.Err())
    throw 1;
}
static void TellsNothing(const Context &ctx) {
  if (ctx.Err())
    Work();
}
static bool LooksAtTheSecond(const Context &, const Context &ctx) {
  return bool(ctx.Err());
}
static bool Odd(const Context &ctx, int n);
static bool Even(const Context &ctx, int n) {
  return n == 0 ? bool(ctx.Err()) : Odd(ctx, n - 1);
}
static bool Odd(const Context &ctx, int n) {
  return n != 0 && Even(ctx, n - 1);
}
static bool Endless(const Context &ctx) { return Endless(ctx); }

void Visible(const Context &ctx) {
  while (!Stopped(ctx))
    Work();
}

void VisibleDeep(const Context &ctx) {
  while (!StoppedDeep(ctx))
    Work();
}

void VisibleThenOpaque(const Context &ctx) {
  while (!AsksAnother(ctx))
    Work();
}

void VisibleNever(const Context &ctx) {
  while (!NeverLooks(ctx))
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
    Work();
}

void VisibleThrows(const Context &ctx) {
  for (;;) {
    Checks(ctx);
    Work();
  }
}

void VisibleThrowsItself(const Context &ctx) {
  for (;;) {
    ThrowsItself(ctx);
    Work();
  }
}

void VisibleTellsNothing(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    TellsNothing(ctx);
    Work();
  }
}

void VisibleDropped(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:5: note: the result of this look is dropped
    Stopped(ctx);
    Work();
  }
}

void WhichArgument(const Context &ctx) {
  Context root = context::Background();
  while (!LooksAtTheSecond(root, ctx))
    Work();
}

void TheOtherArgument(const Context &ctx) {
  Context root = context::Background();
  while (!LooksAtTheSecond(ctx, root))
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void Recursive(const Context &ctx) {
  while (!Odd(ctx, 3))
    Work();
}

void RecursiveWithoutEnd(const Context &ctx) {
  while (!Endless(ctx))
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

//===-- Members -----------------------------------------------------------===//

class Server {
public:
  bool Stopped() const { return bool(ctx_.Err()); }
  bool Closed() const { return closed_; }
  bool Somewhere() const;
  static bool Elsewhere();
  void Check() {
    if (ctx_.Err())
      closed_ = true;
  }

  void ByMember() {
    while (!Stopped())
      Work();
  }
  void ByMemberThatDoesNotLook() {
    while (!Closed())
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx_' is done: no round looks at it
      Work();
  }
  void ByOpaqueMember() {
    while (!Somewhere())
      Work();
  }
  void OpaqueMemberDropped() {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx_' is done: the rounds look at it, but that cannot end the loop
      // CHECK-NOTES: :[[@LINE+1]]:7: note: the result of this look is dropped
      Somewhere();
  }
  void ByStaticMember() {
    while (!Elsewhere())
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx_' is done: no round looks at it
      Work();
  }
  void ByOtherFunction() {
    while (!Idle())
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx_' is done: no round looks at it
      Work();
  }
  void ByFlagThatAMemberSets() {
    for (;;) {
      Check();
      if (closed_)
        return;
      Work();
    }
  }

private:
  Context ctx_;
  bool closed_ = false;
};

void OfAnObject(const Context &ctx) {
  extern Server &server;
  while (!server.Stopped())
    Work();
}

struct Base {
  virtual bool Stopped() const { return false; }
  virtual bool Handed(const Context &) const { return false; }
};

void AnOverrideMayLook(const Context &ctx, const Base &base) {
  while (!base.Handed(ctx))
    Work();
}

void CertainlyNot(const Context &ctx, Base base) {
  while (!base.Handed(ctx))
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

//===-- Lambdas and callables ---------------------------------------------===//

void ALambda(const Context &ctx) {
  auto stopped = [&] { return bool(ctx.Err()); };
  while (!stopped())
    Work();
}

void ALambdaThatDoesNotLook(const Context &ctx) {
  auto stopped = [&] { return Idle(); };
  while (!stopped())
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void AFunctionObject(const Context &ctx) {
  std::function<bool()> stopped = [&] { return bool(ctx.Err()); };
  while (!stopped())
    Work();
}

void AnyFunctionObject(const Context &ctx, std::function<bool()> stopped) {
  while (!stopped())
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void HandedToAFunctionObject(const Context &ctx,
                             std::function<bool(const Context &)> step) {
  while (step(ctx))
    ;
}

void HandedToAPointer(const Context &ctx, bool (*step)(const Context &)) {
  while (step(ctx))
    ;
}

void AFlagThatALambdaSets(const Context &ctx) {
  bool stop = false;
  auto check = [&] {
    if (ctx.Err())
      stop = true;
  };
  for (;;) {
    check();
    if (stop)
      break;
    Work();
  }
}

bool Retry(std::function<bool()> attempt);

void ALambdaHandedOver(const Context &ctx) {
  for (;;) {
    if (Retry([&] { return Opaque(ctx); }))
      break;
  }
}

void ALambdaWithoutIt(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    if (Retry([&] { return Idle(); }))
      break;
  }
}

//===-- What is made with a context ---------------------------------------===//

class Reader {
public:
  explicit Reader(const Context &ctx);
  bool Next() noexcept;
  void Skip() noexcept;
};

void MadeWithIt(const Context &ctx) {
  Reader reader(ctx);
  while (true) {
    if (!reader.Next())
      break;
    Work();
  }
}

//===-- What the library and the standard do with one ----------------------===//

void LooksAtNothing(const Context &ctx, const context::Key<int> &key) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    if (ctx.Value(key))
      return;
    Work();
  }
}

void ADeadlineIsNoPoll(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    if (ctx.Deadline().has_value())
      return;
    Work();
  }
}

void WaitsWithTheToken(std::stop_token token, std::condition_variable_any &cv,
                       std::unique_lock<std::mutex> &lock) {
  for (;;) {
    if (!cv.wait(lock, token, [] { return Idle(); }))
      return;
    Work();
  }
}

void WaitsWithTheTokenDropped(std::stop_token token,
                              std::condition_variable_any &cv,
                              std::unique_lock<std::mutex> &lock) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'token' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:8: note: the result of this look is dropped
    cv.wait(lock, token, [] { return Idle(); });
    Work();
  }
}

// Why the wait is over, what its predicate reads tells as well.
void WaitsForAPredicate(std::stop_token token, std::condition_variable_any &cv,
                        std::unique_lock<std::mutex> &lock,
                        std::vector<int> &jobs) {
  for (;;) {
    cv.wait(lock, token, [&] { return !jobs.empty(); });
    if (jobs.empty())
      return;
    jobs.pop_back();
    Work();
  }
}

void WaitsForAnotherPredicate(std::stop_token token,
                              std::condition_variable_any &cv,
                              std::unique_lock<std::mutex> &lock,
                              std::vector<int> &jobs, std::vector<int> &more) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'token' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:8: note: the result of this look is dropped
    cv.wait(lock, token, [&] { return !jobs.empty(); });
    if (more.empty())
      return;
    Work();
  }
}

void StartsAThread(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+2]]:12: note: the result of this look is dropped
    std::thread worker([ctx] { Opaque(ctx); });
    worker.join();
  }
}

//===-- Annotations -------------------------------------------------------===//

CONTEXT_POLL bool ShuttingDown();
CONTEXT_BLOCKING void WaitForWork();

void Annotated(const Context &ctx, int n) {
  while (!ShuttingDown())
    Work();
  for (int i = 0; i < n; ++i)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'WaitForWork' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+1]]:5: note: it blocks here
    WaitForWork();
}
