// RUN: %check_context_tidy %s context-lost-cancel %t -expect-remaining \
// RUN:   -- -config="{CheckOptions: [{key: ModelFile, value: Inputs/model.yaml}]}"
// RUN: %check_context_tidy %s context-lost-cancel %t.none -silent \
// RUN:   -check-suffixes=NONE
//
// A library of one's own, by a model: a guard of its own, a cancel function
// that is the result itself, one that is an element of a tuple.

#include <utility>

namespace std {
template <class A, class B> struct tuple_size<pair<A, B>> {
  static constexpr size_t value = 2;
};
template <class A, class B> struct tuple_element<0, pair<A, B>> {
  using type = A;
};
template <class A, class B> struct tuple_element<1, pair<A, B>> {
  using type = B;
};
template <size_t I, class A, class B>
typename tuple_element<I, pair<A, B>>::type &get(pair<A, B> &p) noexcept;
template <size_t I, class A, class B>
typename tuple_element<I, pair<A, B>>::type get(pair<A, B> &&p) noexcept;
} // namespace std

namespace app {
struct Scope {};
struct Stop {
  void operator()() const noexcept;
};
struct OnExit {
  explicit OnExit(Stop) noexcept;
  ~OnExit();
};
struct Child {
  Scope scope;
  Stop stop;
};
Child Derive(const Scope &) noexcept;
Stop OnStop(const Scope &) noexcept;
std::pair<Scope, Stop> Split(const Scope &) noexcept;
std::pair<Scope, Stop> SplitByName(const Scope &) noexcept;
} // namespace app

void Members(const app::Scope &parent) {
  auto [scope, stop] = app::Derive(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'stop' is never called
  // CHECK-FIXES: app::OnExit guard(stop);
}
void TheResult(const app::Scope &parent) {
  auto stop = app::OnStop(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'stop' is never called
  // CHECK-FIXES: app::OnExit guard(stop);
  app::OnStop(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the cancel function of 'OnStop' is discarded
  app::OnStop(parent)();
}
void Element(const app::Scope &parent) {
  auto [scope, stop] = app::Split(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'stop' is never called
  // CHECK-FIXES: app::OnExit guard(stop);
}
void ElementsTaken(const app::Scope &parent) {
  auto scope = std::get<0>(app::Split(parent));
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: the cancel function of 'Split' is discarded
  auto made = app::Split(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: the cancel function in 'made' is never called
  auto only = std::get<0>(made);
  auto both = app::SplitByName(parent);
  std::get<1>(both)();
  std::get<1>(app::Split(parent))();
  auto stop = std::get<1>(app::Split(parent));
  stop();
}
void Members2(const app::Scope &parent) {
  auto [scope, stop] = app::SplitByName(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'stop' is never called
  // CHECK-FIXES: app::OnExit guard(stop);
  auto made = app::SplitByName(parent);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'made.second' is never called
  // CHECK-FIXES: app::OnExit guard2(made.second);
  auto called = app::SplitByName(parent);
  called.second();
}
void Kept(const app::Scope &parent) {
  auto [scope, stop] = app::Derive(parent);
  stop();
  app::OnExit guard(app::OnStop(parent));
}
