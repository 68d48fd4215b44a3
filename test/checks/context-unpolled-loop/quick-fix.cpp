// What --fix-notes inserts, and an editor offers: a look at the context with which
// a round begins. --fix alone inserts nothing.
// RUN: %check_context_tidy %s context-unpolled-loop %t -fix-notes -expect-remaining
// RUN: cp %s %t-plain.cpp
// RUN: %clang_tidy --fix --quiet --checks=-*,context-unpolled-loop --config={} -load=%plugin %t-plain.cpp -- -std=c++20 -nostdinc++ -isystem %mocks
// RUN: diff %s %t-plain.cpp

#include <context/annotations.h>
#include <context/channel.h>
#include <context/context.h>
#include <memory>
#include <stop_token>
#include <system_error>
using context::Context;

bool More();
void Work();

void Nothing(const Context &ctx) {
  while (true) {
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-5]]:16: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^    }}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^      }}return;

bool Outcome(const Context &ctx) {
  for (;;) {
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-5]]:12: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^    }}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^      }}return false;

std::error_code Code(const Context &ctx) {
	do {
		Work();
	} while (More());
	return {};
}
// CHECK-NOTES: :[[@LINE-5]]:2: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-6]]:5: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^		}}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^			}}return ctx.Err();

std::error_code Token(std::stop_token stop) {
    while (More()) { Work(); }
    return {};
}
// CHECK-NOTES: :[[@LINE-3]]:5: warning: this loop goes on after 'stop' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-4]]:20: note: return at the start of a round once 'stop' is done
// CHECK-FIXES: {{^    }}while (More()) { if (stop.stop_requested()) return std::make_error_code(std::errc::operation_canceled); Work(); }

void Empty(const Context &ctx) {
  while (More()) {}
  while (More()) {
  }
  while (More());
  while (More())
    ;
}
// CHECK-NOTES: :[[@LINE-7]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-8]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-NOTES: :[[@LINE-8]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-9]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-NOTES: :[[@LINE-8]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-9]]:17: note: return at the start of a round once 'ctx' is done
// CHECK-NOTES: :[[@LINE-9]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-9]]:5: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^  }}while (More()) { if (ctx.Err()) return; }
// CHECK-FIXES: {{^    }}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^      }}return;
// CHECK-FIXES: {{^  }}while (More()) { if (ctx.Err()) return; }
// CHECK-FIXES: {{^    }}{ if (ctx.Err()) return; }

// A round of one statement gets braces, unless that may get edits of its own.
void OneStatement(const Context &ctx) {
  while (More())
    Work();
  while (More()) Work();
  while (More()) // Why.
    Work();
  while (More())
    if (More())
      Work();
  do
    Work();
  while (More());
}
// CHECK-NOTES: :[[@LINE-12]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-12]]:5: note: return at the start of a round once 'ctx' is done
// CHECK-NOTES: :[[@LINE-12]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-13]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-NOTES: :[[@LINE-13]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-12]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-10]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-FIXES: {{^  }}while (More()) {
// CHECK-FIXES-NEXT: {{^    }}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^      }}return;
// CHECK-FIXES: {{^  }}}
// CHECK-FIXES-NEXT: {{^  }}while (More()) { if (ctx.Err()) return; Work(); }

// Parts, members, and what hides them.
struct Made { Context ctx; int n; };
class Server {
  void Run() {
    while (More()) {
      Work();
    }
  }
  void Hidden(int ctx_) {
    while (More()) {
      Work();
    }
  }
  ~Server();
  Context ctx_;
};
// CHECK-NOTES: :[[@LINE-12]]:5: warning: this loop goes on after 'ctx_' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-13]]:20: note: return at the start of a round once 'ctx_' is done
// CHECK-NOTES: :[[@LINE-9]]:5: warning: this loop goes on after 'ctx_' is done: no round looks at it [context-unpolled-loop]
// CHECK-FIXES: {{^      }}if (ctx_.Err())
// CHECK-FIXES-NEXT: {{^        }}return;

void Parts(Made made) { while (More()) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:25: warning: this loop goes on after 'made.ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-2]]:40: note: return at the start of a round once 'made.ctx' is done
// CHECK-FIXES: {{^}}void Parts(Made made) { while (More()) { if (made.ctx.Err()) return; Work(); } }

// Pointers, too, if they lead there at once.
void Pointer(const Context *ctx) {
  while (More()) {
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-5]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^    }}if (ctx->Err())
// CHECK-FIXES-NEXT: {{^      }}return;

