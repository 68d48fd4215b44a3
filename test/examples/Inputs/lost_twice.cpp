// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that lose or keep a cancel function, each depending on the path that is taken through
// it: for the check, which sees all paths, and for context::debug, which sees the one that is run.
//
// usage: lost_twice               how many functions there are
//        lost_twice FUNCTION PATH  runs one, prints the lines at which a lost context was made
#include <context/context.h>
#include <context/debug.h>

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using context::Background;
using context::CancelFunc;
using context::Context;

// Nothing throws that is not said to: an exception out of a call is a path, too.
bool Busy(const Context& ctx) noexcept { return !ctx.Err(); }
void Check(int path) {
  if (path == 1) throw path;
}
void Finish(const CancelFunc& cancel) { cancel(); }

void Guarded(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  if (path == 1) return;
  Busy(ctx);
}

void OneWayOut(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  if (path == 2) return;
  Busy(ctx);
  cancel();
}

void Discarded(int path) {
  const Context ctx = context::WithTimeout(Background(), 1h).ctx;
  if (path != 0) Busy(ctx);
}

void RoundOfALoop(int path) {
  for (int i = 0; i < 4; ++i) {
    auto [ctx, cancel] = context::WithCancel(Background());
    if (i == path) continue;
    Busy(ctx);
    cancel();
  }
}

void EveryCase(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  switch (path) {
    case 0:
      cancel();
      break;
    case 1:
      Busy(ctx);
      [[fallthrough]];
    default:
      cancel();
  }
}

void NotEveryCase(int path) {
  auto [ctx, cancel] = context::WithCancelCause(Background());
  switch (path) {
    case 0:
      cancel();
      break;
    case 1:
      cancel(std::make_error_code(std::errc::timed_out));
      break;
    case 2:
      Busy(ctx);
      break;
    default:
      cancel(nullptr);
  }
}

void HandedOn(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  if (path == 0) {
    Finish(cancel);
  } else {
    cancel();
  }
}

void Thrown(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  if (path == 3) throw path;
  Busy(ctx);
  cancel();
}

void ThrownAndCaught(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  try {
    if (path == 3) throw path;
  } catch (int) {
    Busy(ctx);
  }
  cancel();
}

void ShortCircuit(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  const bool called = path != 0 && (cancel(), true);
  if (!called) Busy(ctx);
}

void OnlyTheParent(int path) {
  auto [parent, cancel_parent] = context::WithCancel(Background());
  context::Defer guard(cancel_parent);
  auto [child, cancel_child] = context::WithCancel(parent);
  if (path < 2) cancel_child();
}

void OnlyTheDeadline(int path) {
  auto [ctx, cancel] = context::WithDeadline(Background(), context::Clock::time_point::min());
  if (Busy(ctx) || path == 1) cancel();
}

void Jump(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  if (path == 1) goto out;
  cancel();
out:
  Busy(ctx);
}

void InALambda(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  const auto finish = [cancel = cancel] { cancel(); };
  if (path == 1) Busy(ctx);
  finish();
}

context::Cancelable Made() { return context::WithTimeout(Background(), 1h); }

void MadeElsewhere(int path) {
  auto made = Made();
  if (path == 1) Busy(made.ctx);
  made.cancel();
}

void ThrownBelow(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  Check(path);
  cancel();
}

void ThrownBelowAGuard(int path) {
  auto [ctx, cancel] = context::WithCancel(Background());
  context::Defer guard(cancel);
  Check(path);
}

void Copied(int path) {
  auto made = context::WithCancel(Background());
  const CancelFunc cancel = made.cancel;
  if (path != 2) cancel();
}

using Function = void (*)(int path);
constexpr Function kFunctions[] = {
    &Guarded,       &OneWayOut,         &Discarded,    &RoundOfALoop,
    &EveryCase,     &NotEveryCase,      &HandedOn,     &Thrown,
    &Jump,          &ThrownAndCaught,   &ShortCircuit, &OnlyTheParent,
    &MadeElsewhere, &OnlyTheDeadline,   &InALambda,    &Copied,
    &ThrownBelow,   &ThrownBelowAGuard,
};

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cout << std::size(kFunctions) << "\n";
    return 0;
  }
  try {
    kFunctions[std::atoi(argv[1])](std::atoi(argv[2]));
  } catch (int) {
  }
  for (const context::debug::LostContext& lost : context::debug::LostContexts()) {
    std::cout << lost.line << "\n";
  }
}
