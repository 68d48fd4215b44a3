// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A context on its way down a call graph. Each level may allow itself less time than it was given,
// never more, and may end what it started, never what it was started by.
//
//   Run            derives once, 10 minutes
//     ShowPage     takes what it is given
//       LoadUser   asks for an hour, gets the 10 minutes
//       LoadFeed   asks for a minute, gets it
//         Rank     asks for 10 milliseconds, and runs out of them
#include <context/context.h>
#include <context/sleep.h>

#include <chrono>
#include <iostream>
#include <string>
#include <system_error>

namespace call_graph {

using namespace std::chrono_literals;

std::string State(const context::Context& ctx) { return ctx.Err() ? ctx.Err().message() : "alive"; }

// Which of two deadlines holds for a child? The earlier one.
void PrintDeadline(const context::Context& child, const context::Context& parent,
                   const char* name) {
  std::cout << name << ": "
            << (child.Deadline() < parent.Deadline() ? "a deadline of its own"
                                                     : "its parent's deadline")
            << "\n";
}

void LoadUser(const context::Context& ctx) {
  auto [load, cancel] = context::WithTimeout(ctx, 1h);
  context::Defer guard(cancel);
  PrintDeadline(load, ctx, "LoadUser");
}

std::error_code Rank(const context::Context& ctx) {
  auto [rank, cancel] = context::WithTimeout(ctx, 10ms);
  context::Defer guard(cancel);
  PrintDeadline(rank, ctx, "Rank");
  // The work takes an hour. Nobody waits for it that long: the deadline ends the sleep.
  return context::SleepFor(rank, 1h);
}

void LoadFeed(const context::Context& ctx) {
  auto [load, cancel] = context::WithTimeout(ctx, 1min);
  context::Defer guard(cancel);
  PrintDeadline(load, ctx, "LoadFeed");

  // The end of a child is an answer like any other: here the feed is shown without a ranking.
  const std::error_code ranked = Rank(load);
  std::cout << "Rank: " << ranked.message() << "; LoadFeed is " << State(load) << "\n";
}

void ShowPage(const context::Context& ctx) {
  LoadUser(ctx);
  LoadFeed(ctx);

  // Two children of one parent: the cancel of the first touches neither the second nor the parent.
  auto [pictures, cancel_pictures] = context::WithCancel(ctx);
  context::Defer pictures_guard(cancel_pictures);
  auto [comments, cancel_comments] = context::WithCancel(ctx);
  context::Defer comments_guard(cancel_comments);
  cancel_pictures();
  std::cout << "pictures: " << State(pictures) << "; comments: " << State(comments)
            << "; ShowPage: " << State(ctx) << "\n";
}

int Run() {
  auto [ctx, cancel] = context::WithTimeout(context::Background(), 10min);
  context::Defer guard(cancel);
  ShowPage(ctx);
  std::cout << "Run: " << State(ctx) << "\n";
  return 0;
}

}  // namespace call_graph

int main() { return call_graph::Run(); }
