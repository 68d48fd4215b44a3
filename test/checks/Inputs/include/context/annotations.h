// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#define CONTEXT_TYPE [[clang::annotate("context::type")]]
#define CONTEXT_DERIVES [[clang::annotate("context::derives")]]
#define CONTEXT_CANCEL [[clang::annotate("context::cancel")]]
#define CONTEXT_POLL [[clang::annotate("context::poll")]]
#define CONTEXT_BLOCKING [[clang::annotate("context::blocking")]]
#define CONTEXT_CARRIER [[clang::annotate("context::carrier")]]
