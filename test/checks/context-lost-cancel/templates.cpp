// RUN: %check_context_tidy %s context-lost-cancel %t
//
// A template is judged in its definition, and where that does not say enough in
// its instantiations: each place once.

#include <context/context.h>

using context::Context;
using context::WithCancel;

void Quiet(const Context &) noexcept;

// Nothing that matters is dependent: found without any instantiation.
template <class F> void NeverInstantiated(const Context &parent, F) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  // CHECK-FIXES: auto [ctx, cancel] = WithCancel(parent);
  // CHECK-FIXES: context::Defer guard(cancel);
}

// Twice instantiated, reported once.
template <class P> void Dependent(const P &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  // CHECK-FIXES: auto [ctx, cancel] = WithCancel(parent);
  // CHECK-FIXES: context::Defer guard(cancel);
  Quiet(ctx);
}
struct Converts {
  operator Context() const noexcept;
};
template void Dependent(const Context &);
template void Dependent(const Converts &);

// Whether the call throws is known in the instantiation only.
template <class F> void MayThrow(const Context &parent, F f) {
  auto [ctx, cancel] = WithCancel(parent);
  f();
  cancel();
}
void InstantiateQuiet(const Context &parent) {
  MayThrow(parent, []() noexcept {});
}
template <class F> void DoesThrow(const Context &parent, F f) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is not called if 'operator()' throws
  f();
  cancel();
}
void Loud();
void InstantiateLoud(const Context &parent) {
  DoesThrow(parent, []() noexcept {});
  DoesThrow(parent, [] { Loud(); });
}

// What 'if constexpr' leaves out is not there.
template <bool Cancel> void Constexpr(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  if constexpr (Cancel)
    cancel();
}
template void Constexpr<true>(const Context &);
template <bool Cancel> void ConstexprLost(const Context &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'cancel' is never called
  if constexpr (Cancel)
    cancel();
}
template void ConstexprLost<false>(const Context &);

void GenericLambda(const Context &parent) {
  auto generic = [](const auto &p) {
    auto [ctx, cancel] = WithCancel(p);
    // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'cancel' is never called
  };
  generic(parent);
  generic(Converts());
  auto fine = [](const auto &p) {
    auto [ctx, cancel] = WithCancel(p);
    context::Defer guard(cancel);
  };
  fine(parent);
}

template <class T> struct Server {
  void Run(const T &parent) {
    auto made = WithCancel(parent);
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'made.cancel' is never called
  }
  void NotRun(const T &parent) { auto [ctx, cancel] = WithCancel(parent); }
};
void InstantiateMember(const Context &parent) {
  Server<Context>().Run(parent);
  Server<Converts>().Run(Converts());
}

template <class T> void Guarded(const T &parent) {
  auto [ctx, cancel] = WithCancel(parent);
  context::Defer guard(cancel);
  T::Work(ctx);
}
