# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random control flow, and the trees that it is made of.

A Node is text with holes: strings, and other nodes. A Block is a list of
statements in braces. Trees are never changed: to make one smaller is to make
another one. A node says what the table is about (constructs), which names its
text declares and which it needs, so that what a smaller tree lacks is seen
without a compiler."""

import dataclasses

NONE = frozenset()


class Node:
    """A statement or an expression. `simpler` are nodes that can stand in its
    place; `completes` is whether what follows it can be reached."""

    def __init__(self, *parts, constructs=(), declares=(), needs=(),
                 simpler=(), completes=True, adds=(), hides=(), fixed=False):
        self.parts = parts
        self.constructs = frozenset(constructs)
        self.declares = frozenset(declares)
        self.needs = frozenset(needs)
        self.simpler = tuple(simpler)
        self.completes = completes
        self.fixed = fixed  # A smaller block has it still.
        # For the statements that follow it in its block: names that they know
        # beside those of the Scope, and names that they know no more.
        self.adds, self.hides = tuple(adds), frozenset(hides)

    def with_parts(self, parts):
        other = Node(*parts)
        vars(other).update({**vars(self), "parts": tuple(parts)})
        other.__class__ = self.__class__
        return other

    def nodes(self):
        """This node and all in it."""
        yield self
        for part in self.parts:
            if isinstance(part, Node):
                yield from part.nodes()

    def inside(self):
        """What can stand where this statement stands: the blocks in it."""
        for part in self.parts:
            if isinstance(part, Block):
                yield part
            elif isinstance(part, Node):
                yield from part.inside()

    def smaller(self):
        yield from self.simpler
        for place, part in enumerate(self.parts):
            if isinstance(part, Node):
                for other in part.smaller():
                    yield self.with_parts(
                        self.parts[:place] + (other,) + self.parts[place + 1:])

    def write(self, text):
        for part in self.parts:
            if isinstance(part, str):
                text.add(part)
            else:
                part.write(text)


class Block(Node):
    """Statements in braces."""

    def __init__(self, statements):
        super().__init__(*statements, completes=all(
            statement.completes for statement in statements))

    def smaller(self):
        parts = self.parts
        # Halves first, then one by one.
        if len(parts) > 3:
            half = len(parts) // 2
            for kept in (range(half), range(half, len(parts))):
                yield Block([statement for place, statement in enumerate(parts)
                             if statement.fixed or place in kept])
        for place, statement in enumerate(parts):
            if statement.fixed:
                continue
            before, after = parts[:place], parts[place + 1:]
            yield Block(before + after)
            for block in statement.inside():
                yield Block(before + block.parts + after)
        yield from super().smaller()

    def write(self, text):
        text.add("{")
        text.indent += 1
        for statement in self.parts:
            text.line()
            statement.write(text)
        text.indent -= 1
        text.line()
        text.add("}")


class Text:
    """Lines, as they are written."""

    def __init__(self, indent=0):
        self.lines = [""]
        self.indent = indent

    def add(self, words):
        first, *others = words.split("\n")
        if not self.lines[-1]:
            self.lines[-1] = "  " * self.indent
        self.lines[-1] += first
        for words in others:
            self.line()
            self.add(words)

    def line(self):
        if self.lines[-1].strip():
            self.lines.append("")
        else:
            self.lines[-1] = ""


@dataclasses.dataclass
class Mode:
    """How a function is compiled, linted and run."""
    flags: list = dataclasses.field(default_factory=list)
    options: dict = dataclasses.field(default_factory=dict)  # of the check
    # Whether calls throw: "Never", "Always", or "Excused": they do
    # where nothing that the check is to find comes of it.
    calls_throw: str = "Always"
    suspends: bool = True  # Whether coroutines are destroyed.


class Function:
    """A random function: the tree, and what differential.py asks of it.

    `tree` has the text of one function `static void NAME() { ... }` with what
    belongs to it, NAME being @. `mode` is one of its kind's MODES."""

    def __init__(self, seed, tree, mode):
        self.seed, self.tree, self.mode = seed, tree, mode
        self.part = ""  # Tells the smaller ones of a seed apart.

    @property
    def name(self):
        return f"F{self.seed}{self.part}"

    def render(self):
        text = Text()
        self.tree.write(text)
        return [line.replace("@", self.name).rstrip() for line in text.lines]

    def constructs(self):
        return frozenset().union(*(node.constructs
                                   for node in self.tree.nodes()))

    def smaller(self):
        """Functions that are this one with something left out."""
        for tree in self.tree.smaller():
            declared = set().union(*(node.declares for node in tree.nodes()))
            if all(node.needs <= declared for node in tree.nodes()):
                yield Function(self.seed, tree, self.mode)


