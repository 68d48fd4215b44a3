// RUN: %check_context_tidy %s context-unpolled-loop %t -ignore-notes='return at the start'

// How the outcome of a look comes to the branch that leaves the loop.

#include <atomic>
#include <chrono>
#include <context/context.h>
#include <context/select.h>
#include <context/sleep.h>
#include <cstdlib>
#include <stdexcept>
#include <thread>

using context::Context;
using namespace std::chrono_literals;

void Work();
bool Idle();
bool Finished();

//===-- Variables ---------------------------------------------------------===//

void Variable(const Context &ctx) {
  for (;;) {
    auto err = ctx.Err();
    Work();
    if (err)
      return;
  }
}

void DeclaredBefore(const Context &ctx) {
  std::error_code err;
  for (;;) {
    err = ctx.Err();
    if (err)
      break;
    Work();
  }
}

void LookedOnlyBefore(const Context &ctx) {
  auto err = ctx.Err();
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
    if (err)
      break;
    Work();
  }
}

void InTheIf(const Context &ctx) {
  for (;;) {
    if (auto err = ctx.Err())
      return;
    Work();
  }
}

void InTheIfsInit(const Context &ctx) {
  for (;;) {
    if (auto err = ctx.Err(); err && Idle())
      return;
    Work();
  }
}

void InTheWhile(const Context &ctx) {
  while (const bool alive = !ctx.Err())
    Work();
}

void Overwritten(const Context &ctx) {
  std::error_code err;
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:15: note: no way out of the loop depends on what this tells
    err = ctx.Err();
    err = std::error_code();
    if (err)
      break;
    Work();
  }
}

void OneWayOverwritten(const Context &ctx) {
  bool done = false;
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+3]]:23: note: it is looked at here, but not in this round:
    // CHECK-NOTES: :[[@LINE+3]]:9: note: 'Idle()' is true on this path
    // CHECK-NOTES: :[[@LINE+4]]:9: note: 'done' is false on this path
    done = ctx.Done().Closed();
    if (Idle())
      done = Finished();
    if (done)
      break;
    Work();
  }
}

void AssignedInTheCondition(const Context &ctx) {
  std::error_code err;
  while (!(err = ctx.Err()))
    Work();
}

void Copied(const Context &ctx) {
  for (;;) {
    bool done = ctx.Done().Closed();
    const bool copy = done;
    bool &alias = done;
    Work();
    if (copy)
      return;
    if (alias)
      return;
  }
}

void Combined(const Context &ctx) {
  for (;;) {
    bool stop = Finished() || ctx.Done().Closed();
    Work();
    if (stop)
      break;
  }
}

void CombinedTheOtherWay(const Context &ctx) {
  for (;;) {
    bool stop = ctx.Done().Closed() || Finished();
    if (stop)
      break;
    Work();
  }
}

// Where Finished() is false nobody looks.
void CombinedWithAnd(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+3]]:42: note: it is looked at here, but not in this round:
    // CHECK-NOTES: :[[@LINE+2]]:17: note: 'Finished()' is false on this path
    // CHECK-NOTES: :[[@LINE+2]]:9: note: 'stop' is false on this path
    bool stop = Finished() && ctx.Done().Closed();
    if (stop)
      break;
    Work();
  }
}

void CombinedByBits(const Context &ctx) {
  bool stop = false;
  for (;;) {
    stop |= ctx.Done().Closed();
    if (stop)
      break;
    Work();
  }
}

void Ternary(const Context &ctx) {
  for (;;) {
    int code = ctx.Err() ? 1 : 0;
    if (code == 1)
      return;
    Work();
  }
}

void TernaryTheWrongWayRound(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:20: note: no way out of the loop depends on what this tells
    int code = ctx.Err() ? 1 : 0;
    if (code == 0)
      return;
    Work();
  }
}

//===-- Comparisons -------------------------------------------------------===//

void ComparedWithNone(const Context &ctx) {
  for (;;) {
    if (ctx.Err() != std::error_code())
      return;
    Work();
  }
}

void EqualToNone(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:13: note: no way out of the loop depends on what this tells
    if (ctx.Err() == std::error_code())
      return;
    Work();
  }
}

void ComparedWithAnError(const Context &ctx) {
  for (;;) {
    if (ctx.Err() == make_error_code(std::errc::timed_out))
      return;
    Work();
  }
}