void Pointers(Context **ctx) {
  while (More()) {
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]

void Smart(std::unique_ptr<Context> ctx) {
  while (More()) {
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-5]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^    }}if (ctx->Err())
// CHECK-FIXES-NEXT: {{^      }}return;

void Weak(std::weak_ptr<Context> ctx) {
  while (More()) {
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]

// What to return here nobody knows.
int Number(const Context &ctx) {
  while (More()) {
    Work();
  }
  return 0;
}
// CHECK-NOTES: :[[@LINE-5]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]

void Shadow(const Context &ctx) {
  int n = 0;
  {
    int ctx = n;
    while (More()) {
      Work();
    }
  }
}
// CHECK-NOTES: :[[@LINE-5]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]

void Lambdas(const Context &ctx) {
  auto by = [&] {
    while (More()) {
      Work();
    }
  };
  auto none = [&](int ctx) {
    while (More()) {
      Work();
    }
  };
  auto deduced = [ctx] {
    while (More()) {
      Work();
    }
    return true;
  };
  auto copied = [mine = ctx]() -> bool {
    while (More()) {
      Work();
    }
    return true;
  };
  by(); none(1); deduced(); copied();
}
// CHECK-NOTES: :[[@LINE-23]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-24]]:20: note: return at the start of a round once 'ctx' is done
// CHECK-NOTES: :[[@LINE-20]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-16]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-17]]:20: note: return at the start of a round once 'ctx' is done
// CHECK-NOTES: :[[@LINE-12]]:5: warning: this loop goes on after 'mine' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-13]]:20: note: return at the start of a round once 'mine' is done
// CHECK-FIXES: {{^      }}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^        }}return;
// CHECK-FIXES: {{^      }}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^        }}return false;
// CHECK-FIXES: {{^      }}if (mine.Err())
// CHECK-FIXES-NEXT: {{^        }}return false;

// Of a template, only what holds for all that is made from it.
template <class T> void Generic(T ctx) {
  while (More()) {
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]

template <class T> void Template(const Context &ctx, T t) {
  while (More()) {
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-5]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^    }}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^      }}return;

void Use(const Context &ctx) { Generic(ctx); Template(ctx, 1); }

// Code from a macro stays as it is.
#define LOOP while (More()) { Work(); }
#define FOREVER while (true)
void Macro(const Context &ctx) { LOOP }
// CHECK-NOTES: :[[@LINE-1]]:34: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-4]]:14: note: expanded from macro 'LOOP'
void Macro2(const Context &ctx) { FOREVER { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:35: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-6]]:17: note: expanded from macro 'FOREVER'

// No 'return' may stand there.
[[noreturn]] void Never(const Context &ctx) { while (true) { Work(); } }
// CHECK-NOTES: :[[@LINE-1]]:47: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
struct Ctor {
  explicit Ctor(const Context &ctx) try { Work(); } catch (...) { while (More()) { Work(); } }
};
// CHECK-NOTES: :[[@LINE-2]]:67: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
void Skipped(const Context &ctx) {
  while (true) {
    if (More())
      continue;
    if (ctx.Err())
      return;
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-8]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-6]]:13: note: it is looked at here, but not in this round:
// CHECK-NOTES: :[[@LINE-9]]:9: note: 'More()' is true on this path
// CHECK-NOTES: :[[@LINE-9]]:7: note: this 'continue' goes round the look
// CHECK-NOTES: :[[@LINE-12]]:16: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^    }}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^      }}return;

// The one that is done first: with its parent, or sooner.
void Derived(const Context &parent, const Context &other) {
  auto [ctx, cancel] = context::WithCancel(parent);
  context::Defer guard(cancel);
  auto [apart, stop] = context::WithCancel(other);
  context::Defer second(stop);
  while (More()) {
    Work();
  }
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop goes on after 'parent' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-5]]:18: note: return at the start of a round once 'ctx' is done
// CHECK-FIXES: {{^    }}if (ctx.Err())
// CHECK-FIXES-NEXT: {{^      }}return;

// By an annotation.
class CONTEXT_TYPE Scope {
public:
  CONTEXT_POLL bool expired() const;
  void cancel();
};
class Own : public Scope {};
bool Annotated(Own &scope) {
  while (More()) {
    Work();
  }
  return true;
}
// CHECK-NOTES: :[[@LINE-5]]:3: warning: this loop goes on after 'scope' is done: no round looks at it [context-unpolled-loop]
// CHECK-NOTES: :[[@LINE-6]]:18: note: return at the start of a round once 'scope' is done
// CHECK-FIXES: {{^    }}if (scope.expired())
// CHECK-FIXES-NEXT: {{^      }}return false;
