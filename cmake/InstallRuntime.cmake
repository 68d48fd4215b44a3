# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# What cmake --install puts where: the runtime's library and headers, and what
# find_package and pkg-config need to find them. Nothing of it names the prefix,
# so the installation may be moved.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/context-tidy)
install(TARGETS context_runtime EXPORT context-tidy-targets
        LIBRARY COMPONENT runtime ARCHIVE COMPONENT runtime)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/context
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT runtime)
install(EXPORT context-tidy-targets NAMESPACE context::
        DESTINATION ${PACKAGE_DIR} COMPONENT runtime)

# Below 1.0 a new minor version may break what was built with the last.
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/context-tidy-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/context-tidy-config.cmake
  INSTALL_DESTINATION ${PACKAGE_DIR})
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/context-tidy-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/context-tidy-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/context-tidy-config-version.cmake
              ${CMAKE_CURRENT_LIST_DIR}/ContextTidy.cmake
        DESTINATION ${PACKAGE_DIR} COMPONENT runtime)

set(PC_DIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH PREFIX_FROM_PC /prefix/${PC_DIR} /prefix)
configure_file(${CMAKE_CURRENT_LIST_DIR}/context-tidy.pc.in
               ${CMAKE_CURRENT_BINARY_DIR}/context-tidy.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/context-tidy.pc
        DESTINATION ${PC_DIR} COMPONENT runtime)
