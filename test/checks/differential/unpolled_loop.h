// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What unpolled_loop.py's functions are made of, and what they tell the driver
// while they run. The linter gets their text without the hooks:
//
//   if (Branch(Look(ctx).Err())) return;      if (ctx.Err()) return;
//
// A run is fixed by the answers of Choose() and Count(). All contexts are done
// from the start; the driver can say of one look that it is to find its context
// alive, and of one branch that it is to go the other way.
#ifndef CONTEXT_TIDY_TEST_DIFFERENTIAL_UNPOLLED_LOOP_H
#define CONTEXT_TIDY_TEST_DIFFERENTIAL_UNPOLLED_LOOP_H

#include <context/annotations.h>
#include <context/channel.h>
#include <context/context.h>
#include <context/select.h>
#include <context/sleep.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <type_traits>
#include <unistd.h>

using context::Context;
using namespace std::chrono_literals;

// Which call in the source it is.
#define SITE                                                                   \
  unsigned Line = __builtin_LINE(), unsigned Column = __builtin_COLUMN()

//===-- What the linter sees ----------------------------------------------===//

bool Choose(SITE) noexcept;
int Pick(int n, SITE) noexcept; // 0 to n - 1
int Count(SITE) noexcept;       // of rounds, or elements
void Work() noexcept;
CONTEXT_BLOCKING void Block() noexcept; // Says so, and does not.
// The program ends: nothing in the loop goes on. Never inside a try block.
[[noreturn]] void Die();
extern const bool &kOn; // Others change it.

// Contexts and tokens that are done.
Context Ended() noexcept;
std::stop_token EndedToken() noexcept;
// Has something whenever the look beside it finds its context alive.
extern context::Channel<int> &kJobs;

// Bodies that the linter does not see. They look at what they are handed, and
// tell; those that may throw do so when it is done, something of a type that
// no handler names.
bool IsDone(const Context &ctx) noexcept;
bool IsAlive(const Context &ctx) noexcept;
std::error_code WhyDone(const Context &ctx) noexcept;
void SetDone(const Context &ctx, bool *done) noexcept;
void SetDoneRef(const Context &ctx, bool &done) noexcept;
int Step(const Context &ctx);
void Advance(const Context &ctx);
// And these cannot tell.
void Trace(const Context &ctx) noexcept;

struct Failure : std::exception {};
struct Refused {};

struct Items {
  explicit Items(int n) noexcept : Size(n) {}
  struct iterator {
    int Place;
    int operator*() const noexcept { return Place; }
    iterator &operator++() noexcept { return ++Place, *this; }
    bool operator==(const iterator &) const noexcept = default;
  };
  iterator begin() const noexcept { return {0}; }
  iterator end() const noexcept { return {Size}; }

private:
  int Size;
};

struct Request {
  int Number;
  Context Ctx;
};

//===-- Hooks -------------------------------------------------------------===//

// What a switch is on: 0 to Labels.
int Switched(int Value, int Labels, SITE);
// The same on a select that has a default case, the last of the Labels: nothing
// need be there while the context is alive.
int MaybeNone(int Value, int Labels, SITE);
// The condition of a branch. Only one of its operands where there are several:
// each is a branch of its own.
template <class T> bool Branch(const T &Holds, SITE) {
  return Switched(static_cast<bool>(Holds), 1, Line, Column) != 0;
}
// What others may change at any time.
bool Shared(bool, SITE) noexcept;
// A condition that is joined to a poll, and decided before. Neutral is the
// answer with which the poll decides.
bool Joined(bool Holds, bool Neutral) noexcept;

// A look is about to be made.
const Context &Look(const Context &ctx, SITE);
const Context *Look(const Context *ctx, SITE);
std::stop_token Look(const std::stop_token &token, SITE);
// The same, where the linter cannot see what the outcome means.
const Context &Asked(const Context &ctx, SITE);

enum class Needs { EveryRound, RoundsThatBlock };

// A loop, from before its first round until it is left.
class Loop {
public:
  explicit Loop(Needs Which, unsigned Line = __builtin_LINE());
  ~Loop();
  // A round begins here; false where the run is to end.
  bool Head();
  // Whether the run goes on.
  bool More(unsigned Line = __builtin_LINE()) const;

private:
  unsigned Activation;
};
#define LOOP(NAME, NEEDS) if (Loop NAME(Needs::NEEDS); true)

// A flag, or a result that was kept, is declared before: what it is at the
// beginning of a loop, the driver decides. The linter sees KEPT as const.
#define KEPT
class Flag {
public:
  template <class T> explicit Flag(T &Value) : Flag(&Value, &set<T>) {}
  ~Flag();

private:
  template <class T> static void set(void *Value, bool Holds) {
    if constexpr (std::is_same_v<T, bool>)
      *static_cast<T *>(Value) = Holds;
    else
      *static_cast<T *>(Value) = Holds ? T(context::Errc::canceled) : T();
  }
  Flag(void *Value, void (*Set)(void *, bool));
};

// A statement that leaves something follows.
void Out(SITE) noexcept;

// Beside a call that blocks in a function that the driver does not define.
void NoteBlocking();

//===-- A file of random functions ----------------------------------------===//

struct RandomFunction {
  const char *Name;
  void (*Run)();
};
struct RandomFunctions {
  const RandomFunction *Begin;
  const RandomFunction *End;
  bool CallsThrow, Suspends; // Nothing here.
};
extern const RandomFunctions kFunctions;

#endif
