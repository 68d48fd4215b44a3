// RUN: %check_context_tidy %s context-unpolled-loop %t -check-suffixes=DEFAULT
// RUN: %check_context_tidy %s context-unpolled-loop %t -check-suffixes=UNBOUNDED -- "--config={CheckOptions: [{key: context-unpolled-loop.Loops, value: unbounded}]}"
// RUN: %check_context_tidy %s context-unpolled-loop %t -check-suffixes=BLOCKING -- "--config={CheckOptions: [{key: context-unpolled-loop.Loops, value: blocking}]}"
// RUN: %check_context_tidy %s context-unpolled-loop %t -check-suffixes=ALL -- "--config={CheckOptions: [{key: context-unpolled-loop.Loops, value: all}]}"

#include <chrono>
#include <context/context.h>
#include <thread>
#include <vector>

using context::Context;

void Work();
void Sleep() { std::this_thread::sleep_for(std::chrono::seconds(1)); }

void Unbounded(const Context &ctx) {
  for (;;)
    // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    // CHECK-MESSAGES-UNBOUNDED: :[[@LINE-2]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    // CHECK-MESSAGES-ALL: :[[@LINE-3]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void Blocking(const Context &ctx, const std::vector<int> &jobs) {
  for (int job : jobs)
    // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: no round looks at it
    // CHECK-MESSAGES-BLOCKING: :[[@LINE-2]]:3: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: no round looks at it
    // CHECK-MESSAGES-ALL: :[[@LINE-3]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    std::this_thread::sleep_for(std::chrono::seconds(job));
}

// A poll on the cycles that block is enough for 'blocking'.
void Both(const Context &ctx, const bool &running, const bool &idle) {
  while (running) {
    // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-MESSAGES-UNBOUNDED: :[[@LINE-2]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    // CHECK-MESSAGES-ALL: :[[@LINE-3]]:3: warning: this loop goes on after 'ctx' is done: a round can go by without looking at it
    if (idle) {
      if (ctx.Err())
        return;
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    Work();
  }
}

void Bounded(const Context &ctx, const std::vector<int> &jobs) {
  for (int job : jobs)
    // CHECK-MESSAGES-ALL: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void Polled(const Context &ctx, const std::vector<int> &jobs) {
  for (int job : jobs) {
    if (ctx.Err())
      return;
    Work();
  }
}
