// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A trailing parameter with which <context/debug.h> can say where a context was made. Only where
// the compiler has std::source_location; the library has both forms of each function. Not an
// interface.
#ifndef CONTEXT_INTERNAL_WHERE_H
#define CONTEXT_INTERNAL_WHERE_H

#include <version>

#if defined(__cpp_lib_source_location)
#include <source_location>
#define CONTEXT_INTERNAL_WHERE , std::source_location where = std::source_location::current()
#define CONTEXT_INTERNAL_PASS_WHERE , where
#else
#define CONTEXT_INTERNAL_WHERE
#define CONTEXT_INTERNAL_PASS_WHERE
#endif

#endif  // CONTEXT_INTERNAL_WHERE_H
