# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# The warnings of our own code, as errors, with g++ and clang. Headers of others
# (LLVM, GoogleTest) must come in as SYSTEM.
function(context_tidy_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Werror
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wundef
    -Wimplicit-fallthrough
    # clang's also objects to [ctx = ctx], the portable way to capture a structured binding.
    $<$<CXX_COMPILER_ID:GNU>:-Wshadow>)
endfunction()
