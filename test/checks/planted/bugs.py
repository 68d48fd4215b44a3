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
NONE = ()  # The lit tests are to find it.

BUGS = [
    # A use that is missed, or that is none.
    Bug("capture-is-no-use", CANCELS, "checks/flow/Graph.cpp",
        """      for (const Expr *Init : Lambda->capture_inits())
        Work.push_back(Init);
""",
        ""),
    Bug("cast-to-void-is-a-use", CANCELS, "checks/CancelNames.cpp",
        "return Cast && Cast->getType()->isVoidType();",
        "return Cast && false;"),
    Bug("copy-is-a-use", CANCELS, "checks/CancelNames.cpp",
        """    std::optional<unsigned> Holder = holderOf(V);
    if (!Holder)""",
        """    std::optional<unsigned> Holder = holderOf(V);
    if (Holder || !Holder)"""),
    Bug("comparison-is-a-use", CANCELS, "checks/CancelNames.cpp",
        "if (!isComparison(Parent))",
        "if (isComparison(Parent))"),
    Bug("moved-from-still-has-it", CANCELS, "checks/CancelNames.cpp",
        """    if (E.What == Event::Move)
      Known &= ~holderBit(E.Subject);
""",
        ""),
    Bug("overwriting-loses-nothing", CANCELS, "checks/CancelNames.cpp",
        """    else if (E.What == Event::Overwrite)
      Known &= ~holderBit(E.Subject);
""",
        ""),
    Bug("empty-side-counts", CANCELS, "checks/CancelNames.cpp",
        "return Found != HoldsIfThere.end() && Found->second != Holds;",
        "return Found != HoldsIfThere.end() && Holds && !Holds;"),

    # An end of a path that is forgotten.
    Bug("scope-does-not-end", CANCELS, "checks/CancelNames.cpp",
        "if (Ends || !G.isInside(To, Holders[I].Scope))",
        "if (Ends)"),
    Bug("guard-outlives-its-scope", CANCELS, "checks/CancelNames.cpp",
        "Known &= ~guardBit(I);",
        ""),
    Bug("suspension-is-forgotten", CANCELS, "checks/flow/Graph.cpp",
        "if (G.Suspends && maySuspend(S))",
        "if (G.Suspends && !maySuspend(S))"),

    # An edge that is dropped, or drawn wrongly.
    Bug("throw-skips-handlers", CANCELS, "checks/flow/Graph.cpp",
        "if (M == Match::No)",
        "if (M != Match::Maybe)"),
    Bug("catch-all-lets-pass", CANCELS, "checks/flow/Graph.cpp",
        """        if (M == Match::Yes)
          return;
""",
        ""),
    Bug("noexcept-lets-pass", CANCELS, "checks/flow/Graph.cpp",
        "if (!EndsProgram)",
        "if (true)"),
    Bug("noreturn-returns", BOTH, "checks/flow/Graph.cpp",
        "if (&Block == &G.Source->getExit() || Block.hasNoReturnElement() ||",
        "if (&Block == &G.Source->getExit() ||"),
    Bug("rethrow-is-forgotten", CANCELS, "checks/flow/Graph.cpp",
        "Rethrows.push_back(Id);",
        "continue;"),
    Bug("destructors-do-not-throw", CANCELS, "checks/flow/Graph.cpp",
        "D && mayThrow(D, Context)) {",
        "D && false) {"),
    Bug("constructors-do-not-throw", CANCELS, "checks/flow/Exceptions.cpp",
        "return (mayThrow(Construct->getConstructor(), Context) &&",
        "return (false &&"),
    Bug("handler-takes-it-again", CANCELS, "checks/flow/Exceptions.cpp",
        """    if (takes(Caught, Type, Context))
      return Match::Yes;""",
        """    if (takes(Caught, Type, Context))
      return Match::Maybe;"""),

    # A branch that is taken for a poll, a poll for none.
    Bug("every-branch-leaves", LOOPS, "checks/PollSearch.cpp",
        "if (has(Done, I) && WaysOut[I].test(Shared))",
        "if (has(Done, I))"),
    Bug("negation-is-dropped", LOOPS, "checks/flow/Value.cpp",
        "return T ? Value::equal(!*T) : Value();",
        "return T ? Value::equal(*T) : Value();"),
    Bug("inner-operators-are-never-short", LOOPS, "checks/Tracking.cpp",
        "  return decidedBefore(E->getLHS(), S) ==",
        "  return E == E->IgnoreParens() ? false : decidedBefore(E->getLHS(), S) =="),
    Bug("set-at-times-is-set", LOOPS, "checks/PollSearch.cpp",
        "!(*Alive.Set == Value()) && Alive.Always &&",
        "!(*Alive.Set == Value()) &&"),
    Bug("assigned-results-are-lost", LOOPS, "checks/Tracking.cpp",
        """                          if (Value)
                            Values[Path.front()].push_back(Value);""",
        "                          (void)Value;"),
    Bug("every-round-blocks", LOOPS, "checks/PollSearch.cpp",
        "unsigned Start = Head + (Blocking ? 0 : Count), Goal = Head + Count;",
        "unsigned Start = Head + (Blocking ? Count : Count), Goal = Head + Count;"),
    Bug("exceptions-leave-no-loop", LOOPS, "checks/PollSearch.cpp",
        """      if (Tracked.look(*Index).ByThrow)
        Looked""",
        """      if (!Tracked.look(*Index).ByThrow)
        Looked"""),

    # Declarations.
    Bug("arrays-hold-nothing", NONE, "checks/StoredInStructCheck.cpp",
        "             T->isArrayType())",
        "             false)"),
    Bug("instantiations-are-judged", NONE, "checks/StoredInStructCheck.cpp",
        "mayHoldContexts(*Owner) || isHeldByArguments(Field) ||",
        "mayHoldContexts(*Owner) ||"),
    Bug("contexts-may-not-hold-contexts", NONE,
        "checks/StoredInStructCheck.cpp",
        "         recognizer().contextOf(&Owner) ||\n",
        ""),
    Bug("definition-out-of-line-counts", NONE, "checks/StoredInStructCheck.cpp",
        "? !Primary && Variable.isOutOfLine()",
        "? false"),
    Bug("overriders-are-judged", NONE, "checks/FirstParameterCheck.cpp",
        """Method->size_overridden_methods() > 0 ||
        Method->hasAttr<OverrideAttr>() || overridesInTemplate(*Method)""",
        "overridesInTemplate(*Method)"),
    Bug("out-parameter-is-a-context", NONE, "checks/FirstParameterCheck.cpp",
        "if (Answer && isOutParameter(T))",
        "if (false)"),
    Bug("explicit-object-comes-second", NONE, "checks/FirstParameterCheck.cpp",
        "return isExplicitObjectParameter(P) || P.isParameterPack() ||",
        "return P.isParameterPack() ||"),
    Bug("fix-moves-across-effects", NONE, "checks/ParameterOrder.cpp",
        "if (InInstantiation || !isOrderFree(Moving, From - Lo, Context, IsPure))",
        "if (InInstantiation || (!IsPure && !isOrderFree(Moving, From - Lo, "
        "Context, IsPure)))"),
    Bug("fix-moves-before-its-type", NONE, "checks/ParameterOrder.cpp",
        "hasWord(List.text(I - Lo), F.getParamDecl(Before)->getName()))",
        "!hasWord(List.text(I - Lo), F.getParamDecl(Before)->getName()) && false)"),
    Bug("fix-forgets-redeclarations", NONE, "checks/ParameterOrder.cpp",
        "if (Written.insert(List.begin()).second)",
        "if (Written.insert(List.begin()).second && Edits.empty())"),
]
