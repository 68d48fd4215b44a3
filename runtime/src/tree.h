// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The nodes that can be cancelled, and the tree they form. How it works is said in tree.cpp.
#ifndef CONTEXT_SRC_TREE_H
#define CONTEXT_SRC_TREE_H

#include <memory>
#include <new>
#include <optional>
#include <span>
#include <thread>

#include "context/context.h"
#include "context/internal/waiter.h"
#include "outcome.h"
#include "thread_slot.h"

namespace context::internal {

struct RelayNode;

// What stands between a node from which several threads derive at once, and its children: a part of
// its list of children, and of its count of handles, for each of a few threads.
struct Relays {
  static constexpr unsigned kSlots = 16;
  std::atomic<RelayNode*> slots[kSlots]{};
};

// What can be cancelled or closed: a context with a Done of its own, or the node of a DoneSource.
struct CancelNode : Node {
  // `own_handles`: how many handles the caller is about to make.
  CancelNode(Kind k, std::uint32_t own_handles) noexcept : Node(k) {
    handles.store(own_handles, std::memory_order_relaxed);
    ::new (static_cast<void*>(done)) DoneChannel(Access::Adopt<DoneChannel>(this));
  }

  CancelNode* link = nullptr;  // the node whose end ends this one; fixed before it is published
  CancelNode* next = nullptr;  // both: guarded by link's lock, then see tree.cpp
  CancelNode* prev = nullptr;
  CancelNode* children = nullptr;  // both: guarded by lock
  Waiter* waiters = nullptr;
  Clock::time_point deadline{};  // if has_deadline
  std::atomic<Relays*> relays{nullptr};
};
static_assert(sizeof(CancelNode) <= 120, "with malloc's header, a context must fit 128 bytes");

struct CauseNode final : CancelNode {
  explicit CauseNode(CauseOutcome* owned) noexcept
      : CancelNode(Kind::kCancelCause, 2), spare(owned) {}
  CauseOutcome* spare;  // allocated ahead: cancelling must not fail
};

// On a cache line of its own.
struct alignas(64) RelayNode final : CancelNode {
  // Its first handle belongs to `origin`.
  explicit RelayNode(CancelNode* origin) noexcept : CancelNode(Kind::kRelay, 1) {
    parent = origin;
    link = origin;
  }
};

struct DeadlineNode final : CancelNode {
  explicit DeadlineNode(const Outcome* owned) noexcept
      : CancelNode(Kind::kDeadline, 2), expiry(owned) {}
  const Outcome* expiry;  // how it ends when its deadline passes
  // The timers' heap; guarded by its lock.
  DeadlineNode* heap_child = nullptr;
  DeadlineNode* heap_next = nullptr;
  DeadlineNode* heap_prev = nullptr;  // the left sibling, or for the first child the parent
  bool queued = false;
  const std::uint32_t thread_slot = ThreadSlot();  // says which heap
};

struct SourceNode final : CancelNode {
  SourceNode() noexcept : CancelNode(Kind::kSource, 1) {}
  std::thread::id closer;  // the thread that closes it; guarded by lock
};

struct AnyNode;

// The place of an AnyNode in the list of one of its links. Not a node of its own: it has no
// handles, no end and no life but that of `any`.
struct Leg final : CancelNode {
  Leg() noexcept : CancelNode(Kind::kLeg, 0) {}
  AnyNode* any = nullptr;
};

// A context with several parents. `parent` is the first leg's.
struct AnyNode final : CancelNode {
  explicit AnyNode(std::size_t leg_count)
      : CancelNode(Kind::kAny, 2), legs(new Leg[leg_count]), count(leg_count) {
    for (Leg& leg : Legs()) leg.any = this;
  }
  std::span<Leg> Legs() const noexcept { return {legs.get(), count}; }

