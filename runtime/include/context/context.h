// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts: cancellation, deadlines and request-scoped values that run along a call tree, with the
// semantics of Go's package context.
//
//   Error Handle(const context::Context& parent) {
//     auto [ctx, cancel] = context::WithTimeout(parent, 2s);
//     context::Defer guard(cancel);                         // Go's `defer cancel()`
//     while (!ctx.Err()) { ... }                            // a poll: one atomic load
//   }
//
// The rules:
//   * Call every cancel function, on every path, when the work is done. It frees the context's
//     place in its parent and its timer.
//   * Pass the context on as the first parameter; do not store it in a struct.
//   * Poll it in loops (Err(), Done().Closed()), and wait with it (Select, SleepFor).
//   * Values are data of the request, never configuration or dependencies.
//
// Thread-safety: every function of one object may be called from any number of threads at once,
// like a const object of the standard library; assigning to, moving from or destroying an object
// while another thread uses that same object is a race, as with std::shared_ptr.
//
// Errors: copying and moving Context, CancelFunc, DoneChannel and StopFunc never throws. Deriving
// throws std::bad_alloc, or std::system_error when the timer thread cannot start, and leaves the
// parent as it was.
//
// docs/semantics.md states each rule, with the test that shows it.
#ifndef CONTEXT_CONTEXT_H
#define CONTEXT_CONTEXT_H

#include <chrono>
#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "context/annotations.h"
#include "context/internal/node.h"
#include "context/internal/throw.h"
#include "context/internal/time.h"
#include "context/internal/where.h"

#if defined(__clang__)
#define CONTEXT_INTERNAL_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define CONTEXT_INTERNAL_LIFETIMEBOUND
#endif

namespace context {

// How a context ends.
enum class Errc {
  canceled = 1,           // by a cancel function, its own or an ancestor's; == operation_canceled
  deadline_exceeded = 2,  // by its deadline; == timed_out
};

// The category of Errc, named "context". Lives as long as the program.
const std::error_category& ErrorCategory() noexcept;

inline std::error_code make_error_code(Errc code) noexcept {
  return std::error_code(static_cast<int>(code), ErrorCategory());
}

inline bool operator==(Errc code, std::errc condition) noexcept {
  return make_error_code(code) == std::make_error_condition(condition);
}

}  // namespace context

template <>
struct std::is_error_code_enum<context::Errc> : std::true_type {};

namespace context {

using Clock = std::chrono::steady_clock;

// Names a value of type T in contexts. Its identity is its address, so declare it once, at
// namespace scope:
//   inline constexpr context::Key<std::string> kTraceId{"trace-id"};
// `name` must outlive it; it is only shown in Context::String().
template <class T>
class Key {
  static_assert(std::is_object_v<T> && !std::is_array_v<T>, "a value is an object");

 public:
  explicit constexpr Key(const char* name) : name_(name) {}
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;

  constexpr const char* Name() const noexcept { return name_; }

 private:
  const char* name_;
};

// What closes, once and for good, when a context is done: Go's <-chan struct{}. A cheap handle; as
// long as one is held it works, whatever became of the Context it came from.
class DoneChannel {
 public:
  // One that never closes: Go's nil channel.
  static DoneChannel Never() noexcept { return DoneChannel(nullptr); }

