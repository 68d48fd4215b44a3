// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exceptions, and what stands for them in programs that are built without (-fno-exceptions): where
// one would be thrown, a line on stderr and std::abort(). Not an interface.
#ifndef CONTEXT_INTERNAL_THROW_H
#define CONTEXT_INTERNAL_THROW_H

#if defined(__cpp_exceptions)
#define CONTEXT_INTERNAL_EXCEPTIONS true
#define CONTEXT_INTERNAL_TRY try
#define CONTEXT_INTERNAL_CATCH(what) catch (what)
#else
#include <cstdio>
#include <cstdlib>
#define CONTEXT_INTERNAL_EXCEPTIONS false
#define CONTEXT_INTERNAL_TRY if (true)
#define CONTEXT_INTERNAL_CATCH(what) else
#endif

#include <exception>
#include <utility>

namespace context::internal {
#if !defined(__cpp_exceptions)
// Other functions than those of a part of the program that is built with exceptions.
inline namespace without_exceptions {
#endif

// A null pointer without exceptions: then nobody could look into it.
template <class E>
std::exception_ptr MakeException([[maybe_unused]] E&& error) noexcept {
#if defined(__cpp_exceptions)
  return std::make_exception_ptr(std::forward<E>(error));
#else
  return nullptr;
#endif
}

template <class E>
[[noreturn]] void Throw(const E& error) {
#if defined(__cpp_exceptions)
  throw error;
#else
  std::fprintf(stderr, "context: built without exceptions, cannot throw: %s\n", error.what());
  std::abort();
#endif
}

#if !defined(__cpp_exceptions)
}  // namespace without_exceptions
#endif
}  // namespace context::internal

#endif  // CONTEXT_INTERNAL_THROW_H
