// Where a look cannot be named, called or put in place, none is offered; a comment,
// a directive and other code stay where they are.
// RUN: %check_context_tidy %s context-unpolled-loop %t -fix-notes -expect-remaining

#include <context/annotations.h>
#include <context/context.h>
#include <memory>
#include <stop_token>
#include <system_error>
using context::Context;
bool More();
void Work();
void CommentBeforeBody(const Context &ctx) {
  while (More()) // NOLINT(another-check)
    Work();
  do // x)
    Work();
  while (More());
  while (More()) // y
    ;
}
// CHECK-NOTES: :[[@LINE-8]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-7]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-5]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-5]]:5: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^    }}{ if (ctx.Err()) return; }
void Directive(const Context &ctx) {
  while (More())
#if defined(__cplusplus)
    Work();
#endif
}
// CHECK-NOTES: :[[@LINE-5]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
void Comments(const Context &ctx) {
  while (More()) { // The queue, (all).
    Work();
  }
  while (More()) { /* One
    and another. */
    Work();
  }
  while (More()) { Work();
  }
  while (More()) { // a \
    b
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-14]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-15]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-NOTES: :[[@LINE-13]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-14]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-NOTES: :[[@LINE-11]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-12]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-NOTES: :[[@LINE-11]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-12]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^    }}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^      }}return;
// CHECK-FIXES: {{^  }}while (More()) { if (ctx.Err()) return; /* One
// CHECK-FIXES: {{^  }}while (More()) { if (ctx.Err()) return; Work();
// CHECK-FIXES: {{^  }}while (More()) { if (ctx.Err()) return; // a \
void Hides(const Context &ctx) {
  while (int ctx = More()) { Work(); }
  for (; int ctx = More();) { Work(); }
  auto one = [&, ctx = 5] { while (More()) { Work(); } };
  auto two = [=] { while (More()) { Work(); } };
  one(); two();
  { enum { ctx }; while (More()) { Work(); } }
}
// CHECK-NOTES: :[[@LINE-7]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-7]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-7]]:29: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-7]]:20: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-6]]:19: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
struct Base { Context ctx; };
struct Derived : Base { int ctx; void Run() { while (More()) { Work(); } } };
struct Inherits : Base { void Run() { while (More()) { Work(); } } };
struct Part { Context *ctx; };
struct Whole { Part part; Context own; };
void Reference(Whole *&whole, Derived &derived) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-5]]:47: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-5]]:39: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-3]]:51: warning: this loop goes on after 'whole->part.ctx' is done: no round looks at it [context-unpolled-loop]
void Two(Part **part) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:25: warning: this loop goes on after 'part->ctx' is done: no round looks at it [context-unpolled-loop]
void Behind(std::unique_ptr<Whole> whole) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:45: warning: this loop goes on after 'whole->part.ctx' is done: no round looks at it [context-unpolled-loop]
// Written by hand, it is seen.
void Looks(std::unique_ptr<Whole> whole) { while (More()) { if (whole->part.ctx->Err()) return; Work(); } }
void Volatile(volatile Context &ctx) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:40: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
struct CONTEXT_TYPE Later;
void Incomplete(Later &later) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:33: warning: this loop goes on after 'later' is done: no round looks at it [context-unpolled-loop]
struct CONTEXT_TYPE Later { CONTEXT_POLL bool done() const; };
struct CONTEXT_TYPE Deleted { CONTEXT_POLL bool done() const = delete; CONTEXT_POLL bool done2() const; };
void F(Deleted &c) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:22: warning: this loop goes on after 'c' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-2]]:37: note: return at the start of a round once 'c' is done
// CHECK-FIXES: {{^}}void F(Deleted &c) { while (More()) { if (c.done2()) return; Work(); } }
struct CONTEXT_TYPE RValue { CONTEXT_POLL bool done() const &&; };
void F(RValue &c) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:21: warning: this loop goes on after 'c' is done: no round looks at it [context-unpolled-loop]
struct CONTEXT_TYPE Overloaded { CONTEXT_POLL bool done(int = 0) const; CONTEXT_POLL bool done() const; };
void F(Overloaded &c) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:25: warning: this loop goes on after 'c' is done: no round looks at it [context-unpolled-loop]
struct CONTEXT_TYPE Mutable { CONTEXT_POLL bool done() const; bool done(); };
void F(Mutable &c) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:22: warning: this loop goes on after 'c' is done: no round looks at it [context-unpolled-loop]
struct Poll { CONTEXT_POLL bool done() const; };
struct CONTEXT_TYPE HidesPoll : Poll { bool done(int) const; };
void F(HidesPoll &c) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:24: warning: this loop goes on after 'c' is done: no round looks at it [context-unpolled-loop]
struct CONTEXT_TYPE Waits { CONTEXT_POLL CONTEXT_BLOCKING bool wait() const; CONTEXT_POLL bool done() const; };
void F(Waits &c) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:20: warning: this loop goes on after 'c' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-2]]:35: note: return at the start of a round once 'c' is done
// CHECK-FIXES: {{^}}void F(Waits &c) { while (More()) { if (c.done()) return; Work(); } }
decltype(auto) Deduced(const Context &ctx) { const bool x = More(); while (More()) { Work(); } return x; }
// CHECK-NOTES: :[[@LINE-1]]:69: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
constexpr bool Constant(const Context *ctx, int n) { while (true) { if (n) return 1; More(); } }
// CHECK-NOTES: :[[@LINE-1]]:54: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
