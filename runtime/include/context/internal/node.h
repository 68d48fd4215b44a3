// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the inline parts of the public headers need to know of a context's node. Not an interface:
// anything here may change. The protocol by which nodes live and die is written down in
// src/tree.cpp.
#ifndef CONTEXT_INTERNAL_NODE_H
#define CONTEXT_INTERNAL_NODE_H

#include <atomic>
#include <cstdint>
#include <string>
#include <system_error>

namespace context::internal {

// How a context ended: its error, and (in what derives from it) its cause. Immutable once
// published.
struct Outcome {
  int code;  // never 0, but in kElsewhere
  const std::error_category* category;
  // Counts the nodes that end with it. The constant outcomes have kImmortal.
  mutable std::atomic<std::uint32_t> refs;
  static constexpr std::uint32_t kImmortal = 0;
};

enum class Kind : std::uint8_t {
  kTodo,
  kWithoutCancel,
  kValue,
  kInterface,
  kSource,  // no context: what a DoneSource closes
  kRelay,   // no contexts either, see src/tree.cpp
  kLeg,
  kCancel,
  kCancelCause,
  kDeadline,
  kAny,
};

// One derivation. Background() has no node at all.
struct Node {
  constexpr explicit Node(Kind k) noexcept : kind(k), base(this) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Null while alive. The one atomic that publishes Err() and Done() together. A poll reads this
  // and nothing else of the node, in the common cases.
  std::atomic<const Outcome*> state{nullptr};
  // Handles (Context, CancelFunc, DoneChannel) and children that are held by handles.
  std::atomic<std::uint32_t> handles{1};
  // What keeps the memory: one for the node itself, one for each place from which it is reachable.
  std::atomic<std::uint32_t> refs{1};
  std::atomic<std::uint32_t> lock{0};
  // Where the cancellation that ended this node stands, see tree.cpp.
  std::atomic<std::uint32_t> pass{0};
  const Kind kind;
  std::uint8_t flags = 0;  // guarded by lock
  bool in_list = false;    // guarded by the lock of the node it is linked to
  // These are fixed before the node is published.
  bool has_deadline = false;
  bool armed = false;    // has a timer that can end it
  bool tracked = false;  // <context/debug.h> knows it

  Node* parent = nullptr;  // what it was derived from
  Node* base;              // the nearest node, from here outwards, that is no value
  Node* values = nullptr;  // the nearest node, from here outwards, that answers Value()
  // The DoneChannel of `base`. It owns nothing, except that of a user's context: the node's own
  // would keep it alive, and that of its base is kept by the chain of parents. As bytes, it is
  // DoneChannel::Never() from the start.
  alignas(void*) unsigned char done[sizeof(void*)] = {};
};

struct ValueNode : Node {
  ValueNode() noexcept : Node(Kind::kValue) {}
  // A look-up goes from value to value by these, and reads nothing of the contexts in between.
  const void* key = nullptr;
  const void* value = nullptr;
  const ValueNode* next = nullptr;  // the next value outwards
  const Node* beyond = nullptr;     // what answers after the last of them: no value; or null
  const char* name = nullptr;
  void (*destroy)(ValueNode*) noexcept = nullptr;
  std::string (*describe)(const void* value) = nullptr;
};

// Called when the last handle has gone.
void DropLast(Node* node) noexcept;

inline Node* Share(Node* node) noexcept {
  if (node != nullptr) node->handles.fetch_add(1, std::memory_order_relaxed);
  return node;
}

inline void Release(Node* node) noexcept {
  if (node != nullptr && node->handles.fetch_sub(1, std::memory_order_acq_rel) == 1) DropLast(node);
}

inline std::error_code ToErrorCode(const Outcome* outcome) noexcept {
  return outcome == nullptr ? std::error_code()
                            : std::error_code(outcome->code, *outcome->category);
}

struct Access;        // reaches the nodes inside the handles
struct Registration;  // of an AfterFunc
union Never;          // the Done() of what can never be done

}  // namespace context::internal

#endif  // CONTEXT_INTERNAL_NODE_H
