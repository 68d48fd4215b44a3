// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the runtime's tests share.
#ifndef CONTEXT_TEST_RUNTIME_TESTING_H
#define CONTEXT_TEST_RUNTIME_TESTING_H

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "context/context.h"
#include "context/internal/inspect.h"

namespace context_test {

using namespace std::chrono_literals;

// Longer than anything here takes, on a loaded machine and under a sanitizer.
inline constexpr auto kLong = std::chrono::seconds(120);

// Set once by one thread, awaited by others.
class Event {
 public:
  void Set() { promise_.set_value(); }
  bool Await() const { return future_.wait_for(kLong) == std::future_status::ready; }
  bool IsSet() const { return future_.wait_for(0s) == std::future_status::ready; }

 private:
  std::promise<void> promise_;
  std::shared_future<void> future_ = promise_.get_future().share();
};

// what() of an exception; "null" and "unknown" where there is none.
inline std::string What(const std::exception_ptr& cause) {
  if (cause == nullptr) return "null";
  try {
    std::rethrow_exception(cause);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown";
  }
}

inline std::exception_ptr Problem(const std::string& what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

// A user's context over another one; what is not replaced is passed on.
class Wrapper : public context::Interface {
 public:
  explicit Wrapper(context::Context inner) : inner_(std::move(inner)) {}
  std::optional<context::Clock::time_point> Deadline() const override { return inner_.Deadline(); }
  context::DoneChannel Done() const override { return inner_.Done(); }
  std::error_code Err() const noexcept override { return inner_.Err(); }
  const void* Value(const void* key) const override { return inner_.RawValue(key); }

 protected:
  const context::Context inner_;
};

// A user's context with a Done of its own.
class Custom : public context::Interface {
 public:
  explicit Custom(std::error_code err = context::Errc::canceled) : at_close_(err) {}
  std::optional<context::Clock::time_point> Deadline() const override { return deadline; }
  context::DoneChannel Done() const override { return source.Channel(); }
  std::error_code Err() const noexcept override {
    return source.Channel().Closed() ? at_close_ : std::error_code();
  }
  const void* Value(const void*) const override { return nullptr; }

  std::optional<context::Clock::time_point> deadline;
  const context::DoneSource source;

 private:
  const std::error_code at_close_;
};

}  // namespace context_test

#endif  // CONTEXT_TEST_RUNTIME_TESTING_H
