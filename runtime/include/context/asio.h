// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations of Boost.Asio that end when a context does:
//
//   boost::asio::awaitable<void> Session(context::Context ctx, tcp::socket socket) {
//     using boost::asio::use_awaitable;
//     co_await boost::asio::async_read(socket, buffer,
//                                      context::asio::BindContext(ctx, use_awaitable));
//   }
//
//   timer.async_wait(context::asio::BindContext(ctx, [ctx](boost::system::error_code ec) {
//     if (ec == boost::asio::error::operation_aborted && ctx.Err()) return;  // cancelled
//   }));
//
//   boost::asio::co_spawn(strand, Session(ctx, std::move(socket)),
//                         context::asio::BindContext(ctx, boost::asio::detached));
//
// Header-only, and optional: it needs Boost 1.81 or later, which nothing else here does.
#ifndef CONTEXT_ASIO_H
#define CONTEXT_ASIO_H

#include <atomic>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_context.hpp>
#include <boost/asio/system_executor.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "context/annotations.h"
#include "context/context.h"

namespace context::asio {
namespace internal {

using CancellationType = boost::asio::cancellation_type_t;

// Whether an io_context (or the like) still takes functions: not from when its destructor begins.
struct Gate {
  std::mutex mutex;
  bool closed = false;
};

class GateService : public boost::asio::execution_context::service {
 public:
  using key_type = GateService;
  static inline boost::asio::execution_context::id id;

  explicit GateService(boost::asio::execution_context& owner) : service(owner) {}
  const std::shared_ptr<Gate>& Get() const noexcept { return gate_; }

 private:
  void shutdown() noexcept override {
    std::lock_guard lock(gate_->mutex);
    gate_->closed = true;
  }

  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
};

template <class Executor>
std::shared_ptr<Gate> GateOf(const Executor& executor) {
  boost::asio::execution_context& context =
      boost::asio::query(executor, boost::asio::execution::context);
  if (!boost::asio::has_service<GateService>(context)) {
    // Services are shut down in the reverse of their order: the strands' after ours.
    const auto strand = boost::asio::make_strand(executor);
  }
  return boost::asio::use_service<GateService>(context).Get();
}

// One operation, from its initiation until its handler is called or dropped. Its signal belongs to
// the operation's executor, or during the initiation to the thread that initiates it.
template <class Executor>
class Operation : public std::enable_shared_from_this<Operation<Executor>> {
 public:
  Operation(const Executor& executor, CancellationType type)
      : executor_(executor), gate_(GateOf(executor)), type_(type) {}

  boost::asio::cancellation_slot Slot() noexcept { return signal_.slot(); }

  // Before the initiation, so that the operation does not begin if this throws.
  void Watch(const Context& ctx) {
    StopFunc stop = AfterFunc(ctx, [self = this->shared_from_this()] {
      std::lock_guard lock(self->mutex_);
      self->done_ = true;
      if (self->initiated_) self->Post();
    });
    std::lock_guard lock(mutex_);
    stop_ = std::move(stop);
  }

  // What the handler's own slot gets is passed on.
  void Follow(boost::asio::cancellation_slot outer) {
    if (!outer.is_connected()) return;
    outer_ = outer;
    outer_.assign([weak = this->weak_from_this()](CancellationType type) {
      if (const auto self = weak.lock()) self->Emit(type);
    });
  }

  // The context may have ended during the initiation; the signal is the executor's from now on.
  void Initiated() noexcept {
    std::lock_guard lock(mutex_);
    initiated_ = true;
    if (done_) Post();
  }

  // On the executor, when the operation has completed.
  void Complete() noexcept {
    if (emitting_ == 0 && outer_.is_connected()) outer_.clear();
    Drop();
  }

  // When nothing uses the signal any more: also if the handler is destroyed without a call. The
  // executor must not outlive its io_context, whose destructor calls this.
  void Drop() noexcept {
    std::optional<StopFunc> stop;
    std::optional<Executor> executor;
    {
      std::lock_guard lock(mutex_);
      over_.store(true, std::memory_order_relaxed);
      stop.swap(stop_);
      executor.swap(executor_);
    }
    if (stop) (*stop)();
    if (emitting_ == 0) Slot().clear();
  }

