// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Value.h"

namespace clang::tidy::context::flow {

static Value fromTruth(std::optional<bool> B) {
  return B ? Value::equal(*B) : Value();
}

static bool isNothing(const Value &V) { return V.TheKind == Value::Nothing; }

Value negate(const Value &V) {
  if (isNothing(V))
    return V;
  std::optional<bool> T = V.truth();
  return T ? Value::equal(!*T) : Value();
}

Value both(const Value &A, const Value &B, bool And) {
  std::optional<bool> L = A.truth(), R = B.truth();
  bool Decides = !And;
  if ((L && *L == Decides) || (R && *R == Decides))
    return Value::equal(Decides);
  if (isNothing(A) || isNothing(B))
    return Value::nothing();
  return L && R ? Value::equal(!Decides) : Value();
}

Value compare(const Value &A, const Value &B, BinaryOperatorKind Op) {
  if (isNothing(A) || isNothing(B))
    return Value::nothing();
  std::optional<bool> Equal;
  if (B.TheKind == Value::Equal)
    Equal = A.is(B.Number);
  else if (A.TheKind == Value::Equal)
    Equal = B.is(A.Number);
  if (Op == BO_EQ)
    return fromTruth(Equal);
  if (Op == BO_NE)
    return negate(fromTruth(Equal));
  if (A.TheKind != Value::Equal || B.TheKind != Value::Equal)
    return {};
  switch (Op) {
  case BO_LT:
    return Value::equal(A.Number < B.Number);
  case BO_GT:
    return Value::equal(A.Number > B.Number);
  case BO_LE:
    return Value::equal(A.Number <= B.Number);
  case BO_GE:
    return Value::equal(A.Number >= B.Number);
  default:
    return {};
  }
}

Value either(const Value &A, const Value &B) {
  if (A == B || isNothing(B))
    return A;
  if (isNothing(A))
    return B;
  // Both are something, or both are not that.
  std::optional<bool> L = A.is(0), R = B.is(0);
  return L && R && !*L && !*R ? Value::notEqual(0) : Value();
}

std::optional<int64_t> constantOf(const Expr *E, const ASTContext &Context) {
  // Broken code has a list in parentheses, of no type at all, for a value.
  if (E->getType().isNull() || E->isValueDependent() || E->isTypeDependent() ||
      !E->getType()->isScalarType())
    return std::nullopt;
  if (E->isNullPointerConstant(const_cast<ASTContext &>(Context),
                               Expr::NPC_NeverValueDependent) &&
      E->getType()->isAnyPointerType())
    return 0;
  if (E->getType()->isNullPtrType())
    return 0;
  Expr::EvalResult Result;
  if (!E->getType()->isIntegralOrEnumerationType() ||
      !E->EvaluateAsInt(Result, Context))
    return std::nullopt;
  llvm::APSInt Number = Result.Val.getInt();
  if (Number.getSignificantBits() > 63)
    return std::nullopt;
  return Number.getExtValue();
}

} // namespace clang::tidy::context::flow
