// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How it hangs together: parent <- holder <- stop <- ctx.
//
// `ctx` is what a signal ends, with its cause; the user gets it. `stop` is what the user's cancel
// function ends; it stays alive after a signal, so that the signals can still be given back by that
// call. `holder` has the watch as a value, so that the watch ends when the last handle of the other
// two goes. The watch itself has no handle of anything.
//
// The registry's mutex comes last of all: it is taken under a node's lock, and under it nothing
// else is. It is held for a few system calls that do not block.
#include "context/signal.h"

#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include <atomic>
#include <bitset>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "context/internal/throw.h"
#include "context/internal/weak_cancel.h"
#include "fork.h"
#include "tracking.h"
#include "tree.h"

namespace context {
namespace {

// Go's names of the signals, where POSIX has them.
const char* NameOf(int signal) {
  switch (signal) {
    case SIGHUP:
      return "hangup";
    case SIGINT:
      return "interrupt";
    case SIGQUIT:
      return "quit";
    case SIGTRAP:
      return "trace/breakpoint trap";
    case SIGABRT:
      return "aborted";
    case SIGUSR1:
      return "user defined signal 1";
    case SIGUSR2:
      return "user defined signal 2";
    case SIGPIPE:
      return "broken pipe";
    case SIGALRM:
      return "alarm clock";
    case SIGTERM:
      return "terminated";
    case SIGCHLD:
      return "child exited";
    case SIGCONT:
      return "continued";
    case SIGTSTP:
      return "stopped";
    case SIGTTIN:
      return "stopped (tty input)";
    case SIGTTOU:
      return "stopped (tty output)";
    case SIGURG:
      return "urgent I/O condition";
    case SIGXCPU:
      return "CPU time limit exceeded";
    case SIGXFSZ:
      return "file size limit exceeded";
    case SIGVTALRM:
      return "virtual timer expired";
    case SIGPROF:
      return "profiling timer expired";
    case SIGSYS:
      return "bad system call";
    default:
      return nullptr;
  }
}

std::string Name(int signal) {
  const char* name = NameOf(signal);
  return name != nullptr ? name : "signal " + std::to_string(signal);
}

[[noreturn]] void ThrowCannotWatch(int signal) {
  internal::Throw(std::invalid_argument("context::NotifyContext: signal " + std::to_string(signal) +
                                        " cannot be watched"));
}

}  // namespace

SignalError::SignalError(int signal) noexcept : std::system_error(Errc::canceled), signal_(signal) {
  if (const char* name = NameOf(signal)) {
    std::snprintf(text_, sizeof text_, "%s signal received", name);
  } else {
    std::snprintf(text_, sizeof text_, "signal %d signal received", signal);
  }
}

SignalError::~SignalError() = default;

namespace internal {
namespace {

constexpr int kSignals = NSIG;  // one more than the greatest

// What the handler uses; never destroyed.
std::atomic<bool> arrived[kSignals];
sem_t some_arrived;
struct sigaction former[kSignals];  // fixed while our handler is installed
std::atomic<pid_t> process;         // whose thread waits; 0: it has not been started yet
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free);

extern "C" void ContextHandleSignal(int signal) {
  const int saved = errno;
  if (getpid() != process.load(std::memory_order_relaxed)) {
    // A forked child, in which nobody waits. Blocked as it is now, the signal comes again when this
    // returns.
    sigaction(signal, &former[signal], nullptr);
    raise(signal);
  } else if (!arrived[signal].exchange(true, std::memory_order_acq_rel)) {
    sem_post(&some_arrived);
  }
  errno = saved;
}

}  // namespace

// The part of one context. Guarded by the registry's mutex, but for what is fixed when it starts.
class SignalWatch : public Waiter, public std::enable_shared_from_this<SignalWatch> {
 public:
  explicit SignalWatch(const std::bitset<kSignals>& asked) noexcept : signals(asked) {
    fire = &OnEnd;
    discard = [](Waiter&) noexcept {};  // the holder goes at the same moment
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch() { Unpin(stop); }

  const std::bitset<kSignals> signals;
  CancelNode* stop = nullptr;        // pinned; this is registered with it
  std::optional<WeakCancel> target;  // ends ctx
  bool started = false;              // counts for its signals
  bool waiting = false;              // in the registry's list: no signal has come yet
  SignalWatch* next_waiting = nullptr;
  SignalWatch* prev_waiting = nullptr;
  std::shared_ptr<SignalWatch> next_hit;  // for the dispatcher

 private:
  static void OnEnd(Waiter& self, Fired&) noexcept;
};

namespace {

class SignalRegistry {
 public:
  // Never destroyed: contexts may be used in any destructor of the program.
  static SignalRegistry& Get() {
    static SignalRegistry& registry = *new SignalRegistry;
    return registry;
  }

