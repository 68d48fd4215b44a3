// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waiting for a DoneChannel: alone, for a time, asleep.
#include "context/wait.h"

#include "context/sleep.h"
#include "parker.h"
#include "tree.h"

namespace context {
namespace {

// False if it did not close in time.
bool Await(const DoneChannel& channel, std::optional<Clock::time_point> limit) {
  if (channel.Closed()) return true;
  if (limit && Clock::now() >= *limit) return false;  // a poll, which writes nothing
  // A handle of its own: the caller's may go while it waits.
  const DoneChannel kept = channel;
  internal::CancelNode* node = internal::NodeOf(kept);
  internal::Parker parker;
  internal::DoneWaiter waiter;
  waiter.parker = &parker;
  if (node != nullptr && !internal::Register(node, waiter)) return true;
  if (limit) {
    parker.ParkUntil(*limit);
  } else {
    parker.Park();
  }
  if (node != nullptr) internal::Unregister(node, waiter);
  return kept.Closed();
}

}  // namespace

internal::DoneWaiter::DoneWaiter() noexcept {
  fire = [](Waiter& self, Fired&) noexcept {
    auto& waiter = static_cast<DoneWaiter&>(self);
    if (waiter.parker->Claim(waiter.event)) waiter.parker->Wake();
  };
}

void DoneChannel::Wait() const { Await(*this, std::nullopt); }

bool DoneChannel::WaitUntilSteady(Clock::time_point time) const { return Await(*this, time); }

std::error_code internal::SleepUntil(const Context& ctx, SteadyTime time) {
  return Await(ctx.Done(), time) ? WhyDone(ctx) : std::error_code();
}

}  // namespace context
