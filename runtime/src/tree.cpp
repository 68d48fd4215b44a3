// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The protocol
// ============
//
// Two counts. `handles` counts what a user can still reach a node by: Context, CancelFunc,
// DoneChannel, and nodes derived from it that have handles themselves. Each node with handles holds
// one handle of its parent, so ownership runs up. It leaves zero only at birth: no handle can be
// made but from another. `refs` keeps the memory alone: one for the node itself until it is buried,
// one for its place in its link's list, one for its place in the timers' heap, one for each
// Registration, and the pins described below.
//
// Life. A node that loses its last handle is *buried* (taken out of its link's list and of the
// timers, its memory given back) if nothing is registered with it. Otherwise something still has to
// happen when it ends, and it is *demoted*: it gives back its parent's handle, and is now kept by
// what can still end it, its place in its link's list (kLinked) or its timer (armed). So ownership
// runs down. Only Registrations of AfterFunc and other demoted nodes can be registered with a
// demoted node. It is buried when it ends, when its last registration goes (Reap, which may leave
// its link empty in turn), or when nothing can end it any more, as its link was buried with it in
// the list (Orphan). It never gets handles again, so how it ends is seen by nobody.
//
// Links. A node is registered with at most one other, `link`: the nearest CancelNode outwards, or
// the one behind the Done of a user's context. A node with handles reaches its link by a chain of
// handles. A demoted node pins the memory of its link, so that it can always lock it and see
// whether it still stands in its list.
//
// Relays. A node from which threads are seen to derive at once gets relays, one for each of them:
// nodes that no user has a handle of, which stand in its list, and to which the children of those
// threads are linked. So these threads share neither a lock nor a count. As long as the node has
// handles of the user's, it holds one handle of each relay, and the relays hold none of it. When
// the last of the user's goes, nobody can derive from it any more: then each relay becomes an
// ordinary child, which holds a handle of its parent, and is buried when it has no children left
// (HandOver). A child that is linked through a relay looks, under the relay's lock, whether the
// node itself has ended, since that comes a moment earlier.
//
// Several parents. An AnyNode has a link for each parent, and stands in the list of each by a
// *leg*: wherever an entry of a list is a leg, what is meant is the node that it is a leg of
// (Below). It can be ended through any of them, and by whoever comes first; the others find it
// ended. It is orphaned with the last link that could end it.
//
// Ending. `state` is set once, under the lock, from null to the Outcome: this one atomic publishes
// Err and Done. In the same critical section the waiters are fired (their fire() only wakes a
// thread or claims a Registration), and `children` passes to the ending thread: under a link's
// lock, a child stands in the list if and only if in_list is set and the link has neither ended nor
// died. Of children passed on, `next` belongs to the thread that walks over them, which also took
// over the references of their places; that thread chains by `prev` those of them that it has ended
// and whose own children come next: no recursion, no allocation. A node that is ended by itself
// leaves its link's list only when all below it has ended, so that a cancellation from above finds
// it there, and waits.
//
// Settling. `pass` of an ended node says whether the thread that ended it has ended all that is
// below it. A second canceller waits for that. A pass waits, at its end, for passes that came first
// to some node below it. Such a wait looks down the tree, so there is no cycle; and a pass runs no
// code of the user's, so it cannot wait for itself. Legs make the tree a graph, in which two passes
// can each come first to something below the other: what was found ended through a leg is waited
// for only when the pass has settled all that is its own. The node that such a pass began with is
// complete only then, and whoever finds that node waits for that, at that point of its own. (What
// passes began with strictly descends along such a wait. What lies below two legs, each of which a
// third pass came to first, is not waited for.) Close() alone runs such code (Err()),
// without holding anything; called again from there, it returns at once.
//
// Locks. A node's lock is held for a few instructions or a walk over its registrations, one node at
// a time, and no code of the user's runs under it. Within it, only the mutex of a parked thread may
// be taken; the timers' and the workers' mutex are taken with no node locked. A node's own lock
// guards flags, children, waiters and the change of state; its link's lock guards in_list, next and
// prev; handles, refs and pass are atomic; all else is fixed before the node is published.
//
// Timers. A node is put into the heap after it was linked. The timers' lock orders that with its
// removal: who ends a node sets `state` first and removes its timer then; who inserts it looks at
// `state` under the timers' lock. So an ended node has no timer. The timer thread takes over the
// heap's reference, and ends the node like anyone else.
//
// Destruction runs code of the user's (values, functions, Interfaces), which may drop further
// handles; DropLast() queues these instead of recursing.
#include "tree.h"

