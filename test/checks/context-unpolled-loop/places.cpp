// RUN: %check_context_tidy %s context-unpolled-loop %t -ignore-notes='return at the start'

// Kinds of functions: templates, lambdas, coroutines, macros.

#include <context/context.h>
#include <coroutine>
#include <exception>

using context::Context;

void Work();
bool Idle();

//===-- Templates ---------------------------------------------------------===//

// One finding, though there are two instantiations.
template <typename T> void Independent(const Context &ctx, T) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
    Work();
}
template void Independent(const Context &, int);
template void Independent(const Context &, long);

template <typename T> void NeverInstantiated(const Context &ctx, T) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

// Only an instantiation knows that it is a context.
template <typename C> void DependentContext(const C &ctx) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}
template void DependentContext(const Context &);

template <typename C> void DependentUnused(const C &ctx) {
  for (;;)
    Work();
}
template void DependentUnused(const int &);

// What it calls may look.
template <typename P> void DependentPoll(const Context &ctx, P stopped) {
  for (;;) {
    if (stopped(ctx))
      return;
    Work();
  }
}

struct Looks {
  bool operator()(const Context &ctx) const { return bool(ctx.Err()); }
};
struct DoesNotLook {
  bool operator()(const Context &ctx) const { return false; }
};

template <typename P> void OneOfTwo(const Context &ctx, P stopped) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    if (stopped(ctx))
      return;
    Work();
  }
}
template void OneOfTwo(const Context &, Looks);
template void OneOfTwo(const Context &, DoesNotLook);

template <bool Poll> void Chosen(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    if constexpr (Poll)
      if (ctx.Err())
        return;
    Work();
  }
}
template void Chosen<true>(const Context &);
template void Chosen<false>(const Context &);

template <bool Poll> void ChosenWell(const Context &ctx) {
  for (;;) {
    if constexpr (Poll)
      if (ctx.Err())
        return;
    Work();
  }
}
template void ChosenWell<true>(const Context &);

template <typename T> class Box {
  void Member(const Context &ctx) {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it
      Work();
  }
  Context ctx_;
  void Field() {
    while (!ctx_.Err())
      Work();
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx_' is done: no round looks at it
      Work();
  }
};

auto generic = [](const auto &ctx) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
};
void UseGeneric(const Context &ctx) { generic(ctx); }

//===-- Constructors, destructors, try blocks ------------------------------===//

struct Made {
  explicit Made(const Context &ctx) {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it
      Work();
  }
};

struct Tried {
  explicit Tried(const Context &ctx) try {
    for (;;)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it
      Work();
  } catch (...) {
  }
};

void FunctionTry(const Context &ctx) try {
  for (;;) {
    ctx.ThrowIfDone();
    Work();
  }
} catch (...) {
}

// It ends the program, and with it the loop; nothing looks all the same.
void NoExcept(const Context &ctx) noexcept {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

//===-- Coroutines --------------------------------------------------------===//

struct Task {
  struct promise_type {
    Task get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  bool await_resume() noexcept;
};

Task Tick();
Task Tick(const Context &ctx);

Task Coroutine(const Context &ctx) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    co_await Tick();
}

Task CoroutineLooks(const Context &ctx) {
  for (;;) {
    if (ctx.Err())
      co_return;
    co_await Tick();
  }
}

Task CoroutineHandsOn(const Context &ctx) {
  for (;;) {
    if (co_await Tick(ctx))
      co_return;
  }
}

//===-- Macros ------------------------------------------------------------===//

#define FOREVER for (;;)
#define CHECK_DONE(ctx)                                                        \
  do {                                                                         \
    if (ctx.Err())                                                             \
      return;                                                                  \
  } while (0)

void Macro(const Context &ctx) {
  FOREVER
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE-10]]:17: note: expanded from macro 'FOREVER'
    Work();
}

void MacroPoll(const Context &ctx) {
  FOREVER {
    CHECK_DONE(ctx);
    Work();
  }
}

//===-- Nested in expressions and the like ---------------------------------===//

void Suppressed(const Context &ctx) {
  for (;;) // NOLINT(context-unpolled-loop)
    Work();
}

void Gotos(const Context &ctx) {
again:
  Work();
  goto again;
}

void GotoAround(const Context &ctx) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+4]]:13: note: it is looked at here, but not in this round:
    // CHECK-NOTES: :[[@LINE+1]]:9: note: 'Idle()' is true on this path
    if (Idle())
      goto next;
    if (ctx.Err())
      return;
  next:
    Work();
  }
}

void SwitchInside(const Context &ctx, int kind) {
  for (;;) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+11]]:22: note: it is looked at here, but not in this round:
    // CHECK-NOTES: :[[@LINE+6]]:5: note: the switch goes to this label on this path
    switch (kind) {
    case 0:
      if (ctx.Err())
        return;
      break;
    case 1:
      Work();
      break;
    default:
      if (ctx.Done().Closed())
        return;
    }
  }
}
