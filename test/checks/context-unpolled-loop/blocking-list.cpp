// RUN: %check_context_tidy %s context-unpolled-loop %t
//
// Every kind of entry in the lists of blocking calls: members, also those that
// a library declares in a base, functions, C functions.

#include <atomic>
#include <condition_variable>
#include <context/channel.h>
#include <context/context.h>
#include <semaphore>
#include <stop_token>
#include <thread>

extern "C" {
long read(int, void *, unsigned long);
int accept(int, void *, unsigned *);
unsigned sleep(unsigned) noexcept;
int printf(const char *, ...);
}
namespace app {
long read(int, void *, unsigned long);
}

using namespace std::chrono_literals;

void Members(std::stop_token stop, std::atomic<int> &atomic,
             std::atomic<int> *pointer, std::counting_semaphore<> &semaphore,
             std::condition_variable &condition,
             std::unique_lock<std::mutex> &lock,
             context::Channel<int> &channel) {
  for (int i = 0; i < 9; ++i)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'wait' after 'stop' is done
    atomic.wait(i);
  for (int i = 0; i < 9; ++i)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'wait' after 'stop' is done
    pointer->wait(i);
  for (int i = 0; i < 9; ++i)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'acquire' after 'stop' is done
    semaphore.acquire();
  for (int i = 0; i < 9; ++i)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'wait' after 'stop' is done
    condition.wait(lock);
  for (int i = 0; i < 9; ++i)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'Receive' after 'stop' is done
    (void)channel.Receive();
  // These do not wait.
  for (int i = 0; i < 9; ++i) {
    (void)atomic.load();
    (void)semaphore.try_acquire();
    (void)channel.TryReceive();
    condition.notify_one();
  }
}

void Functions(const context::Context &ctx, char *buffer) {
  for (int i = 0; i < 9; ++i)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done
    std::this_thread::sleep_for(1s);
  for (int i = 0; i < 9; ++i)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'read' after 'ctx' is done
    ::read(0, buffer, 1);
  for (int i = 0; i < 9; ++i)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'accept' after 'ctx' is done
    accept(0, nullptr, nullptr);
  for (int i = 0; i < 9; ++i)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'sleep' after 'ctx' is done
    sleep(1);
  // Of the same name, in another scope.
  for (int i = 0; i < 9; ++i) {
    app::read(0, buffer, 1);
    printf("%d", i);
  }
}