  // Throws std::system_error.
  void EnsureThread() {
    std::lock_guard lock(thread_mutex_);
    if (running_) return;
    if (process.load(std::memory_order_relaxed) == 0) {
      if (sem_init(&some_arrived, 0, 0) != 0) {
        Throw(std::system_error(errno, std::generic_category(), "context::NotifyContext"));
      }
      // After those, so that ours comes before them: who ends contexts may take their locks.
      // Without memory for it, a child process has no watches of its own.
      RegisterForkHandlers();
      pthread_atfork([] { Get().ending_.lock(); }, [] { Get().ending_.unlock(); },
                     [] {
                       Get().running_ = false;
                       Get().ending_.unlock();
                     });
    }
    process.store(getpid(), std::memory_order_relaxed);
    // The thread is born with this mask, so that no handler of the user's ever runs on it.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    struct Restore {
      ~Restore() { pthread_sigmask(SIG_SETMASK, mask, nullptr); }
      const sigset_t* mask;
    } const restore{&before};
    std::thread([this] { Dispatch(); }).detach();
    running_ = true;
  }

  // Returns 0, or the signal that cannot be watched; then nothing has changed.
  int Add(SignalWatch& watch) noexcept {
    std::lock_guard lock(mutex_);
    for (int signal = 1; signal < kSignals; ++signal) {
      if (!watch.signals[Index(signal)] || counts_[signal]++ > 0) continue;
      arrived[signal].store(false, std::memory_order_relaxed);
      if (!Install(signal)) {
        const int refused = signal;
        --counts_[refused];
        while (--signal > 0) {
          if (watch.signals[Index(signal)]) Drop(signal);
        }
        return refused;
      }
    }
    watch.started = true;
    watch.waiting = true;
    watch.prev_waiting = nullptr;
    watch.next_waiting = first_;
    if (first_ != nullptr) first_->prev_waiting = &watch;
    first_ = &watch;
    return 0;
  }

  void Remove(SignalWatch& watch) noexcept {
    std::lock_guard lock(mutex_);
    if (!watch.started) return;
    watch.started = false;
    Unlist(watch);
    for (int signal = 1; signal < kSignals; ++signal) {
      if (watch.signals[Index(signal)]) Drop(signal);
    }
  }

 private:
  SignalRegistry() = default;
  static std::size_t Index(int signal) noexcept { return static_cast<std::size_t>(signal); }

  static bool IsOurs(const struct sigaction& action) noexcept {
    return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == &ContextHandleSignal;
  }

  static bool Install(int signal) noexcept {
    struct sigaction ours{};
    ours.sa_handler = &ContextHandleSignal;
    ours.sa_flags = SA_RESTART | SA_ONSTACK;
    sigfillset(&ours.sa_mask);
    // First the old one: the handler may need it as soon as it is there.
    return sigaction(signal, nullptr, &former[signal]) == 0 &&
           sigaction(signal, &ours, nullptr) == 0;
  }

  // One watch less for this signal.
  void Drop(int signal) noexcept {
    if (--counts_[signal] > 0) return;
    struct sigaction current{};
    if (sigaction(signal, nullptr, &current) == 0 && IsOurs(current)) {
      sigaction(signal, &former[signal], nullptr);
    }
  }

  void Unlist(SignalWatch& watch) noexcept {
    if (!watch.waiting) return;
    watch.waiting = false;
    (watch.prev_waiting == nullptr ? first_ : watch.prev_waiting->next_waiting) =
        watch.next_waiting;
    if (watch.next_waiting != nullptr) watch.next_waiting->prev_waiting = watch.prev_waiting;
  }

  void Dispatch() noexcept {
    for (;;) {
      while (sem_wait(&some_arrived) != 0) {
      }
      for (int signal = 1; signal < kSignals; ++signal) {
        if (arrived[signal].load(std::memory_order_relaxed)) End(signal);
      }
    }
  }

