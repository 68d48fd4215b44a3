// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// fork() copies the calling thread alone. So that a child process can go on, the runtime's own
// threads stand still, with no lock held, while a process forks; the child starts its own when it
// needs them. What other threads of the user's are doing at that moment is beyond us.
#ifndef CONTEXT_SRC_FORK_H
#define CONTEXT_SRC_FORK_H

namespace context::internal {

// Called by whoever starts a thread. Does nothing where there is no fork().
void RegisterForkHandlers() noexcept;

}  // namespace context::internal

#endif  // CONTEXT_SRC_FORK_H