#include "context/internal/inspect.h"
#include "context/internal/throw.h"
#include "timers.h"
#include "tracking.h"
#include "workers.h"

namespace context::internal {

constexpr char kNearestKey = 0;

const void* NearestCancelable(const Node* node) {
  if (node == nullptr) return nullptr;
  const Node& base = *node->base;
  if (base.kind == Kind::kInterface) {
    return static_cast<const InterfaceNode&>(base).implementation->Value(&kNearestKey);
  }
  return base.kind >= Kind::kCancel ? &base : nullptr;
}

const Outcome* NearestOutcome(const Node* node) noexcept {
  CONTEXT_INTERNAL_TRY {
    const auto* nearest = static_cast<const Node*>(NearestCancelable(node));
    return nearest == nullptr ? nullptr : nearest->state.load(std::memory_order_acquire);
  }
  CONTEXT_INTERNAL_CATCH(...) { return nullptr; }  // a user's Value() threw
}
namespace {

enum Flags : std::uint8_t {
  kDead = 1,     // buried, or about to be by the thread that set it
  kDemoted = 2,  // has no handles
  kLinked = 4,   // its link can end it
};

enum Pass : std::uint32_t { kNone, kRunning, kAwaited, kSettled, kComplete };

bool Ended(const CancelNode& node) noexcept {
  return node.state.load(std::memory_order_acquire) != nullptr;
}

// `pass` has changed to one that others may wait for.
void Settle(CancelNode& node, Pass pass = kComplete) noexcept {
  const std::uint32_t before = node.pass.exchange(pass, std::memory_order_release);
  if (before == kAwaited || before == kSettled) node.pass.notify_all();
}

// What an entry of a list of children stands for.
CancelNode& Below(CancelNode& entry) noexcept {
  return entry.kind == Kind::kLeg ? *static_cast<Leg&>(entry).any : entry;
}

// Calls `f` with each place that `node` may have in a list of children.
template <class F>
void ForEachPlace(CancelNode& node, F f) {
  if (node.kind == Kind::kAny) {
    for (Leg& leg : static_cast<AnyNode&>(node).Legs()) {
      if (leg.link != nullptr) f(leg);
    }
  } else if (node.link != nullptr) {
    f(node);
  }
}

bool Reached(const CancelNode& node, Pass pass) noexcept {
  return node.pass.load(std::memory_order_acquire) >= pass;
}

// Waits until the pass of `node`, which has ended, has come to `pass`: kSettled or kComplete.
void Await(CancelNode& node, Pass pass) noexcept {
  std::uint32_t seen = node.pass.load(std::memory_order_acquire);
  while (seen < pass) {
    if (seen == kRunning &&
        !node.pass.compare_exchange_weak(seen, kAwaited, std::memory_order_acquire)) {
      continue;
    }
    node.pass.wait(seen == kRunning ? std::uint32_t{kAwaited} : seen, std::memory_order_acquire);
    seen = node.pass.load(std::memory_order_acquire);
  }
}

// Under the lock of `node`: whether it was kept only by registrations, and the last has gone. Then
// it dies, and the caller must reap it.
bool Emptied(CancelNode& node) noexcept {
  if ((node.flags & (kDemoted | kDead)) != kDemoted || Ended(node) || node.children != nullptr ||
      node.waiters != nullptr) {
    return false;
  }
  node.flags |= kDead;
  return true;
}

// Under the lock of `link`, which has not ended: puts `node` into its list, which takes over a
// reference.
void Enlist(CancelNode& link, CancelNode& node) noexcept {
  node.in_list = true;
  node.next = link.children;
  if (node.next != nullptr) node.next->prev = &node;
  link.children = &node;
}

// Takes an entry out of its link's list, if it stands there. True: the link died of it, and the
// caller must reap it.
bool Detach(CancelNode& entry) noexcept {
  CancelNode* link = entry.link;
  NodeLock lock(*link);
  if (!entry.in_list || Ended(*link) || (link->flags & kDead) != 0) return false;
  entry.in_list = false;
  (entry.prev == nullptr ? link->children : entry.prev->next) = entry.next;
  if (entry.next != nullptr) entry.next->prev = entry.prev;
  const bool emptied = Emptied(*link);
  lock.Unlock();
  Unpin(&Below(entry));
  return emptied;
}

void RemoveTimer(CancelNode* node) noexcept {
  if (node->armed) Timers::Get().Remove(static_cast<DeadlineNode*>(node));
}

// Gives back what a demoted node that has died still holds. It stands in no list any more.
void Bury(CancelNode* node) noexcept {
  RemoveTimer(node);
  ForEachPlace(*node, [](CancelNode& place) { Unpin(place.link); });
  Unpin(node);
}

// Buries a demoted node that died by Emptied(), and what that leaves empty in turn.
void Reap(CancelNode* node) noexcept {
  node->values =
      nullptr;  // what is yet to be reaped is chained by this, which needs a handle to read
  while (node != nullptr) {
    Node* rest = node->values;
    ForEachPlace(*node, [&rest](CancelNode& place) {
      if (Detach(place)) rest = (place.link->values = rest, place.link);
    });
    Bury(node);
    node = static_cast<CancelNode*>(rest);
  }
}

// Under the lock of `node`, which is being ended by a thread that will call LeaveLinks(): from then
// on the last handle may bury the node, and let go of its links.
void PinLinks(CancelNode& node) noexcept {
  ForEachPlace(node, [](CancelNode& place) { Pin(place.link); });
}

// Takes an ended node out of the lists in which it still stands. Only when all below it has ended:
// as long as it stands there, a cancellation from above finds it and waits.
void LeaveLinks(CancelNode& node) noexcept {
  ForEachPlace(node, [](CancelNode& place) {
    if (Detach(place)) Reap(place.link);
    Unpin(place.link);
  });
}

void Discard(Waiter* waiters) noexcept {
  while (waiters != nullptr) {
    Waiter& waiter = *waiters;
    waiters = waiter.next;
    waiter.discard(waiter);
  }
}

// Nothing can end any more the node that had these children and waiters.
void Orphan(CancelNode* children, Waiter* waiters) noexcept {
  Discard(waiters);
  CancelNode* first_dead = nullptr;  // chained by prev
  CancelNode** last_dead = &first_dead;
  CancelNode* dead = nullptr;
  for (;;) {
    while (children != nullptr) {
      CancelNode* child = &Below(*children);
      const bool leg = child != children;
      children = children->next;
      NodeLock lock(*child);
      if (!leg || --static_cast<AnyNode*>(child)->live == 0) {
        child->flags &= static_cast<std::uint8_t>(~kLinked);
      }
      if ((child->flags & (kDead | kLinked)) == 0 && !child->armed && !Ended(*child)) {
        child->flags |= kDead;
        waiters = std::exchange(child->waiters, nullptr);
        lock.Unlock();
        child->prev = nullptr;
        *last_dead = child;
        last_dead = &child->prev;
        Discard(waiters);
      } else {
        lock.Unlock();
        Unpin(child);
      }
    }
    if (dead != nullptr) {
      Bury(dead);
      Unpin(dead);  // for its place in the list
    }
    if (first_dead == nullptr) return;
    dead = first_dead;
    first_dead = dead->prev;
    if (first_dead == nullptr) last_dead = &first_dead;
    children = std::exchange(dead->children, nullptr);
  }
}

// Under the lock of `node`, which has not ended: ends it. Its children are the caller's now.
void End(CancelNode& node, const Outcome* outcome, Fired& fired) noexcept {
  ShareOutcome(outcome);
  node.pass.store(kRunning, std::memory_order_relaxed);
  node.state.store(outcome, std::memory_order_release);
  Waiter* waiter = std::exchange(node.waiters, nullptr);
  while (waiter != nullptr) {
    Waiter& current = *waiter;
    waiter = current.next;
    current.in_list = false;
    current.fire(current, fired);
  }
}

// The nodes that a pass has ended and whose children it has yet to do, chained by prev.
struct Queue {
  CancelNode* first = nullptr;
  CancelNode** last = &first;
  void Push(CancelNode* node) noexcept {
    node->prev = nullptr;
    *last = node;
    last = &node->prev;
  }
};

// Entries of lists of children, chained by next.
struct Found {
  CancelNode* first = nullptr;
  void Push(CancelNode* entry) noexcept {
    entry->next = first;
    first = entry;
  }
  CancelNode* Pop() noexcept { return std::exchange(first, first->next); }
};

// Ends everything below `root`, which the caller has ended. All of it has ended, whoever did so,
// when this returns, but for what is left in `incomplete`, for the caller to await when it has
// settled `root`.
void EndDescendants(CancelNode& root, const Outcome* outcome, Fired& fired,
                    Found& incomplete) noexcept {
  Queue queue;
  Found others;  // what other passes have come to first
  CancelNode* children = std::exchange(root.children, nullptr);
  for (CancelNode** next = &queue.first;; next = &(*next)->prev) {
    while (children != nullptr) {
      CancelNode* entry = children;
      children = entry->next;
      CancelNode* child = &Below(*entry);
      NodeLock lock(*child);
      if ((child->flags & kDead) != 0) {
        lock.Unlock();
        Unpin(child);
        continue;
      }
      if (Ended(*child)) {
        lock.Unlock();
        if (Reached(*child, kComplete)) {
          Unpin(child);
        } else {
          (child == entry ? others : incomplete).Push(entry);
        }
        continue;
      }
      End(*child, outcome, fired);
      // A plain child stands only in the list that this pass has taken over.
      const bool leg = child != entry;
      if (leg) PinLinks(*child);
      const bool demoted = (child->flags & kDemoted) != 0;
      if (demoted) child->flags |= kDead;
      const bool leaf = child->children == nullptr;
      lock.Unlock();
      if (leg && leaf) LeaveLinks(*child);
      if (demoted) {
        Bury(child);
      } else {
        RemoveTimer(child);
      }
      if (leaf) {
        Settle(*child);
        Unpin(child);
      } else {
        queue.Push(child);
      }
    }
    if (*next == nullptr) break;
    children = std::exchange((*next)->children, nullptr);
  }
  while (others.first != nullptr) {
    CancelNode* other = others.Pop();
    Await(*other, kSettled);
    if (Reached(*other, kComplete)) {
      Unpin(other);
    } else {
      incomplete.Push(other);
    }
  }
  while (queue.first != nullptr) {
    CancelNode* node = queue.first;
    queue.first = node->prev;
    if (node->kind == Kind::kAny) LeaveLinks(*node);
    Settle(*node);
    Unpin(node);
  }
}

// How what derives from a user's context ends that is done: with its error, and the cause that
// Cause() finds for it. Takes over the caller's reference to `fresh`, returns one to the result.
const Outcome* FillFromInterface(CauseOutcome* fresh, const InterfaceNode& node) noexcept {
  const std::error_code err = node.implementation->Err();
  const Outcome* nearest = NearestOutcome(&node);
  if (nearest == nullptr) return FillWithError(fresh, err);
  fresh->code = err ? err.value() : static_cast<int>(Errc::canceled);
  fresh->category = err ? &err.category() : &ErrorCategory();
  if (ToErrorCode(nearest) == ToErrorCode(fresh)) {
    ReleaseOutcome(fresh);
    ShareOutcome(nearest);
    return nearest;
  }
  fresh->cause = CauseOf(*nearest);
  return fresh;
}

// How the children of a user's context end, whose channel is being closed.
const Outcome* OutcomeOfClosing(InterfaceNode& node) noexcept {
  if (node.closing == nullptr) {
    node.closing = FillFromInterface(std::exchange(node.spare, nullptr), node);
  }
  return node.closing;
}

// How a child of `parent` ends, whose Done is `origin`'s and closed. The result carries a
// reference.
const Outcome* OutcomeOf(const Context& parent, const CancelNode& origin) {
  const Node& base = *Access::Get(parent)->base;
  if (base.kind == Kind::kInterface) {
    return FillFromInterface(new CauseOutcome, static_cast<const InterfaceNode&>(base));
  }
  const Outcome* outcome = origin.state.load(std::memory_order_acquire);
  ShareOutcome(outcome);
  return outcome;
}

// Ends a node that nobody else has seen. Takes over the reference to `outcome`.
void EndUnpublished(CancelNode& node, const Outcome* outcome) noexcept {
  node.pass.store(kComplete, std::memory_order_relaxed);
  node.state.store(outcome, std::memory_order_release);
}

void FreeMemory(Node* node) noexcept {
  if (node->tracked) TrackEnd(static_cast<CancelNode&>(*node));
  switch (node->kind) {
    case Kind::kTodo:
    case Kind::kValue:
      return;  // lives for ever; has a destroy of its own
    case Kind::kWithoutCancel:
      delete node;
      return;
    case Kind::kInterface: {
      auto* interface_node = static_cast<InterfaceNode*>(node);
      ReleaseOutcome(interface_node->spare);
      ReleaseOutcome(interface_node->closing);
      delete interface_node;
      return;
    }
    case Kind::kSource:
      ReleaseOutcome(node->state.load(std::memory_order_relaxed));
      delete static_cast<SourceNode*>(node);
      return;
    case Kind::kLeg:
      return;  // goes with the node that it is a leg of
    case Kind::kAny:
      ReleaseOutcome(node->state.load(std::memory_order_relaxed));
      delete static_cast<AnyNode*>(node);
      return;
    case Kind::kRelay:
      ReleaseOutcome(node->state.load(std::memory_order_relaxed));
      delete static_cast<RelayNode*>(node);
      return;
    case Kind::kCancel:
      ReleaseOutcome(node->state.load(std::memory_order_relaxed));
      delete static_cast<CancelNode*>(node);
      return;
    case Kind::kCancelCause:
      ReleaseOutcome(node->state.load(std::memory_order_relaxed));
      ReleaseOutcome(static_cast<CauseNode*>(node)->spare);
      delete static_cast<CauseNode*>(node);
      return;
    case Kind::kDeadline:
      ReleaseOutcome(node->state.load(std::memory_order_relaxed));
      ReleaseOutcome(static_cast<DeadlineNode*>(node)->expiry);
      delete static_cast<DeadlineNode*>(node);
      return;
  }
}

// `node` has lost its last handle: demotes or buries it. Returns the node of which it held a
// handle.
Node* RetireCancelNode(CancelNode* node) noexcept {
  if (Reached(*node, kComplete)) {  // nobody else looks at its flags any more
    Node* parent = node->parent;
    Unpin(node);
    return parent;
  }
  CancelNode* children = nullptr;
  Waiter* waiters = nullptr;
  NodeLock lock(*node);
  const bool ended = Ended(*node);
  Node* parent = node->parent;
  if (!ended && (node->children != nullptr || node->waiters != nullptr)) {
    if ((node->flags & kLinked) != 0 || node->armed) {
      node->flags |= kDemoted;
      ForEachPlace(*node, [](CancelNode& place) { Pin(place.link); });
      return parent;
    }
    children = std::exchange(node->children, nullptr);
    waiters = std::exchange(node->waiters, nullptr);
  }
  node->flags |= kDead;
  lock.Unlock();
  if (!ended) {
    // A link has handles through this node, so it cannot die of this.
    ForEachPlace(*node, [](CancelNode& place) { Detach(place); });
    RemoveTimer(node);
    Orphan(children, waiters);
  }
  Unpin(node);
  return parent;
}

// The user has let go of `node`: its relays hold it from now on, as children do. False if there are
// such, so that it has handles again.
bool HandOver(CancelNode* node) noexcept {
  const std::unique_ptr<Relays> relays(node->relays.exchange(nullptr, std::memory_order_relaxed));
  if (relays == nullptr) return true;
  // One more, so that the node stays until the last relay has been let go.
  std::uint32_t handles = 1;
  for (const auto& slot : relays->slots) {
    if (slot.load(std::memory_order_relaxed) != nullptr) ++handles;
  }
  node->handles.store(handles, std::memory_order_relaxed);
  for (const auto& slot : relays->slots) Release(slot.load(std::memory_order_relaxed));
  return node->handles.fetch_sub(1, std::memory_order_acq_rel) == 1;
}

// Drops a node's handles of its parents but the first, when it goes.
class AnyParents {
 public:
  explicit AnyParents(AnyNode& node) noexcept : node_(node) { Pin(&node_); }
  AnyParents(const AnyParents&) = delete;
  ~AnyParents() {
    for (Leg& leg : node_.Legs().subspan(1)) Release(leg.parent);
    Unpin(&node_);
  }