void ComparedWithTrue(const Context &ctx) {
  while (ctx.Done().Closed() == false)
    Work();
}

void NotNot(const Context &ctx) {
  for (;;) {
    if (!!ctx.Err())
      return;
    Work();
  }
}

void DeMorgan(const Context &ctx) {
  for (;;) {
    if (!(!ctx.Err() && !Finished()))
      return;
    Work();
  }
}

//===-- Flags -------------------------------------------------------------===//

void Flag(const Context &ctx) {
  bool stop = false;
  for (; !stop || Idle();) {
    if (ctx.Err())
      stop = true;
    Work();
    if (stop)
      break;
  }
}

void FlagOfTheLoop(const Context &ctx) {
  bool running = true;
  do {
    Work();
    if (ctx.Err())
      running = false;
  } while (running || Finished() || true == running);
}

void FlagByExit(const Context &ctx) {
  for (;;) {
    bool stop = false;
    if (ctx.Err())
      stop = true;
    Work();
    if (stop)
      return;
  }
}

void FlagThatAlsoOthersSet(const Context &ctx) {
  for (;;) {
    bool stop = Finished();
    if (ctx.Err())
      stop = true;
    Work();
    if (stop)
      return;
  }
}

void FlagWithElse(const Context &ctx) {
  bool stop;
  for (;;) {
    if (ctx.Err())
      stop = true;
    else
      stop = Finished();
    if (stop)
      return;
    Work();
  }
}

void FlagSetOnTheWrongSide(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+2]]:14: note: no way out of the loop depends on what this tells
    bool stop = false;
    if (!ctx.Err())
      stop = true;
    if (stop)
      return;
    Work();
  }
}

void FlagSetToTheWrongValue(const Context &ctx) {
  bool stop = true;
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:13: note: no way out of the loop depends on what this tells
    if (ctx.Err())
      stop = false;
    if (stop)
      return;
    Work();
  }
}

void FlagNobodyReads(const Context &ctx) {
  bool stop = false;
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:13: note: no way out of the loop depends on what this tells
    if (ctx.Err())
      stop = true;
    Work();
  }
}

void FlagOnlyOnOneBranch(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+4]]:23: note: it is looked at here, but not in this round:
    // CHECK-NOTES: :[[@LINE+3]]:9: note: 'Idle()' is false on this path
    // CHECK-NOTES: :[[@LINE+5]]:9: note: 'stop' is false on this path
    bool stop = false;
    if (Idle() && ctx.Err())
      stop = true;
    Work();
    if (stop)
      return;
  }
}

void FlagResetBeforeItIsRead(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+2]]:13: note: no way out of the loop depends on what this tells
    bool stop = false;
    if (ctx.Err())
      stop = true;
    stop = Finished();
    if (stop)
      return;
    Work();
  }
}

void ClearedOnTheAliveSide(const Context &ctx) {
  for (;;) {
    bool stop = true;
    if (!ctx.Err())
      stop = false;
    if (stop)
      return;
    Work();
  }
}

std::atomic<bool> gStop;

void AtomicFlag(const Context &ctx) {
  while (!gStop.load()) {
    if (ctx.Err())
      gStop.store(true);
    Work();
  }
}

void AtomicFlagSetElsewhere(const Context &ctx) {
  while (!gStop) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:13: note: no way out of the loop depends on what this tells
    if (ctx.Err())
      Work();
    Work();
  }
}

void Enumerated(const Context &ctx) {
  enum { Run, Stop } state = Run;
  for (;;) {
    if (ctx.Err())
      state = Stop;
    switch (state) {
    case Run:
      Work();
      break;
    case Stop:
      return;
    }
  }
}

void FlagInTheHandler(const Context &ctx) {
  for (;;) {
    bool stop = false;
    try {
      ctx.ThrowIfDone();
    } catch (const std::exception &) {
      stop = true;
    }
    if (stop)
      break;
    Work();
  }
}

//===-- Select ------------------------------------------------------------===//

void SelectByVariable(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  for (;;) {
    int which = context::Select(context::Recv(in, &value), context::Recv(ctx.Done()));
    if (which == 1)
      return;
    Work();
  }
}

