// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The public functions, on top of the tree.
#include "context/context.h"

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <typeinfo>
#include <unordered_set>
#include <vector>

#if __has_include(<cxxabi.h>)
#include <cxxabi.h>
#endif

#include "context/internal/throw.h"
#include "timers.h"
#include "tracking.h"
#include "tree.h"
#include "workers.h"

namespace context {
namespace internal {

constinit const Never kNever;

namespace {

// Holds a handle too many for ever, so it is never dropped.
constinit Node todo(Kind::kTodo);

std::optional<Clock::time_point> DeadlineOf(const Node* node) {
  if (node == nullptr) return std::nullopt;
  const Node& base = *node->base;
  switch (base.kind) {
    case Kind::kInterface:
      return static_cast<const InterfaceNode&>(base).deadline;
    case Kind::kCancel:
    case Kind::kCancelCause:
    case Kind::kDeadline:
    case Kind::kAny:
      if (base.has_deadline) return static_cast<const CancelNode&>(base).deadline;
      return std::nullopt;
    case Kind::kTodo:
    case Kind::kWithoutCancel:
    case Kind::kValue:
    case Kind::kSource:
    case Kind::kRelay:
    case Kind::kLeg:
      return std::nullopt;
  }
  return std::nullopt;
}

// Makes `node` hang from `parent`, with nothing registered yet.
void Derive(const Context& parent, Node& node) noexcept {
  node.parent = Share(Access::Get(parent));
  node.values = node.parent == nullptr ? nullptr : node.parent->values;
}

// A node that is not published yet.
template <class N>
class Draft {
 public:
  Draft(const Context& parent, N* node) noexcept : node_(node), relay_(RelayOf(parent)) {
    Node* outer = Access::Get(parent);
    // A relay stands for the node that it belongs to, not for what was derived from that.
    const bool through_relay = relay_ != nullptr && relay_->parent == outer;
    node->parent = Share(through_relay ? relay_ : outer);
    node->values = outer == nullptr ? nullptr : outer->values;
    if (const auto deadline = DeadlineOf(outer)) {
      node->has_deadline = true;
      node->deadline = *deadline;
    }
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (node_ == nullptr) return;
    Release(node_->parent);
    Unpin(node_);
  }
  N* operator->() noexcept { return node_; }
  N* get() noexcept { return node_; }
  // Makes the node a child of `parent`. May throw, and then nothing was done.
  N* Publish(const Context& parent, const Where& where) {
    Adopt(parent, node_, relay_);
    Track(*node_, where);
    return std::exchange(node_, nullptr);
  }

