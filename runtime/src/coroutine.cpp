// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A suspended coroutine is an AfterFunc that can be taken back longer: not only until the context
// is done, but until the coroutine is resumed. Once the registration is claimed for its run
// (kClaimed), whoever moves it on to kStopped has the coroutine: the resumption, or the awaiter's
// destructor.
#include "context/coroutine.h"

#include "tree.h"
#include "workers.h"

namespace context {

using internal::Registration;

Resumption::Resumption(Registration* shared, std::coroutine_handle<> coroutine) noexcept
    : registration_(shared), coroutine_(coroutine) {
  if (registration_ != nullptr) registration_->refs.fetch_add(1, std::memory_order_relaxed);
}

Resumption::Resumption(const Resumption& other) noexcept
    : Resumption(other.registration_, other.coroutine_) {}

Resumption::~Resumption() { internal::ReleaseRegistration(registration_); }

void Resumption::Prepare(const DoneChannel& done, std::coroutine_handle<> coroutine) {
  internal::Workers::Get().EnsureOne();
  registration_ = new Registration(internal::NodeOf(done), std::function<void()>());
  coroutine_ = coroutine;
}

bool Resumption::Start(const DoneChannel& done, std::function<void()>&& f) noexcept {
  // A handle of its own: the awaiter's may go while this goes on.
  const DoneChannel kept = done;
  Registration* registration = registration_;
  registration->f = std::move(f);
  if (internal::Register(internal::NodeOf(kept), *registration)) return true;
  registration->Claim(Registration::kPending, Registration::kStopped);
  registration->f = nullptr;
  internal::ReleaseRegistration(registration);  // for its place in the node's list
  return false;
}

bool Resumption::Take() const noexcept {
  return registration_ != nullptr &&
         registration_->Claim(Registration::kClaimed, Registration::kStopped);
}

void Resumption::Withdraw() noexcept {
  if (registration_ == nullptr) return;
  if (!registration_->Withdraw()) {
    // A worker may be about to run f, which leaves the coroutine alone then.
    registration_->Claim(Registration::kClaimed, Registration::kStopped);
  }
}

}  // namespace context
