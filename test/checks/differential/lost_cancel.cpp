// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a run of lost_cancel.py's functions shows: the contexts whose own cancel
// function was never called.

#include "lost_cancel.h"

#include <context/debug.h>

// Of this run: the lines of those that were waiting for a call when an
// exception came that is not to count.
static std::set<unsigned> Excused;

void ExcuseException() {
  for (const auto &Lost : context::debug::LostContexts())
    Excused.insert(Lost.line);
}

void BeginRun() {
  Excused.clear();
  context::debug::SetTracking(true);
  context::debug::Forget();
}

std::set<unsigned> FoundInRun(Ending How) {
  std::set<unsigned> Lines;
  // A program that ends, or a function that does not, loses nothing that it
  // still has. What it had lost before is lost.
  for (const auto &Lost : context::debug::LostContexts())
    if (!Excused.count(Lost.line) &&
        (How == Ending::Returned || Lost.state == context::debug::State::kGone))
      Lines.insert(Lost.line);
  return Lines;
}

std::uint64_t StateOfRun() {
  std::uint64_t State = 0;
  for (const auto &Lost : context::debug::LostContexts())
    State = State * 1000003 + Lost.line * 4 +
            (Lost.state == context::debug::State::kGone ? 2 : 1);
  return State * 31 + std::uncaught_exceptions();
}

const context::Context &Parent() {
  ThrowOrNot(HERE);
  static const context::Context Root = context::Background();
  return Root;
}

context::CancelFunc Spare() noexcept {
  static const context::CancelFunc Done = [] {
    context::debug::SetTracking(false);
    auto Made = context::WithCancel(context::Background());
    context::debug::SetTracking(true);
    Made.cancel();
    return Made.cancel;
  }();
  return Done;
}

context::Cancelable SpareAll() noexcept {
  return {context::Background(), Spare()};
}

Items ItemsOf(const context::Context &) noexcept { return Items(1); }
void Use(const context::Context &) noexcept { CountStep(); }
void Finish(context::CancelFunc cancel) noexcept { cancel(); }
void FinishThe(const context::CancelFunc &cancel) noexcept { cancel(); }
void FinishAt(const context::CancelFunc *cancel) noexcept { (*cancel)(); }
void FinishCause(const context::CancelCauseFunc &cancel) noexcept { cancel(); }
void FinishAll(const context::Cancelable &made) noexcept { made.cancel(); }
void FinishFunction(const std::function<void()> &cancel) noexcept { cancel(); }
bool IsFinished(const context::CancelFunc &cancel) noexcept {
  cancel();
  return Decide(2, HERE) == 1;
}

Owner::~Owner() {
  if (Cancel)
    (*Cancel)();
}

void Owner::Take(context::CancelFunc cancel) noexcept {
  if (Cancel)
    (*Cancel)();
  Cancel = std::move(cancel);
}