  DoneChannel(const DoneChannel& other) noexcept : node_(internal::Share(other.node_)) {}
  // The moved-from one is Never().
  DoneChannel(DoneChannel&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  DoneChannel& operator=(const DoneChannel& other) noexcept { return *this = DoneChannel(other); }
  DoneChannel& operator=(DoneChannel&& other) noexcept {
    // Through a third one, so that assigning to itself is harmless.
    DoneChannel incoming(std::move(other));
    std::swap(node_, incoming.node_);
    return *this;
  }
  ~DoneChannel() { internal::Release(node_); }

  // False for Never().
  bool CanClose() const noexcept { return node_ != nullptr; }

  // Whether it is closed: one acquire load, whatever the depth of the context.
  bool Closed() const noexcept {
    return node_ != nullptr && node_->state.load(std::memory_order_acquire) != nullptr;
  }

  // Blocks until it is closed; for ever, if it is Never().
  void Wait() const;

  // Block until it is closed or the time is over; true when it is closed. Times of any length are
  // fine, also negative ones.
  template <class Rep, class Period>
  bool WaitFor(std::chrono::duration<Rep, Period> timeout) const {
    return WaitUntilSteady(internal::FromNow(internal::Saturate(timeout)));
  }
  template <class AnyClock, class Duration>
  bool WaitUntil(std::chrono::time_point<AnyClock, Duration> time) const {
    if constexpr (std::is_same_v<AnyClock, Clock>) {
      return WaitUntilSteady(Clock::time_point(internal::Saturate(time.time_since_epoch())));
    } else {
      // The other clock may be set while we wait, so it has the last word. In floating point, since
      // the two times may have no common unit in which both fit.
      for (;;) {
        using Wide = std::chrono::duration<long double, typename Duration::period>;
        const Wide left = Wide(time.time_since_epoch()) - Wide(AnyClock::now().time_since_epoch());
        if (!(left > Wide::zero())) return Closed();
        if (WaitFor(left)) return true;
      }
    }
  }

  // Whether both are the same channel.
  bool operator==(const DoneChannel& other) const noexcept { return node_ == other.node_; }

 private:
  friend struct internal::Access;
  friend union internal::Never;
  explicit constexpr DoneChannel(internal::Node* owned) noexcept : node_(owned) {}
  bool WaitUntilSteady(Clock::time_point time) const;

  internal::Node* node_;
};

namespace internal {

struct Access {
  template <class Handle>
  static Handle Adopt(Node* owned) noexcept {
    return Handle(owned);
  }
  template <class Handle>
  static Node* Get(const Handle& handle) noexcept {
    return handle.node_;
  }
};

// The Done() of what can never be done. Never destroyed, so it can be asked at any time.
union Never {
  constexpr Never() noexcept : channel(nullptr) {}
  ~Never() {}
  DoneChannel channel;
};
extern const Never kNever;

}  // namespace internal

// An immutable value that carries cancellation, a deadline and values from a function to those it
// calls. Cheap to copy (a counter), never null: a moved-from Context is Background(). It stays
// readable after it is done.
class Context {
 public:
  Context(const Context& other) noexcept : node_(internal::Share(other.node_)) {}
  Context(Context&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Context& operator=(const Context& other) noexcept { return *this = Context(other); }
  Context& operator=(Context&& other) noexcept {
    Context incoming(std::move(other));
    std::swap(node_, incoming.node_);
    return *this;
  }
  ~Context() { internal::Release(node_); }

  // When it will be done at the latest; empty if it has no deadline.
  std::optional<Clock::time_point> Deadline() const;

  // Closes when it is done. The same channel every time; valid until this Context is assigned to or
  // destroyed, while a copy of the channel lives on its own.
  const DoneChannel& Done() const noexcept CONTEXT_INTERNAL_LIFETIMEBOUND;

  // {} while alive, then why it is done: Errc::canceled or Errc::deadline_exceeded. Changes at the
  // same instant as Done(). Lock-free, one acquire load. Of a user's Interface, what that returns.
  std::error_code Err() const noexcept {
    if (node_ == nullptr) return std::error_code();
    const internal::Outcome* outcome = node_->state.load(std::memory_order_acquire);
    if (outcome == nullptr) return std::error_code();
    if (outcome->code == 0) return ErrElsewhere();
    return std::error_code(outcome->code, *outcome->category);
  }

  // The value of `key` that was set nearest to this context, or nullptr. It lives as long as any
  // context derived from the one it was set on. Throws what the Value() of a user's Interface does
  // and, where a context with several parents is in between, std::bad_alloc.
  template <class T>
  const T* Value(const Key<T>& key) const {
    return static_cast<const T*>(RawValue(&key));
  }
  template <class T>
  const T* Value(const Key<T>&& temporary) const = delete;  // a key lives as long as the program

  // The same, untyped: by the address of a Key<T>, a pointer to its T. For an Interface that passes
  // look-ups on.
  const void* RawValue(const void* key) const;

  // Throws std::system_error(Err()) when it is done.
  void ThrowIfDone() const;

  // How it was derived, as Go prints it: "context.Background.WithCancel". A deadline is shown as
  // the time left, a value by its text or its String(), which therefore must not mind being called
  // by any thread. For people; the form may change.
  std::string String() const;

 private:
  friend struct internal::Access;
  explicit Context(internal::Node* owned) noexcept : node_(owned) {}
  std::error_code ErrElsewhere() const noexcept;

  internal::Node* node_;
};

// Cancels the context it was made with and everything derived from it. All of these are done when
// the call returns, even if another thread's call came first. Only the first cancellation counts.
// A copy does the same; a moved-from one does nothing. May outlive everything it refers to.
// (Called from a user's Err() within the very cancellation that is under way, it returns at once.)
class CancelFunc {
 public:
  CancelFunc(const CancelFunc& other) noexcept : node_(internal::Share(other.node_)) {}
  CancelFunc(CancelFunc&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  CancelFunc& operator=(const CancelFunc& other) noexcept { return *this = CancelFunc(other); }
  CancelFunc& operator=(CancelFunc&& other) noexcept {
    CancelFunc incoming(std::move(other));
    std::swap(node_, incoming.node_);
    return *this;
  }
  ~CancelFunc() { internal::Release(node_); }

  void operator()() const noexcept;

 private:
  friend struct internal::Access;
  explicit CancelFunc(internal::Node* owned) noexcept : node_(owned) {}

  internal::Node* node_;
};

// A CancelFunc that also says why. Err() is Errc::canceled in any case; Cause() is what is given
// here: an exception, an error_code (kept as a std::system_error), or nothing, a null pointer or a
// zero error_code, for which it is Errc::canceled.
class CancelCauseFunc {
 public:
  CancelCauseFunc(const CancelCauseFunc& other) noexcept : node_(internal::Share(other.node_)) {}
  CancelCauseFunc(CancelCauseFunc&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  CancelCauseFunc& operator=(const CancelCauseFunc& other) noexcept {
    return *this = CancelCauseFunc(other);
  }
  CancelCauseFunc& operator=(CancelCauseFunc&& other) noexcept {
    CancelCauseFunc incoming(std::move(other));
    std::swap(node_, incoming.node_);
    return *this;
  }
  ~CancelCauseFunc() { internal::Release(node_); }

  void operator()() const noexcept;
  void operator()(std::exception_ptr cause) const noexcept;
  void operator()(std::error_code cause) const noexcept;
  // Copies the exception with its static type. If that throws, what it throws is the cause.
  // (The second parameter makes it another function in code without exceptions.)
  template <class E, bool = CONTEXT_INTERNAL_EXCEPTIONS>
    requires std::derived_from<std::remove_cvref_t<E>, std::exception>
  void operator()(E&& cause) const noexcept {
    (*this)(internal::MakeException(std::forward<E>(cause)));
  }

 private:
  friend struct internal::Access;
  explicit CancelCauseFunc(internal::Node* owned) noexcept : node_(owned) {}

  internal::Node* node_;
};

// A new context and the function that ends it, which must be called on every path.
struct [[nodiscard]] Cancelable {
  Context ctx;
  CancelFunc cancel;
};
struct [[nodiscard]] CancelableCause {
  Context ctx;
  CancelCauseFunc cancel;
};

// The root: never done, no deadline, no values.
Context Background() noexcept;
// The same, for code that does not know yet which context to use.
Context TODO() noexcept;

// A child of `parent` that is done when its cancel function is called or `parent` is done.
Cancelable WithCancel(const Context& parent CONTEXT_INTERNAL_WHERE);
CancelableCause WithCancelCause(const Context& parent CONTEXT_INTERNAL_WHERE);

// A child that is also done, with Errc::deadline_exceeded, when the deadline passes: at once if it
// has passed already. If the parent's deadline is earlier, it is a plain WithCancel. `cause` is the
// cause when this deadline ends it (null: Errc::deadline_exceeded); the cancel function does not
// set it. Deadlines and timeouts at the limits of their types are fine.
Cancelable WithDeadline(const Context& parent, Clock::time_point deadline CONTEXT_INTERNAL_WHERE);
Cancelable WithDeadlineCause(const Context& parent, Clock::time_point deadline,
                             std::exception_ptr cause CONTEXT_INTERNAL_WHERE);
Cancelable WithTimeout(const Context& parent, Clock::duration timeout CONTEXT_INTERNAL_WHERE);
Cancelable WithTimeoutCause(const Context& parent, Clock::duration timeout,
                            std::exception_ptr cause CONTEXT_INTERNAL_WHERE);

// For other units, which are converted without overflow.
template <class Duration>
Cancelable WithDeadline(const Context& parent,
                        std::chrono::time_point<Clock, Duration> deadline CONTEXT_INTERNAL_WHERE) {
  return WithDeadline(parent, Clock::time_point(internal::Saturate(deadline.time_since_epoch()))
                                  CONTEXT_INTERNAL_PASS_WHERE);
}
template <class Duration>
Cancelable WithDeadlineCause(const Context& parent,
                             std::chrono::time_point<Clock, Duration> deadline,
                             std::exception_ptr cause CONTEXT_INTERNAL_WHERE) {
  return WithDeadlineCause(parent,
                           Clock::time_point(internal::Saturate(deadline.time_since_epoch())),
                           std::move(cause) CONTEXT_INTERNAL_PASS_WHERE);
}
template <class Rep, class Period>
Cancelable WithTimeout(const Context& parent,
                       std::chrono::duration<Rep, Period> timeout CONTEXT_INTERNAL_WHERE) {
  return WithTimeout(parent, internal::Saturate(timeout) CONTEXT_INTERNAL_PASS_WHERE);
}
template <class Rep, class Period>
Cancelable WithTimeoutCause(const Context& parent, std::chrono::duration<Rep, Period> timeout,
                            std::exception_ptr cause CONTEXT_INTERNAL_WHERE) {
  return WithTimeoutCause(parent, internal::Saturate(timeout),
                          std::move(cause) CONTEXT_INTERNAL_PASS_WHERE);
}

namespace internal {

Cancelable JoinContexts(const Context* const* parents, std::size_t count CONTEXT_INTERNAL_WHERE);

// A parameter that says where it was passed: for a function that ends in a parameter pack. With and
// without a place it is another type, so that such functions are others, too.
#if defined(__cpp_lib_source_location)
inline namespace with_place {
struct CONTEXT_CARRIER FirstParent {
  FirstParent(const Context& c, std::source_location w = std::source_location::current()) noexcept
      : ctx(&c), where(w) {}
  const Context* ctx;
  std::source_location where;
};
}  // namespace with_place
#else
inline namespace without_place {
struct CONTEXT_CARRIER FirstParent {
  FirstParent(const Context& c) noexcept : ctx(&c) {}
  const Context* ctx;
};
}  // namespace without_place
#endif

}  // namespace internal

// A child of several contexts, which Go has not: done when the first of them is, with its error and
// cause, or when its cancel function is called. Its deadline is the earliest of theirs; a value is
// looked up in the first parent, then in the next. If some are done already, the first of these in
// the order given counts. Allocates for each parent, and throws std::bad_alloc.
//   auto [ctx, cancel] = context::WithAny(request, server);
template <std::same_as<Context>... More>
Cancelable WithAny(internal::FirstParent first, const More&... more) {
  const Context* const parents[] = {first.ctx, &more...};
#if defined(__cpp_lib_source_location)
  return internal::JoinContexts(parents, std::size(parents), first.where);
#else
  return internal::JoinContexts(parents, std::size(parents));
#endif
}
// The same; without parents, a context that only its cancel function ends. `parents` is needed only
// during the call.
Cancelable WithAny(std::span<const Context> parents CONTEXT_INTERNAL_WHERE);

// A context with `parent`'s values that is never done and has no deadline: for work that outlives
// the request.
Context WithoutCancel(const Context& parent);

// Why `ctx` is done, more precisely than Err(); null while it is alive. The cause of the first
// cancellation, of it or of an ancestor.
std::exception_ptr Cause(const Context& ctx);

// Takes back an AfterFunc: true if the call stopped f from running, so at most once. Does not wait
// for an f that is running. A moved-from one returns false.
class StopFunc {
 public:
  StopFunc(const StopFunc& other) noexcept;
  StopFunc(StopFunc&& other) noexcept
      : registration_(std::exchange(other.registration_, nullptr)) {}
  StopFunc& operator=(const StopFunc& other) noexcept { return *this = StopFunc(other); }
  StopFunc& operator=(StopFunc&& other) noexcept {
    StopFunc incoming(std::move(other));
    std::swap(registration_, incoming.registration_);
    return *this;
  }
  ~StopFunc();

