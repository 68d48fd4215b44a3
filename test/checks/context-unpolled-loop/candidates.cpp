// RUN: %check_context_tidy %s context-unpolled-loop %t -ignore-notes='return at the start'

// Which loops need a poll: those that nothing they do brings to an end, and
// those that block.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <context/channel.h>
#include <context/context.h>
#include <context/select.h>
#include <map>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

using context::Context;
using namespace std::chrono_literals;

void Work();
bool Idle();
bool Ask(int about);
bool Next(int *out);
bool Advance(int &out);
bool Inspect(const int &about);

struct Stream {
  bool Read(int &value);
  bool eof() const;
  explicit operator bool() const;
};
Stream &operator>>(Stream &, int &);

//===-- Unbounded ---------------------------------------------------------===//

void AFlag(const Context &ctx, const bool &running) {
  while (running)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it [context-unpolled-loop]
    Work();
}

bool gRunning;
std::atomic<bool> gStop;

void AGlobalFlag(const Context &ctx) {
  while (gRunning)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void AnAtomicFlag(const Context &ctx) {
  while (!gStop.load())
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void AFunctionAskedAboutNothing(const Context &ctx) {
  while (!Idle())
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void AFunctionAskedAboutWhatStays(const Context &ctx, int what) {
  do {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
  } while (Ask(what));
}

void EitherOfTwo(const Context &ctx, int n) {
  while (n > 0 || gRunning) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    --n;
    Work();
  }
}

void ThroughAConstant(const Context &ctx) {
  constexpr bool kForever = true;
  while (kForever)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void ByOne(const Context &ctx) {
  while (1)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void NegatedAnd(const Context &ctx, int n) {
  while (!(n == 0 && !gRunning)) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    --n;
    Work();
  }
}

void ADereferencedPointer(const Context &ctx, const bool *running) {
  for (; *running;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void WhatOnlyReads(const Context &ctx, int n) {
  while (Inspect(n))
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void Drained(const Context &ctx, const std::vector<int> &jobs) {
  while (!jobs.empty())
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void ByAConstMember(const Context &ctx, Stream &in) {
  while (!in.eof())
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

struct Server {
  bool Running();
  void Serve();
  void Handle(const Context &ctx) {
    // That Serve() and Running() may change *this does not count.
    while (Running())
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it
      Serve();
    while (!stopped)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on after 'ctx' is done: no round looks at it
      Serve();
    while (left > 0) {
      --left;
      Serve();
    }
    while (!queue.empty()) {
      queue.pop_back();
      Serve();
    }
  }
  bool stopped;
  int left;
  std::vector<int> queue;
};

//===-- Bounded -----------------------------------------------------------===//

void ACounter(const Context &ctx, int n) {
  for (int i = 0; i < n; ++i)
    Work();
}

void BothOfTwo(const Context &ctx, int n) {
  while (n > 0 && gRunning) {
    --n;
    Work();
  }
}

void EitherOfTwoBounded(const Context &ctx, int n, int m) {
  while (n > 0 || m > 0) {
    --n;
    --m;
    Work();
  }
}

void AnIterator(const Context &ctx, std::map<int, int> &m) {
  for (auto it = m.begin(); it != m.end(); ++it)
    Work();
}

struct List {
  List *next;
};

void AWalkingPointer(const Context &ctx, List *p) {
  while (p) {
    Work();
    p = p->next;
  }
}

void ADrainedContainer(const Context &ctx, std::vector<int> &jobs) {
  while (!jobs.empty()) {
    Work();
    jobs.pop_back();
  }
}

void AStream(const Context &ctx, Stream &in, int value) {
  while (in >> value)
    Work();
  while (in.Read(value))
    Work();
  while (!in.eof()) {
    in.Read(value);
    Work();
  }
}

void AnOutParameter(const Context &ctx) {
  int row;
  while (Next(&row))
    Work();
  while (Advance(row))
    Work();
}

void AReference(const Context &ctx, std::vector<int> &jobs) {
  auto &mine = jobs;
  while (!jobs.empty()) {
    mine.pop_back();
    Work();
  }
}

void ByALambda(const Context &ctx, int left) {
  auto take = [&] { --left; };
  while (left > 0) {
    take();
    Work();
  }
}

void EveryRangeFor(const Context &ctx, std::vector<int> &jobs) {
  for (int job : jobs)
    Work();
}

void AClock(const Context &ctx, std::chrono::steady_clock::time_point end) {
  extern bool operator<(std::chrono::steady_clock::time_point,
                        std::chrono::steady_clock::time_point);
  while (std::chrono::steady_clock::now() < end)
    Work();
}

void ADeclaredCondition(const Context &ctx, Stream &in, int value) {
  while (bool more = in.Read(value))
    Work();
}

void ByChoice(const Context &ctx, int n) {
  bool more = true;
  while (more) {
    Work();
    more = Idle();
  }
}

//===-- Quick -------------------------------------------------------------===//

int Twice(int n) { return 2 * n; }
int Deep(int n) { return n == 0 ? 0 : Deep(n - 1); }
int Far(int n) { return Ask(n); }

void CompareAndSwap(const Context &ctx, std::atomic<int> &a) {
  int old = a.load();
  for (;;)
    if (a.compare_exchange_weak(old, Twice(old) + Deep(old)))
      break;
}

void CompareAndSwapIn(const Context &ctx, std::atomic<int> &a) {
  int old = a.load();
  while (true) {
    int wanted = old + 1;
    if (a.compare_exchange_weak(old, wanted))
      return;
  }
}

void NotSoQuick(const Context &ctx, std::atomic<int> &a) {
  int old = a.load();
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    if (a.compare_exchange_weak(old, Far(old)))
      break;
}

void NoWayOut(const Context &ctx, std::atomic<int> &a) {
  for (;;)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    a.fetch_add(1);
}

void QuickButOnAFlag(const Context &ctx) {
  while (!gStop.load()) {
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
  }
}

//===-- Blocking ----------------------------------------------------------===//

void Sleeps(const Context &ctx, int n) {
  for (int i = 0; i < n; ++i) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+2]]:5: note: it blocks here
    Work();
    std::this_thread::sleep_for(1s);
  }
}

void SleepsAndLooks(const Context &ctx, int n) {
  for (int i = 0; i < n && !ctx.Err(); ++i)
    std::this_thread::sleep_for(1s);
}

void SleepsInARangeFor(const Context &ctx, std::vector<int> &jobs) {
  for (int job : jobs) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+2]]:7: note: it blocks here
    if (job)
      std::this_thread::sleep_for(1s);
  }
}

// A poll on the cycles that block is enough.
void LooksWhereItSleeps(const Context &ctx, std::vector<int> &jobs) {
  for (int job : jobs) {
    if (job) {
      if (ctx.Err())
        return;
      std::this_thread::sleep_for(1s);
    }
    Work();
  }
}

void LooksWhereItDoesNotSleep(const Context &ctx, std::vector<int> &jobs) {
  for (int job : jobs) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: a round can go by without looking at it
    // CHECK-NOTES: :[[@LINE+4]]:7: note: it blocks here
    // CHECK-NOTES: :[[@LINE+4]]:18: note: it is looked at here, but not in this round:
    // CHECK-NOTES: :[[@LINE+1]]:9: note: 'job' is true on this path
    if (job)
      std::this_thread::sleep_for(1s);
    else if (ctx.Err())
      return;
  }
}

void InAnInnerLoop(const Context &ctx, int n, int m) {
  for (int i = 0; i < n; ++i)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+4]]:7: note: it blocks here
    for (int j = 0; j < m; ++j)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: no round looks at it
      // CHECK-NOTES: :[[@LINE+1]]:7: note: it blocks here
      std::this_thread::sleep_for(1s);
}

