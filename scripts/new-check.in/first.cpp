// RUN: %check_context_tidy %s @NAME@ %t

#include <context/context.h>

void work(const context::Context &ctx);

void found() {
  work(context::Background());
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: FIXME: 'Background' is called here; say what goes wrong at run time [@NAME@]
}

void silent(const context::Context &ctx) {
  work(ctx);
}
