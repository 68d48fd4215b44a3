// RUN: %check_context_tidy %s context-unpolled-loop %t -ignore-notes='return at the start'

// Functions are found wherever they stand: the checks go from scope to scope,
// and do not look into expressions and types.

#include <context/context.h>

using context::Context;

void Work();

auto inGlobal = [](const Context &ctx) { while (true) Work(); };
// CHECK-NOTES: :[[@LINE-1]]:42: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]

void DefaultArgument(void (*)(const Context &) = [](const Context &ctx) {
  while (true) Work();
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done
});

struct Members {
  void (*initializer)(const Context &) = [](const Context &ctx) {
    while (true) Work();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done
  };
  void Default(void (*)(const Context &) = [](const Context &ctx) {
    while (true) Work();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done
  });
  static inline auto inStatic = [](const Context &ctx) {
    while (true) Work();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done
  };
  Members() : initializer([](const Context &ctx) {
    while (true) Work();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done
  }) {}
  friend void Friend(const Context &ctx) {
    while (true) Work();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done
  }
  template <typename T> friend void FriendTemplate(const Context &ctx, T) {
    while (true) Work();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done
  }
  class {
    void InUnnamed(const Context &ctx) {
      while (true) Work();
      // CHECK-NOTES: :[[@LINE-1]]:7: warning: this loop goes on after 'ctx' is done
    }
  } unnamed;
};

void Nested() {
  struct Local {
    void Member(const Context &ctx) {
      auto lambda = [&ctx] {
        struct Deeper {
          static void Member(const Context &ctx) {
            while (true) Work();
            // CHECK-NOTES: :[[@LINE-1]]:13: warning: this loop goes on after 'ctx' is done
          }
        };
        [&] {
          while (true) Work();
          // CHECK-NOTES: :[[@LINE-1]]:11: warning: this loop goes on after 'ctx' is done
        }();
      };
    }
  };
  try {
    if (auto inCondition = [](const Context &ctx) { while (true) Work(); })
      // CHECK-NOTES: :[[@LINE-1]]:53: warning: this loop goes on after 'ctx' is done
      for (auto inFor = [](const Context &ctx) { while (true) Work(); }; false;)
        // CHECK-NOTES: :[[@LINE-1]]:50: warning: this loop goes on after 'ctx' is done
        ;
  } catch (...) {
    static auto inHandler = [](const Context &ctx) { while (true) Work(); };
    // CHECK-NOTES: :[[@LINE-1]]:54: warning: this loop goes on after 'ctx' is done
  }
}

template <auto F> struct Holder {};
using InArgument = Holder<[](const Context &ctx) {
  while (true) Work();
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done
}>;
using InType = decltype([](const Context &ctx) {
  while (true) Work();
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done
});

// Only what is made of a template tells that there is a context.
template <typename C> constexpr auto inVariableTemplate = [](const C &ctx) {
  while (true) Work();
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done
};
void UseVariableTemplate(const Context &ctx) {
  inVariableTemplate<Context>(ctx);
}

template <typename C> struct Outer {
  template <typename T> struct Inner {
    void Member(const C &ctx) {
      while (true) Work();
      // CHECK-NOTES: :[[@LINE-1]]:7: warning: this loop goes on after 'ctx' is done
    }
    template <typename U> static void MemberTemplate(const C &ctx, U) {
      [&] {
        while (true) Work();
        // CHECK-NOTES: :[[@LINE-1]]:9: warning: this loop goes on after 'ctx' is done
      }();
    }
  };
  template <typename T> struct Inner<T *> {
    void InPartial(const C &ctx) {
      while (true) Work();
      // CHECK-NOTES: :[[@LINE-1]]:7: warning: this loop goes on after 'ctx' is done
    }
  };
  friend void FriendOfTemplate(const C &ctx, Outer) {
    while (true) Work();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done
  }
};
void UseTemplates(const Context &ctx) {
  Outer<Context>::Inner<int>().Member(ctx);
  Outer<Context>::Inner<int>::MemberTemplate(ctx, 1);
  Outer<Context>::Inner<int *>().InPartial(ctx);
  FriendOfTemplate(ctx, Outer<Context>());
}

// Instantiated by name only.
template <typename C> struct Explicit {
  void Member(const C &ctx) {
    while (true) Work();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done
  }
};
template struct Explicit<Context>;
template <typename C> void ExplicitFunction(const C &ctx) {
  while (true) Work();
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done
}
template void ExplicitFunction(const Context &);
template <> void ExplicitFunction(const int &) {
  [](const Context &ctx) {
    while (true) Work();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done
  };
}

namespace {
inline namespace versioned {
extern "C++" {
void InLinkage(const Context &ctx) {
  while (true) Work();
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done
}
}
} // namespace versioned
} // namespace
