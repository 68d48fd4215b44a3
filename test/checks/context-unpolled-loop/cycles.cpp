// RUN: %check_context_tidy %s context-unpolled-loop %t -ignore-notes='return at the start'

// Polls, and the cycles that pass them or go round them.

#include <chrono>
#include <context/context.h>
#include <context/select.h>
#include <context/sleep.h>
#include <cstdlib>
#include <stdexcept>

using context::Context;
using namespace std::chrono_literals;

void Work();
bool Idle();
bool Fetch(const Context &ctx);
void Step(const Context &ctx);
void Quiet(const Context &ctx) noexcept;
[[noreturn]] void Die();

//===-- No poll at all ----------------------------------------------------===//

void Never(const Context &ctx) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
    Work();
}

void WhileTrue(const Context &ctx) {
  while (true) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
    if (Idle())
      break;
  }
}

void DoForever(const Context &ctx) {
  do {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
  } while (true);
}

//===-- Every way out of the list -----------------------------------------===//

void Return(const Context &ctx) {
  for (;;) {
    if (ctx.Err())
      return;
    Work();
  }
}

void Break(const Context &ctx) {
  for (;;) {
    if (ctx.Done().Closed())
      break;
    Work();
  }
}

void Throw(const Context &ctx) {
  for (;;) {
    if (ctx.Err())
      throw std::runtime_error("done");
    Work();
  }
}

void Goto(const Context &ctx) {
  for (;;) {
    if (ctx.Err())
      goto end;
    Work();
  }
end:
  Work();
}

void NoReturn(const Context &ctx) {
  for (;;) {
    if (ctx.Err())
      Die();
    Work();
  }
}

void Condition(const Context &ctx) {
  while (!ctx.Err())
    Work();
}

void DoCondition(const Context &ctx) {
  do {
    Work();
  } while (!ctx.Done().Closed());
}

void ForCondition(const Context &ctx) {
  for (; !ctx.Done().WaitFor(1s);)
    Work();
}

void CauseOf(const Context &ctx) {
  while (true) {
    if (context::Cause(ctx))
      return;
    Work();
  }
}

void NeedNotBeCertain(const Context &ctx) {
  for (;;) {
    if (ctx.Err() && Idle())
      return;
    Work();
  }
}

void AlsoForAnotherReason(const Context &ctx) {
  for (;;) {
    if (Idle() || ctx.Err())
      return;
    Work();
  }
}

void Leaving(const Context &ctx) {
  for (;;) {
    if (ctx.Err()) {
      Work();
      if (!Idle())
        Work();
      return;
    }
    Work();
  }
}

void WhileAlive(const Context &ctx) {
  for (;;) {
    if (!ctx.Err()) {
      Work();
    } else {
      break;
    }
  }
}

//===-- What both sides share, and the wrong side -------------------------===//

void Logs(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:13: note: no way out of the loop depends on what this tells
    if (ctx.Err())
      Work();
    if (Idle())
      break;
  }
}

void LeavesWhenAlive(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:14: note: no way out of the loop depends on what this tells
    if (!ctx.Err())
      break;
    Work();
  }
}

void Dropped(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:15: note: the result of this look is dropped
    (void)ctx.Err();
    Work();
  }
}

void WaitTellsNothing(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    ctx.Done().Wait();
    Work();
  }
}

void GoesOnAfterDone(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:13: note: no way out of the loop depends on what this tells
    if (ctx.Err())
      continue;
    Work();
    if (Idle())
      return;
  }
}

//===-- Cycles that go round the poll -------------------------------------===//

void ContinueGoesRound(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+6]]:13: note: it is looked at here, but not in this round:
    // CHECK-NOTES: :[[@LINE+2]]:9: note: 'Idle()' is true on this path
    // CHECK-NOTES: :[[@LINE+2]]:7: note: this 'continue' goes round the look
    if (Idle())
      continue;
    Work();
    if (ctx.Err())
      return;
  }
}

void ContinueAfterThePoll(const Context &ctx) {
  for (;;) {
    if (ctx.Err())
      return;
    if (Idle())
      continue;
    Work();
  }
}

void OneBranchOnly(const Context &ctx) {
  while (true) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+3]]:15: note: it is looked at here, but not in this round:
    // CHECK-NOTES: :[[@LINE+1]]:9: note: 'Idle()' is false on this path
    if (Idle()) {
      if (ctx.Err())
        return;
    }
    Work();
  }
}

void BothBranches(const Context &ctx) {
  while (true) {
    if (Idle()) {
      if (ctx.Err())
        return;
    } else if (ctx.Done().Closed()) {
      return;
    }
    Work();
  }
}

void BehindAnAnd(const Context &ctx) {
  while (true) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+2]]:23: note: it is looked at here, but not in this round:
    // CHECK-NOTES: :[[@LINE+1]]:9: note: 'Idle()' is false on this path
    if (Idle() && ctx.Err())
      return;
    Work();
  }
}

void InnerLoopMayNotRun(const Context &ctx, int n) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+3]]:15: note: it is looked at here, but not in this round:
    // CHECK-NOTES: :[[@LINE+1]]:5: note: this loop may run no round at all, or end before it looks
    for (int i = 0; i < n; ++i) {
      if (ctx.Err())
        return;
      Work();
    }
  }
}

