# context_tidy_enable(TARGET [WARNINGS_AS_ERRORS])
#   lints each file of TARGET when it is compiled, by CMake's CXX_CLANG_TIDY, with
#   a clang-tidy that has the checks built in. All checks of context-tidy are on,
#   and no others; their options come from .clang-tidy. It is an error if the
#   target has a CXX_CLANG_TIDY already: one clang-tidy runs for a file.
#
# context_tidy_add_gate(NAME [ARGUMENT...])
#   adds the target NAME, which runs context-lint over the whole build with these
#   arguments.

# Where the programs are: beside this file's package, or on the PATH.
function(_context_tidy_program NAME VARIABLE)
  find_program(${VARIABLE} ${NAME} HINTS "${CONTEXT_TIDY_PREFIX}/bin"
               DOC "${NAME} of context-tidy")
  if(NOT ${VARIABLE})
    message(FATAL_ERROR
      "context-tidy: there is no ${NAME} in ${CONTEXT_TIDY_PREFIX}/bin, nor on "
      "the PATH. Build context-tidy with CONTEXT_TIDY_BUILD_TOOLS, or set "
      "${VARIABLE}.")
  endif()
endfunction()

function(context_tidy_enable TARGET)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "WARNINGS_AS_ERRORS" "" "")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "context_tidy_enable(${TARGET}): unknown argument "
                        "${ARG_UNPARSED_ARGUMENTS}")
  endif()
  get_target_property(OTHER ${TARGET} CXX_CLANG_TIDY)
  if(OTHER)
    message(FATAL_ERROR
      "context_tidy_enable(${TARGET}): the target's CXX_CLANG_TIDY is ${OTHER} "
      "already. Add -load=<the plugin> to it instead (see docs/ci.md).")
  endif()
  _context_tidy_program(context-clang-tidy CONTEXT_TIDY_CLANG_TIDY)
  set(COMMAND ${CONTEXT_TIDY_CLANG_TIDY} --quiet --checks=-*,context-*)
  if(ARG_WARNINGS_AS_ERRORS)
    list(APPEND COMMAND --warnings-as-errors=context-*)
  endif()
  set_target_properties(${TARGET} PROPERTIES CXX_CLANG_TIDY "${COMMAND}")
endfunction()

function(context_tidy_add_gate NAME)
  _context_tidy_program(context-lint CONTEXT_TIDY_LINT)
  if(NOT CMAKE_EXPORT_COMPILE_COMMANDS)
    message(FATAL_ERROR
      "context_tidy_add_gate(${NAME}): context-lint reads compile_commands.json. "
      "Set CMAKE_EXPORT_COMPILE_COMMANDS to ON before the first target.")
  endif()
  add_custom_target(${NAME}
    COMMAND ${CONTEXT_TIDY_LINT} -p ${CMAKE_BINARY_DIR} ${ARGN}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    USES_TERMINAL VERBATIM)
endfunction()
