# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random functions that make cancel functions and lose some of them.

What makes one stands on a line of its own: by this line context::debug and the
check speak of it. Every use ends in a call, so that "a use is taken for a call"
holds. Whatever the language says may throw does so in some run, anything: a
function that is not noexcept is given an argument, or is preceded by a call,
that throws."""

import dataclasses
import random

from control_flow import Block, ControlFlow, Function, Mode, Node, Scope, follow

CHECK = "context-lost-cancel"
SOURCE = "lost_cancel"  # .h and .cpp
MODES = {
    "guard": Mode(),
    "paths": Mode(options={"RequireGuard": "false"}, calls_throw="Excused",
                  suspends=False),
    "no exceptions": Mode(flags=["-fno-exceptions"], calls_throw="Never"),
}
# Cells of the table that cannot fill.
SELDOM = {("discarded", "silent"): "only where it is never reached"}


@dataclasses.dataclass(frozen=True)
class Handle:
    """A name by which a cancel function can be called."""
    text: str       # As an expression.
    variable: str   # What of it is declared.
    kind: str       # "cancel", "cause" or "function"
    depth: int      # Of the scope that it belongs to.
    assignable: bool = True
    whole: str = ""  # The variable that has the whole result, if one has.
    context: str = ""  # What else has the context.


class Generator(ControlFlow):
    WEIGHTS = {**ControlFlow.WEIGHTS, "leaf": 60, "exit": 11, "jumps": 12, "lambda": 5}

    def __init__(self, generator, mode):
        super().__init__(generator, MODES[mode].calls_throw == "Always")
        self.parent = "Parent()"
        # Left to chance, hardly a long function would lose nothing: many are
        # written by someone who takes care.
        self.careful = self.chance(0.45)

    # -- Making one

    def maker(self, cause=False):
        """A call that derives."""
        if cause:
            return f"context::WithCancelCause({self.parent})"
        return self.random.choice([
            f"context::WithCancel({self.parent})",
            f"context::WithCancel({self.parent})",
            f"context::WithTimeout({self.parent}, 1h)",
            f"context::WithDeadline({self.parent}, context::Clock::time_point::max())",
            f"Make({self.parent})",
            f"[&] {{ return context::WithCancel({self.parent}); }}()"])

    def variable(self, scope):
        """A new name, or one from further out that is hidden from here on."""
        outer = [handle.variable for handle in scope.names
                 if handle.depth < scope.depth
                 and all(other.depth < scope.depth for other in scope.names
                         if other.variable == handle.variable)]
        if outer and self.chance(0.1):
            return self.random.choice(outer), ["shadowed name"]
        return self.new("cancel"), []

    def declaration(self, scope, depth=None):
        """The text of a declaration that makes one, its handle, and what the
        table calls it."""
        depth = scope.depth if depth is None else depth
        name, constructs = self.variable(scope)
        cause = self.chance(0.15)
        kind = "cause" if cause else "cancel"
        maker = self.maker(cause)
        form = self.random.choice(["bound", "bound", "bound", "named", "alone"])
        if cause:
            constructs.append("WithCancelCause")
        if maker.startswith("Make("):
            constructs.append("wrapper of the user's own")
        if maker.startswith("[&]"):
            constructs.append("made by a lambda")
        if form == "bound":
            constructs.append("structured binding")
            return (f"auto [{name}ctx, {name}] = {maker}",
                    Handle(name, name, kind, depth,
                           context=f"{name}ctx"), constructs)
        if form == "named":
            constructs.append("named result")
            whole = name
            head = self.random.choice(["auto", "auto", "auto", "auto &&"])
            if head == "auto" and self.chance(0.2):
                constructs.append("?: as an initialiser")
                maker = f"Choose() ? {maker} : {self.maker(cause)}"
            return (f"{head} {name} = {maker}",
                    Handle(f"{name}.cancel", name, kind, depth, whole=whole,
                           context=f"{name}.ctx"),
                    constructs)
        constructs.append("cancel function alone")
        if not cause and self.chance(0.3):
            return (f"std::function<void()> {name} = {maker}.cancel",
                    Handle(name, name, "function", depth, assignable=False),
                    constructs + ["std::function made of it"])
        head = "auto" if cause or self.chance(0.5) else "context::CancelFunc"
        return (f"{head} {name} = {maker}.cancel",
                Handle(name, name, kind, depth), constructs)

    def made(self, scope):
        """A statement that makes one."""
        if not self.careful and self.chance(0.12):
            return self.discarded(scope)
        if self.chance(0.08):
            return self.used_at_once(scope)
        if self.chance(0.12):
            return self.made_in_a_head(scope)
        text, handle, constructs = self.declaration(scope)
        return self.covered(scope, text, handle, constructs)

    def covered(self, scope, text, handle, constructs):
        """The declaration, often with what calls it however the scope ends."""
        node = Node(text + ";", constructs=constructs,
                    declares=[handle.variable], adds=[handle])
        if self.chance(0.97 if self.careful else 0.35):
            # As one statement, so that nothing comes between.
            guard = self.guard(scope, handle)
            return Node(node, "\n", guard, adds=[handle],
                        constructs=["guard at once"], simpler=[node])
        return node

    def discarded(self, _scope):
        maker = self.maker()
        name = self.new("ctx")
        return Node(self.random.choice([
            f"{maker};", f"(void){maker};",
            f"{{ auto {name} = {maker}.ctx; }}",
            f"Use({maker}.ctx);", f"std::ignore = {maker}.cancel;",
            f"for (int each : ItemsOf({maker}.ctx)) (void)each;",
            f"{{ [[maybe_unused]] const auto &{name} = {maker}.ctx; }}",
        ]), constructs=["discarded"])

    def used_at_once(self, _scope):
        maker = self.maker()
        name = self.new("kept")
        return Node(self.random.choice([
            f"{maker}.cancel();", f"Finish({maker}.cancel);",
            f"FinishAll({maker});", f"Owner {name}({maker}.cancel);",
            f"context::Defer {name}({maker}.cancel);",
            f"std::optional<context::Cancelable> {name} = {maker}; "
            f"{name}->cancel();",
            f"LeaveBehind(); static auto {name} = {maker}; {name}.cancel();",
            f"auto {name} = std::make_unique<context::Cancelable>({maker}); "
            f"{name}->cancel();",
        ]), constructs=["used where it is made"])

    def made_in_a_head(self, scope):
        """In the init statement of an if, switch or for."""
        within = scope.inner()
        text, handle, constructs = self.declaration(scope, within.depth)
        node = Node(adds=[handle])
        within = follow(within, node)
        condition, number = self.condition(scope), "Pick(2)"
        if self.careful:
            called = f"{handle.text}()"
            condition = Node(f"({called}, true) && (", condition, ")")
            number = f"({called}, Pick(2))"
        declares = [handle.variable]
        form = self.random.choice(["if", "switch", "for"])
        constructs = constructs + [f"{form} with a declaration"]
        if form == "if":
            return Node(f"if ({text}; ", condition, ") ", self.block(within),
                        " else ", self.block(within), constructs=constructs,
                        declares=declares)
        if form == "switch":
            within = dataclasses.replace(within, may_break=True)
            return Node(f"switch ({text}; {number}) {{\ncase 0: ",
                        self.block(within), " break;\ndefault: ",
                        self.block(within), "\n}", constructs=constructs,
                        declares=declares)
        within = dataclasses.replace(within, may_break=True, may_continue=True)
        return Node(f"for ({text}; ", condition, ";) ", self.block(within),
                    constructs=constructs, declares=declares)

    # -- Using it

    def leaf_uses(self, scope, handle):
        """Texts of statements that call it, with what the table calls them."""
        e = handle.text
        name = self.new("kept")
        if handle.kind == "cause":
            return [(f"{e}();", "called"), (f"{e}(nullptr);", "called"),
                    (f"FinishCause({e});", "passed on")]
        if handle.kind == "function":
            return [(f"FinishFunction({e});", "passed on"),
                    (f"[&]() noexcept {{ {e}(); }}();", "captured")]
        whole = []
        if handle.whole:
            whole = [(f"FinishAll({handle.whole});", "passed on as a whole")] * 3
        return whole + [
            (f"{e}();", "called"), (f"{e}();", "called"),
            (f"Finish({e});", "passed on"), (f"FinishThe({e});", "passed on"),
            (f"FinishAt(&{e});", "address taken"),
            (f"Finish(std::move({e}));", "moved on"),
            (f"[&]() noexcept {{ {e}(); }}();", "captured"),
            (f"[{name} = {e}]() noexcept {{ {name}(); }}();", "captured"),
            (f"MayThrow(); {{ std::function<void()> {name} = [&] {{ {e}(); }}; "
             f"FinishFunction({name}); }}", "captured"),
            (f"Owner {name}; {name}.Take({e});", "stored"),
            (f"MayThrow(); std::vector<context::CancelFunc> {name}{{{e}}}; "
             f"for (auto &each : {name}) each();", "stored"),
            (f"({e}(), Work());", "comma"),
            (f"Choose() ? {e}() : Work();", "?:"),
            (f"Choose() ? FinishThe({e}) : {e}();", "?:"),
            (f"(void)(Choose() && ({e}(), true));", "&&"),
            (f"(void)(Choose() || IsFinished({e}));", "||"),
            (f"if (Choose() && IsFinished({e})) {{ Work(); }}",
             "use in a condition"),
            (f"if (IsFinished({e}) || Choose()) {{ Work(); }}",
             "use in a condition"),
            (f"while (IsFinished({e})) {{ Work(); }}", "use in a condition"),
            (f"for (; Choose(); {e}()) {{ Work(); }}", "use in an increment"),
            (f"while (Choose()) {{ {e}(); }}", "use in a loop"),
            (f"do {{ {e}(); }} while (Choose());", "use in a loop"),
            (f"while (Choose()) {{ if (Choose()) continue; {e}(); }}",
             "continue"),
            (f"do {{ if (Choose()) continue; {e}(); }} while (Choose());",
             "continue"),
        ] + ([(f"Choose() ? {e}() : throw Failure();", "throw in ?:")]
             if scope.throws else [])

    def use(self, scope, handle):
        text, construct = self.random.choice(self.leaf_uses(scope, handle))
        return Node(text, constructs=[construct], needs=[handle.variable])

    def guard(self, _scope, handle):
        e, name = handle.text, self.new("guard")
        texts = [f"context::Defer {name}({e});",
                 f"context::Defer {name}([&] {{ {e}(); }});"]
        if handle.kind == "cancel":
            texts.append(f"Owner {name}({e});")
        if handle.kind == "function":
            texts = texts[1:]
        return Node(self.random.choice(texts), constructs=["guard"],
                    needs=[handle.variable])

    def other_name(self, scope, handle):
        e, name = handle.text, self.new("other")
        forms = [(f"auto &{name} = {e};", "reference"),
                 (f"auto {name} = {e};", "copy")]
        kind = handle.kind
        if kind == "cancel":
            forms += [(f"const context::CancelFunc &{name} = {e};", "reference"),
                      (f"MayThrow(); std::function<void()> {name} = {e};",
                       "std::function made of it")]
        if handle.whole:
            forms += 3 * [(f"auto [{name}ctx, {name}] = {handle.whole};",
                           "copy of the whole"),
                          (f"auto &[{name}ctx, {name}] = {handle.whole};",
                           "reference to the whole")]
        if handle.depth == scope.depth and kind == "cancel":
            # What it is moved from is not to be named again.
            forms += 2 * [(f"auto {name} = std::move({e});", "moved to a name")]
            if handle.whole:
                forms.append((f"auto [{name}ctx, {name}] = "
                              f"std::move({handle.whole});", "moved to a name"))
        targets = [other for other in scope.names
                   if other.assignable and other.kind == kind
                   and other.variable != handle.variable]
        if targets and self.chance(0.55):
            target = self.random.choice(targets)
            text = self.without_context(target, f"{target.text} = {e}")
            return Node(text + ";", constructs=["copied to another"],
                        needs=[handle.variable, target.variable])
        text, construct = self.random.choice(forms)
        if "std::function" in text:
            kind = "function"
        if kind == "function":
            text = text.removeprefix("MayThrow(); ")
            text = "MayThrow(); " + text
        hides = [handle.variable] if "move" in construct else []
        return Node(text, constructs=[construct], needs=[handle.variable],
                    declares=[name], hides=hides, adds=[
                        Handle(name, name, kind, scope.depth, False)])

    def no_use(self, handle):
        return Node(self.random.choice([f"(void){handle.text};",
                                        "MayThrow(); std::ignore = "
                                        f"{handle.text};"]),
                    constructs=["mentioned only"], needs=[handle.variable])

    def without_context(self, handle, text):
        """That assigns it anew: the context goes, too, since what nobody has is
        lost also if the program ends or the function does not."""
        if not handle.context:
            return text
        return f"{handle.context} = context::Background(), {text}"

    def overwritten(self, handle):
        cause = handle.kind == "cause"
        if handle.whole and self.chance(0.5):
            text = f"{handle.whole} = {self.maker(cause)}"
        elif handle.kind == "cancel" and self.chance(0.3):
            text = self.without_context(handle, f"{handle.text} = Spare()")
        else:
            text = self.without_context(
                handle, f"{handle.text} = {self.maker(cause)}.cancel")
        return Node(text + ";", constructs=["assigned anew"], needs=[handle.variable])

    def empty_variable(self, scope):
        name = self.new("cancel")
        return Node(f"context::CancelFunc {name} = Spare();", declares=[name],
                    adds=[Handle(name, name, "cancel", scope.depth)])

    def make_leaf(self, scope):
        if not scope.names or self.chance(0.22):
            if self.chance(0.1):
                return self.empty_variable(scope)
            return self.made(scope)
        handle = self.random.choice(scope.names)
        if self.chance(0.15):
            return self.other_name(scope, handle)
        if self.chance(0.06):
            return self.no_use(handle)
        if handle.assignable and self.chance(0.03 if self.careful else 0.12):
            return self.overwritten(handle)
        if self.chance(0.12):
            return self.guard(scope, handle)
        return self.use(scope, handle)

    # -- Functions

    def function(self, throws):
        # What it makes is often called at its end, so that what lies between
        # decides.
        form = self.random.choice(list(self.FORMS))
        scope = Scope(throws=throws)
        return getattr(self, form)(scope)

    FORMS = ["plain", "plain", "plain", "plain", "noexcept", "returns_cancel",
             "returns_all", "coroutine", "coroutine", "function_try", "local_class",
             "constructor", "template"]

    def body(self, scope):
        text, handle, constructs = self.declaration(scope)
        first = self.covered(scope, text, handle, constructs)
        before = []
        if self.chance(0.3):
            before = [Node("Work();")]
        block = self.block(follow(scope, first))
        last = []
        if block.completes and self.chance(0.6):
            last = [self.use(scope, handle)]
        return Block(tuple(before) + (first,) + block.parts + tuple(last))

    def plain(self, scope):
        return Node("static void @() ", self.body(scope))

    def noexcept(self, scope):
        scope = dataclasses.replace(scope, ends_program=True)
        return Node("static void @() noexcept ", self.body(scope),
                    constructs=["noexcept function"])

    def returns_cancel(self, scope):
        scope = dataclasses.replace(scope, returns=("return Spare();",))
        body = self.body(scope)
        return Node("static context::CancelFunc @Inner() ",
                    Block(body.parts + (Node("return Spare();", fixed=True),)),
                    "\nstatic void @() { @Inner()(); }",
                    constructs=["returns a cancel function"])

    def returns_all(self, scope):
        scope = dataclasses.replace(scope, returns=("return SpareAll();",))
        body = self.body(scope)
        return Node("static context::Cancelable @Inner() ",
                    Block(body.parts + (Node("return SpareAll();", fixed=True),)),
                    "\nstatic void @() { @Inner().cancel(); }",
                    constructs=["returns the whole result"])

    def make_exit(self, scope):
        # What is returned is called by the caller.
        if "Spare" in scope.returns[0] and scope.names and self.chance(0.8):
            handle = self.random.choice(scope.names)
            if "All" not in scope.returns[0] and handle.kind == "cancel":
                text = self.random.choice([f"return {handle.text};",
                                           f"return std::move({handle.text});"])
                way = Node(text, constructs=["returned"],
                           needs=[handle.variable], completes=False)
                return Node("if (", self.condition(scope), ") ", Block([way]))
            if handle.whole and handle.kind == "cancel" and (
                    "All" in scope.returns[0]):
                way = Node(f"return {handle.whole};", constructs=["returned"],
                           needs=[handle.variable], completes=False)
                return Node("if (", self.condition(scope), ") ", Block([way]))
        return super().make_exit(scope)

    def coroutine(self, scope):
        scope = dataclasses.replace(scope, returns=("co_return;",),
                                    coroutine=True)
        body = self.body(scope)
        return Node("static Task @Inner() ",
                    Block(body.parts + (Node("co_return;", fixed=True),)),
                    "\nstatic void @() { @Inner(); }", constructs=["coroutine"])

    def function_try(self, scope):
        if not scope.throws:
            return self.plain(scope)
        handler = self.block(dataclasses.replace(scope, in_handler="handler"))
        caught = self.random.choice(self.HANDLED + ["..."])
        return Node("static void @() try ", self.body(scope),
                    f" catch ({caught}) ", handler,
                    constructs=["function-try-block"], declares=["handler"])

    def local_class(self, scope):
        return Node("static void @() {\n  struct Local { void Run() const ",
                    self.body(scope), " };\n  Local().Run();\n}",
                    constructs=["local class"])

    def constructor(self, scope):
        maker = self.maker()
        # On one line: what a default initialiser does is seen at the
        # constructor that it is part of.
        head = self.random.choice([
            f"Owner owner; @Class() : owner({maker}.cancel)",
            f"context::Context ctx; @Class() : ctx({maker}.ctx)",
            f"context::Context ctx = {maker.replace('[&]', '[]')}.ctx; @Class()",
        ])
        body = self.body(scope)
        if "ctx" in head:
            # As in overwritten().
            body = Block((Node("ctx = context::Background();", fixed=True),)
                         + body.parts)
        return Node("namespace { struct @Class {\n", head, "\n", body,
                    "\n}; }\n",
                    "static void @() { @Class(); }",
                    constructs=["member initialiser"])

    def template(self, scope):
        self.parent = "(MayThrow(), parent)"
        return Node("template <class T> static void @Template(const T &parent) ",
                    self.body(scope),
                    "\nstatic void @() { @Template(Parent()); }",
                    constructs=["template"])


def function(seed):
    """The function of this seed."""
    generator = random.Random(seed)
    mode = generator.choices(list(MODES), [60, 25, 15])[0]
    tree = Generator(generator, mode).function(mode != "no exceptions")
    return Function(seed, tree, mode)