void LooksAroundTheInnerLoop(const Context &ctx, int n, int m) {
  for (int i = 0; i < n; ++i) {
    if (ctx.Err())
      return;
    for (int j = 0; j < m; ++j)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: no round looks at it
      // CHECK-NOTES: :[[@LINE+1]]:7: note: it blocks here
      std::this_thread::sleep_for(1s);
  }
}

void InTheCondition(const Context &ctx, context::Channel<int> in) {
  while (auto value = in.Receive())
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Work();
}

void Sends(const Context &ctx, context::Channel<int> out, int n) {
  for (int i = 0; i < n; ++i)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'Send' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+1]]:9: note: it blocks here
    out.Send(i);
  for (int i = 0; i < n; ++i)
    out.TrySend(i);
}

void SelectsWithoutDone(const Context &ctx, context::Channel<int> in, int n) {
  std::optional<int> value;
  for (int i = 0; i < n; ++i)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'Select' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+1]]:5: note: it blocks here
    context::Select(context::Recv(in, &value), context::After(3s));
  for (int i = 0; i < n; ++i)
    context::Select(context::Recv(in, &value), context::Default());
  for (int i = 0; i < n; ++i)
    if (context::Select(context::Recv(in, &value), context::Recv(ctx.Done())))
      Work();
}

void Semaphore(const Context &ctx, std::binary_semaphore &s, int n) {
  while (n-- > 0)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'acquire' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+1]]:7: note: it blocks here
    s.acquire();
  while (n-- > 0)
    s.try_acquire();
}

void AtomicWait(const Context &ctx, std::atomic<int> &a, int n) {
  while (n-- > 0)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'wait' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+1]]:7: note: it blocks here
    a.wait(n);
}

void ConditionVariable(const Context &ctx, std::condition_variable &cv,
                       std::unique_lock<std::mutex> &lock, int n) {
  while (n-- > 0)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'wait' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+1]]:8: note: it blocks here
    cv.wait(lock);
}

void ConditionVariableAny(std::stop_token token,
                          std::condition_variable_any &cv,
                          std::unique_lock<std::mutex> &lock, int n) {
  while (n-- > 0)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'wait' after 'token' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+1]]:8: note: it blocks here
    cv.wait(lock);
  while (n-- > 0)
    if (!cv.wait(lock, token, [] { return true; }))
      return;
  while (n-- > 0)
    cv.wait(lock, token, [] { return true; });
}