 private:
  // Under the mutex.
  void Post() {
    if (over_.load(std::memory_order_relaxed)) return;
    std::lock_guard lock(gate_->mutex);
    if (gate_->closed) return;
    boost::asio::post(*executor_, [self = this->shared_from_this()] { self->Emit(self->type_); });
  }

  // On the executor, and so never beside Complete().
  void Emit(CancellationType type) {
    if (over_.load(std::memory_order_relaxed)) return;
    ++emitting_;
    signal_.emit(type);
    // What it emitted to may have completed the operation meanwhile.
    if (--emitting_ == 0 && over_.load(std::memory_order_relaxed)) Slot().clear();
  }

  std::mutex mutex_;
  bool initiated_ = false;
  bool done_ = false;
  std::atomic<bool> over_{false};  // set under the mutex, read on the executor
  std::optional<StopFunc> stop_;
  std::optional<Executor> executor_;
  const std::shared_ptr<Gate> gate_;
  const CancellationType type_;
  int emitting_ = 0;
  boost::asio::cancellation_slot outer_;
  boost::asio::cancellation_signal signal_;
};

// The handler that the operation gets.
template <class Handler, class Executor>
class BoundHandler {
 public:
  using cancellation_slot_type = boost::asio::cancellation_slot;

  BoundHandler(Handler handler, std::shared_ptr<Operation<Executor>> operation) noexcept
      : handler_(std::move(handler)), operation_(std::move(operation)) {}
  BoundHandler(BoundHandler&&) = default;
  BoundHandler& operator=(BoundHandler&&) = delete;
  ~BoundHandler() {
    if (operation_ != nullptr) operation_->Drop();
  }

  const Handler& Inner() const noexcept { return handler_; }
  cancellation_slot_type get_cancellation_slot() const noexcept { return operation_->Slot(); }

  template <class... Args>
  void operator()(Args&&... args) {
    std::exchange(operation_, nullptr)->Complete();
    std::move(handler_)(std::forward<Args>(args)...);
  }

 private:
  Handler handler_;
  std::shared_ptr<Operation<Executor>> operation_;
};

template <class Token>
struct CONTEXT_CARRIER BoundToken {
  Context ctx;
  CancellationType type;
  Token token;
};

struct NoExecutor : boost::asio::system_executor {};

// An executor of the system's threads (use_future's is one) keeps no order between functions. Many
// do not say in their type which context is theirs.
template <class Executor>
bool KeepsNoOrder(const Executor& executor) {
  using Context = std::remove_reference_t<decltype(boost::asio::query(
      executor, boost::asio::execution::context))>;
  if constexpr (std::is_base_of_v<Context, boost::asio::system_context>) {
    const boost::asio::execution_context& system =
        boost::asio::query(boost::asio::system_executor(), boost::asio::execution::context);
    return &boost::asio::query(executor, boost::asio::execution::context) == &system;
  } else {
    return false;
  }
}

// Starts the operation, whenever the token says so.
template <class Initiation>
struct CONTEXT_CARRIER BoundInitiation {
  Context ctx;
  CancellationType type;
  Initiation initiation;

  auto get_executor() const noexcept
    requires requires(const Initiation& i) { i.get_executor(); }
  {
    return initiation.get_executor();
  }

  template <class Handler, class... Args>
  void operator()(Handler&& handler, Args&&... args) {
    if constexpr (requires { initiation.get_executor(); }) {
      const auto own =
          boost::asio::get_associated_executor(handler, initiation.get_executor());
      if (KeepsNoOrder(own)) {
        Start(initiation.get_executor(), std::forward<Handler>(handler),
              std::forward<Args>(args)...);
      } else {
        Start(own, std::forward<Handler>(handler), std::forward<Args>(args)...);
      }
    } else {
      Start(boost::asio::get_associated_executor(handler, NoExecutor()),
            std::forward<Handler>(handler), std::forward<Args>(args)...);
    }
  }

