# bazel/ as a repository of Bazel's that is complete where it is installed: the
# program is linked to from within it.
set(BAZEL_REPOSITORY ${CMAKE_INSTALL_DATADIR}/context-tidy/bazel)
file(RELATIVE_PATH PROGRAM /${BAZEL_REPOSITORY}
     /${CMAKE_INSTALL_BINDIR}/context-lint)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/bazel)
file(CREATE_LINK ${PROGRAM} ${PROJECT_BINARY_DIR}/bazel/context-lint SYMBOLIC)
install(DIRECTORY bazel/ DESTINATION ${BAZEL_REPOSITORY} COMPONENT tools)
install(FILES ${PROJECT_BINARY_DIR}/bazel/context-lint
        DESTINATION ${BAZEL_REPOSITORY} COMPONENT tools)
