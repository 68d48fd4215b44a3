// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What lost_cancel.py's functions use beside driver.h. Whatever is given a
// cancel function calls it in the end.
#ifndef CONTEXT_TIDY_TEST_DIFFERENTIAL_LOST_CANCEL_H
#define CONTEXT_TIDY_TEST_DIFFERENTIAL_LOST_CANCEL_H

#include "driver.h"

#include <context/context.h>

#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <source_location>
#include <tuple>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

// The parent of every context. Deriving may throw, says its declaration: here
// it does, by what its argument throws.
const context::Context &Parent();
// One that was called already: it ends nothing.
context::CancelFunc Spare() noexcept;
context::Cancelable SpareAll() noexcept;

Items ItemsOf(const context::Context &ctx) noexcept;
void Use(const context::Context &ctx) noexcept;
void Finish(context::CancelFunc cancel) noexcept;
void FinishThe(const context::CancelFunc &cancel) noexcept;
void FinishAt(const context::CancelFunc *cancel) noexcept;
void FinishCause(const context::CancelCauseFunc &cancel) noexcept;
void FinishAll(const context::Cancelable &made) noexcept;
void FinishFunction(const std::function<void()> &cancel) noexcept;
bool IsFinished(const context::CancelFunc &cancel) noexcept; // finishes it, too

// A user's own ways to make one.
inline context::Cancelable
Make(const context::Context &parent,
     std::source_location where = std::source_location::current()) {
  return context::WithCancel(parent, where);
}

// Cancels what it was given, at the latest in its destructor.
class Owner {
public:
  Owner() noexcept = default;
  explicit Owner(context::CancelFunc cancel) noexcept
      : Cancel(std::move(cancel)) {}
  Owner(const Owner &) = delete;
  Owner &operator=(const Owner &) = delete;
  ~Owner();
  void Take(context::CancelFunc cancel) noexcept;

private:
  std::optional<context::CancelFunc> Cancel;
};

#endif
