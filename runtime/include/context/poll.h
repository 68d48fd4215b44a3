// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The end of a context as a file descriptor, for loops that wait with poll, epoll, kqueue or
// select:
//
//   context::DoneFd done(ctx);
//   pollfd wait[] = {{socket, POLLIN, 0}, {done.Get(), POLLIN, 0}};
//   while (!ctx.Err()) {
//     if (poll(wait, 2, -1) < 0) continue;      // a signal; it also returns when ctx is done
//     if (wait[0].revents != 0) Handle(socket);
//   }
//
// On POSIX systems only: an eventfd on Linux, a pipe elsewhere.
#ifndef CONTEXT_POLL_H
#define CONTEXT_POLL_H

#if !defined(__unix__) && !defined(__APPLE__)
#error "context/poll.h is for systems with POSIX file descriptors"
#endif

#include <utility>

#include "context/context.h"

namespace context {
namespace internal {

struct DoneFdState;
struct DoneFdAccess;

}  // namespace internal

// Owns a file descriptor that is readable once a DoneChannel is closed, and from then on for good:
// at once, if it is closed already; before the call returns that closes it; never, for one that
// never closes.
//
// The descriptor is only to be waited for (level-triggered, or edge-triggered). Do not read it,
// write it, change its flags or close it. It is closed on exec, and when this object is destroyed:
// take it out of an epoll set before. That may happen while another thread cancels.
//
// Thread-safety: any number of threads may wait for the descriptor and call Get(); moving from,
// assigning to or destroying the object meanwhile is a race.
//
// After a fork, parent and child share the descriptor, but not the context: it is readable in both
// when the context of either is done. So look at Err() or Done().Closed(), as above; in the process
// whose context ended, they are true before the descriptor is readable.
class DoneFd {
 public:
  // Holds a handle of its own to the channel. Throws std::system_error when there are no file
  // descriptors to be had, and std::bad_alloc.
  explicit DoneFd(const DoneChannel& done);
  explicit DoneFd(const Context& ctx) : DoneFd(ctx.Done()) {}
  // The moved-from one has none. The descriptor keeps its number.
  DoneFd(DoneFd&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  DoneFd& operator=(DoneFd&& other) noexcept {
    DoneFd incoming(std::move(other));
    std::swap(state_, incoming.state_);
    return *this;
  }
  // Does not block, but for a cancellation that is just making the descriptor readable.
  ~DoneFd();

  // The descriptor; -1 of a moved-from object.
  int Get() const noexcept;

 private:
  friend struct internal::DoneFdAccess;
  explicit DoneFd(internal::DoneFdState* owned) noexcept : state_(owned) {}

  internal::DoneFdState* state_;
};

namespace internal {

// For tests: the descriptor that systems without eventfd get.
struct DoneFdAccess {
  static DoneFd WithPipe(const DoneChannel& done);
};

}  // namespace internal
}  // namespace context

#endif  // CONTEXT_POLL_H
