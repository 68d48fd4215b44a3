// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A tree of contexts: how it grows, how a cancel runs down it, and what goes when.
//
//   background
//     server            WithCancel   ends when the program shuts down
//       health          WithCancel   a short task, cancelled when it is over
//       query           WithTimeout  its cancel function is thrown away: the mistake
//         users         WithCancel
//         orders        WithCancel
#include <context/context.h>
#include <context/internal/inspect.h>  // To show the links of the tree; programs do not need it.

#include <chrono>
#include <iostream>
#include <string>

namespace cancel_tree {

using namespace std::chrono_literals;

void Print(const context::Context& ctx, const char* name) {
  std::cout << "  " << name << ": " << (ctx.Err() ? ctx.Err().message() : "alive")
            << ", children: " << context::internal::Registered(ctx) << "\n";
}

void PrintTimers() { std::cout << "  timers: " << context::internal::PendingTimers() << "\n"; }

int Run() {
  // Background() is never done. What a program starts hangs on a context that can be ended, and the
  // guard ends it on every way out of this function.
  auto [server, cancel_server] = context::WithCancel(context::Background());
  context::Defer server_guard(cancel_server);

  auto [health, cancel_health] = context::WithCancel(server);
  context::Defer health_guard(cancel_health);

  // Whoever takes only the context can never say that the query is over.
  // finding: context-lost-cancel: the cancel function of this timeout is discarded
  const context::Context query = context::WithTimeout(server, 10min).ctx;

  auto [users, cancel_users] = context::WithCancel(query);
  context::Defer users_guard(cancel_users);
  auto [orders, cancel_orders] = context::WithCancel(query);
  context::Defer orders_guard(cancel_orders);

  std::cout << "grown\n";
  Print(server, "server");
  Print(health, "health");
  Print(query, "query");
  PrintTimers();

  // A cancel frees the place in the parent there and then. It never runs up the tree.
  cancel_health();
  std::cout << "health cancelled\n";
  Print(server, "server");
  Print(health, "health");

  // Both parts of the query are over. The query itself is, too, but there is nothing to call: it
  // keeps its place in the server and its timer.
  cancel_users();
  cancel_orders();
  std::cout << "query's work over\n";
  Print(server, "server");
  Print(query, "query");
  PrintTimers();

  // Only its parent's end ends it. All descendants are done when the call returns.
  auto [late, cancel_late] = context::WithCancel(query);
  context::Defer late_guard(cancel_late);
  cancel_server();
  std::cout << "server cancelled\n";
  Print(server, "server");
  Print(query, "query");
  Print(late, "late");
  PrintTimers();
  return 0;
}

}  // namespace cancel_tree

int main() { return cancel_tree::Run(); }