  // Ends all contexts that wait for this signal.
  void End(int signal) noexcept {
    std::shared_ptr<SignalWatch> hits;
    {
      std::lock_guard ending(ending_);
      hits = TakeHits(signal);
      for (SignalWatch* hit = hits.get(); hit != nullptr; hit = hit->next_hit.get()) {
        // An exception for each, which is never shared between contexts.
        (*hit->target)(MakeException(SignalError(signal)));
      }
    }
    while (hits != nullptr) hits = std::exchange(hits->next_hit, nullptr);
  }

  std::shared_ptr<SignalWatch> TakeHits(int signal) noexcept {
    std::shared_ptr<SignalWatch> hits;
    std::lock_guard lock(mutex_);
    // Under the lock, as Add() forgets what arrived before the signal was watched again.
    if (!arrived[signal].exchange(false, std::memory_order_acq_rel)) return hits;
    for (SignalWatch* watch = first_; watch != nullptr;) {
      SignalWatch& current = *watch;
      watch = watch->next_waiting;
      if (!current.signals[Index(signal)]) continue;
      Unlist(current);
      // The holder has a reference: it removes the watch before it goes.
      std::shared_ptr<SignalWatch> hit = current.shared_from_this();
      hit->next_hit = std::move(hits);
      hits = std::move(hit);
    }
    return hits;
  }

  std::mutex mutex_;  // guards the watches
  int counts_[kSignals] = {};
  SignalWatch* first_ = nullptr;
  std::mutex thread_mutex_;
  bool running_ = false;
  std::mutex ending_;  // held while the thread ends contexts, and while the process forks (fork.h)
};

// The value in the holder.
class HeldWatch {
 public:
  explicit HeldWatch(std::shared_ptr<SignalWatch> watch) noexcept : watch_(std::move(watch)) {}
  HeldWatch(const HeldWatch&) = delete;
  HeldWatch& operator=(const HeldWatch&) = delete;
  ~HeldWatch() {
    SignalRegistry::Get().Remove(*watch_);
    if (watch_->stop != nullptr) Unregister(watch_->stop, *watch_);
  }

  std::string String() const {
    std::string text = "[";
    for (int signal = 1; signal < kSignals; ++signal) {
      if (!watch_->signals[static_cast<std::size_t>(signal)]) continue;
      if (text.size() > 1) text += ' ';
      text += Name(signal);
    }
    return text + "]";
  }

 private:
  const std::shared_ptr<SignalWatch> watch_;
};

constexpr Key<HeldWatch> kHeldWatch{"signal.NotifyContext"};

}  // namespace

void SignalWatch::OnEnd(Waiter& self, Fired&) noexcept {
  SignalRegistry::Get().Remove(static_cast<SignalWatch&>(self));
}

std::shared_ptr<SignalWatch> MakeSignalWatch(std::initializer_list<int> signals) {
  if (signals.size() == 0) {
    Throw(std::invalid_argument("context::NotifyContext: there are no signals to watch"));
  }
  std::bitset<kSignals> asked;
  for (const int signal : signals) {
    const bool faults =
        signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL;
    if (signal <= 0 || signal >= kSignals || signal == SIGKILL || signal == SIGSTOP || faults) {
      ThrowCannotWatch(signal);
    }
    asked.set(static_cast<std::size_t>(signal));
  }
  return std::make_shared<SignalWatch>(asked);
}

Context HoldSignalWatch(const Context& parent, const std::shared_ptr<SignalWatch>& watch) {
  return WithValue(parent, kHeldWatch, watch);
}

Context StartSignalWatch(const std::shared_ptr<SignalWatch>& watch, const Cancelable& stop) {
  SignalRegistry& registry = SignalRegistry::Get();
  CancelableCause made = WithCancelCause(stop.ctx);
  // Nobody is to call this one but us.
  auto& node = static_cast<CancelNode&>(*Access::Get(made.cancel));
  if (node.tracked) TrackCancelCall(node);
  watch->target.emplace(made.cancel);
  watch->stop = NodeOf(stop.ctx.Done());
  Pin(watch->stop);
  registry.EnsureThread();
  if (const int refused = registry.Add(*watch)) ThrowCannotWatch(refused);
  // If it has ended in the meantime, nobody else will.
  if (!Register(watch->stop, *watch)) registry.Remove(*watch);
  return std::move(made.ctx);
}

}  // namespace internal
}  // namespace context