 private:
  template <class Executor, class Handler, class... Args>
  void Start(const Executor& executor, Handler&& handler, Args&&... args) {
    static_assert(!std::is_same_v<Executor, NoExecutor>,
                  "neither the operation nor the handler says where it runs: give BindContext a "
                  "token made with bind_executor (and not the other way round)");
    const auto operation = std::make_shared<Operation<Executor>>(executor, type);
    // Until the initiation has it: the operation is over if something throws.
    BoundHandler<std::decay_t<Handler>, Executor> bound(std::forward<Handler>(handler), operation);
    operation->Watch(ctx);
    operation->Follow(boost::asio::get_associated_cancellation_slot(bound.Inner()));
    std::move(initiation)(std::move(bound), std::forward<Args>(args)...);
    operation->Initiated();
  }
};

}  // namespace internal

// A completion token: as `token`, for an operation that is cancelled when `ctx` is done, at once if
// it is already. It then completes as it always does when it is cancelled, as a rule with
// boost::asio::error::operation_aborted; ctx.Err() says why. An operation that has completed
// otherwise meanwhile is not undone.
//
// `type` is what is emitted to the operation's cancellation slot; an operation (or a coroutine's
// filter) may support only some kinds of cancellation, and by default gets them all. A slot of the
// token's own, as every use_awaitable has, works as before.
//
// The signal is emitted by a function posted to the executor of the handler (that which is
// associated with it, else the operation's own), from a worker thread of the runtime. Slots are not
// thread-safe, so this executor must not run two functions at once: a strand, or an io_context that
// one thread runs. That is Asio's rule for every use of slots. With bind_executor:
//   BindContext(ctx, boost::asio::bind_executor(strand, handler))
// An io_context may be destroyed with operations pending, also while a context of theirs ends.
//
// It holds a copy of `ctx` until the operation is initiated. When the operation completes, or is
// destroyed with its io_context, its place in the context is free before the handler runs.
// Initiating also throws what AfterFunc throws; the operation has not begun then.
template <class Token>
[[nodiscard]] internal::BoundToken<std::decay_t<Token>> BindContext(
    const Context& ctx, Token&& token,
    boost::asio::cancellation_type_t type = boost::asio::cancellation_type::all) {
  return {ctx, type, std::forward<Token>(token)};
}

}  // namespace context::asio

// The executor, the allocator and whatever else is associated with the inner handler.
template <template <class, class> class Associator, class Handler, class Executor, class Default>
struct boost::asio::associator<Associator, context::asio::internal::BoundHandler<Handler, Executor>,
                               Default> {
  using type = typename Associator<Handler, Default>::type;
  using Bound = context::asio::internal::BoundHandler<Handler, Executor>;
  static decltype(auto) get(const Bound& bound) noexcept {
    return Associator<Handler, Default>::get(bound.Inner());
  }
  static decltype(auto) get(const Bound& bound, const Default& candidate) noexcept {
    return Associator<Handler, Default>::get(bound.Inner(), candidate);
  }
};

template <class Token, class... Signatures>
class boost::asio::async_result<context::asio::internal::BoundToken<Token>, Signatures...> {
 public:
  // The result is spelled out: Asio asks for it with an initiation that is none.
  template <class Initiation, class Bound, class... Args>
  static auto initiate(Initiation&& initiation, Bound&& bound, Args&&... args)
      -> decltype(boost::asio::async_initiate<Token, Signatures...>(
          std::declval<context::asio::internal::BoundInitiation<std::decay_t<Initiation>>>(),
          std::declval<Token&>(), std::declval<Args>()...)) {
    Token token = std::forward<Bound>(bound).token;
    return boost::asio::async_initiate<Token, Signatures...>(
        context::asio::internal::BoundInitiation<std::decay_t<Initiation>>{
            bound.ctx, bound.type, std::forward<Initiation>(initiation)},
        token, std::forward<Args>(args)...);
  }
};

#endif  // CONTEXT_ASIO_H