  bool operator()() const noexcept;

 private:
  friend struct internal::Registration;
  explicit StopFunc(internal::Registration* owned) noexcept : registration_(owned) {}

  internal::Registration* registration_;
};

// Runs `f` once when `ctx` is done, at once if it is already: on a worker thread of the runtime,
// never on the thread that cancels. A callback that blocks delays no other. An exception out of `f`
// terminates the program. `f` is destroyed after its run or when it is clear that it never runs.
// Throws std::bad_alloc, std::system_error when the first worker cannot start, and
// std::invalid_argument if `f` is empty.
StopFunc AfterFunc(const Context& ctx, std::function<void()> f);

// A context of the user's own. All functions may be called from any thread.
class Interface {
 public:
  virtual ~Interface();
  // Asked once, by MakeContext.
  virtual std::optional<Clock::time_point> Deadline() const = 0;
  // Asked once, by MakeContext. A DoneSource's channel, that of a Context, or Never().
  virtual DoneChannel Done() const = 0;
  // {} while alive. Passed on verbatim to what is derived from it; if it is empty when Done()
  // closes, that counts as Errc::canceled there. Only the closing of Done() ends what is derived:
  // so set what this returns first, then close.
  virtual std::error_code Err() const noexcept = 0;
  // `key` is the address of a Key<T>, the result that of its T, or nullptr. Of a key that it does
  // not know, a context around another one returns that one's RawValue(): Cause() comes this way.
  virtual const void* Value(const void* key) const = 0;
};

// Throws what Deadline() and Done() throw, std::bad_alloc, and std::invalid_argument for null.
Context MakeContext(std::shared_ptr<const Interface> implementation);

// The closing side of a DoneChannel, for an Interface. Copies close the same channel.
class DoneSource {
 public:
  DoneSource();  // throws std::bad_alloc
  DoneSource(const DoneSource& other) noexcept : node_(internal::Share(other.node_)) {}
  DoneSource& operator=(const DoneSource& other) noexcept {
    DoneSource incoming(other);
    std::swap(node_, incoming.node_);
    return *this;
  }
  ~DoneSource() { internal::Release(node_); }

