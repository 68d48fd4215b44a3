# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# Which sanitizers to build the runtime and its tests with. A build directory of its own for each,
# with clang++.
set(CONTEXT_TIDY_SANITIZER "" CACHE STRING
  "Sanitizers for the runtime and its tests: empty, thread, or address-undefined")
set_property(CACHE CONTEXT_TIDY_SANITIZER PROPERTY STRINGS "" thread address-undefined)

if(NOT CONTEXT_TIDY_SANITIZER MATCHES "^(thread|address-undefined)?$")
  message(FATAL_ERROR "CONTEXT_TIDY_SANITIZER is '${CONTEXT_TIDY_SANITIZER}'; "
    "it must be empty, 'thread' or 'address-undefined'")
endif()

# Whoever links the target gets the sanitizers too.
function(context_tidy_sanitize target)
  if(CONTEXT_TIDY_SANITIZER STREQUAL "thread")
    set(flags -fsanitize=thread)
  elseif(CONTEXT_TIDY_SANITIZER STREQUAL "address-undefined")
    set(flags -fsanitize=address,undefined -fno-sanitize-recover=all)
  else()
    return()
  endif()
  target_compile_options(${target} PUBLIC ${flags} -fno-omit-frame-pointer -g)
  target_link_options(${target} PUBLIC ${flags})
endfunction()
