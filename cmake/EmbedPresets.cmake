# Writes OUTPUT: one initialiser {"name", R"(text)"} per file of PRESETS.
set(TABLE "")
foreach(PRESET IN LISTS PRESETS)
  get_filename_component(NAME ${PRESET} NAME_WE)
  file(READ ${PRESET} TEXT)
  string(APPEND TABLE "{\"${NAME}\", R\"YAML(${TEXT})YAML\"},\n")
endforeach()
file(WRITE ${OUTPUT} "${TABLE}")
