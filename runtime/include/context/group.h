// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Go's errgroup (golang.org/x/sync/errgroup): threads that work on parts of one task. The first
// error ends them all.
//
//   std::error_code FetchAll(const context::Context& parent, const std::vector<Url>& urls) {
//     auto [group, ctx] = context::Group::WithContext(parent);
//     group.SetLimit(8);                                      // at most 8 threads at a time
//     for (const Url& url : urls) {
//       group.Go([&, ctx = ctx] { return Fetch(ctx, url); }); // blocks while 8 are running
//     }
//     return group.Wait();                                    // the first error, or {}
//   }
#ifndef CONTEXT_GROUP_H
#define CONTEXT_GROUP_H

#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "context/annotations.h"
#include "context/context.h"

namespace context {

struct GroupContext;

// A task of a Group: returns nothing, or what converts to a std::error_code.
template <class F>
concept GroupTask = std::invocable<std::decay_t<F>> &&
                    (std::is_void_v<std::invoke_result_t<std::decay_t<F>>> ||
                     std::convertible_to<std::invoke_result_t<std::decay_t<F>>, std::error_code>);

// Starts tasks, each on a thread of its own, and waits for them.
//
// Errors: a task fails if it returns an error_code other than {}, or if an exception leaves it. The
// first failure is the group's error, for good. Wait() gives it back as it came: an error_code is
// returned, an exception is thrown, the same object. So no exception is lost to a result that
// nobody looks at, and none is squeezed into a number. (In Go a panic of a task is one of Wait, or
// of the program, depending on the version.)
//
// Neither copied nor moved, as the tasks know where it is (in Go, copying a used one is an error
// too). All functions may be called from any thread, Go() and TryGo() also from tasks.
class Group {
 public:
  // A group without a context: an error ends no other task.
  Group() noexcept;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  // A group, and a context derived from `parent` for its tasks:
  //   auto [group, ctx] = context::Group::WithContext(parent);
  // The context is cancelled when the first task fails, with its error as the cause (an exception
  // is the cause itself), or else when the first Wait() returns. So use it for the tasks, and not
  // after Wait(). Throws std::bad_alloc.
  static GroupContext WithContext(const Context& parent CONTEXT_INTERNAL_WHERE);

  // Cancels the group's context, if it has one, and waits for all tasks, as std::jthread does. What
  // it comes to that way is an exception between Go() and Wait(); their errors are dropped then.
  ~Group();

  // Runs `f` on a new thread. Blocks while as many tasks run as the limit allows. `f` is copied, or
  // moved from; it is destroyed on its thread, after its run. Also runs `f` if the group has failed
  // already: a task that has nothing left to do sees so by its context. Throws std::system_error
  // when the thread cannot start, and what copying `f` throws; the group is then as before.
  //
  // From a task of the same group it may wait for ever: for a place that this very task has.
  template <GroupTask F>
  void Go(F&& f) {
    Place place(*this, true);
    Start(place, std::make_unique<Typed<std::decay_t<F>>>(std::forward<F>(f)));
  }

  // The same, but if as many tasks run as the limit allows it returns false at once, and leaves `f`
  // untouched.
  template <GroupTask F>
  [[nodiscard]] bool TryGo(F&& f) {
    Place place(*this, false);
    if (!place) return false;
    Start(place, std::make_unique<Typed<std::decay_t<F>>>(std::forward<F>(f)));
    return true;
  }

  // At most `limit` tasks run at a time from now on; any number, if it is negative; none, if it is
  // zero: TryGo() is then false, and Go() blocks. Throws std::logic_error while a task runs, and
  // changes nothing (in Go: a panic).
  void SetLimit(int limit);

  // Waits until all tasks have returned and their threads have ended, with their thread_local
  // objects; cancels the group's context; and gives back the first error: returns it, throws it if
  // it is an exception, or returns {}. Again the same if it is called again. More tasks may be
  // started after it, by which the first error stays what it is.
  //
  // Blocks, and no context ends it: what it waits for is the tasks' to look at. From a task of the
  // same group it would wait for itself.
  [[nodiscard]] std::error_code Wait();

 private:
  class Task {
   public:
    virtual ~Task();
    virtual std::error_code Run() = 0;
  };

  template <class F>
  class Typed final : public Task {
   public:
    template <class G>
    explicit Typed(G&& f) : f_(std::forward<G>(f)) {}
    std::error_code Run() override {
      if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
        std::invoke(std::move(f_));
        return std::error_code();
      } else {
        return std::invoke(std::move(f_));
      }
    }

   private:
    F f_;
  };

  // One of the tasks that may run at a time. Given back unless the thread starts.
  class Place {
   public:
    Place(Group& group, bool wait) : group_(group.Enter(wait) ? &group : nullptr) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (group_ != nullptr) group_->Leave();
    }
    explicit operator bool() const noexcept { return group_ != nullptr; }
    void Keep() noexcept { group_ = nullptr; }

   private:
    Group* group_;
  };

  struct Thread {
    std::unique_ptr<Task> task;
    std::thread thread;
    Thread* next = nullptr;
  };

  explicit Group(CancelCauseFunc cancel) noexcept;
  bool Enter(bool wait);
  void Leave() noexcept;
  void Start(Place& place, std::unique_ptr<Task> task);
  void Run(Thread& self) noexcept;
  void Fail(std::error_code error, const std::exception_ptr& thrown) noexcept;
  void JoinFinished(std::unique_lock<std::mutex>& lock) noexcept;
  void JoinAll(std::unique_lock<std::mutex>& lock) noexcept;

  const std::optional<CancelCauseFunc> cancel_;
  std::mutex mutex_;  // guards what follows; no code of the user's runs under it
  std::condition_variable changed_;
  int limit_ = -1;
  int running_ = 0;             // places taken
  std::size_t unjoined_ = 0;    // threads that were started
  Thread* finished_ = nullptr;  // those whose task has returned
  bool failed_ = false;
  std::error_code error_;
  std::exception_ptr thrown_;
};

// A group and its context. Tasks take the context by value, [ctx = ctx], since the group, which
// waits for them, is destroyed last. What is declared after the group is destroyed before its tasks
// have ended, unless Wait() was called.
struct [[nodiscard]] CONTEXT_CARRIER GroupContext {
  Group group;
  Context ctx;
};

#if defined(__cpp_lib_source_location)
inline GroupContext Group::WithContext(const Context& parent, std::source_location where) {
#else
inline GroupContext Group::WithContext(const Context& parent) {
#endif
  CancelableCause made = WithCancelCause(parent CONTEXT_INTERNAL_PASS_WHERE);
  return {Group(std::move(made.cancel)), std::move(made.ctx)};
}

}  // namespace context

#endif  // CONTEXT_GROUP_H
