// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tracking.h"

namespace context::internal {

constinit std::atomic<Tracking> tracking{Tracking::kOff};

void TrackSlow(CancelNode&, const Where&) noexcept {}
void TrackCancelCall(const CancelNode&) noexcept {}
void TrackEnd(const CancelNode&) noexcept {}

}  // namespace context::internal
