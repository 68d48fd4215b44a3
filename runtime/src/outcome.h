// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CONTEXT_SRC_OUTCOME_H
#define CONTEXT_SRC_OUTCOME_H

#include <exception>
#include <system_error>

#include "context/context.h"

namespace context::internal {

// An outcome with a cause of its own. The cause is held here, under a count of ours, and not passed
// about as a std::exception_ptr: its count is in a library that ThreadSanitizer does not see into.
struct CauseOutcome final : Outcome {
  CauseOutcome() noexcept : Outcome{static_cast<int>(Errc::canceled), &ErrorCategory(), 1} {}
  std::exception_ptr cause;  // written before it is published; null: that of the code
};

// Those without a cause of their own. They live for ever.
extern const Outcome kCanceled;
extern const Outcome kDeadlineExceeded;

// The state, for good, of a node whose Err() is another one's: a value's, or a user's context.
extern const Outcome kElsewhere;

inline void ShareOutcome(const Outcome* outcome) noexcept {
  if (outcome->refs.load(std::memory_order_relaxed) != Outcome::kImmortal) {
    outcome->refs.fetch_add(1, std::memory_order_relaxed);
  }
}
// Takes null.
void ReleaseOutcome(const Outcome* outcome) noexcept;

// Fills a fresh outcome, or drops it where a constant one says the same. Takes over the caller's
// reference to `fresh`, returns one to the result.
const Outcome* FillWithError(CauseOutcome* fresh, std::error_code err) noexcept;

// The exception for an error code. If there is no memory for it, std::bad_alloc is the cause.
std::exception_ptr MakeCause(std::error_code err) noexcept;

// The cause to show for an outcome; never null.
std::exception_ptr CauseOf(const Outcome& outcome);

}  // namespace context::internal

#endif  // CONTEXT_SRC_OUTCOME_H
