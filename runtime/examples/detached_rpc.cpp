// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A service method that starts an action which must outlive its request.
//
// The request's context ends when the response is sent, or when the client hangs up. An action that
// ran on it would be cut off right there. So the action gets a context without that end, with the
// request's values, and with a limit of its own: nothing should run for ever.
#include <context/channel.h>
#include <context/context.h>
#include <context/internal/inspect.h>  // To show the timers; programs do not need it.
#include <context/select.h>

#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace detached_rpc {

using namespace std::chrono_literals;

inline constexpr context::Key<std::string> kTraceId{"trace-id"};

std::string TraceId(const context::Context& ctx) {
  const std::string* id = ctx.Value(kTraceId);
  return id ? *id : "none";
}

// The mail server: slow, and not ours.
struct MailServer {
  context::Channel<std::string> replies;
};

class Orders {
 public:
  explicit Orders(MailServer mail) : mail_(std::move(mail)) {}

  // Answers at once; the confirmation is sent later.
  std::string Place(const context::Context& ctx, const std::string& item) {
    // By value: when the action runs, the request and its context may be gone.
    actions_.emplace_back([this, detached = context::WithoutCancel(ctx)] { Confirm(detached); });
    return item + " ordered";
  }

  // Waits for the actions that are still running.
  void Finish() { actions_.clear(); }

 private:
  void Confirm(const context::Context& ctx) {
    // The limit belongs to the action, so the action makes it. Its guard releases the timer when
    // the action ends, which is 10 minutes before the timer would.
    auto [action, cancel] = context::WithTimeout(ctx, 10min);
    context::Defer guard(cancel);

    std::optional<std::string> reply;
    switch (context::Select(context::Recv(action.Done()), context::Recv(mail_.replies, &reply))) {
      case 0:
        std::cout << "action " << TraceId(action) << ": " << action.Err().message() << "\n";
        return;
      default:
        std::cout << "action " << TraceId(action) << ": " << reply.value_or("no reply") << "; "
                  << context::internal::PendingTimers() << " timer\n";
    }
  }

  MailServer mail_;
  // The last member is the first to go: its destructor joins the actions, which use the others.
  std::vector<std::jthread> actions_;
};

int Run() {
  MailServer mail;
  Orders orders(mail);

  auto [connection, hang_up] = context::WithCancel(context::Background());
  context::Defer guard(hang_up);
  const context::Context request = context::WithValue(connection, kTraceId, "4bf92f35");

  std::cout << "request " << TraceId(request) << ": " << orders.Place(request, "tea") << "\n";
  hang_up();
  std::cout << "request " << TraceId(request) << ": " << request.Err().message() << "\n";

  // Only now does the mail server answer, and there is still somebody to take the reply.
  mail.replies.Send("confirmation sent");
  orders.Finish();
  std::cout << "afterwards: " << context::internal::PendingTimers() << " timers\n";
  return 0;
}

}  // namespace detached_rpc

int main() { return detached_rpc::Run(); }
