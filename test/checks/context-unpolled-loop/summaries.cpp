// RUN: %check_context_tidy %s context-unpolled-loop %t

// What a call tells of the contexts that the callee looks at: its result, with
// the side that means done, what it throws, what it sets.

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
bool Opaque(const Context &ctx);
void Run(const Context &ctx);

static bool Stopped(const Context &ctx) { return bool(ctx.Err()); }
static bool Alive(const Context &ctx) { return !ctx.Err(); }
static bool AliveByIf(const Context &ctx) {
  if (ctx.Err())
    return false;
  return true;
}

static bool LooksAndLies(const Context &ctx) {
  if (ctx.Err())
    Work();
  return Idle();
}

static bool LooksAndDrops(const Context &ctx) {
  (void)ctx.Err();
  return Idle();
}

static bool AlwaysTrue(const Context &ctx) {
  if (ctx.Err())
    return true;
  return true;
}

static bool ByVariable(const Context &ctx) {
  bool done = false;
  if (ctx.Err())
    done = true;
  return done;
}

static bool ByOverwritten(const Context &ctx) {
  bool done = ctx.Done().Closed();
  done = Idle();
  return done;
}

static void Out(const Context &ctx, bool &done) { done = ctx.Done().Closed(); }
static void OutPointer(const Context &ctx, bool *done) { *done = ctx.Done().Closed(); }
static void OutNot(const Context &ctx, bool &done) {
  (void)ctx.Err();
  done = Idle();
}

static void CheckCaught(const Context &ctx) {
  try {
    ctx.ThrowIfDone();
  } catch (...) {
  }
}

static bool CheckTold(const Context &ctx) {
  try {
    ctx.ThrowIfDone();
  } catch (...) {
    return true;
  }
  return false;
}

static std::error_code Sleep(const Context &ctx) { return context::SleepFor(ctx, 1s); }
static bool Never(const Context &ctx, int n) { return n > 0 ? Never(ctx, n - 1) : Idle(); }
static bool PingLook(const Context &ctx, int n);
static bool Pong(const Context &ctx, int n) { return PingLook(ctx, n - 1); }
static bool PingLook(const Context &ctx, int n) {
  return n < 0 ? bool(ctx.Err()) : Pong(ctx, n);
}

static void MutualNever2(const Context &ctx, int n);
static void MutualNever1(const Context &ctx, int n) { MutualNever2(ctx, n); }
static void MutualNever2(const Context &ctx, int n) { MutualNever1(ctx, n); }
static int Count(const Context &ctx) {
  int n = 0;
  while (!ctx.Err() && n < 3)
    ++n;
  return n;
}

static std::optional<int> Fetch(const Context &ctx) {
  if (ctx.Err())
    return std::nullopt;
  return 1;
}

static const char *Name(const Context &ctx) { return ctx.Err() ? nullptr : "x"; }
template <class T> static bool Tpl(const Context &ctx, T) { return bool(ctx.Err()); }
template <class T> static bool TplNot(const Context &ctx, T) { return Idle(); }

void A1(const Context &ctx) {
  while (!Stopped(ctx))
    Work();
}

