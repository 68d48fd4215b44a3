# Finds the LLVM and Clang of CONTEXT_TIDY_LLVM_VERSION. A plugin works only in
# a clang-tidy of the very LLVM that it was built against, so any other version
# is an error here rather than a surprise at load time.
#
# find_package(Clang <version>) cannot ask for a major version: Clang's version
# file accepts an exact match only. So the version is checked by hand.
find_package(Clang REQUIRED CONFIG
  HINTS /usr/lib/llvm-${CONTEXT_TIDY_LLVM_VERSION}/lib/cmake/clang
  NO_CMAKE_SYSTEM_PATH)
if(NOT LLVM_VERSION_MAJOR EQUAL CONTEXT_TIDY_LLVM_VERSION)
  message(FATAL_ERROR
    "context-tidy wants LLVM ${CONTEXT_TIDY_LLVM_VERSION}, but found "
    "${LLVM_PACKAGE_VERSION} in ${LLVM_DIR}. Install llvm-"
    "${CONTEXT_TIDY_LLVM_VERSION}-dev and libclang-"
    "${CONTEXT_TIDY_LLVM_VERSION}-dev, point Clang_DIR at them, or set "
    "CONTEXT_TIDY_LLVM_VERSION.")
endif()
separate_arguments(CONTEXT_TIDY_LLVM_DEFINITIONS UNIX_COMMAND
                   "${LLVM_DEFINITIONS}")
