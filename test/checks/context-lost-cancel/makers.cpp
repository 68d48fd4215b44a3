// RUN: %check_context_tidy %s context-lost-cancel %t -expect-remaining
//
// Whatever returns a result derives: wrappers, members, lambdas, pointers.

#include <context/annotations.h>
#include <context/context.h>

using context::Cancelable;
using context::Context;
using context::WithCancel;

bool Ok() noexcept;
Cancelable Wrapper(const Context &parent) {
  auto made = WithCancel(parent);
  return made;
}
struct Factory {
  Cancelable Make(const Context &parent) const;
  static Cancelable MakeStatic(const Context &parent);
  Cancelable operator()(const Context &parent) const;
};
auto lambda = [](const Context &parent) { return WithCancel(parent); };
Cancelable &Existing();

void All(const Context &parent, const Factory &factory,
         Cancelable (*pointer)(const Context &),
         const std::function<Cancelable(const Context &)> &function) {
  auto [c1, k1] = Wrapper(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'k1' is never called
  auto [c2, k2] = factory.Make(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'k2' is never called
  auto [c3, k3] = Factory::MakeStatic(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'k3' is never called
  auto [c4, k4] = factory(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'k4' is never called
  auto [c5, k5] = lambda(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'k5' is never called
  auto [c6, k6] = pointer(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'k6' is never called
  auto [c7, k7] = function(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'k7' is never called
  (void)Wrapper(parent).ctx;
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: the cancel function of 'Wrapper' is discarded
  const auto &made = Ok() ? Wrapper(parent) : WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: 'made.cancel' is never called

  // Whoever returns a reference derives nothing.
  auto &existing = Existing();
  auto copy = Existing();
}

// A library that says it by annotations, with names of its own.
namespace app {
struct CONTEXT_TYPE Scope {
  bool Stopped() const;
};
struct Stopper {
  void operator()() const noexcept;
};
struct CONTEXT_DERIVES Child {
  Scope scope;
  CONTEXT_CANCEL Stopper stop;
};
Child Derive(const Scope &);
struct Pair {
  Scope scope;
  Stopper cancel;
};
CONTEXT_DERIVES Pair DeriveToo(const Scope &);
Pair JustAPair(const Scope &);

void Use(const Scope &parent) {
  auto [scope, stop] = Derive(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'stop' is never called
  auto child = Derive(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'child.stop' is never called
  auto pair = DeriveToo(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'pair.cancel' is never called
  auto other = JustAPair(parent);
  auto [s, k] = Derive(parent);
  k();
}
} // namespace app

//===-- Every kind of function ---------------------------------------------===//

struct Server {
  explicit Server(const Context &parent) {
    auto [ctx, cancel] = WithCancel(parent);
    // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'cancel' is never called
  }
  ~Server() {
    auto [ctx, cancel] = WithCancel(context::Background());
    // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'cancel' is never called
  }
  void Run(const Context &parent) const {
    auto [ctx, cancel] = WithCancel(parent);
    // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'cancel' is never called
  }
  operator bool() const {
    auto [ctx, cancel] = WithCancel(context::Background());
    // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'cancel' is never called
    return true;
  }
};

auto inLambda = [](const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
};

// A lambda's cancel is not the function's, nor the other way round.
void Nested(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  auto inner = [&ctx = ctx, &cancel = cancel] {
    auto [ctx2, cancel2] = WithCancel(ctx);
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'cancel2' is never called
    cancel();
  };
  inner();
}

void InLocalClass(const Context &parent) {
  struct Local {
    static void Run(const Context &p) {
      auto [ctx, cancel] = WithCancel(p);
      // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'cancel' is never called
    }
  };
  Local::Run(parent);
}

int main() {
  auto [ctx, cancel] = WithCancel(context::Background());
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
}
