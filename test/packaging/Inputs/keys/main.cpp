// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Says whether two libraries have the same keys: linked, or with arguments
// opened by dlopen.
#include <dlfcn.h>

#include <cstdio>

#define KEYS(LIBRARY)              \
  const void *LIBRARY##_inline();  \
  const void *LIBRARY##_visible(); \
  const void *LIBRARY##_owned();
#if defined(LINKED)
extern "C" {
KEYS(one)
KEYS(two)
}
#define GET(LIBRARY, WHICH) LIBRARY##_##WHICH()
#else
static const void *Get(void *library, const char *name) {
  return reinterpret_cast<const void *(*)()>(dlsym(library, name))();
}
#define GET(LIBRARY, WHICH) Get(LIBRARY, #LIBRARY "_" #WHICH)
#endif

int main([[maybe_unused]] int argc, [[maybe_unused]] char **argv) {
#if !defined(LINKED)
  void *one = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  void *two = dlopen(argv[2], RTLD_NOW | RTLD_LOCAL);
  if (one == nullptr || two == nullptr) return std::puts(dlerror());
#endif
  const auto say = [](bool same) { return same ? "same" : "two"; };
  std::printf("inline %s, visible %s, owned %s\n", say(GET(one, inline) == GET(two, inline)),
              say(GET(one, visible) == GET(two, visible)), say(GET(one, owned) == GET(two, owned)));
}