  DoneChannel Channel() const noexcept;

  // Closes it; what derives from a context with this channel is done when the call returns. Only
  // the first call counts. May call the Interface's Err() and Value(): hold no lock that these
  // take.
  void Close() const noexcept;

 private:
  friend struct internal::Access;
  internal::Node* node_;
};

// Calls `f` at the end of its scope: Go's defer.
template <class F>
class [[nodiscard]] Defer {
 public:
  [[nodiscard]] explicit Defer(F f) noexcept(std::is_nothrow_move_constructible_v<F>)
      : f_(std::move(f)) {}
  Defer(const Defer&) = delete;
  Defer& operator=(const Defer&) = delete;
  ~Defer() { f_(); }

 private:
  F f_;
};
template <class F>
Defer(F) -> Defer<F>;

namespace internal {

Context Attach(const Context& parent, ValueNode* node) noexcept;
std::string TypeName(const char* mangled);

// What Context::String() shows of a value: strings as they are, what has a String() by that, of
// anything else the type.
template <class T>
std::string Describe(const void* value) {
  [[maybe_unused]] const T& held = *static_cast<const T*>(value);
  if constexpr (std::is_pointer_v<T> && std::is_convertible_v<const T&, std::string_view>) {
    return held == nullptr ? std::string("<nil>") : std::string(held);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return std::string(static_cast<std::string_view>(held));
  } else if constexpr (requires { std::string(held.String()); }) {
    return std::string(held.String());
  } else {
#if defined(__cpp_rtti)
    return TypeName(typeid(T).name());
#else
    return "?";
#endif
  }
}

template <class T>
struct TypedValueNode final : ValueNode {
  template <class V>
  explicit TypedValueNode(V&& v) : held(std::forward<V>(v)) {}
  T held;
};

}  // namespace internal

// A child of `parent` in which `key` has `value`, of which a T is constructed; done when `parent`
// is. Also throws what that throws. `key` must outlive every context with it.
template <class T, class V>
Context WithValue(const Context& parent, const Key<T>& key, V&& value) {
  using Typed = internal::TypedValueNode<T>;
  auto* node = new Typed(std::forward<V>(value));
  node->key = &key;
  node->value = std::addressof(node->held);
  node->name = key.Name();
  node->destroy = [](internal::ValueNode* self) noexcept { delete static_cast<Typed*>(self); };
  node->describe = &internal::Describe<T>;
  return internal::Attach(parent, node);
}

template <class T, class V>
Context WithValue(const Context& parent, const Key<T>&& temporary, V&& value) = delete;

inline const DoneChannel& Context::Done() const noexcept CONTEXT_INTERNAL_LIFETIMEBOUND {
  static_assert(sizeof(DoneChannel) == sizeof(internal::Node::done));
  if (node_ == nullptr) return internal::kNever.channel;
  return *std::launder(reinterpret_cast<const DoneChannel*>(node_->done));
}

}  // namespace context

#undef CONTEXT_INTERNAL_LIFETIMEBOUND

#endif  // CONTEXT_CONTEXT_H
