// RUN: %check_context_tidy %s context-lost-cancel %t -- \
// RUN:   -config="{CheckOptions: [{key: ModelFile, value: Inputs/names.yaml}]}"
//
// How a name in a model finds a declaration.

#include <utility>

namespace app {
struct Stop {
  void operator()() const noexcept;
};
// Inline namespaces are left out of names.
inline namespace v2 {
struct Factory {
  static Stop OnStop();
  Stop Member() const;
  template <class T> Stop Template(T) const;
};
} // namespace v2
template <class T> struct Box {
  Stop OnStop() const;
};
namespace one {
Stop Make();
namespace deep {
Stop Make();
}
} // namespace one
namespace {
Stop Make();
}
Stop NotMake();
Stop operator+(const Factory &, int);
} // namespace app
app::Stop Make();
struct Derived : app::Box<int> {};

void All(const app::Factory &factory, const app::Box<int> &box,
         const Derived &derived) {
  auto a = app::Factory::OnStop();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'a' is never called
  auto b = factory.Member();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'b' is never called
  auto c = factory.Template(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'c' is never called
  auto d = box.OnStop();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'd' is never called
  auto e = app::one::Make();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'e' is never called
  auto f = app::one::deep::Make();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'f' is never called
  auto g = derived.OnStop();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'g' is never called
  auto h = factory + 1;
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'h' is never called

  // Of another name, or of another scope.
  auto none = app::NotMake();
  auto other = ::Make();
  auto unnamed = app::Make();
}
