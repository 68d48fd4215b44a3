#include "keys.h"

extern "C" {
[[gnu::visibility("default")]] const void *CONCAT(NAME, _inline)() {
  return &kInline;
}
[[gnu::visibility("default")]] const void *CONCAT(NAME, _visible)() {
  return &kVisible;
}
[[gnu::visibility("default")]] const void *CONCAT(NAME, _owned)() {
  return &kOwned;
}
}
