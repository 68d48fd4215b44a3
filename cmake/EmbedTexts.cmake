# Writes OUTPUT: one initialiser {"name", R"(text)"} per file of TEXTS.
set(TABLE "")
foreach(FILE IN LISTS TEXTS)
  get_filename_component(NAME ${FILE} NAME_WE)
  file(READ ${FILE} TEXT)
  string(APPEND TABLE "{\"${NAME}\", R\"TEXT(${TEXT})TEXT\"},\n")
endforeach()
file(WRITE ${OUTPUT} "${TABLE}")