// Work that was started has to look itself.
void Joins(const Context &ctx, std::vector<std::thread *> &threads) {
  for (std::thread *t : threads)
    t->join();
}

//===-- EINTR -------------------------------------------------------------===//

extern int errno_;
#define errno errno_
#define EINTR 4
#define EAGAIN 11
extern "C" long read(int, void *, unsigned long);

long ReadOnce(const Context &ctx, int fd, char *buffer) {
  long n;
  do
    n = read(fd, buffer, 1);
  while (n < 0 && errno == EINTR);
  for (;;) {
    n = read(fd, buffer, 1);
    if (n < 0 && errno == EINTR)
      continue;
    break;
  }
  while ((n = read(fd, buffer, 1)) == -1)
    if (errno != EINTR)
      return -1;
  return n;
}

long ReadMore(const Context &ctx, int fd, char *buffer) {
  long n;
  do
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'read' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+1]]:9: note: it blocks here
    n = read(fd, buffer, 1);
  while (n < 0 && (errno == EINTR || errno == EAGAIN));
  while ((n = read(fd, buffer, 1)) > 0)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'read' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE-2]]:15: note: it blocks here
    Work();
  return n;
}

//===-- The loop and a half -----------------------------------------------===//

struct Node {
  bool last;
  int value;
};
class Reader {
public:
  Reader(const char *data, int size);
  Node Read();
  bool AtEnd() const;
};
class Queue {
public:
  Node Pop();
};
void Use(const Node &node);

// What is read is this function's own: nobody else refills it.
void OwnReader(const Context &ctx, const char *data, int size) {
  Reader reader(data, size);
  while (true) {
    auto node = reader.Read();
    if (node.last)
      break;
    Use(node);
  }
}

void OwnReaderAsked(const Context &ctx, Reader reader) {
  for (;;) {
    if (reader.AtEnd() || Idle())
      return;
    Use(reader.Read());
  }
}

void OwnCounter(const Context &ctx) {
  int left = 100;
  for (;;) {
    Work();
    if (--left == 0)
      break;
  }
}

void OwnReaderInASwitch(const Context &ctx, Reader reader) {
  for (;;) {
    Node node = reader.Read();
    switch (node.value) {
    case 0:
      return;
    default:
      Use(node);
    }
  }
}

// Here others may well put in what is taken out.
void AnothersQueue(const Context &ctx, Queue &queue) {
  while (true) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    auto node = queue.Pop();
    if (node.last)
      return;
    Use(node);
  }
}

void AQueueThatALambdaFills(const Context &ctx) {
  extern void Start(const void *task);
  Queue queue;
  auto fill = [&queue] { queue.Pop(); };
  Start(&fill);
  while (true) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    if (queue.Pop().last)
      return;
    Work();
  }
}

void NotInEveryRound(const Context &ctx, Reader reader) {
  while (true) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    if (Idle())
      continue;
    if (reader.Read().last)
      return;
  }
}

void OnlyAFlag(const Context &ctx) {
  while (true) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    const bool stop = gStop.load();
    if (stop)
      break;
    Work();
  }
}

void WhatALookTells(const Context &ctx) {
  extern void Fill(const Context &ctx, bool *done) noexcept;
  while (true) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: the rounds look at it, but that cannot end the loop
    // CHECK-NOTES: :[[@LINE+2]]:5: note:
    bool done = false;
    Fill(ctx, &done);
    if (Idle())
      break;
  }
}

void ItBlocks(const Context &ctx, Reader reader) {
  while (true) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on blocking in 'sleep_for' after 'ctx' is done: no round looks at it
    // CHECK-NOTES: :[[@LINE+3]]:5: note: it blocks here
    if (reader.Read().last)
      break;
    std::this_thread::sleep_for(1s);
  }
}

class Got {
public:
  bool ok() const;
  int take() &&;
};
class Stream2 {
public:
  Got Read(int size);
};

// The locals that stand between come from what is another's.
void AnothersStream(const Context &ctx, const std::shared_ptr<Stream2> &from) {
  while (true) {
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop goes on after 'ctx' is done: no round looks at it
    Got got = from->Read(3);
    if (!got.ok())
      return;
    int size = std::move(got).take();
    if (size == 0)
      break;
    Work();
  }
}

//===-- Tests that say the same -------------------------------------------===//

// What one test of a variable has found, the next one finds again.
void TestedTwice(const Context &ctx, bool polled) {
  for (;;) {
    if (!polled) {
      if (ctx.Err())
        return;
    }
    Work();
    if (polled)
      return;
  }
}

void AlwaysTheSame(const Context &ctx) {
  for (;;) {
    bool more = false;
    Work();
    if (more == false)
      break;
  }
}

//===-- The rounds after the context is done ------------------------------===//

// While it is alive nothing is to be left.
void AliveGoesRound(const Context &ctx) {
  for (;;) {
    if (!ctx.Err())
      continue;
    Work();
    ctx.ThrowIfDone();
  }
}

void BlocksOnlyWhileAlive(const Context &ctx, int n) {
  for (int i = 0; i < n; ++i) {
    if (!ctx.Err())
      std::this_thread::sleep_for(1s);
    Work();
  }
}