 private:
  AnyNode& node_;
};

// From now on, threads derive through relays from what has the Done of `origin`. Does nothing if
// there is no memory, and for a source: Close() needs the parent of each child.
void GiveRelays(CancelNode& origin) noexcept {
  if (origin.kind == Kind::kSource) return;
  auto* relays = new (std::nothrow) Relays;
  Relays* expected = nullptr;
  if (!origin.relays.compare_exchange_strong(expected, relays, std::memory_order_acq_rel)) {
    delete relays;
  }
}

Node* Retire(Node* node) noexcept {
  Node* parent = node->parent;
  switch (node->kind) {
    case Kind::kTodo:
      return nullptr;
    case Kind::kValue: {
      auto* value = static_cast<ValueNode*>(node);
      value->destroy(value);
      return parent;
    }
    case Kind::kWithoutCancel:
      Unpin(node);
      return parent;
    case Kind::kInterface: {
      auto* interface_node = static_cast<InterfaceNode*>(node);
      interface_node->implementation.reset();
      std::destroy_at(std::launder(reinterpret_cast<DoneChannel*>(node->done)));
      Unpin(node);
      return nullptr;
    }
    case Kind::kAny: {
      auto* any = static_cast<AnyNode*>(node);
      if (!HandOver(any)) return nullptr;
      const AnyParents parents(*any);  // the node may be gone when it is retired
      return RetireCancelNode(any);
    }
    case Kind::kSource:
    case Kind::kRelay:
    case Kind::kCancel:
    case Kind::kCancelCause:
    case Kind::kDeadline: {
      auto* cancel_node = static_cast<CancelNode*>(node);
      return HandOver(cancel_node) ? RetireCancelNode(cancel_node) : nullptr;
    }
    case Kind::kLeg:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

void NodeLock::LockSlow() noexcept {
  for (int spins = 0; spins < 100; ++spins) {
    std::uint32_t expected = 0;
    if (word_.load(std::memory_order_relaxed) == 0 &&
        word_.compare_exchange_weak(expected, 1, std::memory_order_acquire,
                                    std::memory_order_relaxed)) {
      return;
    }
  }
  while (word_.exchange(2, std::memory_order_acquire) != 0) {
    word_.wait(2, std::memory_order_relaxed);
  }
}

void Unpin(Node* node) noexcept {
  if (node != nullptr && node->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) FreeMemory(node);
}

void DropLast(Node* node) noexcept {
  // Trivial objects, so that they can be used in any destructor of the program.
  static thread_local Node* pending = nullptr;  // chained by values, which needs a handle to read
  static thread_local bool running = false;
  node->values = pending;
  pending = node;
  if (running) return;
  running = true;
  while (pending != nullptr) {
    Node* current = pending;
    pending = current->values;
    while (current != nullptr) {
      Node* parent = Retire(current);
      const bool last =
          parent != nullptr && parent->handles.fetch_sub(1, std::memory_order_acq_rel) == 1;
      current = last ? parent : nullptr;
    }
  }
  running = false;
}

RelayNode* RelayOf(const Context& parent) noexcept {
  CancelNode* origin = NodeOf(parent.Done());
  Relays* relays = origin == nullptr ? nullptr : origin->relays.load(std::memory_order_acquire);
  if (relays == nullptr) return nullptr;
  std::atomic<RelayNode*>& slot = relays->slots[ThreadSlot() % Relays::kSlots];
  if (RelayNode* relay = slot.load(std::memory_order_acquire)) return relay;

  auto* relay = new (std::nothrow) RelayNode(origin);
  if (relay == nullptr) return nullptr;
  NodeLock lock(*origin);
  RelayNode* present = slot.load(std::memory_order_relaxed);
  if (present == nullptr && !Ended(*origin)) {
    relay->flags |= kLinked;
    Pin(relay);
    Enlist(*origin, *relay);
    slot.store(relay, std::memory_order_release);
    return relay;
  }
  lock.Unlock();
  delete relay;
  return present;
}

void Adopt(const Context& parent, CancelNode* node, RelayNode* relay) {
  CancelNode* origin = NodeOf(parent.Done());
  if (origin == nullptr) return;
  bool ended = Ended(*origin);
  if (!ended) {
    CancelNode* link = relay == nullptr ? origin : relay;
    node->link = link;
    node->flags |= kLinked;
    Pin(node);
    NodeLock lock(*link);
    ended = Ended(*origin);
    if (!ended) Enlist(*link, *node);
    lock.Unlock();
    if (ended) {
      node->link = nullptr;
      node->flags = 0;
      Unpin(node);
    } else if (lock.Contended() && relay == nullptr) {
      GiveRelays(*origin);
    }
  }
  if (ended) EndUnpublished(*node, OutcomeOf(parent, *origin));
}

void AdoptByAll(std::span<const Context* const> parents, AnyNode* node) {
  for (const Context* parent : parents) {
    CancelNode* origin = NodeOf(parent->Done());
    if (origin == nullptr || !Ended(*origin)) continue;
    EndUnpublished(*node, OutcomeOf(*parent, *origin));
    return;
  }
  for (std::size_t i = 0; i < node->count; ++i) {
    node->legs[i].link = NodeOf(parents[i]->Done());
    if (node->legs[i].link != nullptr) ++node->live;
  }
  if (node->live != 0) node->flags |= kLinked;
  for (std::size_t i = 0; i < node->count; ++i) {
    Leg& leg = node->legs[i];
    if (leg.link == nullptr) continue;
    Pin(node);
    NodeLock lock(*leg.link);
    const bool ended = Ended(*leg.link);
    if (!ended) Enlist(*leg.link, leg);
    lock.Unlock();
    if (!ended) continue;
    Unpin(node);
    // By now a pass may have come to it through another leg.
    const Outcome* outcome = OutcomeOf(*parents[i], *leg.link);
    Cancel(node, outcome);
    ReleaseOutcome(outcome);
    break;
  }
  // Whoever ended it meanwhile saw only the legs that were in their lists by then.
  if (Ended(*node)) ForEachPlace(*node, [](CancelNode& place) { Detach(place); });
}

void Cancel(CancelNode* node, const Outcome* outcome, std::exception_ptr cause) noexcept {
  Fired fired;
  Found incomplete;
  NodeLock lock(*node);
  if ((node->flags & kDead) != 0) return;
  if (Ended(*node)) {
    lock.Unlock();
    Await(*node, kComplete);
    return;
  }
  if (cause != nullptr && node->kind == Kind::kCancelCause) {
    auto* spare = static_cast<CauseNode*>(node)->spare;
    spare->cause = std::move(cause);
    outcome = spare;
  }
  End(*node, outcome, fired);
  const bool linked = (node->flags & kLinked) != 0;
  if (linked) PinLinks(*node);
  const bool demoted = (node->flags & kDemoted) != 0;
  if (demoted) node->flags |= kDead;
  lock.Unlock();
  RemoveTimer(node);
  EndDescendants(*node, outcome, fired, incomplete);
  if (incomplete.first != nullptr) {
    Settle(*node, kSettled);
    do {
      CancelNode& other = Below(*incomplete.Pop());
      Await(other, kComplete);
      Unpin(&other);
    } while (incomplete.first != nullptr);
  }
  if (linked) LeaveLinks(*node);
  Settle(*node);
  if (demoted) Bury(node);
  Workers::Get().Submit(fired.first);
}

void Close(SourceNode* node) noexcept {
  Fired fired;
  NodeLock lock(*node);
  if (Ended(*node)) {
    const bool nested = node->closer == std::this_thread::get_id();
    lock.Unlock();
    if (!nested) Await(*node, kComplete);
    return;
  }
  node->closer = std::this_thread::get_id();
  End(*node, &kCanceled, fired);
  lock.Unlock();
  Workers::Get().Submit(fired.first);
  CancelNode* children = std::exchange(node->children, nullptr);
  while (children != nullptr) {
    CancelNode* entry = children;
    children = entry->next;
    CancelNode* child = &Below(*entry);
    Context between = Background();
    {
      // While it is locked and neither dead nor demoted, it holds a handle of its parent.
      NodeLock child_lock(*child);
      if ((child->flags & (kDead | kDemoted)) == 0 && !Ended(*child)) {
        between = Access::Adopt<Context>(Share(entry->parent));
      }
    }
    const Outcome* outcome = &kCanceled;
    if (Node* parent = Access::Get(between)) {
      outcome = OutcomeOfClosing(static_cast<InterfaceNode&>(*parent->base));
    }
    Cancel(child, outcome);
    Unpin(child);
  }
  Settle(*node);
}

bool Register(CancelNode* node, Waiter& waiter) noexcept {
  NodeLock lock(*node);
  if (Ended(*node)) return false;
  waiter.in_list = true;
  waiter.prev = nullptr;
  waiter.next = node->waiters;
  if (waiter.next != nullptr) waiter.next->prev = &waiter;
  node->waiters = &waiter;
  return true;
}

bool Unregister(CancelNode* node, Waiter& waiter) noexcept {
  NodeLock lock(*node);
  if (!waiter.in_list || (node->flags & kDead) != 0) return false;
  waiter.in_list = false;
  (waiter.prev == nullptr ? node->waiters : waiter.prev->next) = waiter.next;
  if (waiter.next != nullptr) waiter.next->prev = waiter.prev;
  const bool emptied = Emptied(*node);
  lock.Unlock();
  if (emptied) Reap(node);
  return true;
}

std::size_t Registered(const Context& ctx) {
  CancelNode* node = NodeOf(ctx.Done());
  if (node == nullptr) return 0;
  std::size_t count = 0;
  const auto add = [&count](CancelNode& at) {
    NodeLock lock(at);
    if (Ended(at)) return;
    for (const CancelNode* child = at.children; child != nullptr; child = child->next) {
      if (child->kind != Kind::kRelay) ++count;
    }
    for (const Waiter* waiter = at.waiters; waiter != nullptr; waiter = waiter->next) ++count;
  };
  add(*node);
  if (Relays* relays = node->relays.load(std::memory_order_acquire)) {
    for (const auto& slot : relays->slots) {
      if (RelayNode* relay = slot.load(std::memory_order_acquire)) add(*relay);
    }
  }
  return count;
}

void DeriveApart(const Context& ctx) {
  if (CancelNode* node = NodeOf(ctx.Done())) GiveRelays(*node);
}

std::size_t PendingTimers() { return Timers::Get().Pending(); }

namespace {

void FireRegistration(Waiter& self, Fired& fired) noexcept {
  auto& registration = static_cast<Registration&>(self);
  registration.Claim(Registration::kPending, Registration::kClaimed);
  fired.Push(&registration);  // stopped ones too: their last reference must not go under the lock
}

void DiscardRegistration(Waiter& self) noexcept {
  auto& registration = static_cast<Registration&>(self);
  if (registration.Claim(Registration::kPending, Registration::kOrphaned)) registration.f = nullptr;
  ReleaseRegistration(&registration);
}

}  // namespace

Registration::Registration(CancelNode* at, std::function<void()>&& function) noexcept
    : node(at), f(std::move(function)) {
  fire = &FireRegistration;
  discard = &DiscardRegistration;
  if (node != nullptr) Pin(node);
}

Registration::~Registration() { Unpin(node); }

bool Registration::Withdraw() noexcept {
  if (!Claim(kPending, kStopped)) return false;
  if (Unregister(node, *this)) ReleaseRegistration(this);
  f = nullptr;
  return true;
}

void ReleaseRegistration(Registration* registration) noexcept {
  if (registration != nullptr && registration->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete registration;
  }
}

}  // namespace context::internal
