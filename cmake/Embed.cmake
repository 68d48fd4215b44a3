# context_tidy_embed(OUTPUT FOLDER GLOB): a rule that writes OUTPUT, a table of the
# names and texts of the files in FOLDER that match GLOB, for an #include.
function(context_tidy_embed OUTPUT FOLDER GLOB)
  file(GLOB TEXTS CONFIGURE_DEPENDS ${FOLDER}/${GLOB})
  add_custom_command(
    OUTPUT ${OUTPUT}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${OUTPUT} "-DTEXTS=${TEXTS}"
            -P ${PROJECT_SOURCE_DIR}/cmake/EmbedTexts.cmake
    DEPENDS ${TEXTS} ${PROJECT_SOURCE_DIR}/cmake/EmbedTexts.cmake
    VERBATIM)
endfunction()
