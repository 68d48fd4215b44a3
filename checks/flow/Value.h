// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is known of a value.

#ifndef CONTEXT_TIDY_CHECKS_FLOW_VALUE_H
#define CONTEXT_TIDY_CHECKS_FLOW_VALUE_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include <optional>

namespace clang::tidy::context::flow {

/// What is known of a value: nothing, that it is a number, or that it is not;
/// or that there never is one.
/// An object has the number 0 if it is empty or says "no error".
struct Value {
  enum Kind { Unknown, Equal, NotEqual, Nothing } TheKind = Unknown;
  int64_t Number = 0;

  static Value equal(int64_t N) { return {Equal, N}; }
  static Value nothing() { return {Nothing, 0}; }
  static Value notEqual(int64_t N) { return {NotEqual, N}; }
  bool operator==(const Value &O) const {
    return TheKind == O.TheKind && Number == O.Number;
  }
  /// Whether it is N: yes, no, or not known.
  std::optional<bool> is(int64_t N) const {
    if (TheKind == Equal)
      return Number == N;
    if (TheKind == NotEqual && Number == N)
      return false;
    return std::nullopt;
  }
  std::optional<bool> truth() const {
    std::optional<bool> IsNull = is(0);
    return IsNull ? std::optional<bool>(!*IsNull) : std::nullopt;
  }
};

/// The outcome of '!' on \p V.
Value negate(const Value &V);
/// The outcome of '&&' (\p And) or '||'.
Value both(const Value &A, const Value &B, bool And);
/// The outcome of a comparison.
Value compare(const Value &A, const Value &B, BinaryOperatorKind Op);
/// What can be said if it is one of the two.
Value either(const Value &A, const Value &B);

/// The number that \p E is, if it is a constant or a null pointer.
std::optional<int64_t> constantOf(const Expr *E, const ASTContext &Context);

} // namespace clang::tidy::context::flow

#endif // CONTEXT_TIDY_CHECKS_FLOW_VALUE_H
