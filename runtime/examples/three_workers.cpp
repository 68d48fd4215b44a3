// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Three workers, and one cancel that stops them all.
//
//   root              cancelled by the third worker
//     worker 1
//     worker 2
//       sub           its cancel function is thrown away: the mistake
//         worker 3    runs inside worker 2
#include <context/channel.h>
#include <context/context.h>
#include <context/select.h>

#include <array>
#include <chrono>
#include <iostream>
#include <system_error>
#include <thread>

namespace three_workers {

using namespace std::chrono_literals;

// What became of each worker. Each thread writes its own element, and it is read after the joins.
using Outcomes = std::array<std::error_code, 3>;

// Three seconds of work that can be interrupted. The cancel always comes first here.
std::error_code Work(const context::Context& ctx) {
  switch (context::Select(context::Recv(ctx.Done()), context::After(3s))) {
    case 0:
      return ctx.Err();
    default:
      return {};
  }
}

void First(const context::Context& ctx, const context::Channel<bool>& begun, Outcomes& outcomes) {
  std::cout << "worker 1 begins\n";
  begun.Send(true);
  outcomes[0] = Work(ctx);
}

// A cancel function ends the context it came with and all below it, from any thread.
void Third(const context::Context& ctx, const context::CancelFunc& cancel_root,
           Outcomes& outcomes) {
  std::cout << "worker 3 begins, and cancels the root\n";
  cancel_root();
  outcomes[2] = Work(ctx);
}

void Second(const context::Context& ctx, const context::CancelFunc& cancel_root,
            Outcomes& outcomes) {
  std::cout << "worker 2 begins\n";
  // Worker 3 stops with the root, so this seems to work. Were worker 2 done first, it could not
  // stop worker 3 any more.
  // finding: context-lost-cancel: nobody calls the cancel function of the sub-context
  auto [sub, _] = context::WithCancel(ctx);
  std::jthread third([&, sub] { Third(sub, cancel_root, outcomes); });
  outcomes[1] = Work(ctx);
}

int Run() {
  auto [root, cancel_root] = context::WithCancel(context::Background());
  context::Defer guard(cancel_root);

  Outcomes outcomes;
  {
    // Each worker begins when the one before it has: so the lines have one order, though the
    // workers then run side by side.
    const context::Channel<bool> begun;
    std::jthread first([&, root] { First(root, begun, outcomes); });
    begun.Receive();
    std::jthread second([&, root, cancel_root] { Second(root, cancel_root, outcomes); });
  }

  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    std::cout << "worker " << i + 1 << ": "
              << (outcomes[i] ? outcomes[i].message() : "worked to the end") << "\n";
  }
  return 0;
}

}  // namespace three_workers

int main() { return three_workers::Run(); }
