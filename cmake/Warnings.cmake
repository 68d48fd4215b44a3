# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# The warnings of our own code, as errors, with g++ and clang. Headers of others
# (LLVM, GoogleTest) must come in as SYSTEM.
function(context_tidy_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic
    # Not in a project that takes the runtime in: its compiler may know more warnings than ours.
    $<$<STREQUAL:${CMAKE_PROJECT_NAME},context-tidy>:-Werror>
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wundef
    -Wimplicit-fallthrough
    # clang's also objects to [ctx = ctx], the portable way to capture a structured binding.
    $<$<CXX_COMPILER_ID:GNU>:-Wshadow>)
endfunction()
