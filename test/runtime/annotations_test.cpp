// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Built as C++17, with nothing included before.
#include "context/annotations.h"

#if __cplusplus >= 202002L
#error "this file is to be built as C++17"
#endif
#if defined(_GLIBCXX_RELEASE) || defined(_LIBCPP_VERSION)
#error "<context/annotations.h> is to include nothing"
#endif

namespace {

class CONTEXT_TYPE Request {
 public:
  CONTEXT_POLL bool Stopped() const { return stopped_; }
  CONTEXT_BLOCKING void Wait() const {}
  void Stop() { stopped_ = true; }

 private:
  bool stopped_ = false;
};

struct CONTEXT_DERIVES Made {
  Request request;
  CONTEXT_CANCEL void (*stop)(Request&);
};

CONTEXT_DERIVES Made Derive(const Request& parent) {
  return {parent, [](Request& request) { request.Stop(); }};
}

class CONTEXT_CARRIER Call {
 public:
  explicit Call(Request request) : request_(request) {}
  bool Stopped() const { return request_.Stopped(); }

 private:
  Request request_;
};

}  // namespace

// For handles_test.cpp, which has GoogleTest, and with it the standard library.
bool AnnotatedCodeWorks();
bool AnnotatedCodeWorks() {
  Made made = Derive(Request());
  made.request.Wait();
  const bool before = made.request.Stopped();
  made.stop(made.request);
  return !before && Call(made.request).Stopped();
}
