// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts that are done when a signal arrives: Go's signal.NotifyContext. For POSIX systems.
//
//   int main() {
//     auto [ctx, stop] = context::NotifyContext(context::Background(), {SIGINT, SIGTERM});
//     context::Defer guard(stop);
//     Serve(ctx);          // until Ctrl-C
//     stop();              // from here on a second Ctrl-C ends the program
//     CleanUp();
//   }
#ifndef CONTEXT_SIGNAL_H
#define CONTEXT_SIGNAL_H

#include <csignal>
#include <initializer_list>
#include <memory>
#include <system_error>

#include "context/context.h"

namespace context {

// The cause of a context that a signal ended. Its what() is as in Go, "interrupt signal received",
// its code() Errc::canceled.
class SignalError : public std::system_error {
 public:
  explicit SignalError(int signal) noexcept;
  ~SignalError() override;
  int Signal() const noexcept { return signal_; }  // SIGINT, ...
  const char* what() const noexcept override { return text_; }

 private:
  int signal_;
  char text_[48];  // here, so that copying it cannot fail
};

namespace internal {

class SignalWatch;
// A watch for these signals, which are checked.
std::shared_ptr<SignalWatch> MakeSignalWatch(std::initializer_list<int> signals);
// A child of `parent` that ends the watch when its last handle goes.
Context HoldSignalWatch(const Context& parent, const std::shared_ptr<SignalWatch>& watch);
// Begins the watch, which `stop` ends: its context is derived from the one above. The result is
// what a signal ends.
Context StartSignalWatch(const std::shared_ptr<SignalWatch>& watch, const Cancelable& stop);

}  // namespace internal

// A child of `parent` that is done, with Errc::canceled, when one of `signals` arrives, when its
// cancel function is called, or when `parent` is done. If it was a signal, the cause is a
// SignalError (since Go 1.26). Several contexts may watch one signal; it ends them all.
//
// The signals are the program's again, each as it was (its handler, flags and mask; SIG_DFL;
// SIG_IGN), when the last context that watches it has given it back. A context does so, before the
// call returns, when its cancel function is called or `parent` ends, and when its last handle and
// those of its descendants go. Until then the signal does not have its usual effect, also after it
// has ended the context: a second Ctrl-C does not cut off the cleaning up. To let it, call the
// cancel function as soon as the context is done (all as in Go, but that there the parent's end
// gives nothing back).
//
// A handler that was installed meanwhile by others, over ours, is left alone.
//
// How it works: the handler, with SA_RESTART and SA_ONSTACK, notes the signal and posts a semaphore
// (both async-signal-safe; errno stays what it was). One thread, started at the first call, waits
// for that, and cancels. It blocks all signals itself: as ever, one that every other thread blocks
// does not arrive. A read() or accept() that waits is restarted; what the system never restarts,
// as poll(), epoll_wait() and nanosleep(), returns EINTR. After a
// fork() the child's contexts watch nothing until the child calls NotifyContext itself: till then
// the signals have their former effect there.
//
// Throws std::invalid_argument, and changes nothing, if `signals` is empty (in Go: all signals), or
// if one cannot be watched: it does not exist or is the system's own; it cannot be caught (SIGKILL,
// SIGSTOP); or it tells a thread of a mistake of its own, to which no handler may simply return
// (SIGSEGV, SIGBUS, SIGFPE, SIGILL). Throws std::bad_alloc, or std::system_error when the thread
// cannot start. May be called from any thread, but from no signal handler.
inline Cancelable NotifyContext(const Context& parent,
                                std::initializer_list<int> signals CONTEXT_INTERNAL_WHERE) {
  const std::shared_ptr<internal::SignalWatch> watch = internal::MakeSignalWatch(signals);
  Cancelable stop =
      WithCancel(internal::HoldSignalWatch(parent, watch) CONTEXT_INTERNAL_PASS_WHERE);
  Context ctx = internal::StartSignalWatch(watch, stop);
  return {std::move(ctx), std::move(stop.cancel)};
}

}  // namespace context

#endif  // CONTEXT_SIGNAL_H