 private:
  N* node_;
  RelayNode* relay_;
};

template <class Result>
Result Handles(CancelNode* node) noexcept {
  using Cancel = decltype(Result::cancel);
  return Result{Access::Adopt<Context>(node), Access::Adopt<Cancel>(node)};
}

Cancelable MakeCancelable(const Context& parent, const Where& where) {
  Draft<CancelNode> draft(parent, new CancelNode(Kind::kCancel, 2));
  return Handles<Cancelable>(draft.Publish(parent, where));
}

CancelableCause MakeCancelableCause(const Context& parent, const Where& where) {
  std::unique_ptr<CauseOutcome> spare(new CauseOutcome);
  auto* node = new CauseNode(spare.get());
  spare.release();
  Draft<CauseNode> draft(parent, node);
  return Handles<CancelableCause>(draft.Publish(parent, where));
}

Cancelable MakeDeadline(const Context& parent, Clock::time_point deadline, std::exception_ptr cause,
                        const Where& where) {
  const auto current = parent.Deadline();
  if (current && *current < deadline) return MakeCancelable(parent, where);

  CauseOutcome* outcome = nullptr;
  if (cause != nullptr) {
    outcome = new CauseOutcome;
    outcome->code = kDeadlineExceeded.code;
    outcome->category = kDeadlineExceeded.category;
    outcome->cause = std::move(cause);
  }
  const Outcome* expiry = outcome == nullptr ? &kDeadlineExceeded : outcome;
  DeadlineNode* node = new (std::nothrow) DeadlineNode(expiry);
  if (node == nullptr) {
    ReleaseOutcome(expiry);
    Throw(std::bad_alloc());
  }
  Draft<DeadlineNode> draft(parent, node);
  draft->has_deadline = true;
  draft->deadline = deadline;
  const bool due = deadline <= Clock::now();
  if (!due && !parent.Done().Closed()) {
    Timers::Get().EnsureThread();
    draft->armed = true;
  }
  Cancelable result = Handles<Cancelable>(draft.Publish(parent, where));
  if (due) {
    internal::Cancel(node, expiry);
  } else if (node->armed) {
    Timers::Get().Insert(node);
  }
  return result;
}

Cancelable MakeAny(std::span<const Context* const> all, const Where& where) {
  // A root adds nothing.
  std::vector<const Context*> parents;
  for (const Context* parent : all) {
    if (Access::Get(*parent) != nullptr) parents.push_back(parent);
  }
  if (parents.empty()) return MakeCancelable(Background(), where);
  if (parents.size() == 1) return MakeCancelable(*parents.front(), where);

  auto* node = new AnyNode(parents.size());
  Cancelable result = Handles<Cancelable>(node);
  std::size_t sources_of_values = 0;
  for (std::size_t i = 0; i < parents.size(); ++i) {
    Leg& leg = node->legs[i];
    leg.parent = Share(Access::Get(*parents[i]));
    if (i == 0) node->parent = leg.parent;
    if (leg.parent->values != node->values) {
      leg.values = leg.parent->values;
      if (leg.values != nullptr && ++sources_of_values == 1) node->values = leg.values;
    }
    const auto deadline = parents[i]->Deadline();
    if (deadline && (!node->has_deadline || *deadline < node->deadline)) {
      node->has_deadline = true;
      node->deadline = *deadline;
    }
  }
  if (sources_of_values > 1) node->values = node;
  AdoptByAll(parents, node);
  Track(*node, where);
  return result;
}

// Looks `key` up in the values that follow on `node`, and moves it on to what answers after them:
// no value, or null.
const void* ValueIn(const Node*& node, const void* key) noexcept {
  if (node == nullptr || node->kind != Kind::kValue) return nullptr;
  const auto* value = static_cast<const ValueNode*>(node);
  node = value->beyond;
  do {
    if (value->key == key) return value->value;
    value = value->next;
  } while (value != nullptr);
  return nullptr;
}

// Asks `node`, which is no value, and what lies behind it.
const void* ValueBeyond(const Node* node, const void* key) {
  std::vector<const Node*>
      rest;  // what contexts with several parents leave to be asked, last first
  // Such contexts, but for the first few. Parents with a common ancestor would else double the work
  // with each level.
  std::unordered_set<const Node*> asked;
  for (std::size_t several = 0;;) {
    if (node != nullptr && node->kind == Kind::kAny) {
      if (++several <= 8 || asked.insert(node).second) {
        const auto legs = static_cast<const AnyNode*>(node)->Legs();
        for (auto leg = legs.rbegin(); leg != legs.rend(); ++leg) {
          if (leg->values != nullptr) rest.push_back(leg->values);
        }
      }
    } else if (node != nullptr) {
      const auto* user = static_cast<const InterfaceNode*>(node);
      if (const void* value = user->implementation->Value(key)) return value;
    }
    if (rest.empty()) return nullptr;
    node = rest.back();
    rest.pop_back();
    if (const void* value = ValueIn(node, key)) return value;
  }
}

// Go's notation: "1h2m3.5s", "1.5s", "200ms", "0s".
std::string FormatDuration(Clock::duration duration) {
  using Nanoseconds = std::chrono::duration<std::int64_t, std::nano>;
  const std::int64_t signed_ns = std::chrono::duration_cast<Nanoseconds>(duration).count();
  std::uint64_t ns = static_cast<std::uint64_t>(signed_ns);
  std::string text;
  if (signed_ns < 0) {
    text = "-";
    ns = 0 - ns;
  }
  const auto decimal = [](std::uint64_t value, std::uint64_t unit) {
    std::string digits = std::to_string(value / unit);
    std::uint64_t rest = value % unit;
    if (rest == 0) return digits;
    digits += '.';
    while (rest != 0) {
      unit /= 10;
      digits += static_cast<char>('0' + rest / unit);
      rest %= unit;
    }
    return digits;
  };
  if (ns == 0) return "0s";
  if (ns < 1'000) return text + std::to_string(ns) + "ns";
  if (ns < 1'000'000) return text + decimal(ns, 1'000) + "µs";
  if (ns < 1'000'000'000) return text + decimal(ns, 1'000'000) + "ms";
  constexpr std::uint64_t kMinute = 60'000'000'000;
  constexpr std::uint64_t kHour = 60 * kMinute;
  if (ns >= kHour) text += std::to_string(ns / kHour) + "h";
  if (ns >= kMinute) text += std::to_string(ns % kHour / kMinute) + "m";
  return text + decimal(ns % kMinute, 1'000'000'000) + "s";
}

std::string NameOf(const Node& node) {
  switch (node.kind) {
    case Kind::kTodo:
      return "context.TODO";
    case Kind::kWithoutCancel:
      return ".WithoutCancel";
    case Kind::kCancel:
    case Kind::kCancelCause:
      return ".WithCancel";
    case Kind::kDeadline: {
      const auto left = Between(Clock::now(), static_cast<const DeadlineNode&>(node).deadline);
      return ".WithDeadline(" + FormatDuration(left) + ")";
    }
    case Kind::kAny:
      return ".WithAny(" + std::to_string(static_cast<const AnyNode&>(node).count) + ")";
    case Kind::kValue: {
      const auto& value = static_cast<const ValueNode&>(node);
      const char* name = value.name == nullptr ? "<nil>" : value.name;
      return std::string(".WithValue(") + name + ", " + value.describe(value.value) + ")";
    }
    case Kind::kInterface: {
      return TypeNameOf(*static_cast<const InterfaceNode&>(node).implementation);
    }
    case Kind::kSource:
    case Kind::kRelay:
    case Kind::kLeg:
      break;  // no context
  }
  return std::string();
}

}  // namespace

std::string TypeNameOf([[maybe_unused]] const Interface& implementation) {
#if defined(__cpp_rtti)
#if defined(__GXX_ABI_VERSION)
  // A class that was compiled without type information has none where typeid looks (Itanium C++
  // ABI 2.5.2: right before the functions).
  void* const* functions = nullptr;
  std::memcpy(&functions, static_cast<const void*>(&implementation), sizeof functions);
  if (functions[-1] != nullptr)
#endif
    return TypeName(typeid(implementation).name());
#endif
  return "context.Interface";
}

std::string TypeName(const char* mangled) {
#if __has_include(<cxxabi.h>)
  int status = 0;
  char* demangled = abi::__cxa_demangle(mangled, nullptr, nullptr, &status);
  const std::unique_ptr<char, void (*)(void*)> owner(demangled, &std::free);
  if (status == 0 && demangled != nullptr) return demangled;
#endif
  return mangled;
}

Context Attach(const Context& parent, ValueNode* node) noexcept {
  Derive(parent, *node);
  if (node->values != nullptr && node->values->kind == Kind::kValue) {
    node->next = static_cast<const ValueNode*>(node->values);
    node->beyond = node->next->beyond;
  } else {
    node->beyond = node->values;
  }
  node->values = node;
  node->base = node->parent == nullptr ? &todo : node->parent->base;
  node->state.store(&kElsewhere, std::memory_order_relaxed);
  ::new (static_cast<void*>(node->done))
      DoneChannel(Access::Adopt<DoneChannel>(NodeOf(parent.Done())));
  return Access::Adopt<Context>(node);
}

}  // namespace internal

using internal::Access;
using internal::CancelNode;
using internal::Kind;
using internal::Node;
using internal::Where;

Context Background() noexcept { return Access::Adopt<Context>(nullptr); }

Context TODO() noexcept { return Access::Adopt<Context>(internal::Share(&internal::todo)); }

std::optional<Clock::time_point> Context::Deadline() const { return internal::DeadlineOf(node_); }

std::error_code Context::ErrElsewhere() const noexcept {
  const Node& base = *node_->base;
  if (base.kind == Kind::kInterface) {
    return static_cast<const internal::InterfaceNode&>(base).implementation->Err();
  }
  return internal::ToErrorCode(base.state.load(std::memory_order_acquire));
}

const void* Context::RawValue(const void* key) const {
  if (key == &internal::kNearestKey) return internal::NearestCancelable(node_);
  const Node* node = node_ == nullptr ? nullptr : node_->values;
  if (const void* value = internal::ValueIn(node, key)) return value;
  return node == nullptr ? nullptr : internal::ValueBeyond(node, key);
}

void Context::ThrowIfDone() const {
  if (const std::error_code err = Err()) internal::Throw(std::system_error(err));
}

std::string Context::String() const {
  std::vector<const Node*> path;
  for (const Node* node = node_; node != nullptr; node = node->parent) path.push_back(node);
  std::string text;
  const bool rooted =
      !path.empty() && (path.back()->kind == Kind::kTodo || path.back()->kind == Kind::kInterface);
  if (!rooted) text = "context.Background";
  for (auto node = path.rbegin(); node != path.rend(); ++node) text += internal::NameOf(**node);
  return text;
}

void CancelFunc::operator()() const noexcept {
  // A handle of its own: what runs because of the cancellation may destroy this object.
  const CancelFunc kept = *this;
  if (kept.node_ == nullptr) return;
  auto& node = static_cast<CancelNode&>(*kept.node_);
  if (node.tracked) internal::TrackCancelCall(node);
  internal::Cancel(&node, &internal::kCanceled);
}

void CancelCauseFunc::operator()() const noexcept { (*this)(std::exception_ptr()); }

void CancelCauseFunc::operator()(std::exception_ptr cause) const noexcept {
  const CancelCauseFunc kept = *this;
  if (kept.node_ == nullptr) return;
  auto& node = static_cast<CancelNode&>(*kept.node_);
  if (node.tracked) internal::TrackCancelCall(node);
  internal::Cancel(&node, &internal::kCanceled, std::move(cause));
}

void CancelCauseFunc::operator()(std::error_code cause) const noexcept {
  (*this)(cause ? internal::MakeCause(cause) : std::exception_ptr());
}

Context WithoutCancel(const Context& parent) {
  auto* node = new Node(Kind::kWithoutCancel);
  internal::Derive(parent, *node);
  return Access::Adopt<Context>(node);
}

std::exception_ptr Cause(const Context& ctx) {
  std::error_code err = ctx.Err();
  if (!err && ctx.Done().Closed()) err = Errc::canceled;  // a user's context that does not say why
  if (!err) return nullptr;
  if (const internal::Outcome* outcome = internal::NearestOutcome(Access::Get(ctx))) {
    return internal::CauseOf(*outcome);
  }
  if (err == Errc::canceled) return internal::CauseOf(internal::kCanceled);
  if (err == Errc::deadline_exceeded) return internal::CauseOf(internal::kDeadlineExceeded);
  return internal::MakeCause(err);
}

StopFunc::StopFunc(const StopFunc& other) noexcept : registration_(other.registration_) {
  if (registration_ != nullptr) registration_->refs.fetch_add(1, std::memory_order_relaxed);
}

StopFunc::~StopFunc() { internal::ReleaseRegistration(registration_); }

bool StopFunc::operator()() const noexcept {
  using internal::Registration;
  const StopFunc kept = *this;
  Registration* registration = kept.registration_;
  if (registration == nullptr) return false;
  return registration->Withdraw() ||
         registration->Claim(Registration::kOrphaned, Registration::kStopped);
}

StopFunc AfterFunc(const Context& ctx, std::function<void()> f) {
  if (f == nullptr) internal::Throw(std::invalid_argument("context::AfterFunc: f is empty"));
  return internal::Registration::Make(ctx, std::move(f));
}

StopFunc internal::Registration::Make(const Context& ctx, std::function<void()> function) {
  CancelNode* at = NodeOf(ctx.Done());
  if (at != nullptr) Workers::Get().EnsureOne();
  auto* registration = new Registration(at, std::move(function));
  StopFunc result(registration);
  if (at == nullptr) {
    registration->fire = nullptr;
    registration->discard(*registration);
  } else if (!Register(at, *registration)) {
    Fired fired;
    registration->Claim(kPending, kClaimed);
    fired.Push(registration);
    Workers::Get().Submit(fired.first);
  }
  return result;
}

Interface::~Interface() = default;

Context MakeContext(std::shared_ptr<const Interface> implementation) {
  if (implementation == nullptr) {
    internal::Throw(std::invalid_argument("context::MakeContext: the Interface is null"));
  }
  auto deadline = implementation->Deadline();
  DoneChannel done = implementation->Done();
  std::unique_ptr<internal::CauseOutcome> spare(new internal::CauseOutcome);
  auto* node = new internal::InterfaceNode;
  node->spare = spare.release();
  node->deadline = deadline;
  ::new (static_cast<void*>(node->done)) DoneChannel(std::move(done));
  node->implementation = std::move(implementation);
  return Access::Adopt<Context>(node);
}

namespace {

std::vector<const Context*> AddressesOf(std::span<const Context> contexts) {
  std::vector<const Context*> addresses;
  addresses.reserve(contexts.size());
  for (const Context& ctx : contexts) addresses.push_back(&ctx);
  return addresses;
}

}  // namespace

Cancelable WithCancel(const Context& parent) { return internal::MakeCancelable(parent, Where()); }

CancelableCause WithCancelCause(const Context& parent) {
  return internal::MakeCancelableCause(parent, Where());
}

Cancelable WithDeadline(const Context& parent, Clock::time_point deadline) {
  return internal::MakeDeadline(parent, deadline, nullptr, Where());
}

Cancelable WithDeadlineCause(const Context& parent, Clock::time_point deadline,
                             std::exception_ptr cause) {
  return internal::MakeDeadline(parent, deadline, std::move(cause), Where());
}

Cancelable WithTimeout(const Context& parent, Clock::duration timeout) {
  return internal::MakeDeadline(parent, internal::FromNow(timeout), nullptr, Where());
}

Cancelable WithTimeoutCause(const Context& parent, Clock::duration timeout,
                            std::exception_ptr cause) {
  return internal::MakeDeadline(parent, internal::FromNow(timeout), std::move(cause), Where());
}

namespace internal {

Cancelable JoinContexts(const Context* const* parents, std::size_t count) {
  return MakeAny({parents, count}, Where());
}

}  // namespace internal

Cancelable WithAny(std::span<const Context> parents) {
  return internal::MakeAny(AddressesOf(parents), Where());
}

#if defined(__cpp_lib_source_location)
// The other form of each, which programs use whose compiler can say where a call stands.

Cancelable WithCancel(const Context& parent, std::source_location where) {
  return internal::MakeCancelable(parent, where);
}

CancelableCause WithCancelCause(const Context& parent, std::source_location where) {
  return internal::MakeCancelableCause(parent, where);
}

Cancelable WithDeadline(const Context& parent, Clock::time_point deadline,
                        std::source_location where) {
  return internal::MakeDeadline(parent, deadline, nullptr, where);
}

Cancelable WithDeadlineCause(const Context& parent, Clock::time_point deadline,
                             std::exception_ptr cause, std::source_location where) {
  return internal::MakeDeadline(parent, deadline, std::move(cause), where);
}

Cancelable WithTimeout(const Context& parent, Clock::duration timeout, std::source_location where) {
  return internal::MakeDeadline(parent, internal::FromNow(timeout), nullptr, where);
}

Cancelable WithTimeoutCause(const Context& parent, Clock::duration timeout,
                            std::exception_ptr cause, std::source_location where) {
  return internal::MakeDeadline(parent, internal::FromNow(timeout), std::move(cause), where);
}

Cancelable internal::JoinContexts(const Context* const* parents, std::size_t count,
                                  std::source_location where) {
  return MakeAny({parents, count}, where);
}

Cancelable WithAny(std::span<const Context> parents, std::source_location where) {
  return internal::MakeAny(AddressesOf(parents), where);
}
#endif

DoneSource::DoneSource() : node_(new internal::SourceNode) {}

DoneChannel DoneSource::Channel() const noexcept {
  return Access::Adopt<DoneChannel>(internal::Share(node_));
}

void DoneSource::Close() const noexcept {
  const DoneSource kept = *this;
  internal::Close(static_cast<internal::SourceNode*>(kept.node_));
}

}  // namespace context
