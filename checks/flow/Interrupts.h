// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls that a signal interrupted, and that are made again.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_INTERRUPTS_H
#define CONTEXT_TIDY_CHECKS_FLOW_INTERRUPTS_H

#include "Graph.h"

namespace clang::tidy::context::flow {

/// Whether \p E is only taken from the branch \p N where a call was interrupted
/// by a signal: 'errno == EINTR' or the like holds.
bool isForInterrupt(const Node &N, const Edge &E, const ASTContext &Context);

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_INTERRUPTS_H
