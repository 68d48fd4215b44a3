// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// DoneFd, each test with the descriptor of this system and with that of systems without eventfd.
#include "context/poll.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "allocation.h"
#include "testing.h"

namespace context_test {
namespace {

using context::Background;
using context::DoneChannel;
using context::DoneFd;
using context::internal::DoneFdAccess;
using context::internal::Registered;

using Maker = DoneFd (*)(const DoneChannel&);
constexpr Maker kMakers[] = {[](const DoneChannel& done) { return DoneFd(done); },
                             &DoneFdAccess::WithPipe};

bool ReadableWithin(int fd, std::chrono::milliseconds time) {
  pollfd wait{fd, POLLIN, 0};
  int ready;
  do {
    ready = poll(&wait, 1, static_cast<int>(time.count()));
  } while (ready < 0 && errno == EINTR);
  EXPECT_EQ(wait.revents & ~POLLIN, 0);
  return ready == 1;
}
bool Readable(int fd) { return ReadableWithin(fd, 0ms); }

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) != -1; }

TEST(S63, TheDescriptorIsReadableForGoodOnceTheContextIsDone) {
  for (const Maker make : kMakers) {
    auto [ctx, cancel] = context::WithCancel(Background());
    auto [child, cancel_child] = context::WithCancel(ctx);
    const DoneFd fd = make(child.Done());
    EXPECT_FALSE(Readable(fd.Get()));
    cancel();
    EXPECT_TRUE(Readable(fd.Get()));  // no waiting: before the cancel call returned
    EXPECT_TRUE(Readable(fd.Get()));
    cancel_child();
    EXPECT_TRUE(Readable(fd.Get()));
  }
}

TEST(S63, ADeadlineWakesALoop) {
  for (const Maker make : kMakers) {
    auto [ctx, cancel] = context::WithTimeout(Background(), 5ms);
    const DoneFd fd = make(ctx.Done());
    EXPECT_TRUE(ReadableWithin(fd.Get(), kLong));
    EXPECT_EQ(ctx.Err(), context::Errc::deadline_exceeded);
    cancel();
  }
}

TEST(S63, ItIsReadableAtOnceIfTheContextIsDoneAlready) {
  for (const Maker make : kMakers) {
    auto [ctx, cancel] = context::WithCancel(Background());
    cancel();
    EXPECT_TRUE(Readable(make(ctx.Done()).Get()));
  }
}

TEST(S63, ItIsNeverReadableForWhatNeverEnds) {
  for (const Maker make : kMakers) {
    const DoneFd fd = make(DoneChannel::Never());
    EXPECT_TRUE(IsOpen(fd.Get()));
    EXPECT_FALSE(ReadableWithin(fd.Get(), 10ms));
  }
}

TEST(S63, WhatIsReadableIsSeenDone) {
  for (const Maker make : kMakers) {
    for (int round = 0; round < 200; ++round) {
      auto [ctx, cancel] = context::WithCancel(Background());
      const DoneFd fd = make(ctx.Done());
      std::thread canceller([cancel = cancel] { cancel(); });
      EXPECT_TRUE(ReadableWithin(fd.Get(), kLong));
      EXPECT_TRUE(ctx.Err());
      canceller.join();
    }
  }
}

TEST(S64, ItIsClosedWithItsOwnerAndLeavesNothingBehind) {
  for (const Maker make : kMakers) {
    auto [ctx, cancel] = context::WithCancel(Background());
    int number = -1;
    {
      DoneFd first = make(ctx.Done());
      number = first.Get();
      EXPECT_NE(fcntl(number, F_GETFD) & FD_CLOEXEC, 0);
      EXPECT_NE(fcntl(number, F_GETFL) & O_NONBLOCK, 0);
      EXPECT_EQ(Registered(ctx), 1u);
      DoneFd second = std::move(first);
      EXPECT_EQ(second.Get(), number);
      EXPECT_EQ(first.Get(), -1);  // NOLINT(bugprone-use-after-move): it says so
      DoneFd other = make(DoneChannel::Never());
      const int others = other.Get();
      other = std::move(second);
      EXPECT_EQ(other.Get(), number);
      EXPECT_FALSE(IsOpen(others));
      EXPECT_TRUE(IsOpen(number));
    }
    EXPECT_FALSE(IsOpen(number));
    EXPECT_EQ(Registered(ctx), 0u);
    cancel();
  }
}

TEST(S64, ItHoldsTheChannel) {
  for (const Maker make : kMakers) {
    auto [root, cancel] = context::WithCancel(Background());
    const DoneFd fd = make(context::WithCancel(root).ctx.Done());
    cancel();
    EXPECT_TRUE(Readable(fd.Get()));
  }
}

TEST(S64, ItMayBeClosedWhileItsContextEnds) {
  for (const Maker make : kMakers) {
    for (int round = 0; round < 500; ++round) {
      auto [ctx, cancel] = context::WithCancel(Background());
      std::atomic<bool> go{false};
      std::thread canceller([&, cancel = cancel] {
        while (!go) std::this_thread::yield();
        cancel();
      });
      {
        const DoneFd fd = make(ctx.Done());
        const DoneFd beside = make(ctx.Done());
        go = true;
        if (round % 2 == 0) std::this_thread::yield();
      }
      // Gets the number that was free last: nobody may write to it any more.
      const DoneFd fresh = make(DoneChannel::Never());
      canceller.join();
      EXPECT_FALSE(Readable(fresh.Get()));
    }
  }
}

// UndefinedBehaviorSanitizer itself needs descriptors, to look at the exception.
#if !CONTEXT_TEST_HAS_FEATURE(undefined_behavior_sanitizer)
TEST(S64, WithoutDescriptorsItThrows) {
  for (const Maker make : kMakers) {
    auto [ctx, cancel] = context::WithCancel(Background());
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = dup(0);  // all lower numbers are taken
    ASSERT_GE(next, 0);
    close(next);
    for (const rlim_t more : {0u, 1u}) {
      rlimit low = before;
      low.rlim_cur = static_cast<rlim_t>(next) + more;
      ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
      int thrown = 0;
      try {
        (void)make(ctx.Done());
      } catch (const std::system_error& error) {
        thrown = error.code().value();
      }
      ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
      const bool fits = make != &DoneFdAccess::WithPipe && more == 1;
      EXPECT_EQ(thrown, fits ? 0 : EMFILE);
      EXPECT_EQ(Registered(ctx), 0u);
    }
    const int after = dup(0);
    EXPECT_EQ(after, next);  // none was lost
    close(after);
    cancel();
  }
}
#endif

// ThreadSanitizer allows no use of threads' locks after a fork.
#if !defined(__SANITIZE_THREAD__) && !CONTEXT_TEST_HAS_FEATURE(thread_sanitizer)
TEST(S64, AfterAForkEitherProcessMakesItReadable) {
  for (const Maker make : kMakers) {
    auto [ctx, cancel] = context::WithCancel(Background());
    const DoneFd fd = make(ctx.Done());
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      cancel();
      _exit(Readable(fd.Get()) && ctx.Err() ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(Readable(fd.Get()));
    EXPECT_FALSE(ctx.Err());
    cancel();
  }
}
#endif

}  // namespace
}  // namespace context_test
