// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A user's context from a file that is compiled with -fno-rtti.
#include "context/context.h"

#if defined(__cpp_rtti)
#error "to be compiled with -fno-rtti"
#endif

namespace {

class Nameless final : public context::Interface {
 public:
  std::optional<context::Clock::time_point> Deadline() const override { return std::nullopt; }
  context::DoneChannel Done() const override { return context::DoneChannel::Never(); }
  std::error_code Err() const noexcept override { return {}; }
  const void* Value(const void*) const override { return nullptr; }
};

}  // namespace

context::Context MakeWithoutRtti() { return context::MakeContext(std::make_shared<Nameless>()); }
