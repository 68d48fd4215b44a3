// RUN: %check_context_tidy %s context-unpolled-loop %t -ignore-notes='return at the start'

// Conditions of several parts, in the forms that Clang gives them.

#include <context/context.h>

using context::Context;

void Work();
bool Idle();
bool Other();

//===-- Joined by several operators ---------------------------------------===//

void ManyAtTheEnd(const Context &ctx) {
  do {
    Work();
  } while (Idle() && Other() && !ctx.Err());
}

void NestedAtTheEnd(const Context &ctx) {
  do {
    Work();
  } while ((Idle() || (Other() && Idle())) && !ctx.Err());
}

void NegatedAtTheEnd(const Context &ctx) {
  do {
    Work();
  } while (!(Idle() && Other()) && !ctx.Err());
}

void ChosenAtTheEnd(const Context &ctx) {
  do {
    Work();
  } while ((Idle() && (Other() && Idle())) ? !ctx.Err() : false);
}

void OneOfManyGoesRound(const Context &ctx) {
  do {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+4]]:38: note: it is looked at here, but not in this round
    // CHECK-NOTES: :[[@LINE+3]]:12: note: 'Idle()' is true on this path
    // CHECK-NOTES: :[[@LINE+2]]:12: note: 'Idle() || Other() || !ctx.Err()' is true on this path
    Work();
  } while (Idle() || Other() || !ctx.Err());
}

void ChosenOtherwise(const Context &ctx) {
  do {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+5]]:48: note: it is looked at here, but not in this round
    // CHECK-NOTES: :[[@LINE+4]]:13: note: 'Idle()' is true on this path
    // CHECK-NOTES: :[[@LINE+3]]:13: note: 'Idle() && Other()' is true on this path
    // CHECK-NOTES: :[[@LINE+2]]:12: note: '(Idle() && Other()) ? Idle() : !ctx.Err()' is true on this path
    Work();
  } while ((Idle() && Other()) ? Idle() : !ctx.Err());
}

//===-- Compared with one of the errors -----------------------------------===//

// Done, it is taken to be the error that is asked for.
void GoesOnWhenCanceled(const Context &ctx) {
  while (ctx.Err() == context::Errc::canceled || Idle()) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE-2]]:14: note: no way out of the loop depends on what this tells
    Work();
  }
}

void EndsWhenCanceled(const Context &ctx) {
  for (;;) {
    if (ctx.Err() == context::Errc::canceled || Other())
      return;
    Work();
  }
}

void EndsUnlessCanceled(const Context &ctx) {
  while (Idle()) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+1]]:13: note: no way out of the loop depends on what this tells
    if (ctx.Err() != context::Errc::canceled && Other())
      break;
  }
}

void EndsAtTheEndWhenCanceled(const Context &ctx) {
  do {
    Work();
  } while (ctx.Err() != context::Errc::canceled && Idle());
}

// A structured binding is read like any variable.
void OfABinding(const Context &parent) {
  auto [ctx, cancel] = context::WithCancel(parent);
  do {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'parent' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+2]]:16: note: no way out of the loop depends on what this tells
    Work();
  } while (ctx.Err() == context::Errc::canceled);
  cancel();
}
