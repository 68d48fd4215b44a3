// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Marks that tell the context-* checks what a declaration of your own is. They are the in-source
// form of a model file; they change nothing in the program, and vanish under compilers other than
// clang. This header needs C++17 and includes nothing, so any code base can copy it.
//
//   class CONTEXT_TYPE Request { ... };                 // a type that carries cancellation
//   CONTEXT_DERIVES Made Derive(const Request& parent); // its result holds a function to be called
//   struct CONTEXT_DERIVES Made { ... };                // the same, for every function returning
//   it CONTEXT_CANCEL Stopper stop;                        // ... and this member is that function
//   CONTEXT_POLL bool Stopped() const;                  // looks at whether the context is done
//   CONTEXT_BLOCKING void WaitForDisk();                // may block for an unbounded time
//   class CONTEXT_CARRIER Call { ... };                 // may hold a context in a field
#ifndef CONTEXT_ANNOTATIONS_H
#define CONTEXT_ANNOTATIONS_H

#if defined(__clang__)
#define CONTEXT_TYPE [[clang::annotate("context::type")]]
#define CONTEXT_DERIVES [[clang::annotate("context::derives")]]
#define CONTEXT_CANCEL [[clang::annotate("context::cancel")]]
#define CONTEXT_POLL [[clang::annotate("context::poll")]]
#define CONTEXT_BLOCKING [[clang::annotate("context::blocking")]]
#define CONTEXT_CARRIER [[clang::annotate("context::carrier")]]
#else
#define CONTEXT_TYPE
#define CONTEXT_DERIVES
#define CONTEXT_CANCEL
#define CONTEXT_POLL
#define CONTEXT_BLOCKING
#define CONTEXT_CARRIER
#endif

#endif  // CONTEXT_ANNOTATIONS_H
