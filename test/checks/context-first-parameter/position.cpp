// RUN: %check_context_tidy %s context-first-parameter %t -- \
// RUN:   -config="{CheckOptions: [{key: ModelFile, value: '%S/Inputs/positions.yaml'}]}"
// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model says where its contexts go.

namespace azure { struct Context {}; }
namespace glib { struct Cancellable; }
namespace app { struct Context {}; }

void LastGood(int id, azure::Context const &context);
void LastAlone(azure::Context context);
void LastBad(azure::Context context, int id);
// CHECK-MESSAGES: :[[@LINE-1]]:29: warning: the context 'context' is not the last parameter of 'LastBad'
void LastMiddle(int id, azure::Context context, int more);
// CHECK-MESSAGES: :[[@LINE-1]]:40: warning: the context 'context' is not the last parameter of 'LastMiddle'
template <class... A> void LastPack(int id, azure::Context context, A... more);
void LastTwo(azure::Context first, int id, azure::Context second);
void Any(int id, glib::Cancellable *c, int more);
void AnyFirst(glib::Cancellable *c, int more);
void First(int id, app::Context context);
// CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the context 'context' is not the first parameter of 'First'
void Both(app::Context first, int id, azure::Context last);
void BothWrong(azure::Context last, int id, app::Context first);
void Mixed(int id, glib::Cancellable *any, app::Context first);
// CHECK-MESSAGES: :[[@LINE-1]]:57: warning: the context 'first' is not the first parameter of 'Mixed'
