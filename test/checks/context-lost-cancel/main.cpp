// RUN: %check_context_tidy %s context-lost-cancel %t
//
// An exception that leaves main ends the program, and loses nothing.

#include <context/context.h>

using context::Background;
using context::WithCancel;

bool Ok() noexcept;
void Work();

int main(int argc, char **) {
  auto [c1, k1] = WithCancel(Background());
  Work();
  if (Ok())
    throw 1;
  k1();
  auto [c2, k2] = WithCancel(Background());
  // CHECK-NOTES: :[[@LINE-1]]:13: warning: 'k2' is not called if 'Work' throws
  // CHECK-FIXES: context::Defer guard(k2);
  try {
    Work();
    // CHECK-NOTES: :[[@LINE-1]]:5: note: 'Work' throws
    k2();
  } catch (int) {
    // CHECK-NOTES: :[[@LINE-1]]:5: note: the exception is caught here
    return 1;
    // CHECK-NOTES: :[[@LINE-1]]:5: note: the function returns here
  }
}
