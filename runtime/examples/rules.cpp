// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Six rules of contexts, each broken and kept. Four of them have a check that finds the breach; all
// of them show at run time.
#include <context/channel.h>
#include <context/context.h>
#include <context/internal/inspect.h>  // To count what is left running; programs do not need it.

#include <chrono>
#include <iostream>
#include <string>
#include <utility>

using namespace std::chrono_literals;

// Rule 1: call the cancel function on every path. Until then, whatever was started with the context
// goes on, and its timer runs.
namespace rules::always_cancel {

// Reads pages ahead until the context is done.
void StartReadAhead(const context::Context& ctx) {
  context::AfterFunc(ctx, [] { /* close the file */ });
}

std::string Broken(const context::Context& ctx, bool cached) {
  // finding: context-lost-cancel: the early return does not call it
  auto [load, cancel] = context::WithTimeout(ctx, 10min);
  StartReadAhead(load);
  if (cached) return "page";
  cancel();
  return "page from disk";
}

std::string Kept(const context::Context& ctx, bool cached) {
  auto [load, cancel] = context::WithTimeout(ctx, 10min);
  context::Defer guard(cancel);
  StartReadAhead(load);
  if (cached) return "page";
  return "page from disk";
}

void Show() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  context::Defer guard(cancel);
  std::cout << "1 always cancel\n";
  Kept(ctx, true);
  std::cout << "  kept: " << context::internal::Registered(ctx) << " left running\n";
  Broken(ctx, true);
  std::cout << "  broken: " << context::internal::Registered(ctx) << " left running\n";
}

}  // namespace rules::always_cancel

// Rule 2: contexts are immutable. Deriving changes nothing in the parent; only the result has what
// is new.
namespace rules::immutable {

inline constexpr context::Key<std::string> kUser{"user"};

std::string Greet(const context::Context& ctx) {
  const std::string* user = ctx.Value(kUser);
  return "hello, " + (user ? *user : "stranger");
}

std::string Broken(const context::Context& ctx) {
  // No check for this one. The cast is there because the compiler knows that the result matters.
  static_cast<void>(context::WithValue(ctx, kUser, "Ann"));
  return Greet(ctx);
}

std::string Kept(const context::Context& ctx) {
  return Greet(context::WithValue(ctx, kUser, "Ann"));
}

void Show() {
  std::cout << "2 contexts are immutable\n"
            << "  kept: " << Kept(context::Background()) << "\n"
            << "  broken: " << Broken(context::Background()) << "\n";
}

}  // namespace rules::immutable

// Rule 3: look at the context in every loop that may go on for long. A cancel is a request; nothing
// stops by itself.
namespace rules::poll_in_loops {

int Broken(const context::Context& ctx, const context::Channel<std::string>& mails) {
  int sent = 0;
  // finding: context-unpolled-loop: it sends on though nobody wants it any more
  while (mails.Receive()) {
    ++sent;
  }
  std::cout << "  broken: " << ctx.Err().message() << ", " << sent << " mails sent\n";
  return sent;
}

int Kept(const context::Context& ctx, const context::Channel<std::string>& mails) {
  int sent = 0;
  while (mails.Receive()) {
    if (ctx.Err()) break;
    ++sent;
  }
  std::cout << "  kept: " << ctx.Err().message() << ", " << sent << " mails sent\n";
  return sent;
}

context::Channel<std::string> ThreeMails() {
  context::Channel<std::string> mails(3);
  for (const char* mail : {"to Ann", "to Bob", "to Eve"}) mails.Send(mail);
  mails.Close();
  return mails;
}

void Show() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  context::Defer guard(cancel);
  cancel();
  std::cout << "3 poll in loops\n";
  Kept(ctx, ThreeMails());
  Broken(ctx, ThreeMails());
}

}  // namespace rules::poll_in_loops

// Rule 4: no context in a struct. A context belongs to one call; an object sees many.
namespace rules::not_in_a_struct {

class BrokenClient {
 public:
  explicit BrokenClient(context::Context ctx) : ctx_(std::move(ctx)) {}

  // Which caller may cancel this? The one that made the client, long ago.
  std::string Get() const { return ctx_.Err() ? ctx_.Err().message() : "the whole file"; }

 private:
  // finding: context-stored-in-struct: it is the context of whoever made the client
  context::Context ctx_;
};

class KeptClient {
 public:
  std::string Get(const context::Context& ctx) const {
    return ctx.Err() ? ctx.Err().message() : "the whole file";
  }
};

void Show() {
  const BrokenClient broken(context::Background());
  const KeptClient kept;

  // One call, whose caller has given up.
  auto [ctx, cancel] = context::WithCancel(context::Background());
  context::Defer guard(cancel);
  cancel();
  std::cout << "4 no context in a struct\n"
            << "  kept: " << kept.Get(ctx) << "\n"
            << "  broken: " << broken.Get() << "\n";
}

}  // namespace rules::not_in_a_struct

// Rule 5: values are data of the request, which pass through code that does not know of them. What
// a function needs to work is a parameter, and the compiler sees to it that it is there.
namespace rules::values_are_request_data {

struct RetryConfig {
  int attempts = 0;
};

inline constexpr context::Key<RetryConfig> kRetryConfig{"retry-config"};
inline constexpr context::Key<std::string> kTraceId{"trace-id"};

std::string Describe(const context::Context& ctx, int attempts) {
  const std::string* trace = ctx.Value(kTraceId);
  return std::to_string(attempts) + " attempts, trace " + (trace ? *trace : "unknown");
}

// No check for this one.
std::string Broken(const context::Context& ctx) {
  // Compiles whether or not anybody has put it there.
  const RetryConfig* config = ctx.Value(kRetryConfig);
  return Describe(ctx, config ? config->attempts : 0);
}

std::string Kept(const context::Context& ctx, const RetryConfig& config) {
  return Describe(ctx, config.attempts);
}

void Show() {
  const RetryConfig config{3};
  // At start-up it was put into another branch of the tree.
  const context::Context server = context::WithValue(context::Background(), kRetryConfig, config);
  const context::Context request = context::WithValue(context::Background(), kTraceId, "4bf92f35");
  std::cout << "5 values are data of the request\n"
            << "  kept: " << Kept(request, config) << "\n"
            << "  broken: " << Broken(request) << "\n";
}

}  // namespace rules::values_are_request_data

// Rule 6: the context is the first parameter. Then everybody sees where it goes, and its absence.
namespace rules::context_first {

// finding: context-first-parameter: the context comes after the path
std::string Broken(const std::string& path, const context::Context& ctx) {
  return ctx.Err() ? ctx.Err().message() : "contents of " + path;
}

std::string Kept(const context::Context& ctx, const std::string& path) {
  return ctx.Err() ? ctx.Err().message() : "contents of " + path;
}

void Show() {
  // The one rule that is only for readers: the program does the same.
  std::cout << "6 the context comes first\n"
            << "  kept: " << Kept(context::Background(), "a.txt") << "\n"
            << "  broken: " << Broken("a.txt", context::Background()) << "\n";
}

}  // namespace rules::context_first

int main() {
  rules::always_cancel::Show();
  rules::immutable::Show();
  rules::poll_in_loops::Show();
  rules::not_in_a_struct::Show();
  rules::values_are_request_data::Show();
  rules::context_first::Show();
}