void SelectByAnotherNumber(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:17: note: no way out of the loop depends on what this tells
    int which = context::Select(context::Recv(in, &value), context::Recv(ctx.Done()));
    if (which == 0)
      return;
    Work();
  }
}

void SelectDefaultLabel(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  for (;;) {
    switch (context::Select(context::Recv(in, &value), context::Recv(ctx.Done()))) {
    case 0:
      Work();
      break;
    default:
      return;
    }
  }
}

// Only 0 and 1 there are: nothing goes past the switch, and the loop's condition
// is come to on the done side alone.
void SelectWithAllItsLabels(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  do {
    switch (context::Select(context::Recv(in, &value), context::Recv(ctx.Done()))) {
    case 0:
      std::abort();
    case 1:
      break;
    }
  } while (Idle());
}

void SelectFallsThrough(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  for (;;) {
    switch (context::Select(context::Recv(ctx.Done()), context::Recv(in, &value), context::After(3s))) {
    case 0:
      Work();
      [[fallthrough]];
    case 2:
      return;
    case 1:
      continue;
    }
  }
}

void SelectDropped(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:5: note: the result of this look is dropped
    context::Select(context::Recv(ctx.Done()), context::Recv(in, &value));
    Work();
  }
}

void SelectInTheCondition(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  while (context::Select(context::Recv(ctx.Done()), context::Recv(in, &value)) != 0)
    Work();
}

void SelectWithAGoto(const Context &ctx, context::Channel<int> &in) {
  std::optional<int> value;
  for (;;) {
    switch (context::Select(context::Recv(ctx.Done()), context::Recv(in, &value))) {
    case 0:
      goto out;
    default:
      Work();
    }
  }
out:
  Work();
}

//===-- Handing the context on --------------------------------------------===//

bool Step(const Context &ctx);
void Run(const Context &ctx);
void Quiet(const Context &ctx) noexcept;
bool QuietStep(const Context &ctx) noexcept;
void Fill(const Context &ctx, bool *done) noexcept;
void FillRef(const Context &ctx, bool &done) noexcept;
struct Result {
  bool ok() const noexcept;
  int value;
};
Result Query(const Context &ctx) noexcept;

void HandOffBranched(const Context &ctx) {
  for (;;) {
    if (!QuietStep(ctx))
      break;
  }
}

void HandOffMayThrow(const Context &ctx) {
  for (;;)
    Run(ctx);
}

void HandOffCannotTell(const Context &ctx) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Quiet(ctx);
}

void HandOffDropped(const Context &ctx) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:5: note: the result of this look is dropped
    QuietStep(ctx);
}

void HandOffCaught(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+3]]:7: note: what this throws is caught inside the loop
    // CHECK-NOTES: :[[@LINE+3]]:7: note: this handler stays in the loop
    try {
      Run(ctx);
    } catch (...) {
      Work();
    }
  }
}

void HandOffCaughtByType(const Context &ctx) {
  for (;;) {
    try {
      Run(ctx);
    } catch (const std::runtime_error &) {
      Work();
    }
  }
}

void HandOffOut(const Context &ctx) {
  bool done = false;
  for (;;) {
    Fill(ctx, &done);
    if (done)
      return;
  }
}

void HandOffOutByReference(const Context &ctx) {
  for (bool done = false; !done || Idle();) {
    FillRef(ctx, done);
    if (done)
      return;
  }
}

void HandOffOutUnread(const Context &ctx) {
  bool done = false;
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:5: note: the result of this look is dropped
    Fill(ctx, &done);
    Work();
  }
}

void HandOffResult(const Context &ctx) {
  for (;;) {
    Result r = Query(ctx);
    if (!r.ok())
      break;
    Work();
  }
}

struct Pair {
  int value;
  bool more;
};
Pair Next(const Context &) noexcept;

void HandOffBound(const Context &ctx) {
  for (;;) {
    auto [value, more] = Next(ctx);
    if (!more)
      return;
    Work();
  }
}

void SleepCanEnd(const Context &ctx) {
  for (;;) {
    if (context::SleepFor(ctx, 1s))
      return;
    Work();
  }
}

void OnlyItsName(const Context &ctx) noexcept {
  extern void Print(const std::string &);
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Print(ctx.String());
}

void ThroughAFunction(const Context &ctx) {
  extern bool IsFatal(std::error_code) noexcept;
  for (;;) {
    if (IsFatal(ctx.Err()))
      return;
    Work();
  }
}

