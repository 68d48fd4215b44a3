// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts for code that has a std::stop_token, and the other way round. No thread waits for
// either.
//
//   std::jthread worker([&parent](std::stop_token token) {
//     auto [ctx, cancel] = context::WithStopToken(parent, token);
//     context::Defer guard(cancel);
//     ServeUntilDone(ctx);                            // also when stop is requested of the thread
//   });
//
//   auto [ctx, cancel] = context::WithTimeout(parent, 2s);
//   context::Defer guard(cancel);
//   changed.wait(lock, context::ToStopToken(ctx), ready);          // a condition_variable_any
//
// Needs std::stop_token: libstdc++ has it; libc++ 19 only with -fexperimental-library.
#ifndef CONTEXT_STOP_TOKEN_H
#define CONTEXT_STOP_TOKEN_H

#include <version>

#if !defined(__cpp_lib_jthread)
#error "<context/stop_token.h> needs std::stop_token (with libc++: -fexperimental-library)"
#endif

#include <optional>
#include <stop_token>
#include <utility>

#include "context/context.h"
#include "context/internal/weak_cancel.h"

namespace context {
namespace internal {

// Stands in a context as a value, above the one that the token cancels: so it goes when the last
// handle of that goes.
struct StopLink {
  explicit StopLink(StopLink** self) noexcept { *self = this; }
  static const char* String() noexcept { return "linked"; }
  std::optional<std::stop_callback<WeakCancel>> callback;
};
inline constexpr Key<StopLink> kStopLink{"std::stop_token"};

}  // namespace internal

// A child of `parent` that is also done, with Errc::canceled, when stop is requested of `token`. It
// and all its descendants are done when request_stop() returns; if that was before, it is done at
// once. The token's owner is not told when the context ends.
//
// Call the cancel function on every path, as that of WithCancel. The place in the stop state is
// given back when the last handle of the context and of its descendants goes; that waits for a
// request_stop() that is just cancelling it on another thread. (An AfterFunc is no handle: when no
// more than this is left of the context, the token does not reach it any more.)
//
// Throws std::bad_alloc.
inline Cancelable WithStopToken(const Context& parent,
                                std::stop_token token CONTEXT_INTERNAL_WHERE) {
  if (!token.stop_possible()) return WithCancel(parent CONTEXT_INTERNAL_PASS_WHERE);
  internal::StopLink* link = nullptr;
  const Context holder = WithValue(parent, internal::kStopLink, &link);
  Cancelable made = WithCancel(holder CONTEXT_INTERNAL_PASS_WHERE);
  link->callback.emplace(std::move(token), internal::WeakCancel(made.cancel));
  return made;
}

// A token of which stop is requested when `ctx` is done: by a worker of the runtime, soon after,
// since that runs the token's callbacks, and no code of the user's runs within a cancellation. So
// stop_requested() may still be false when cancel() returns. If `ctx` is done already, the token
// that is returned is stopped; if it can never be done, stop_possible() is false.
//
// The token holds on to nothing of the context; when nothing can end `ctx` any more,
// stop_possible() becomes false, as with a stop_source that goes. A place in `ctx` is taken until
// it ends, not only as long as a token is held; so give a context that lives long a child to be
// converted, and cancel the child when the work is over.
//
// Throws std::bad_alloc, or std::system_error when the first worker cannot start.
inline std::stop_token ToStopToken(const Context& ctx) {
  if (!ctx.Done().CanClose()) return std::stop_token();
  std::stop_source source;
  if (ctx.Done().Closed()) {
    source.request_stop();
  } else {
    AfterFunc(ctx, [source] { std::stop_source(source).request_stop(); });
  }
  return source.get_token();
}

}  // namespace context

#endif  // CONTEXT_STOP_TOKEN_H
