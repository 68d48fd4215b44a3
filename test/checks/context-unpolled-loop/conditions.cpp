// RUN: %check_context_tidy %s context-unpolled-loop %t

// What a loop does with the outcome of a look: conditions, switches, handlers,
// inner loops.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <context/annotations.h>
#include <context/channel.h>
#include <context/context.h>
#include <context/select.h>
#include <context/sleep.h>
#include <coroutine>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <vector>
using context::Context;
using namespace std::chrono_literals;
void Work();
bool Idle();
bool Other();
int Pick();
bool Opaque(const Context &ctx);
void Run(const Context &ctx);

// --- results tested later
void TestedAfterContinue(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    auto err = ctx.Err();
    if (Idle())
      continue;
    if (err)
      return;
  }
}

void TestedAfterContinueDone(const Context &ctx) {
  for (;;) {
    auto err = ctx.Err();
    if (err)
      return;
    if (Idle())
      continue;
    Work();
  }
}

void LoggedFirst(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    auto err = ctx.Err();
    if (err)
      Work();
    if (Idle())
      continue;
    if (err)
      return;
  }
}

void SavedForNextRound(const Context &ctx) {
  bool stop = false;
  for (;;) {
    if (stop)
      return;
    Work();
    stop = ctx.Done().Closed();
  }
}

void SavedForNextRoundMaybe(const Context &ctx) {
  bool stop = false;
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    if (stop)
      return;
    Work();
    if (Idle())
      stop = ctx.Done().Closed();
  }
}

void FlagAtHead(const Context &ctx) {
  bool running = true;
  while (running) {
    if (ctx.Err())
      running = false;
    else
      Work();
  }
}

void FlagAtHeadNegated(const Context &ctx) {
  bool stop = false;
  while (!stop) {
    stop = ctx.Err() != std::error_code{};
    Work();
  }
}

void EqBraces(const Context &ctx) {
  while (ctx.Err() == std::error_code{})
    Work();
}

