# `cpack` in the build folder makes a Debian package of all that is built.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME context-tidy)
set(CPACK_PACKAGE_CONTACT "The context-tidy maintainers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
    "Go-style contexts for C++, and the linter that keeps their use correct")
set(CPACK_PACKAGE_DESCRIPTION "\
A C++ runtime with the semantics of Go's package context, clang-tidy checks that
find code which breaks the rules of contexts, and programs with these checks:
context-lint for CI, context-clang-tidy and context-clangd for editors.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip) # a fifth of xz's time
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
# The shared libraries that the programs load, asked of the programs.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Clang's own headers, and what context-lint starts.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "libclang-common-${CONTEXT_TIDY_LLVM_VERSION}-dev, ninja-build")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
    "clang-tidy-${CONTEXT_TIDY_LLVM_VERSION}, git")
# Without a prefix of the build's own, where Debian's packages are.
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
