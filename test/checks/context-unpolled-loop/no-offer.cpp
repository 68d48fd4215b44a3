// Option OfferReturn: what applies the fix-its of notes unasked has none to apply.
// RUN: %check_context_tidy %s context-unpolled-loop %t \
// RUN:   -- "--config={CheckOptions: [{key: context-unpolled-loop.OfferReturn, value: 'false'}]}"
// RUN: not %clang_tidy --quiet --checks=-*,context-unpolled-loop "--config={CheckOptions: [{key: context-unpolled-loop.OfferReturn, value: maybe}]}" -load=%plugin %s -- -std=c++20 -nostdinc++ -isystem %mocks > %t.out 2>&1
// RUN: grep "error: unknown value 'maybe' of option 'OfferReturn'" %t.out

#include <context/context.h>

bool More();

void Quiet(const context::Context &ctx) {
  while (More()) {
  }
}
// CHECK-NOTES: :[[@LINE-3]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
