// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of clangd that this program answers in its place. The linker's
// --wrap=NAME, which tools/CMakeLists.txt asks for, hands every call of NAME to
// __wrap_NAME, and __real_NAME is what was called.

#ifndef CONTEXT_TIDY_TOOLS_CONTEXT_CLANGD_OVERRIDDEN_H
#define CONTEXT_TIDY_TOOLS_CONTEXT_CLANGD_OVERRIDDEN_H

/// Of the function that has this name in object files: what clangd has, and
/// what is called in its place.
#define CONTEXT_TIDY_THEIRS(MANGLED) __asm__("__real_" MANGLED)
#define CONTEXT_TIDY_OURS(MANGLED) __asm__("__wrap_" MANGLED)

#endif // CONTEXT_TIDY_TOOLS_CONTEXT_CLANGD_OVERRIDDEN_H
