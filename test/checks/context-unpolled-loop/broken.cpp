// RUN: %check_context_tidy %s context-unpolled-loop %t -allow-errors

// Unfinished edits: no crash, and what is whole is still judged.

#include <context/context.h>

using context::Context;

void Work();

void Whole(const Context &ctx) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
    Work();
}

void Unknown(const Contex &ctx) {
  while (!ctx.Er())
    Work();
}

void UnknownCall(const Context &ctx) {
  for (;;) {
    if (ctx.IsDone())
      return;
    Wrok(ctx);
  }
}

bool AnInitializerOfNoType(const Context &ctx) { void stopped(ctx); }
void LooksThrough(const Context &ctx) {
  while (AnInitializerOfNoType(ctx))
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

struct Incomplete;
void Member(Incomplete &in, const Context &ctx) {
  while (in.Next(ctx))
    Work();
}

class Self : public Self {
  Context ctx_;
  void Run() {
    while (!stopped())
      Work();
  }
};

template <typename T> void Dependent(const Context &ctx, T t) {
  for (auto x : t.items()) {
    t.undefined(ctx)->also(x);
    while (t(ctx), undeclared(t))
      ;
  }
  do {
    auto [a, b] = t;
    co_await a;
  } while (b);
}

void Decomposed(const Context &ctx) {
  auto [a, b, c] = context::WithCancel(ctx);
  for (;;)
    if (a.Err())
      return;
}

void Cases(const Context &ctx) {
  switch (context::Select(ctx)) {
    for (;;) {
    case 0:
      Work();
    case "a":
      break;
    }
  }
}

void Lambda(const Context &ctx) {
  auto f = [&](auto x) { while (x(ctx)) f(x); };
  for (;;)
    f(
}