// Nothing branches on 'over' itself.
void ThroughAnotherVariable(const Context &ctx) {
  for (;;) {
    bool over = ctx.Done().Closed(), stop = false;
    Work();
    stop = over;
    if (stop)
      return;
  }
}

//===-- A flag that either side sets --------------------------------------===//

// Done, the flag is set for certain, and then it stays.
void FlagThatKeepsItGoing(const Context &ctx) {
  bool busy = Idle();
  while (Idle()) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:20: note: no way out of the loop depends on what this tells
    if (ctx.Done().Closed() || Idle())
      busy = true;
    if (busy)
      continue;
    return;
  }
}

// It need not be certain.
void FlagThatMayEndIt(const Context &ctx) {
  bool over = false;
  while (Idle()) {
    if (ctx.Done().Closed() && Idle())
      over = true;
    if (over)
      return;
  }
}

// Some round is the first one in which it is set.
void FlagThatIsJoined(const Context &ctx) {
  bool running = Idle();
  do {
    Work();
    if (ctx.Done().Closed())
      running = false;
  } while (running || Finished());
}

// Done, it stays what it was; not done, it may.
void FlagThatIsSetAtTimes(const Context &ctx) {
  bool over = Idle();
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:21: note: no way out of the loop depends on what this tells
    if (!ctx.Done().Closed() && Idle())
      over = true;
    if (!over)
      break;
  }
}

void FlagThatIsAskedFor(const Context &ctx) {
  bool over = Idle();
  while (Idle()) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+3]]:20: note: no way out of the loop depends on what this tells
    if (over)
      break;
    if (ctx.Done().Closed())
      continue;
    over = Finished();
  }
}

// Done, it stays; not done, it is set whatever comes.
void FlagOfTheRestOfIt(const Context &ctx) {
  bool alive = Idle();
  for (;;) {
    if (!ctx.Done().Closed()) {
      if (Idle())
        Work();
      alive = true;
    }
    if (!alive)
      break;
    alive = false;
  }
}

// It is set to what it must be already.
void FlagThatIsSetAnyway(const Context &ctx) {
  bool over = Idle();
  for (int i = 0; i < 10; ++i) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+2]]:5: note: it blocks here
    // CHECK-NOTES: :[[@LINE+4]]:21: note: no way out of the loop depends on what this tells
    std::this_thread::sleep_for(1s);
    if (!over)
      break;
    if (!ctx.Done().Closed())
      over = true;
  }
}

// What is counted on one side alone, tells nothing there.
void CounterOnOneSide(const Context &ctx) {
  do {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:20: note: no way out of the loop depends on what this tells
    if (ctx.Done().Closed()) {
      for (int i = 0; i < 10; ++i)
        Work();
    }
  } while (Idle());
}

// A select has no other case.
void PastASelect(const Context &ctx, context::Channel<int> &jobs) {
  std::optional<int> job;
  switch (context::Select(context::Recv(ctx.Done()), context::Recv(jobs, &job))) {
  case 0:
    return;
  case 1:
    break;
  default:
    while (Idle())
      Work();
  }
}

// Not done, it leaves: what is set behind that tells nothing.
void CounterBehindTheWrongWayOut(const Context &ctx) {
  for (int i = 0; i < 10; ++i) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+2]]:5: note: it blocks here
    // CHECK-NOTES: :[[@LINE+2]]:21: note: no way out of the loop depends on what this tells
    std::this_thread::sleep_for(1s);
    if (!ctx.Done().Closed())
      return;
  }
}

// Done, it hangs on two others whether the next look ends the loop.
void JoinedToTwo(const Context &ctx) {
  while (Idle()) {
    if (!ctx.Err() || (Idle() || Finished()))
      continue;
    ctx.ThrowIfDone();
  }
}

// Done or not, it does.
void TwoThatGoRound(const Context &ctx) {
  while (Idle()) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+5]]:9: note: it is looked at here, but not in this round
    // CHECK-NOTES: :[[@LINE-3]]:10: note: 'Idle()' is true on this path
    // CHECK-NOTES: :[[@LINE+1]]:9: note: 'Idle()' is true on this path
    if (Idle() || (Idle() || Finished()))
      continue;
    ctx.ThrowIfDone();
  }
}
