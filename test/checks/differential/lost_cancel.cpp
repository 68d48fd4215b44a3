// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a run of lost_cancel.py's functions shows: the contexts whose own cancel
// function was never called.

#include "lost_cancel.h"

#include <context/debug.h>

void BeginRun() {
  context::debug::SetTracking(true);
  context::debug::Forget();
}

std::set<unsigned> FoundInRun(Ending How) {
  std::set<unsigned> Lines;
  if (How != Ending::Returned)
    return Lines;
  for (const auto &Lost : context::debug::LostContexts())
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
  ThrowOrNot(__builtin_return_address(0));
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
  return Decide(2, __builtin_return_address(0)) == 1;
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
