// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds, in a running program, the contexts whose cancel function is never called, and shows the
// tree of those that exist. The run-time twin of the check context-lost-cancel: that one looks at
// every path of a function, this one at what happens.
//
//   $ CONTEXT_DEBUG=1 ./server
//   ...
//   context::debug: 12 contexts whose cancel function was not called:
//     server.cpp:41: WithDeadline in int app::Load(): 12 times, gone
//
// While tracking is on, each new context that has a cancel function is remembered: where it was
// made, from which context, and whether its own cancel function was called. What was lost is
// reported on stderr when the program ends. Off, which is the default, it costs a load and a branch
// for each such context. docs/debug.md shows it at work.
//
// Thread-safety: every function here may be called from any thread at any time. What they return is
// a copy, true for the moment of the call.
//
// Errors: where there is no memory for it, a new context is not remembered, and works as ever;
// LostContexts(), LostReport() and DumpTree() throw std::bad_alloc.
#ifndef CONTEXT_DEBUG_H
#define CONTEXT_DEBUG_H

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

namespace context::debug {

// Switches tracking on or off. Off, contexts that were remembered stay so, and their cancel calls
// still count; new ones are not remembered. Until the first call, the environment says: tracking is
// on if CONTEXT_DEBUG is set to anything but "" and "0" when the first context is made.
void SetTracking(bool on) noexcept;
bool Tracking() noexcept;

// Forgets all contexts and what was lost so far, as though tracking had been off until now. For a
// test that wants to see what itself loses.
void Forget() noexcept;

enum class State {
  kAlive,
  kDone,  // ended by an ancestor, or by its deadline
  kGone,  // no handle of it is left: nobody can call its cancel function any more
};

// Contexts that were made at one place, ended (or not) alike, and whose own cancel function, or a
// copy of it, was not called. A parent's cancel or an expired timer is no call.
struct LostContext {
  std::string kind;          // "WithCancel", "WithCancelCause", "WithDeadline", "WithAny"
  std::string file;          // as std::source_location gives it; empty where the compiler, or an
  std::uint32_t line = 0;    // indirect call, gave none
  std::uint32_t column = 0;  // differs between compilers
  std::string function;
  State state = State::kAlive;
  std::error_code err;    // if kDone: Err()
  std::size_t count = 1;  // how many of them

  bool operator==(const LostContext&) const = default;
};

// All of them, by file, line and column. One that is alive or done is in the list as long as its
// cancel function has not been called yet, also if that is still to come.
std::vector<LostContext> LostContexts();

// The same for people, a line for each; empty if there are none. This is what is printed on stderr
// at the end of a program that has tracking on then: after the destructors of static objects, so
// that what they call counts. A program that ends by _exit, quick_exit or a signal prints nothing.
std::string LostReport();

enum class Format {
  kText,  // a line for each context, indented
  kDot,   // a graph for Graphviz: dot -Tsvg
};

// The tree of the contexts that are remembered and exist, and below it those that went without a
// call. Where the way from a context to its child leads over values, WithoutCancel or a user's
// context, the child says so. Linear in their number, in constant stack. The form may change.
std::string DumpTree(Format format = Format::kText);

}  // namespace context::debug

#endif  // CONTEXT_DEBUG_H
