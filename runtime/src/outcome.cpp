// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "outcome.h"

#include <string>
#include <utility>

#include "context/internal/throw.h"

namespace context {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "context"; }

  std::string message(int code) const override {
    switch (static_cast<Errc>(code)) {
      case Errc::canceled:
        return "context canceled";
      case Errc::deadline_exceeded:
        return "context deadline exceeded";
    }
    return "unknown context error";
  }

  std::error_condition default_error_condition(int code) const noexcept override {
    switch (static_cast<Errc>(code)) {
      case Errc::canceled:
        return std::errc::operation_canceled;
      case Errc::deadline_exceeded:
        return std::errc::timed_out;
    }
    return std::error_condition(code, *this);
  }
};

// Never destroyed, so that it can be used in any destructor of the program.
template <class T>
union Immortal {
  template <class... Arguments>
  constexpr explicit Immortal(Arguments&&... arguments)
      : value(std::forward<Arguments>(arguments)...) {}
  ~Immortal() {}
  T value;
};
constinit Immortal<Category> category;  // exists before any dynamic initialisation

}  // namespace

const std::error_category& ErrorCategory() noexcept { return category.value; }

namespace internal {

constinit const Outcome kCanceled{static_cast<int>(Errc::canceled), &category.value,
                                  Outcome::kImmortal};
constinit const Outcome kElsewhere{0, &category.value, Outcome::kImmortal};
constinit const Outcome kDeadlineExceeded{static_cast<int>(Errc::deadline_exceeded),
                                          &category.value, Outcome::kImmortal};

std::exception_ptr MakeCause(std::error_code err) noexcept {
  CONTEXT_INTERNAL_TRY { return MakeException(std::system_error(err)); }
  CONTEXT_INTERNAL_CATCH(...) { return std::current_exception(); }
}

void ReleaseOutcome(const Outcome* outcome) noexcept {
  if (outcome == nullptr || outcome->refs.load(std::memory_order_relaxed) == Outcome::kImmortal) {
    return;
  }
  if (outcome->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete static_cast<const CauseOutcome*>(outcome);
  }
}

const Outcome* FillWithError(CauseOutcome* fresh, std::error_code err) noexcept {
  const Outcome* constant = nullptr;
  if (!err || err == Errc::canceled) constant = &kCanceled;
  if (err == Errc::deadline_exceeded) constant = &kDeadlineExceeded;
  if (constant != nullptr) {
    ReleaseOutcome(fresh);
    return constant;
  }
  fresh->code = err.value();
  fresh->category = &err.category();
  fresh->cause = MakeCause(err);
  return fresh;
}

std::exception_ptr CauseOf(const Outcome& outcome) {
  if (outcome.refs.load(std::memory_order_relaxed) != Outcome::kImmortal) {
    const std::exception_ptr& cause = static_cast<const CauseOutcome&>(outcome).cause;
    if (cause != nullptr) return cause;
  }
  // One object each, never destroyed, so that causes can be compared.
  if (outcome.category == &category.value) {
    if (outcome.code == static_cast<int>(Errc::canceled)) {
      static const Immortal<std::exception_ptr> canceled(MakeCause(Errc::canceled));
      return canceled.value;
    }
    static const Immortal<std::exception_ptr> exceeded(MakeCause(Errc::deadline_exceeded));
    return exceeded.value;
  }
  return MakeCause(ToErrorCode(&outcome));
}

}  // namespace internal
}  // namespace context
