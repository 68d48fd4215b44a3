// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which contexts there are, where they were made, and which were lost: <context/debug.h>.
//
// usage: debug_tree [--dot]
//
// It prints the tree of its contexts in the middle of its work; when it ends, the runtime reports
// on stderr what was lost. With --dot the tree is a graph: debug_tree --dot | dot -Tsvg
#include <context/context.h>
#include <context/debug.h>

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>

namespace shop {

using namespace std::chrono_literals;

inline constexpr context::Key<std::string> kTraceId{"trace-id"};

// The mistake: on one way out, nobody says that the look-up is over.
bool InStock(const context::Context& parent, int item) {
  // finding: context-lost-cancel: an item below zero
  auto [lookup, cancel] = context::WithTimeout(parent, 5s);
  if (item < 0) return false;
  const bool found = !lookup.Err() && item % 2 == 0;
  cancel();
  return found;
}

// Another one: whoever takes only the context has no cancel function.
context::Context Audit(const context::Context& request) {
  // finding: context-lost-cancel: the cancel function is discarded
  return context::WithTimeout(context::WithoutCancel(request), 10min).ctx;
}

int Serve(context::debug::Format format) {
  auto [server, cancel_server] = context::WithCancel(context::Background());
  context::Defer server_guard(cancel_server);

  auto [request, cancel_request] =
      context::WithTimeout(context::WithValue(server, kTraceId, "4bf92f35"), 1h);
  context::Defer request_guard(cancel_request);
  for (const int item : {1, 2, -1, -2, -3}) InStock(request, item);
  const context::Context audit = Audit(request);

  auto [payment, cancel_payment] = context::WithCancelCause(request);
  context::Defer payment_guard(cancel_payment);
  auto [receipt, cancel_receipt] = context::WithCancel(payment);
  context::Defer receipt_guard(cancel_receipt);
  cancel_payment();

  std::cout << context::debug::DumpTree(format);
  return 0;
}

}  // namespace shop

int main(int argc, char** argv) {
  using context::debug::Format;
  context::debug::SetTracking(true);  // or CONTEXT_DEBUG=1 in the environment
  const bool dot = argc > 1 && std::string_view(argv[1]) == "--dot";
  return shop::Serve(dot ? Format::kDot : Format::kText);
}
