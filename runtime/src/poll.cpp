// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "context/poll.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <system_error>

#if defined(__linux__)
#include <sys/eventfd.h>
#endif

#include "context/internal/throw.h"
#include "tree.h"

namespace context {
namespace internal {

// Stays where it is, as it is registered with the channel's node.
struct DoneFdState : Waiter {
  explicit DoneFdState(const DoneChannel& done) noexcept : channel(done) {
    fire = [](Waiter& self, Fired&) noexcept { static_cast<DoneFdState&>(self).Signal(); };
  }
  DoneFdState(const DoneFdState&) = delete;
  DoneFdState& operator=(const DoneFdState&) = delete;
  ~DoneFdState() {
    // From here on nobody writes.
    if (CancelNode* node = NodeOf(channel)) Unregister(node, *this);
    if (write_end >= 0 && write_end != read_end) close(write_end);
    if (read_end >= 0) close(read_end);
  }

  // Once at most. Into an empty eventfd or pipe, so that it neither blocks nor fails.
  void Signal() const noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(write_end, &one, sizeof one);
  }

  const DoneChannel channel;
  int read_end = -1;
  int write_end = -1;  // of an eventfd, the same
};

namespace {

[[noreturn]] void ThrowErrno(const char* what) {
  Throw(std::system_error(errno, std::generic_category(), what));
}

void OpenPipe(DoneFdState& state) {
  int ends[2];
  if (pipe(ends) != 0) ThrowErrno("context::DoneFd: pipe");
  state.read_end = ends[0];
  state.write_end = ends[1];
  for (const int end : ends) {
    if (fcntl(end, F_SETFD, FD_CLOEXEC) != 0 || fcntl(end, F_SETFL, O_NONBLOCK) != 0) {
      ThrowErrno("context::DoneFd: fcntl");
    }
  }
}

void OpenBest(DoneFdState& state) {
#if defined(__linux__)
  state.read_end = state.write_end = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (state.read_end < 0) ThrowErrno("context::DoneFd: eventfd");
#else
  OpenPipe(state);
#endif
}

DoneFdState* MakeState(const DoneChannel& done, void (*open)(DoneFdState&)) {
  auto state = std::make_unique<DoneFdState>(done);
  open(*state);
  CancelNode* node = NodeOf(done);
  if (node != nullptr && !Register(node, *state)) state->Signal();
  return state.release();
}

}  // namespace

DoneFd DoneFdAccess::WithPipe(const DoneChannel& done) {
  return DoneFd(MakeState(done, &OpenPipe));
}

}  // namespace internal

DoneFd::DoneFd(const DoneChannel& done) : state_(internal::MakeState(done, &internal::OpenBest)) {}

DoneFd::~DoneFd() { delete state_; }

int DoneFd::Get() const noexcept { return state_ == nullptr ? -1 : state_->read_end; }

}  // namespace context