void InnerLoopRunsOnce(const Context &ctx, int n) {
  for (;;) {
    int i = 0;
    do {
      if (ctx.Err())
        return;
      Work();
    } while (++i < n);
  }
}

void LeavesTheInnerLoop(const Context &ctx, int n) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+3]]:15: note: it is looked at here
    // CHECK-NOTES: :[[@LINE+3]]:9: note: this 'break' leaves only the inner loop
    do {
      if (ctx.Err())
        break;
      Work();
    } while (--n > 0);
  }
}

void EndsTheInnerLoop(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:17: note: this ends only the inner loop
    while (!ctx.Err())
      Work();
  }
}

// The way out is open only once the context is done.
void LeavesBehindTheInnerLoop(const Context &ctx) {
  for (;;) {
    while (!ctx.Err())
      Work();
    if (Idle())
      break;
  }
}

void EachOnItsOwn(const Context &ctx) {
  while (!ctx.Err()) {
    for (;;) {
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it
      Work();
      if (Idle())
        break;
    }
  }
}

void LeavesTheSwitch(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+2]]:13: note: it is looked at here
    // CHECK-NOTES: :[[@LINE+3]]:7: note: this 'break' leaves only the switch
    switch (context::Select(context::Recv(ctx.Done()), context::Recv(in, &value))) {
    case 0:
      break;
    case 1:
      Work();
    }
  }
}

void SelectReturns(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  for (;;) {
    switch (context::Select(context::Recv(ctx.Done()), context::Recv(in, &value))) {
    case 0:
      return;
    case 1:
      Work();
      break;
    }
  }
}

void SelectLeavesOnTheOtherCase(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:13: note: no way out of the loop depends on what this tells
    switch (context::Select(context::Recv(in, &value), context::Recv(ctx.Done()))) {
    case 0:
      return;
    default:
      Work();
    }
  }
}

void SelectIf(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  for (;;) {
    if (context::Select(context::Recv(ctx.Done()), context::Recv(in, &value)) == 0)
      return;
    Work();
  }
}

//===-- Exceptions --------------------------------------------------------===//

void Throws(const Context &ctx) {
  for (;;) {
    ctx.ThrowIfDone();
    Work();
  }
}

void CaughtInside(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+3]]:11: note: what this throws is caught inside the loop
    // CHECK-NOTES: :[[@LINE+4]]:7: note: this handler stays in the loop
    try {
      ctx.ThrowIfDone();
      Work();
    } catch (...) {
    }
  }
}

void CaughtInsideButLeaves(const Context &ctx) {
  for (;;) {
    try {
      ctx.ThrowIfDone();
      Work();
    } catch (...) {
      break;
    }
  }
}

void CaughtOutside(const Context &ctx) {
  try {
    for (;;) {
      ctx.ThrowIfDone();
      Work();
    }
  } catch (...) {
  }
}

//===-- Never a second round ----------------------------------------------===//

void LeavesInItsFirstRound(const Context &ctx) {
  while (true) {
    Work();
    if (Idle())
      return;
    break;
  }
}

void OnlyOnce(const Context &ctx) {
  do {
    Work();
  } while (false);
}

//===-- No way out: what is never left ------------------------------------===//

void EndlessInside(const Context &ctx) {
  while (ctx.Err()) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE-2]]:14: note: no way out of the loop depends on what this tells
    if (Idle())
      for (;;)
        // CHECK-NOTES: :[[@LINE-1]]:7: warning: this loop goes on after 'ctx' is done: no round looks at it
        Work();
  }
}

void EndlessInsideUntilItThrows(const Context &ctx) {
  while (Idle()) {
    if (ctx.Err())
      for (;;)
        ctx.ThrowIfDone();
  }
}

void DiesInside(const Context &ctx) {
  while (Idle()) {
    if (ctx.Err()) {
      Work();
      Die();
    }
  }
}

//===-- One way out: the loop's own condition -----------------------------===//

void BothSidesLeaveByTheCondition(const Context &ctx) {
  while (ctx.Err() && Idle())
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE-2]]:14: note: no way out of the loop depends on what this tells
    Work();
}

void BothSidesLeaveByTheConditionOfADo(const Context &ctx) {
  do {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+2]]:16: note: no way out of the loop depends on what this tells
    Work();
  } while (ctx.Err() && Idle());
}

void BothSidesLeaveByTheConditionOfAFor(const Context &ctx) {
  for (; ctx.Done().Closed() && Idle();)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE-2]]:21: note: no way out of the loop depends on what this tells
    Work();
}

//===-- One way out: a jump behind '||' -----------------------------------===//

void BothSidesBreak(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:21: note: no way out of the loop depends on what this tells
    if (!ctx.Done().Closed() || Idle())
      break;
    Work();
  }
}

void BothSidesReturn(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:20: note: no way out of the loop depends on what this tells
    if (ctx.Done().Closed() && Idle())
      Work();
    else
      return;
  }
}

// Done, it stays for certain; not done, it may do the same.
void TheOtherSideMayStayToo(const Context &ctx) {
  while (ctx.Done().Closed() ? true : Idle()) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE-2]]:21: note: no way out of the loop depends on what this tells
    if (Idle())
      return;
  }
}

// What two calls throw are two ways out.
void ThrowsTwice(const Context &ctx) {
  for (;;) {
    ctx.ThrowIfDone();
    Work();
    ctx.ThrowIfDone();
  }
}