  // Each with its parent, and the values and link of that, if any.
  const std::unique_ptr<Leg[]> legs;
  const std::size_t count;
  std::size_t live = 0;  // how many links can still end it; guarded by lock
};

// A context of the user's.
struct InterfaceNode final : Node {
  InterfaceNode() noexcept : Node(Kind::kInterface) {
    state.store(&kElsewhere, std::memory_order_relaxed);
    values = this;
  }
  std::shared_ptr<const Interface> implementation;
  std::optional<Clock::time_point> deadline;
  CauseOutcome* spare = nullptr;     // allocated ahead: closing must not fail
  const Outcome* closing = nullptr;  // how its children end; written by the one Close()
};

// Locks one node. At most one is held at a time.
class NodeLock {
 public:
  explicit NodeLock(Node& node) noexcept : word_(node.lock) {
    std::uint32_t expected = 0;
    if (!word_.compare_exchange_strong(expected, 1, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
      contended_ = true;
      LockSlow();
    }
  }
  NodeLock(const NodeLock&) = delete;
  NodeLock& operator=(const NodeLock&) = delete;
  ~NodeLock() { Unlock(); }

  // Whether another thread held the lock.
  bool Contended() const noexcept { return contended_; }

  void Unlock() noexcept {
    if (!locked_) return;
    locked_ = false;
    if (word_.exchange(0, std::memory_order_release) == 2) word_.notify_one();
  }

 private:
  void LockSlow() noexcept;

  std::atomic<std::uint32_t>& word_;  // 0 free, 1 locked, 2 locked and perhaps waited for
  bool locked_ = true;
  bool contended_ = false;
};

// Keep a node's memory, and nothing else of it.
inline void Pin(Node* node) noexcept { node->refs.fetch_add(1, std::memory_order_relaxed); }
void Unpin(Node* node) noexcept;  // takes null

// The node behind a channel: null for Never().
inline CancelNode* NodeOf(const DoneChannel& channel) noexcept {
  return static_cast<CancelNode*>(Access::Get(channel));
}

// The relay through which the calling thread derives from what `parent` is done with; null if there
// is none.
RelayNode* RelayOf(const Context& parent) noexcept;

// The type of a user's context, for people.
std::string TypeNameOf(const Interface& implementation);

// Makes `node` a child of `parent`: done when that is. May end `node` at once. `relay` is
// RelayOf(parent). Throws std::bad_alloc, having done nothing.
void Adopt(const Context& parent, CancelNode* node, RelayNode* relay);

// Makes `node`, whose legs have their parents, a child of `parents`. Throws std::bad_alloc.
void AdoptByAll(std::span<const Context* const> parents, AnyNode* node);

// Ends `node` and everything below it, or waits until whoever does so has finished. `cause`, if not
// null, is for a CauseNode, and stands for `outcome`.
void Cancel(CancelNode* node, const Outcome* outcome, std::exception_ptr cause = nullptr) noexcept;
// Closes the channel of a DoneSource, and ends what derives from contexts that have it.
void Close(SourceNode* node) noexcept;

// False if the node has ended already. The node must be alive through a handle of the caller.
bool Register(CancelNode* node, Waiter& waiter) noexcept;
// True if it took the waiter out before it fired. When it returns, fire() is not running.
bool Unregister(CancelNode* node, Waiter& waiter) noexcept;

// One AfterFunc.
struct Registration final : Waiter {
  Registration(CancelNode* at, std::function<void()>&& function) noexcept;
  ~Registration();
  static StopFunc Make(const Context& ctx, std::function<void()> function);

  enum Phase : int {
    kPending,
    kClaimed,   // f belongs to the worker that runs it
    kStopped,   // f belongs to the StopFunc's caller
    kOrphaned,  // nothing can end the context any more; f is gone
  };
  bool Claim(Phase from, Phase to) noexcept {
    int expected = from;
    return phase.compare_exchange_strong(expected, to, std::memory_order_acq_rel);
  }
  // Takes it back, and destroys f, if it is still pending; true if so. The caller has a reference.
  bool Withdraw() noexcept;

  std::atomic<std::uint32_t> refs{2};  // the StopFuncs, and the node's list or the workers' queue
  std::atomic<int> phase{kPending};
  CancelNode* const node;  // pinned; null if it can never end
  Registration* next_fired = nullptr;
  std::function<void()> f;
};
void ReleaseRegistration(Registration* registration) noexcept;  // takes null

struct Fired {
  Registration* first = nullptr;
  Registration** last = &first;
  void Push(Registration* registration) noexcept {
    *last = registration;
    last = &registration->next_fired;
  }
};

// The key by which a context names the nearest cancelable one, from it outwards: also through
// contexts of the user's, which pass it on with all other keys. Go finds a cause in the same way.
extern const char kNearestKey;

// That context's node, or null. May throw what a user's Value() does.
const void* NearestCancelable(const Node* node);

// How that context has ended; null if it is alive, or there is none.
const Outcome* NearestOutcome(const Node* node) noexcept;

}  // namespace context::internal

#endif  // CONTEXT_SRC_TREE_H
