// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stands for a C library's header.
#pragma GCC system_header
extern "C" long system_read(int fd);
extern "C" void system_sort(int (*compare)(int, int));