void A2(const Context &ctx) {
  while (Stopped(ctx))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void A3(const Context &ctx) {
  while (Alive(ctx))
    Work();
}

void A4(const Context &ctx) {
  while (!Alive(ctx))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void A5(const Context &ctx) {
  while (AliveByIf(ctx))
    Work();
}

void A6(const Context &ctx) {
  while (!AliveByIf(ctx))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void A7(const Context &ctx) {
  while (LooksAndLies(ctx))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void A8(const Context &ctx) {
  while (LooksAndDrops(ctx))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void A9(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    if (!AlwaysTrue(ctx))
      return;
    Work();
  }
}

void A10(const Context &ctx) {
  while (!ByVariable(ctx))
    Work();
}

void A11(const Context &ctx) {
  while (!ByOverwritten(ctx))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void A12(const Context &ctx) {
  bool done = false;
  while (!done) {
    Out(ctx, done);
    Work();
  }
}

void A13(const Context &ctx) {
  bool done = false;
  do {
    OutPointer(ctx, &done);
    Work();
  } while (!done);
}

void A14(const Context &ctx) {
  bool done = false;
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    OutNot(ctx, done);
    Work();
    if (done)
      return;
  }
}

void A15(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    CheckCaught(ctx);
    Work();
  }
}

void A16(const Context &ctx) {
  while (!CheckTold(ctx))
    Work();
}

void A17(const Context &ctx) {
  while (CheckTold(ctx))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void A18(const Context &ctx) {
  while (!Sleep(ctx))
    Work();
}

void A19(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Sleep(ctx);
    Work();
  }
}

void A20(const Context &ctx) {
  while (Never(ctx, 3))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void A21(const Context &ctx) {
  while (!PingLook(ctx, 3))
    Work();
}

void A22(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    MutualNever1(ctx, 3);
    Work();
  }
}

void A23(const Context &ctx) {
  while (Count(ctx) == 3)
    Work();
}

void A24(const Context &ctx) {
  while (auto x = Fetch(ctx))
    Work();
}

void A25(const Context &ctx) {
  for (;;) {
    auto x = Fetch(ctx);
    if (!x.has_value())
      return;
    Work();
  }
}

void A26(const Context &ctx) {
  while (Name(ctx))
    Work();
}

void A27(const Context &ctx) {
  while (!Tpl(ctx, 3))
    Work();
}

void A28(const Context &ctx) {
  while (!TplNot(ctx, 3))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

// lambdas
void L1(const Context &ctx) {
  auto alive = [&ctx] { return !ctx.Err(); };
  while (alive())
    Work();
}

void L2(const Context &ctx) {
  auto alive = [&ctx] { return !ctx.Err(); };
  while (!alive())
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void L3(const Context &ctx) {
  auto stopped = [](const auto &c) { return bool(c.Err()); };
  while (!stopped(ctx))
    Work();
}

void L4(const Context &ctx) {
  auto stopped = [](const auto &c) { return Idle(); };
  while (!stopped(ctx))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void L5(const Context &ctx) {
  auto stopped = [c = ctx] { return bool(c.Err()); };
  while (!stopped())
    Work();
}

void L6(const Context &ctx) {
  while (![&] { return bool(ctx.Err()); }())
    Work();
}

void L7(const Context &ctx) {
  auto f = [&] {
    for (;;)
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: this loop goes on
      Work();
  };
  f();
}

void L8(const Context &ctx) {
  auto f = [] {
    for (;;)
      Work();
  };
  f();
}

void L9(const Context &ctx) {
  auto f = [=] {
    while (!ctx.Err())
      Work();
  };
  f();
}

void L10(const Context &ctx) {
  std::function<bool()> stopped = [&] { return bool(ctx.Err()); };
  while (stopped()) // opaque std::function
    Work();
}

struct Server {
  Context ctx;
  bool stop = false;
  void Tick() {
    if (ctx.Err())
      stop = true;
  }
  bool Ended() const { return stop; }
  void Run1() {
    while (!stop) {
      Tick();
      Work();
    }
  }
  virtual bool V() const { return false; }
  bool W() const { return V(); }
  void Run3() {
    while (!V())
      Work();
  }
  void Run4() {
    while (!Server::V())
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: this loop goes on
      Work();
  }
  void Run5() {
    while (!W())
      Work();
  }
};

struct FinalServer final : Server {
  bool V() const override { return bool(ctx.Err()); }
  void Run6() {
    while (!V())
      Work();
  }
  void Run7() {
    while (V())
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: this loop goes on
      Work();
  }
};

// structured bindings
std::pair<int, bool> Next(const Context &ctx) noexcept;
void S1(const Context &ctx) {
  for (;;) {
    auto [n, more] = Next(ctx);
    if (!more)
      return;
    Work();
  }
}

static std::pair<int, std::error_code> Two(const Context &ctx) { return {1, ctx.Err()}; }
void S2(const Context &ctx) {
  for (;;) {
    auto [n, err] = Two(ctx);
    if (err)
      return;
    Work();
  }
}

struct Res { int n; std::error_code err; };

static Res Three(const Context &ctx) {
  Res r;
  r.n = 1;
  r.err = ctx.Err();
  return r;
}

void S3(const Context &ctx) {
  for (;;) {
    if (auto [n, err] = Three(ctx); err)
      return;
    Work();
  }
}

void S4(const Context &ctx) {
  for (;;) {
    auto r = Three(ctx);
    if (r.err)
      break;
    Work();
  }
}

void S5(const Context &ctx) {
  Res r;
  for (;;) {
    r.err = ctx.Err();
    if (r.err)
      break;
    Work();
  }
}

// out and returns
[[noreturn]] void Die(const char *);
#define CHECK(c) do { if (!(c)) Die(#c); } while (0)
#define RETURN_IF_DONE(ctx) if (auto e_ = (ctx).Err()) return
void M1(const Context &ctx) {
  for (;;) {
    CHECK(!ctx.Err());
    Work();
  }
}

void M2(const Context &ctx) {
  for (;;) {
    RETURN_IF_DONE(ctx);
    Work();
  }
}

// labels
void SleepDropped(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    context::SleepFor(ctx, 1s);
    Work();
  }
}

void SleepKept(const Context &ctx) {
  for (;;) {
    auto e = context::SleepFor(ctx, 1s);
    Work();
    if (e)
      return;
  }
}

void SleepWrong(const Context &ctx) {
  while (context::SleepFor(ctx, 1s))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void WaitForWrong(const Context &ctx) {
  while (ctx.Done().WaitFor(1s))
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void DoneWait(const Context &ctx) {
  for (;;) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    ctx.Done().Wait();
    if (Idle())
      return;
  }
}

void Assigned(const Context &ctx) {
  bool done = false;
  for (;;) {
    if ((done = ctx.Done().Closed()))
      return;
    Work();
  }
}

void OrAssigned(const Context &ctx) {
  bool done = false;
  while (!done) {
    Work();
    done = done || ctx.Err();
  }
}

void AndAssigned(const Context &ctx) {
  bool ok = true;
  while (ok) {
    Work();
    ok &= !ctx.Err();
  }
}

void Counter(const Context &ctx) {
  int misses = 0;
  for (;;) {
    if (ctx.Err())
      ++misses;
    if (misses > 3)
      return;
    Work();
  }
}

void StopToken(std::stop_token st) {
  for (;;) {
    if (st.stop_requested())
      break;
    Work();
  }
}

void StopTokenWrong(std::stop_token st) {
  while (st.stop_requested())
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void StopPossible(std::stop_token st) {
  while (st.stop_possible())
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on
    Work();
}

void BlocksPolled(const Context &ctx, int n) {
  for (int i = 0; i < n; ++i) {
    if (Idle()) {
      std::this_thread::sleep_for(1s);
      if (ctx.Err())
        return;
    }
  }
}

void BlocksBreaks(const Context &ctx, int n) {
  for (int i = 0; i < n; ++i) {
    if (Idle()) {
      std::this_thread::sleep_for(1s);
      break;
    }
  }
}
