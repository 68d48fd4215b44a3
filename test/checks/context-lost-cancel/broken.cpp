// RUN: %check_context_tidy %s context-lost-cancel %t -allow-errors \
// RUN:   -expect-remaining
//
// Unfinished code: no crash, and what can be told is told.

#include <context/context.h>

using context::Context;
using context::WithCancel;

void Unknown(const Context &parent) {
  auto [ctx, cancel] = WithCancle(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  auto made = WithCancel(nowhere);
  made.cancel();
}
void TooFew(const Context &parent) {
  auto [ctx] = WithCancel(parent);
}
struct Loop : Loop {
  Context ctx;
};
void Lost(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  missing(ctx);
}
template <class T> void Half(const T &t) {
  auto [a, b] = WithCancel(t.;
  if (a
}
