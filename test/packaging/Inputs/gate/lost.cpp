#include <context/context.h>

void Lost(const context::Context& parent) {
  auto [ctx, cancel] = context::WithCancel(parent);
}
