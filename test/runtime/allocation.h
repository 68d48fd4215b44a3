// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program's operator new, for tests about allocation.
#ifndef CONTEXT_TEST_RUNTIME_ALLOCATION_H
#define CONTEXT_TEST_RUNTIME_ALLOCATION_H

#include <gtest/gtest.h>

#include <cstddef>

// Sanitizers bring an operator new of their own, beside which there can be none of ours.
#if defined(__has_feature)
#define CONTEXT_TEST_HAS_FEATURE(feature) __has_feature(feature)
#else
#define CONTEXT_TEST_HAS_FEATURE(feature) 0
#endif
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) && \
    !CONTEXT_TEST_HAS_FEATURE(thread_sanitizer) && !CONTEXT_TEST_HAS_FEATURE(address_sanitizer)
#define CONTEXT_TEST_OWN_NEW 1
#endif

namespace context_test {

// Counts and fails the allocations of the calling thread. Tests that use this
// or the next exist only where CONTEXT_TEST_OWN_NEW is defined.
struct Allocations {
  static std::size_t Made();                // so far
  static std::size_t BytesOfLast();         // asked for by the last one
  static std::ptrdiff_t Live();             // made less freed
  static void FailAfter(std::size_t made);  // the next ones but `made` throw std::bad_alloc
  static void FailNever();
};

// While one lives, the calling thread's allocations come from pages that it can write-protect.
class Arena {
 public:
  Arena();
  ~Arena();
  void Stop();     // back to the ordinary heap
  void Protect();  // writing to what was allocated is a crash from now on
  void Unprotect();
};

}  // namespace context_test

#endif  // CONTEXT_TEST_RUNTIME_ALLOCATION_H
