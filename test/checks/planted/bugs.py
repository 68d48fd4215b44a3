# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The bugs that planted.py plants: small slips such as a reviewer misses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    name: str
    kinds: tuple  # of random functions that may find it
    file: str
    before: str  # stands in the file exactly once
    after: str


CANCELS = ("lost-cancel",)
LOOPS = ("unpolled-loop",)
BOTH = CANCELS + LOOPS

BUGS = [
    # A use that is missed, or that is none.
    Bug("capture-is-no-use", CANCELS, "checks/CancelNames.cpp",
        """      for (const Expr *Init : Lambda->capture_inits())
        Work.push_back(Init);
      continue;""",
        "      continue;"),
    Bug("cast-to-void-is-a-use", CANCELS, "checks/CancelNames.cpp",
        "return Cast && Cast->getType()->isVoidType();",
        "return Cast && false;"),
    Bug("copy-is-a-use", CANCELS, "checks/CancelNames.cpp",
        """    if (!Alias)
      return Mention::Use;""",
        "    return Mention::Use;"),
    Bug("comparison-is-a-use", CANCELS, "checks/CancelNames.cpp",
        """      noteNullTest(cast<Expr>(P));
      return Mention::Nothing;""",
        """      noteNullTest(cast<Expr>(P));
      return Mention::Use;"""),
    Bug("overwriting-loses-nothing", CANCELS, "checks/CancelNames.h",
        "return !HasCopy && Overwrites.count(N);",
        "return false && Overwrites.count(N);"),
    Bug("empty-side-counts", CANCELS, "checks/CancelNames.cpp",
        "return Found != HoldsIfThere.end() && Found->second != Holds;",
        "return false;"),

    # An end of a path that is forgotten.
    Bug("scope-does-not-end", CANCELS, "checks/LostCancelCheck.cpp",
        "return Ends || Replaced || !G.isInside(To, Scope)",
        "return Ends || Replaced"),
    Bug("next-round-replaces-nothing", CANCELS, "checks/LostCancelCheck.cpp",
        """bool Replaced = llvm::is_contained(Start, S.Taken.To) ||
                      Names.isOverwrite(S.Taken.To);""",
        "bool Replaced = Names.isOverwrite(S.Taken.To);"),
    Bug("suspension-is-forgotten", CANCELS, "checks/flow/Graph.cpp",
        "if (G.Suspends && maySuspend(S))",
        "if (G.Suspends && !maySuspend(S))"),

    # An edge that is dropped, or drawn wrongly.
    Bug("throw-skips-handlers", CANCELS, "checks/flow/Graph.cpp",
        "if (M == Match::No)\n          continue;",
        "if (M != Match::Maybe)\n          continue;"),
    Bug("catch-all-lets-pass", CANCELS, "checks/flow/Graph.cpp",
        """        if (M == Match::Yes)
          return;""",
        ""),
    Bug("noexcept-lets-pass", CANCELS, "checks/flow/Graph.cpp",
        "if (!EndsProgram)",
        "if (true)"),
    Bug("noreturn-returns", BOTH, "checks/flow/Graph.cpp",
        "if (&Block == &G.Source->getExit() || Block.hasNoReturnElement() ||",
        "if (&Block == &G.Source->getExit() ||"),
    Bug("destructors-do-not-throw", CANCELS, "checks/flow/Graph.cpp",
        "D && mayThrow(D, Context)) {",
        "D && false) {"),
    Bug("constructors-do-not-throw", CANCELS, "checks/flow/Exceptions.cpp",
        "return (mayThrow(Construct->getConstructor(), Context) &&",
        "return (false &&"),
    Bug("bases-are-not-caught", CANCELS, "checks/flow/Exceptions.cpp",
        """    if (P.Access == AS_public)
      return Match::Yes;""",
        """    if (P.Access == AS_private)
      return Match::Yes;"""),

    # A branch that is taken for a poll, a poll for none.
    Bug("every-branch-leaves", LOOPS, "checks/PollSearch.cpp",
        "D.Leaves = WaysOut[I].test(WaysOut[J]);",
        "D.Leaves = true;"),
    Bug("negation-is-dropped", LOOPS, "checks/PollSearch.cpp",
        "return T ? Value::equal(!*T) : Value();",
        "return T ? Value::equal(*T) : Value();"),
    Bug("right-side-always-counts", LOOPS, "checks/PollSearch.cpp",
        """    if (!IsShort)
      B = evaluate(E->getRHS(), S);""",
        "    B = evaluate(E->getRHS(), S);"),
    Bug("look-stays-fresh", LOOPS, "checks/PollSearch.cpp",
        "void endExpression() { Fresh = Short = 0; }",
        "void endExpression() { Short = 0; }"),
    Bug("wrong-case-of-a-select", LOOPS, "checks/PollSearch.cpp",
        "F.Done = Value::equal(*Found.DoneCase);",
        "F.Done = Value::equal(*Found.DoneCase + 1);"),
    Bug("assigned-results-are-lost", LOOPS, "checks/PollSearch.cpp",
        """        if (Value)
          New = evaluate(Value, S);""",
        """        if (!Value)
          New = Fact();"""),
    Bug("every-round-blocks", LOOPS, "checks/PollSearch.cpp",
        "unsigned Start = Head + (Blocking ? 0 : Count), Goal = Head + Count;",
        "unsigned Start = Head + Count, Goal = Head + Count;"),
    Bug("exceptions-leave-no-loop", LOOPS, "checks/PollSearch.cpp",
        "if (LookKinds[Found->second].ByThrow)",
        "if (!LookKinds[Found->second].ByThrow)"),
]
