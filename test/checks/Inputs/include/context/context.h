// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declarations only, for fast check tests; a system header to the compiler.
#pragma once
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
namespace context { enum class Errc { canceled = 1, deadline_exceeded }; }
template <> struct std::is_error_code_enum<context::Errc> { static constexpr bool value = true; };
namespace context {
using Clock = std::chrono::steady_clock;
template <class T> class Key { public: explicit constexpr Key(const char *) {} };
class DoneChannel {
public:
  DoneChannel(const DoneChannel &) noexcept; ~DoneChannel();
  static DoneChannel Never() noexcept;
  bool CanClose() const noexcept; bool Closed() const noexcept; void Wait() const;
  template <class R, class P> bool WaitFor(std::chrono::duration<R, P>) const;
  bool operator==(const DoneChannel &) const noexcept;
};
class Context {
public:
  Context(const Context &) noexcept; Context &operator=(const Context &) noexcept; ~Context();
  std::optional<Clock::time_point> Deadline() const;
  const DoneChannel &Done() const noexcept;
  std::error_code Err() const noexcept;
  template <class T> const T *Value(const Key<T> &) const;
  void ThrowIfDone() const;
  std::string String() const;
};
class CancelFunc {
public:
  CancelFunc(const CancelFunc &) noexcept; CancelFunc &operator=(const CancelFunc &) noexcept; ~CancelFunc();
  void operator()() const noexcept;
};
class CancelCauseFunc {
public:
  CancelCauseFunc(const CancelCauseFunc &) noexcept; CancelCauseFunc &operator=(const CancelCauseFunc &) noexcept; ~CancelCauseFunc();
  void operator()() const noexcept;
  void operator()(std::exception_ptr) const noexcept;
};
struct [[nodiscard]] Cancelable { Context ctx; CancelFunc cancel; };
struct [[nodiscard]] CancelableCause { Context ctx; CancelCauseFunc cancel; };
Context Background();
Context TODO();
Cancelable WithCancel(const Context &parent);
CancelableCause WithCancelCause(const Context &parent);
Cancelable WithDeadline(const Context &parent, Clock::time_point);
Cancelable WithTimeout(const Context &parent, Clock::duration);
template <class T, class V> Context WithValue(const Context &parent, const Key<T> &, V &&);
Context WithoutCancel(const Context &parent);
std::exception_ptr Cause(const Context &);
class StopFunc { public: bool operator()() const noexcept; };
StopFunc AfterFunc(const Context &, std::function<void()>);
class Interface {
public:
  virtual ~Interface();
  virtual std::optional<Clock::time_point> Deadline() const = 0;
  virtual DoneChannel Done() const = 0;
  virtual std::error_code Err() const noexcept = 0;
  virtual const void *Value(const void *key) const = 0;
};
Context MakeContext(std::shared_ptr<const Interface>);
template <class F> class [[nodiscard]] Defer {
public:
  explicit Defer(F) noexcept {} ~Defer() {}
  Defer(const Defer &) = delete; Defer &operator=(const Defer &) = delete;
};
} // namespace context