@dataclasses.dataclass(frozen=True)
class Scope:
    """What a statement can refer to where it stands."""
    depth: int = 0
    budget: int = 4  # Statements in a block, about.
    may_break: bool = False
    may_continue: bool = False
    labels: tuple = ()
    in_handler: str = ""  # The name of the handler around.
    returns: tuple = ("return;",)  # How to leave the function.
    throws: bool = True  # Whether there are exceptions.
    coroutine: bool = False
    # Whether what leaves the function ends the program. Then what is inside is
    # noexcept, too: nobody can say how far the stack is unwound.
    ends_program: bool = False
    # For the kind's own use; each has a `variable`.
    names: tuple = ()

    def inner(self, **changes):
        return dataclasses.replace(self, depth=self.depth + 1,
                                   budget=max(2, self.budget - 1), **changes)


class ControlFlow:
    """Random blocks. A kind derives from it, and says in leaf() what statements
    there are beside control flow; a method make_<name> for each name in WEIGHTS
    makes such a statement."""

    # How often each form comes; a kind can have others, or another measure.
    WEIGHTS = {"leaf": 40, "work": 6, "throwing": 8, "if": 14, "switch": 6,
               "loop": 8, "try": 8, "exit": 7, "jumps": 3, "block": 3,
               "lambda": 3}
    HANDLED = ["const TimedOut &", "const Failure &", "const Refused &", "int"]
    DEEPEST = 3

    def __init__(self, random, calls_throw=True):
        self.random = random
        self.calls_throw = calls_throw  # If not, only throw expressions do.
        self.count = 0

    def new(self, stem):
        self.count += 1
        return f"{stem}{self.count}"

    def chance(self, probability):
        return self.random.random() < probability

    # -- Blocks

    def block(self, scope, last=()):
        """A Block; `last` are statements for its end."""
        statements = []
        for _ in range(self.random.randint(1, scope.budget)):
            statement = self.statement(scope)
            statements.append(statement)
            scope = follow(scope, statement)
            if not statement.completes:
                break
        return Block(statements + list(last))

    def statement(self, scope):
        names = [name for name in self.WEIGHTS if self.fits(name, scope)]
        name = self.random.choices(
            names, [self.WEIGHTS[name] for name in names])[0]
        return getattr(self, f"make_{name}")(scope)

    def fits(self, name, scope):
        """Whether a statement of this form can stand here."""
        if name in ("throwing", "try") and not scope.throws:
            return False
        # A lambda is a function of its own, also where nothing is ever caught.
        if name == "lambda" and scope.in_handler:
            return False
        return scope.depth < self.DEEPEST or name in (
            "leaf", "work", "throwing", "exit")

    def condition(self, scope):
        """An expression of type bool."""
        if scope.throws and self.chance(0.1):
            return Node("ChooseOrThrow()", constructs=["throw in a condition"],
                        simpler=[Node("Choose()")])
        if scope.coroutine and self.chance(0.15):
            pause = "RiskyPause" if self.chance(0.5) and scope.throws else "Pause"
            return Node(f"co_await {pause}()", constructs=["co_await in a "
                        "condition"], simpler=[Node("Choose()")])
        if self.chance(0.15) and scope.depth < self.DEEPEST + 2:
            left = self.condition(scope.inner())
            right = self.condition(scope.inner())
            operator, name = self.random.choice([("&&", "&&"), ("||", "||")])
            return Node("(", left, f" {operator} ", right, ")",
                        constructs=[name], simpler=[left, right])
        if self.chance(0.08):
            other = self.condition(scope.inner())
            return Node("!(", other, ")", simpler=[other])
        return Node("Choose()")

    # -- Statements without others in them

    def make_work(self, _scope):
        return Node("Work();")

    def make_throwing(self, scope):
        if scope.coroutine and self.chance(0.5):
            return Node(self.random.choice(
                ["co_await RiskyPause();", "co_await Pause();",
                 "co_yield Choose();"]), constructs=["suspension"])
        name = self.new("thing")
        text, construct = self.random.choice([
            ("MayThrow();", "call that throws"),
            ("MayThrow();", "call that throws"),
            ("CallLoud();", "call that throws"),
            (f"{{ Loud {name}; }}", "constructor that throws"),
            (f"{{ HasLoud {name}; }}", "implicit constructor that throws"),
            (f"{{ LoudEnd {name}; }}", "destructor that throws"),
            (f"{{ HasLoudEnd {name}; }}", "implicit destructor that throws"),
            ("LoudEnd();", "destructor that throws"),
            ("delete new LoudNew;", "operator new that throws"),
            ("delete new Loud;", "constructor that throws"),
            ("ThrowUnless<false>();", "noexcept(false)"),
            ("WithDefault();", "default argument that throws"),
            (f"{{ HasQuiet {name}, copy = {name}; }}", "implicitly noexcept"),
            ("ThrowUnless<true>();", "noexcept(true)"),
            ("CallQuiet();", "call that does not throw"),
        ])
        return Node(text, constructs=[construct],
                    simpler=[] if text == "MayThrow();" else
                    [Node("MayThrow();")])

    def make_exit(self, scope):
        """A way out, on a condition mostly: what follows is to be reached."""
        ways = [Node(self.random.choice(scope.returns), constructs=["return"],
                     completes=False)] * 2
        ways.append(Node("Die();", constructs=["noreturn"], completes=False))
        if scope.may_break:
            ways += [Node("break;", constructs=["break"], completes=False)] * 2
        if scope.may_continue:
            ways += [Node("continue;", constructs=["continue"],
                          completes=False)] * 2
        for label in scope.labels:
            ways += [Node(f"goto {label};", needs=[label], constructs=["goto"],
                          completes=False)]
        if scope.throws:
            thrown = self.random.choice(
                ["TimedOut()", "Failure()", "Refused()", "1", "Unnamed()"])
            ways += [Node(f"throw {thrown};", constructs=["throw"],
                          completes=False)] * 2
            if scope.in_handler:
                ways += [Node("throw;", constructs=["rethrow"],
                              needs=[scope.in_handler], completes=False)] * 3
        way = self.random.choice(ways)
        if self.chance(0.8):
            return Node("if (", self.condition(scope), ") ", Block([way]),
                        constructs=["if"])
        return way

    # -- Statements with others in them

    def make_block(self, scope):
        block = self.block(scope.inner())
        return Node(block, constructs=["block"], completes=block.completes)

    def make_if(self, scope):
        condition, first = self.condition(scope), self.block(scope.inner())
        head = "if (" if self.chance(0.85) else "if (bool holds = Choose(); holds && "
        if self.chance(0.5):
            return Node(head, condition, ") ", first, constructs=["if"])
        second = self.block(scope.inner())
        return Node(head, condition, ") ", first, " else ", second,
                    constructs=["if-else"],
                    completes=first.completes or second.completes)

    def make_switch(self, scope):
        cases = self.random.randint(1, 3)
        has_default = self.chance(0.6)
        parts = [f"switch (Pick({cases + 1})) {{"]
        constructs = ["switch"]
        completes = not has_default
        within = scope.inner(may_break=True)
        for place in range(cases + has_default):
            is_last = place == cases + has_default - 1
            label = "default:" if place == cases else f"case {place}:"
            block = self.block(within)
            parts += [f"\n{label} ", block]
            end = "break;"
            if not is_last and self.chance(0.35):
                end = "[[fallthrough]];"
                if block.completes:
                    constructs.append("fallthrough")
            if block.completes:
                parts.append("\n" + end)
                completes = True
            # A break inside leaves the switch.
            completes |= leaves(block)
        parts.append("\n}")
        constructs.append("switch with default" if has_default
                          else "switch without default")
        return Node(*parts, constructs=constructs, completes=completes)

    def make_loop(self, scope):
        within = scope.inner(may_break=True, may_continue=True)
        body = self.block(within)
        form = self.random.choice(["while", "do", "for", "range-for", "endless"])
        if form == "while":
            return Node("while (", self.condition(scope), ") ", body,
                        constructs=["while"])
        if form == "do":
            return Node("do ", body, " while (", self.condition(scope), ");",
                        constructs=["do"])
        if form == "for":
            return Node("for (int i = 0; ", self.condition(scope),
                        "; ++i) ", body, constructs=["for"])
        if form == "range-for":
            return Node("for (int each : Items(", "Pick(3)", ")) ",
                        Block((Node("(void)each;", fixed=True),) + body.parts),
                        constructs=["range-for"])
        return Node("for (;;) ", Block((Node("Work();", fixed=True),) + body.parts),
                    constructs=["endless loop"], completes=leaves(body))

    def make_jumps(self, scope):
        """Gotos out of blocks to their end, and back to their beginning."""
        label = self.new("label")
        body = self.block(scope.inner(labels=scope.labels + (label,)))
        if self.chance(0.6):
            return Node(body, f"\n{label}:;", declares=[label],
                        constructs=["label behind"])
        return Node(f"{label}: ", Block((Node("Work();", fixed=True),) + body.parts),
                    declares=[label], constructs=["label before"],
                    completes=body.completes)

    def make_try(self, scope):
        body = self.block(scope.inner())
        parts, completes = ["try ", body], body.completes
        constructs = ["try"]
        types = self.random.sample(self.HANDLED,
                                   self.random.choice([0, 1, 1, 2]))
        # A base's handler behind the derived one's: the other way round it
        # would be dead.
        types.sort(key=self.HANDLED.index)
        if not types or self.chance(0.5):
            types.append("...")
            constructs.append("catch (...)")
        if len(types) > 1:
            constructs.append("several handlers")
        names = []
        for each in types:
            names.append(self.new("handler"))
            handler = self.block(scope.inner(in_handler=names[-1],
                                             coroutine=False))
            parts += [f" catch ({each}) ", handler]
            completes |= handler.completes
        return Node(*parts, constructs=constructs, completes=completes,
                    declares=names)

    def make_lambda(self, scope):
        """A lambda that is called where it stands. It throws anything, or it
        says that it throws nothing: what a call may throw is decided by what
        is declared."""
        inner = scope.inner(may_break=False, may_continue=False, labels=(),
                            returns=("return;",), coroutine=False,
                            names=())
        loud = (scope.throws and self.calls_throw and not scope.ends_program
                and self.chance(0.4))
        inner = dataclasses.replace(inner, ends_program=not loud)
        # The way back is open, whatever else it does.
        body = Block((Node("if (Choose()) { return; }", fixed=True),)
                     + self.block(inner).parts)
        constructs = ["lambda"]
        if loud:
            body = Block((Node("MayThrow();", fixed=True),) + body.parts)
            specification = ""
        else:
            specification = " noexcept"
        if self.chance(0.3):
            constructs.append("generic lambda")
            return Node(f"[&](auto) mutable{specification} ", body, "(0);",
                        constructs=constructs)
        return Node(f"[&]() mutable{specification} ", body, "();",
                    constructs=constructs)


def follow(scope, statement):
    """The scope behind this statement."""
    hidden = statement.hides | {name.variable for name in statement.adds}
    return dataclasses.replace(scope, names=statement.adds + tuple(
        name for name in scope.names if name.variable not in hidden))


def leaves(block):
    """Whether a break or a goto leads out of this block."""
    return any(node.constructs & {"break", "goto"} for node in block.nodes())