void NotEqBraces(const Context &ctx) {
  while (ctx.Err() != std::error_code{})
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void ErrcCompare(const Context &ctx) {
  for (;;) {
    if (ctx.Err() == make_error_code(std::errc::timed_out))
      return;
    Work();
  }
}

void ErrcNotEqual(const Context &ctx) {
  for (;;) {
    if (ctx.Err() != make_error_code(std::errc::timed_out))
      continue;
    return;
  }
}

void NotNotNot(const Context &ctx) {
  while (!!!ctx.Err())
    Work();
}

void NotNotWhile(const Context &ctx) {
  while (!!ctx.Err())
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void StaticCast(const Context &ctx) {
  while (!static_cast<bool>(ctx.Err()))
    Work();
}

void BoolInit(const Context &ctx) {
  for (;;) {
    bool done{ctx.Err()};
    if (done)
      return;
    Work();
  }
}

void EqualFalse(const Context &ctx) {
  while (bool(ctx.Err()) == false)
    Work();
}

void EqualTrue(const Context &ctx) {
  while (bool(ctx.Err()) == true)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void XorTrue(const Context &ctx) {
  while (bool(ctx.Err()) ^ true)
    Work();
}

void CauseNull(const Context &ctx) {
  while (context::Cause(ctx) == nullptr)
    Work();
}

void CauseKept(const Context &ctx) {
  for (;;) {
    std::exception_ptr cause = context::Cause(ctx);
    if (cause)
      std::rethrow_exception(cause);
    Work();
  }
}

// --- conditions
void AndCondition(const Context &ctx) {
  while (Idle() && !ctx.Err())
    Work();
}

void OrCondition(const Context &ctx) {
  while (Idle() || !ctx.Err())
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void OrConditionOther(const Context &ctx) {
  while (!ctx.Err() || Idle())
    Work();
}

void CommaCondition(const Context &ctx) {
  while (Work(), !ctx.Err())
    ;
}

void CommaDropped(const Context &ctx) {
  while (!ctx.Err(), Idle())
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void TernaryCondition(const Context &ctx) {
  while (Idle() ? !ctx.Err() : true)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void TernaryConditionBoth(const Context &ctx) {
  while (Idle() ? !ctx.Err() : !ctx.Done().Closed())
    Work();
}

void TernaryConditionLeaves(const Context &ctx) {
  while (Idle() ? !ctx.Err() : false)
    Work();
}

void TernaryOnPoll(const Context &ctx) {
  while (ctx.Err() ? false : true)
    Work();
}

void TernaryOnPollWrong(const Context &ctx) {
  while (ctx.Err() ? true : Idle())
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void TernaryOnPollMaybe(const Context &ctx) {
  while (ctx.Err() ? Idle() : true)
    Work();
}

// --- Select
void SelectFallsOut(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    switch (context::Select(context::Recv(ctx.Done()), context::Recv(in, &v))) {
    case 1:
      Work();
    case 0:
    default:
      Work();
    }
  }
}

void SelectNoCaseForDone(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    switch (context::Select(context::Recv(ctx.Done()), context::Recv(in, &v))) {
    case 1:
      return;
    }
  }
}

void SelectDefaultLeaves(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  for (;;) {
    switch (context::Select(context::Recv(ctx.Done()), context::Recv(in, &v), context::Default())) {
    case 1:
    case 2:
      break;
    default:
      return;
    }
  }
}

void SelectFlag(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  bool more = true;
  while (more) {
    switch (context::Select(context::Recv(ctx.Done()), context::Recv(in, &v))) {
    case 0:
      more = false;
      break;
    case 1:
      Work();
      break;
    }
  }
}

void SelectKept(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  for (;;) {
    auto which = context::Select(context::Recv(ctx.Done()), context::Recv(in, &v));
    if (which > 0)
      Work();
    else
      return;
  }
}

void SelectKeptGreater(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    auto which = context::Select(context::Recv(ctx.Done()), context::Recv(in, &v));
    if (which > 0)
      return;
    Work();
  }
}

void SelectContinue(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  for (;;) {
    switch (context::Select(context::Recv(ctx.Done()), context::Recv(in, &v))) {
    case 1:
      continue;
    }
    break;
  }
}

void SelectInit(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  for (;;) {
    if (int n = context::Select(context::Recv(ctx.Done()), context::Recv(in, &v)); n == 0)
      return;
    Work();
  }
}

void SwitchInit(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  for (;;) {
    switch (int n = context::Select(context::Recv(ctx.Done()), context::Recv(in, &v)); n) {
    case 0: return;
    default: Work();
    }
  }
}

void SwitchDecl(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  for (;;) {
    switch (int n = context::Select(context::Recv(ctx.Done()), context::Recv(in, &v))) {
    case 0: return;
    default: Work();
    }
  }
}

void SelectTwoContexts(const Context &a, const Context &b, context::Channel<int> &in) {
  std::optional<int> v;
  for (;;) {
    switch (context::Select(context::Recv(a.Done()), context::Recv(b.Done()), context::Recv(in, &v))) {
    case 0:
      return;
    case 1:
    case 2:
      Work();
    }
  }
}

void SelectEnumerated(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  enum { kDone, kJob };
  for (;;) {
    switch (context::Select(context::Recv(ctx.Done()), context::Recv(in, &v))) {
    case kDone:
      return;
    case kJob:
      Work();
    }
  }
}

void SelectDoneKept(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> v;
  const auto &done = ctx.Done();
  for (;;) {
    if (!context::Select(context::Recv(done), context::Recv(in, &v)))
      return;
  }
}

// --- continue and do-while
void DoContinue(const Context &ctx) {
  do {
    if (Idle())
      continue;
    Work();
  } while (!ctx.Err());
}

void DoContinueSkips(const Context &ctx) {
  do {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    if (Idle())
      continue;
    if (ctx.Err())
      return;
  } while (true);
}

void ForContinueInc(const Context &ctx) {
  for (bool stop = false; !stop; stop = bool(ctx.Err())) {
    if (Idle())
      continue;
    Work();
  }
}

// --- nested
void InnerOnly(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    for (;;) {
      if (ctx.Err())
        break;
      Work();
    }
  }
}

void InnerOnlyThenOuter(const Context &ctx) {
  for (;;) {
    for (;;) {
      if (ctx.Err())
        break;
      Work();
    }
    if (Idle())
      return;
  }
}

void InnerFlag(const Context &ctx) {
  bool stop = false;
  while (!stop) {
    for (;;) {
      if (ctx.Err()) {
        stop = true;
        break;
      }
      Work();
    }
  }
}

void InnerGoto(const Context &ctx) {
  for (;;) {
    for (;;) {
      if (ctx.Err())
        goto out;
      Work();
    }
  }
out:;
}

void InnerGotoContinue(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    for (;;) {
      if (ctx.Err())
        goto next;
      Work();
    }
  next:;
  }
}

void InnerMayNotRun(const Context &ctx, std::vector<int> &v) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    for (int x : v)
      if (ctx.Err())
        return;
  }
}

