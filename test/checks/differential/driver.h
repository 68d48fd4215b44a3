// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What random functions are made of, and how they are run down every path.
//
// A random function decides nothing itself: it asks Choose() and its like, of
// which the linter sees no body. A run is fixed by the answers, a vector of
// small numbers; driver.cpp tries vectors until every answer has been given in
// every situation (up to a bound), and prints for each function the places at
// which the kind's own observer saw what the check ought to find.
#ifndef CONTEXT_TIDY_TEST_DIFFERENTIAL_DRIVER_H
#define CONTEXT_TIDY_TEST_DIFFERENTIAL_DRIVER_H

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <set>

//===-- For random functions ----------------------------------------------===//

bool Choose() noexcept;
int Pick(int n) noexcept; // 0 to n - 1
void Work() noexcept;
[[noreturn]] void Die() noexcept; // The run ends here: so did the program.
// The run leaves something behind, a static variable: it is the last one of its
// process.
void LeaveBehind() noexcept;

// So many rounds.
struct Items {
  explicit Items(int n) noexcept : Count(n) {}
  struct iterator {
    int Place;
    int operator*() const noexcept { return Place; }
    iterator &operator++() noexcept { return ++Place, *this; }
    bool operator==(const iterator &) const noexcept = default;
  };
  iterator begin() const noexcept { return {0}; }
  iterator end() const noexcept { return {Count}; }

private:
  int Count;
};

// What handlers name. MayThrow throws any of them, one that no handler names,
// or nothing.
struct Failure {};
struct TimedOut : Failure {};
struct Refused {};
struct Unnamed {};
void MayThrow();
bool ChooseOrThrow();
int NumberOrThrow();

// Other things that throw what MayThrow throws, or say that they do not.
struct Loud {
  Loud();
  Loud(const Loud &);
};
struct HasLoud { // By its implicit exception specifications.
  Loud Part;
};
struct LoudEnd {
  ~LoudEnd() noexcept(false);
};
struct HasLoudEnd {
  LoudEnd Part;
};
struct Quiet {
  Quiet() noexcept;
  Quiet(const Quiet &) noexcept;
  ~Quiet();
};
struct HasQuiet {
  Quiet Part;
};
struct LoudNew {
  static void *operator new(std::size_t size);
  static void operator delete(void *memory) noexcept;
};
template <bool IsQuiet> void ThrowUnless() noexcept(IsQuiet) {
  if constexpr (!IsQuiet)
    MayThrow();
}
void WithDefault(int = NumberOrThrow()) noexcept;
using QuietPointer = void (*)() noexcept;
using LoudPointer = void (*)();
extern const QuietPointer CallQuiet;
extern const LoudPointer CallLoud;

// What suspends a coroutine or does not; RiskyPause may throw when it goes on.
struct Pause {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  bool await_resume() const noexcept;
};
struct RiskyPause : Pause {
  bool await_resume() const;
};

// A coroutine that starts at once and is destroyed when it is suspended: nobody
// resumes it.
struct Task {
  struct promise_type {
    Task get_return_object() noexcept {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    Pause yield_value(bool) noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept {}
  };
  explicit Task(std::coroutine_handle<> frame) noexcept : Frame(frame) {}
  Task(const Task &) = delete;
  Task &operator=(const Task &) = delete;
  ~Task() { Frame.destroy(); }

private:
  std::coroutine_handle<> Frame;
};

//===-- For a kind of functions: defined in its <kind>.cpp ----------------===//

enum class Ending {
  Returned,   // Or left with an exception, or was destroyed while suspended.
  Endless,    // It did not end within the bound.
  Died,       // In Die.
  Terminated, // An exception is thrown, and will leave what is noexcept.
};

// Before and after each run. Found: the lines at which this run has shown what
// the check is to find.
void BeginRun();
std::set<unsigned> FoundInRun(Ending How);
// What the rest of a run depends on beside the place where it is: two runs that
// come to one place in one state need not both be tried on from there.
std::uint64_t StateOfRun();
// A call is about to throw, and the check is not to see it (Excused, below):
// what it alone makes to be found is not found in this run.
void ExcuseException();

//===-- For a file of random functions: defined at its end ----------------===//

struct RandomFunction {
  const char *Name;
  void (*Run)();
};
struct RandomFunctions {
  const RandomFunction *Begin;
  const RandomFunction *End;
  enum { Never, Always, Excused };
  int CallsThrow; // One of these: whether MayThrow and its like do.
  bool Suspends;  // Whether Pause does.
};
extern const RandomFunctions kFunctions;

// For what a kind makes of its own.
//
// The place is the caller's: each call in the source is one. The caller's
// caller tells the calls of a constructor or a lambda apart.
#define HERE                                                                   \
  (reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)) * 31 +        \
   reinterpret_cast<std::uintptr_t>(__builtin_return_address(1)))
// Left to itself a run takes at a place each
// answer in turn, so that loops end, or (Steady) always the first.
unsigned Decide(unsigned Options, std::uintptr_t Place,
                bool Steady = false) noexcept;
// Counts as work: a run that does too much of it never ends.
void CountStep() noexcept;
// Throws what MayThrow throws, on behalf of something at Place.
void ThrowOrNot(std::uintptr_t Place);

#endif