void DoInnerAlways(const Context &ctx) {
  for (;;) {
    do
      if (ctx.Err())
        return;
    while (Idle());
  }
}

// --- while(auto e)
void WhileAuto(const Context &ctx) {
  while (auto e = ctx.Err())
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void WhileAutoNot(const Context &ctx) {
  while (auto alive = !ctx.Err())
    Work();
}

void ForDecl(const Context &ctx) {
  for (auto done = ctx.Done(); !done.Closed();)
    Work();
}

void ForDeclCond(const Context &ctx) {
  for (; bool alive = !ctx.Done().Closed();)
    Work();
}

void ConstexprIf(const Context &ctx) {
  constexpr bool kLook = true;
  for (;;) {
    if constexpr (kLook)
      if (ctx.Err())
        return;
    Work();
  }
}

void ConstexprIfNot(const Context &ctx) {
  constexpr bool kLook = false;
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    if constexpr (kLook)
      if (ctx.Err())
        return;
    Work();
  }
}

void ConstIf(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    if (false)
      if (ctx.Err())
        return;
    Work();
  }
}

// --- try / catch
void CatchStays(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    try {
      ctx.ThrowIfDone();
    } catch (const std::exception &) {
      continue;
    }
    Work();
  }
}

void CatchRethrows(const Context &ctx) {
  for (;;) {
    try {
      ctx.ThrowIfDone();
    } catch (const std::exception &) {
      throw;
    }
  }
}

void CatchMaybe(const Context &ctx) {
  for (;;) {
    try {
      ctx.ThrowIfDone();
    } catch (const std::exception &) {
      if (Idle())
        return;
    }
  }
}

void CatchOther(const Context &ctx) {
  struct MyError {};
  for (;;) {
    try {
      ctx.ThrowIfDone();
    } catch (const MyError &) {
    }
  }
}

void CatchWrongType(const Context &ctx) {
  for (;;) {
    try {
      ctx.ThrowIfDone();
      Work();
    } catch (int) {
    }
  }
}

void CatchSystemError(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    try {
      ctx.ThrowIfDone();
    } catch (const std::system_error &) {
    }
  }
}

void CatchFlag(const Context &ctx) {
  bool stop = false;
  while (!stop) {
    try {
      Run(ctx);
    } catch (...) {
      stop = true;
    }
  }
}

void TryAroundLoopBody(const Context &ctx) {
  for (;;) {
    try {
      if (ctx.Err())
        throw 1;
      Work();
    } catch (int) {
      break;
    }
  }
}

void ThrowCaughtStays(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    try {
      if (ctx.Err())
        throw 1;
      Work();
    } catch (int) {
    }
  }
}

void ThrowCaughtElsewhere(const Context &ctx) {
  for (;;) {
    try {
      if (ctx.Err())
        throw 1;
      Work();
    } catch (const std::string &) {
    }
  }
}
