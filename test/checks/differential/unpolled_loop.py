# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random functions with loops, some of which go on after their context is done.

The text has hooks by which the driver sees where a run goes (unpolled_loop.h);
the linter gets it without them. What a loop needs is known by the form in which
it was written; whether every round has a poll that can leave it, is seen by
running."""

import dataclasses
import random
import re

from control_flow import Block, ControlFlow, Function, Mode, Node, Scope, leaves

CHECK = "context-unpolled-loop"
SOURCE = "unpolled_loop"  # .h and .cpp
OBJECTS = ("unpolled_loop",)
OBJECT_FLAGS = ("-O2",)  # Most of the time goes into comparing runs.
MODES = {"loops": Mode()}

WRAPPERS = ("Branch", "Look", "Asked", "Shared", "Switched", "MaybeNone")


def plain(line):
    """A line as the linter gets it."""
    line = re.sub(r"LOOP\(\w+, \w+\) ", "", line)
    line = re.sub(r" NoteBlocking\(\);", "", line)
    line = re.sub(r"\bOut\(\); ", "", line)
    line = re.sub(r"^\s*Flag \w+\(\w+\);", "", line)
    line = re.sub(r"\bKEPT\b", "const", line)
    line = re.sub(r"\bJoined\((\w+), \w+\)", r"\1", line)
    line = re.sub(r"\bL\d+\.(Head|More)\(\)( && |, )?", "", line)
    # A statement of its own.
    line = re.sub(r"^(\s*); ?", r"\1", line)
    for name in WRAPPERS:
        while match := re.search(rf"\b{name}\(", line):
            depth, comma = 1, None
            for end in range(match.end(), len(line)):
                depth += {"(": 1, ")": -1}.get(line[end], 0)
                if line[end] == "," and depth == 1:
                    comma = end
                if depth == 0:
                    break
            inner = line[match.end():end]
            if name in ("Switched", "MaybeNone"):
                inner = line[match.end():comma]
            line = line[:match.start()] + inner + line[end + 1:]
    return line


def is_opaque(look):
    """Whether the linter cannot see which outcome of it means done."""
    return any("Asked(" in part for each in look.nodes() for part in each.parts
               if isinstance(part, str))


@dataclasses.dataclass(frozen=True)
class Variable:
    """A local variable that has the outcome of a look."""
    variable: str
    done: str  # An expression that is true if it says "done".
    opaque: bool = False


@dataclasses.dataclass(frozen=True)
class Provider:
    """Where the context is."""
    name: str
    text: str   # The expression for it.
    kind: str = "context"  # or "token"


PROVIDERS = [
    Provider("parameter", "ctx"), Provider("parameter by value", "ctx"),
    Provider("pointer", "(*ctx)"), Provider("local", "ctx"),
    Provider("derived local", "ctx"), Provider("captured", "ctx"),
    Provider("captured by default", "ctx"), Provider("member", "ctx_"),
    Provider("part of a struct", "request.Ctx"),
    Provider("stop_token", "token", "token"),
]


@dataclasses.dataclass(frozen=True)
class Callee:
    """A function with a body that the linter sees."""
    construct: str
    text: str  # N is its name.
    done: str  # An expression that is true if it says "done"; empty: none.
    hook: str = "Look"
    statement: str = ""


CALLEES = [
    Callee("callee tells", "static bool N(const Context &c) {\n"
           "  return bool(c.Err());\n}", "N(C)"),
    Callee("callee tells", "static bool N(const Context &c) {\n"
           "  return !c.Done().Closed();\n}", "!N(C)"),
    Callee("callee tells by if", "static bool N(const Context &c) {\n"
           "  if (c.Err())\n    return true;\n  return false;\n}", "N(C)"),
    Callee("callee tells by if", "static bool N(const Context &c) {\n"
           "  if (!c.Err()) {\n    Work();\n    return true;\n  }\n"
           "  return Choose() && false;\n}", "!N(C)"),
    Callee("callee tells by a variable", "static bool N(const Context &c) {\n"
           "  bool done = false;\n  if (c.Err())\n    done = true;\n"
           "  Work();\n  return done;\n}", "N(C)"),
    Callee("callee hands the result on",
           "static std::error_code N(const Context &c) {\n"
           "  Work();\n  return c.Err();\n}", "bool(N(C))"),
    Callee("callee of a callee",
           "static bool Inner_N(const Context &c) { return !c.Err(); }\n"
           "static bool N(const Context &c) { return !Inner_N(c); }", "N(C)"),
    Callee("recursive callee", "static bool N(const Context &c, int n = 2) {\n"
           "  return n == 0 ? bool(c.Err()) : N(c, n - 1);\n}", "N(C)"),
    Callee("mutually recursive callees",
           "static bool Other_N(const Context &c, int n);\n"
           "static bool N(const Context &c, int n = 3) {\n"
           "  if (n == 0)\n    return bool(c.Err());\n"
           "  return Other_N(c, n - 1);\n}\n"
           "static bool Other_N(const Context &c, int n) {\n"
           "  return n > 0 ? N(c, n - 1) : bool(c.Err());\n}", "N(C)"),
    Callee("function template", "template <class T> static bool N(const T &c) "
           "{ return c.Done().Closed(); }", "N(C)"),
    Callee("generic lambda", "static auto N = [](const auto &c) "
           "{ return bool(c.Err()); };", "N(C)"),
    Callee("callee returns an optional",
           "static std::optional<int> N(const Context &c) {\n"
           "  if (c.Err())\n    return std::nullopt;\n  return Pick(2);\n}",
           "!N(C)", "Asked"),
    Callee("callee throws", "static void N(const Context &c) "
           "{ c.ThrowIfDone(); }", "", statement="N(C);"),
    Callee("callee throws", "static void N(const Context &c) {\n"
           "  if (c.Err())\n    throw Refused();\n}", "", statement="N(C);"),
    Callee("callee looks and does not tell",
           "static bool N(const Context &c) {\n"
           "  if (c.Err())\n    Work();\n  return Choose();\n}", "N(C)"),
    Callee("callee looks and does not tell",
           "static bool N(const Context &c) {\n"
           "  (void)c.Err();\n  return Choose();\n}", "N(C)"),
    Callee("callee looks and does not tell",
           "static void N(const Context &c) {\n"
           "  if (c.Err())\n    Work();\n}", "", statement="N(C);"),
    Callee("callee looks and does not tell",
           "static bool N(const Context &c) {\n  bool done = bool(c.Err());\n"
           "  done = Choose();\n  return done;\n}", "N(C)"),
    Callee("callee looks and says the same",
           "static bool N(const Context &c) {\n"
           "  if (c.Err())\n    return true;\n  Work();\n  return true;\n}",
           # Alone it would be a constant, of which the check knows nothing:
           # ways that it closes are open to the check.
           "(N(C) && Choose())"),
    Callee("callee catches what tells", "static void N(const Context &c) {\n"
           "  try {\n    c.ThrowIfDone();\n  } catch (...) {\n    Work();\n  }\n"
           "}", "", statement="N(C);"),
    Callee("callee does not look", "static bool N(const Context &) "
           "{ return Choose(); }", "N(C)"),
    Callee("callee does not look", "static bool N(const Context &c, int n = 2) "
           "{\n  return n > 0 ? N(c, n - 1) : Choose();\n}", "N(C)"),
]

OFTEN = {"callee returns an optional": 3, "callee hands the result on": 2}

HANDLERS = ["const Failure &", "const std::system_error &",
            "const std::exception &", "const Refused &", "int"]


class Generator(ControlFlow):
    WEIGHTS = {"work": 6, "block_call": 4, "if": 12, "switch": 4, "loop": 7,
               "try": 5, "exit": 9, "jumps": 5, "block": 2, "poll_if": 22,
               "variable": 10, "tested": 16, "flag": 12, "select": 6,
               "not_a_poll": 7, "throwing_poll": 7, "callee_statement": 4,
               "child": 4, "out": 4}
    DEEPEST = 5
    TOKENS = {"select", "child", "out", "callee_statement", "throwing_poll"}

    def __init__(self, generator, provider):
        super().__init__(generator, False)
        self.provider = provider
        self.context = provider.text
        self.callees = {}
        self.prelude = []
        self.flags = []
        self.tries = 0  # How many try blocks there are around.
        # How many branches around hang on what is opaque. What is set there
        # tells of the context, but the check cannot know what, and takes it for
        # a poll.
        self.opaque = 0
        # How many hang on any look: likewise for what is set to what nobody
        # knows, or by looks within.
        self.sides = 0

    def fits(self, name, scope):
        if name == "tested":
            return bool(scope.names) or bool(self.flags)
        if self.provider.kind == "token" and name in self.TOKENS:
            return False
        if self.tries and name in ("select", "child"):
            return False
        if self.opaque and name == "flag":
            return False
        if name == "loop" and scope.in_handler:
            return False  # Perhaps nothing ever throws what is caught here.
        return scope.depth < self.DEEPEST or name not in (
            "if", "switch", "loop", "try", "jumps", "block", "poll_if", "select",
            "child")

    # -- Looks

    def look(self):
        """An expression that is true when the context is done. What is not
        noexcept, though it never throws, stands in no try block: the check goes
        by what the language says."""
        c = f"Look({self.context})"
        if self.provider.kind == "token":
            return Node(f"{c}.stop_requested()", constructs=["stop_requested"])
        kind = self.random.choice([0, 1, 2, 3, 4, 7, 9, 10, 11, 11, 11, 11]
                                  if self.tries else [*range(11)] + [11] * 5)
        if kind <= 2:
            return Node(f"bool({c}.Err())", constructs=["Err"])
        if kind <= 4:
            return Node(f"{c}.Done().Closed()", constructs=["Closed"])
        if kind == 5:
            return Node(f"{c}.Done().WaitFor(1us)", constructs=["WaitFor"])
        if kind == 6:
            cause = self.random.choice([
                f"context::Cause({c}) != nullptr",
                f"!(context::Cause({c}) == nullptr)", f"bool(context::Cause({c}))"])
            return Node(f"({cause})", constructs=["Cause"])
        if kind == 7:
            compared = self.random.choice([
                f"{c}.Err() != std::error_code()",
                f"{c}.Err() != std::error_code{{}}",
                f"!({c}.Err() == std::error_code())",
                f"{c}.Err() == context::Errc::canceled",
                f"!({c}.Err() != context::Errc::canceled)"])
            return Node(f"({compared})", constructs=["compared"])
        if kind == 8:
            return Node(f"bool(context::SleepFor({c}, 1us))",
                        constructs=["SleepFor"])
        if kind == 9:
            asked = f"Asked({self.context})"
            told = self.random.choice([
                f"IsDone({asked})", f"!IsAlive({asked})",
                f"bool(WhyDone({asked}))"])
            return Node(told, constructs=["opaque callee"])
        if kind == 10:
            return Node(f"[&]() noexcept {{ return bool({c}.Err()); }}()",
                        constructs=["lambda"])
        callee = self.callee(lambda each: each.done)
        return Node(self.call(callee, callee.done),
                    constructs=[callee.construct])

    def callee(self, fits):
        """A callee: each construct as often as any other, but for those that
        seldom make a difference."""
        some = [each for each in CALLEES if fits(each)]
        constructs = sorted({each.construct for each in some})
        construct, = self.random.choices(
            constructs, [OFTEN.get(each, 1) for each in constructs])
        return self.random.choice([each for each in some
                                   if each.construct == construct])

    def call(self, callee, text):
        place = CALLEES.index(callee)
        name = f"@Callee{place}"
        if place not in self.callees:
            body = callee.text.replace("N(", name + "(").replace(
                " N =", f" {name} =")
            if callee.construct != "callee throws":
                # Of the functions, not of what is in them.
                body = re.sub(r"(\((?:const \w+ &c?|int n(?: = \d)?|, )+\))"
                              r"(?=\s*[{;])", r"\1 noexcept", body)
            self.callees[place] = body
        return text.replace("N(", name + "(").replace(
            "(C)", f"({callee.hook}({self.context}))")

    def poll(self, negated=None, opaque=True):
        """A look as a condition; whether it is true for "done"."""
        look = self.look()
        while not opaque and is_opaque(look):
            look = self.look()
        if negated is None:
            negated = self.chance(0.35)
        if negated:
            return Node("!", look, constructs=["!"]), False
        if self.chance(0.1):
            return Node("!!", look, constructs=["!!"]), True
        return look, True

    def condition(self, scope):
        """What has nothing to do with a context, as branches."""
        if self.chance(0.15) and scope.depth < self.DEEPEST + 2:
            left, right = (self.condition(scope.inner()) for _ in "ab")
            operator = self.random.choice(["&&", "||"])
            return Node("(", left, f" {operator} ", right, ")",
                        simpler=[left, right])
        return Node("Branch(Choose())")

    def poll_condition(self, scope, opaque=True):
        """A condition with a poll in it, as branches."""
        look, _ = self.poll(opaque=opaque)
        alone = Node("Branch(", look, ")")
        # Which outcome of what is opaque means "done" the check cannot know:
        # all ways out of a condition with it count, also those that the joined
        # condition opens.
        if self.chance(0.6) or is_opaque(look):
            return alone
        other = self.condition(scope.inner())
        kind = self.random.randrange(6)
        if kind == 0:
            return Node("(", alone, " && ", other, ")", simpler=[alone],
                        constructs=["poll && other"])
        if kind == 1:
            return Node("(", other, " && ", alone, ")", simpler=[alone],
                        constructs=["other && poll"])
        if kind == 2:
            return Node("(", alone, " || ", other, ")", simpler=[alone],
                        constructs=["poll || other"])
        if kind == 3:
            return Node("(", other, " || ", alone, ")", simpler=[alone],
                        constructs=["other || poll"])
        if kind == 4:
            return Node("(Work(), ", alone, ")", simpler=[alone],
                        constructs=["comma"])
        outcomes = self.random.choice([
            ("true", "false"), ("false", "true"), ("Branch(Choose())", "false"),
            ("true", "Branch(Choose())")])
        return Node("(", alone, f" ? {outcomes[0]} : {outcomes[1]})",
                    simpler=[alone], constructs=["?:"])

    # -- Statements

    def exit(self, scope):
        """A way out of something."""
        ways = [Node("Out(); return;", constructs=["return"],
                     completes=False)] * 2
        if scope.may_break:
            ways += [Node("Out(); break;", constructs=["break"],
                          completes=False)] * 4
        if scope.may_continue:
            ways += [Node("continue;", constructs=["continue"],
                          completes=False)] * 2
        for label in scope.labels:
            ways += [Node(f"Out(); goto {label};", needs=[label],
                          constructs=["goto"], completes=False)] * 3
        ways.append(Node("Out(); throw Refused();", constructs=["throw"],
                         completes=False))
        if not scope.in_try:
            ways.append(Node("Out(); Die();", constructs=["noreturn"],
                             completes=False))
        if scope.in_handler:
            ways += [Node("Out(); throw;", constructs=["rethrow"],
                          needs=[scope.in_handler], completes=False)] * 2
        return self.random.choice(ways)

    def make_exit(self, scope):
        way = self.exit(scope)
        if self.chance(0.9):
            return Node("if (", self.condition(scope), ") ", Block([way]))
        return way

    @staticmethod
    def small(scope, **changes):
        return dataclasses.replace(scope.inner(**changes), budget=2)

    def arm(self, scope):
        """What a branch does on one of its sides."""
        if self.chance(0.65):
            return Block([self.exit(scope)])
        return self.block(self.small(scope))

    def make_if(self, scope):
        first = self.block(scope.inner())
        if self.chance(0.6):
            return Node("if (", self.condition(scope), ") ", first)
        second = self.block(scope.inner())
        return Node("if (", self.condition(scope), ") ", first, " else ", second,
                    completes=first.completes or second.completes)

    def make_poll_if(self, scope):
        condition = self.poll_condition(scope)
        opaque = is_opaque(condition)
        self.opaque += opaque
        self.sides += 1
        first = self.arm(scope)
        second = None if self.chance(0.7) else self.arm(scope)
        self.opaque -= opaque
        self.sides -= 1
        if second is None:
            return Node("if (", condition, ") ", first)
        return Node("if (", condition, ") ", first, " else ", second,
                    completes=first.completes or second.completes)

    def make_variable(self, scope):
        """The outcome of a look, for later."""
        name = self.new("told")
        if self.chance(0.3) and self.provider.kind == "context":
            node = Node(f"KEPT std::error_code {name} = Look({self.context})"
                        f".Err();\nFlag the{name}({name});", constructs=["kept error"], declares=[name])
            node.adds = (Variable(name, f"bool({name})"),)
            return node
        look, done = self.poll()
        if self.chance(0.4):
            joined = self.random.choice(["&&", "||"])
            if self.chance(0.5):
                look = Node("Branch(Choose()) " + joined + " ", look,
                            constructs=[f"other {joined} poll, kept"])
            else:
                # What the poll does not decide, must not decide against it.
                other = self.new("other")
                keeps = "true" if joined == "&&" else "false"
                node = Node(f"const bool {other} = Choose();\n"
                            f"KEPT bool {name} = Branch(", look,
                            f") {joined} Joined({other}, {keeps});\n"
                            f"Flag the{name}({name});",
                            constructs=[f"poll {joined} other, kept"],
                            declares=[name, other])
                node.adds = (Variable(name, name if done else f"!{name}",
                              is_opaque(look)),)
                return node
        node = Node(f"KEPT bool {name} = ", look, f";\nFlag the{name}({name});",
                    constructs=["kept result"], declares=[name])
        node.adds = (Variable(name, name if done else f"!{name}",
                              is_opaque(look)),)
        return node

    def make_tested(self, scope):
        """Tests what was kept."""
        names = list(scope.names) + self.flags
        variable = self.random.choice(names)
        test = variable.done
        if self.chance(0.3):
            test = f"!({test})" if self.chance(0.6) else f"{test} == false"
        if re.fullmatch(r"\w+", test) and self.chance(0.3):
            test += " == true"
        self.opaque += variable.opaque
        self.sides += 1
        arm = self.arm(scope)
        self.opaque -= variable.opaque
        self.sides -= 1
        return Node(f"if (Branch({test})) ", arm, constructs=["tested later"],
                    needs=[variable.variable])

    def make_flag(self, scope):
        """A flag from further out."""
        if not self.flags or (len(self.flags) < 2 and self.chance(0.3)):
            name = self.new("flag")
            self.prelude.append(Node(f"bool {name} = Choose();\n"
                                     f"Flag the{name}({name});", declares=[name]))
            self.flags.append(Variable(name, name))
        name = self.random.choice(self.flags).variable
        kind = self.random.randrange(5)
        if kind == 0 or self.sides:
            return Node(f"{name} = {self.random.choice(['true', 'false'])};",
                        constructs=["flag"], needs=[name])
        if kind == 1:
            look, _ = self.poll(opaque=False)
            return Node(f"{name} = ", look, ";", constructs=["flag"],
                        needs=[name])
        if kind == 2:
            return Node(f"{name} = Choose();", constructs=["flag"],
                        needs=[name])
        value = self.random.choice(["true", "true", "false"])
        condition = self.poll_condition(scope, opaque=False)
        return Node("if (", condition, ") ",
                    Block([Node(f"{name} = {value};", needs=[name])]),
                    constructs=["flag set in a branch"], needs=[name])

    def make_work(self, _scope):
        return Node("Work();")

    def make_block_call(self, scope):
        calls = ["Block();", "usleep(0); NoteBlocking();"]
        if not scope.in_try:  # It is not noexcept, and never throws.
            calls.append("std::this_thread::sleep_for(1ns); NoteBlocking();")
        return Node(self.random.choice(calls), constructs=["blocking call"])

    def make_not_a_poll(self, _scope):
        c = f"Look({self.context})"
        if self.provider.kind == "token":
            return Node(f"(void){c}.stop_requested();", constructs=["dropped"])
        deadline = Node(
            f"if (Branch({self.context}.Deadline().has_value())) ",
            Block([Node("return;")]), constructs=["deadline"])
        # One that was derived in the round may have got a deadline there: a
        # constant.
        known = [deadline] * 2 if self.context == self.provider.text else []
        risky = [] if self.tries else [
            Node(f"{self.provider.text}.Done().Wait();",
                 constructs=["Done().Wait()"]),
            Node(f"{c}.Done().WaitFor(1us);", constructs=["dropped"]),
            Node(f"(void)context::SleepFor({c}, 1us);",
                 constructs=["SleepFor dropped"]),
            *known]
        return self.random.choice(risky + [
            Node(f"(void){c}.Err();", constructs=["dropped"]),
            Node(f"(void)IsDone(Asked({self.context}));",
                 constructs=["dropped"]),
            Node(f"Trace({self.context});", constructs=["cannot tell"]),
            Node("if (Branch(context::TODO().Err())) ",
                 Block([Node("return;")]), constructs=["another context"]),
        ])

    def make_throwing_poll(self, scope):
        c = self.context
        return self.random.choice([
            Node(f"Look({c}).ThrowIfDone();", constructs=["ThrowIfDone"]),
            Node(f"Look({c}).ThrowIfDone();", constructs=["ThrowIfDone"]),
            Node(f"Advance(Asked({c}));", constructs=["opaque callee throws"]),
            Node(f"if (Branch(Step(Asked({c})) > 0)) ", self.arm(scope),
                 constructs=["opaque callee throws"]),
        ])

    def make_callee_statement(self, _scope):
        callee = self.callee(lambda each: each.statement)
        return Node(self.call(callee, callee.statement),
                    constructs=[callee.construct])

    def make_child(self, scope):
        """A context that is derived in the round."""
        child, cancel = self.new("child"), self.new("cancel")
        outer, self.context = self.context, child
        body = self.block(scope.inner())
        self.context = outer
        derived = self.random.choice([
            f"context::WithTimeout(Look({outer}), 1h)",
            f"context::WithCancel(Look({outer}))"])
        return Node(Block((Node(f"auto [{child}, {cancel}] = {derived};\n"
                                f"context::Defer end{cancel}({cancel});",
                                fixed=True),) + body.parts),
                    constructs=["derived in the round"],
                    completes=body.completes)

    def make_out(self, scope):
        name = self.new("out")
        call = self.random.choice([f"SetDone(Asked({self.context}), &{name});",
                                   f"SetDoneRef(Asked({self.context}), {name});"])
        node = Node(f"bool {name} = false;\n{call}\nFlag the{name}({name});", declares=[name],
                    constructs=["out-parameter"])
        node.adds = (Variable(name, name, opaque=True),)
        return node

    def make_select(self, scope):
        result = self.new("job")
        done = f"context::Recv(Look({self.context}).Done())"
        job = f"context::Recv(kJobs, &{result})"
        cases = [done, job]
        kind = self.random.randrange(3)
        if kind == 0:
            cases = [job, done]
        elif kind == 1:
            cases.append("context::Default()")
        labels = list(range(len(cases)))
        if self.chance(0.2):
            labels.remove(self.random.choice(labels))
        has_default = self.chance(0.4)
        if has_default and labels and self.chance(0.5):
            labels.remove(self.random.choice(labels))
        within = self.small(scope, may_break=True)
        hook = "MaybeNone" if kind == 1 else "Switched"
        parts = [f"std::optional<int> {result};\nswitch ({hook}(context::Select("
                 f"{', '.join(cases)}), {len(cases) - 1})) {{"]
        # Where each case has its label, none goes past the switch.
        constructs = ["Select"]
        completes = not has_default and len(labels) < len(cases)
        places = [f"case {label}:" for label in labels]
        places += ["default:"] * has_default
        for place, label in enumerate(places):
            self.sides += 1
            block = self.arm(within)
            self.sides -= 1
            if label == "default:" and len(labels) == len(cases):
                block = Block([Node("Work();")])  # Never reached.
            parts += [f"\n{label} ", block]
            end = "break;"
            if place != len(places) - 1 and self.chance(0.5):
                end = "[[fallthrough]];"
            if block.completes:
                parts.append("\n" + end)
                completes = True
                if end != "break;":
                    constructs.append("Select, fallthrough")
            completes |= leaves(block)
        parts.append("\n}")
        return Node(Block([Node(*parts, completes=completes)]),
                    constructs=constructs, completes=completes)

    def make_switch(self, scope):
        within = scope.inner(may_break=True)
        parts = ["switch (Switched(Pick(3), 2)) {"]
        for label in ("case 0:", "case 1:", "default:"):
            block = self.block(within)
            parts += [f"\n{label} ", block]
            if block.completes:
                parts.append("\nbreak;")
        parts.append("\n}")
        return Node(*parts, constructs=["switch"])

    def make_try(self, scope):
        self.tries += 1
        body = self.block(scope.inner(in_try=True))
        self.tries -= 1
        parts, completes = ["try ", body], body.completes
        types = self.random.sample(HANDLERS, self.random.choice([0, 1, 1, 2]))
        types.sort(key=HANDLERS.index)
        if not types or self.chance(0.4):
            types.append("...")
        constructs = ["try"]
        names = []
        for each in types:
            names.append(self.new("handler"))
            within = self.small(scope, in_handler=names[-1])
            handler = self.block(within)
            if self.chance(0.4):
                handler = Block([self.exit(within)])
            parts += [f" catch ({each}) ", handler]
            completes |= handler.completes
            constructs.append("catch (...)" if each == "..." else "catch")
        return Node(*parts, constructs=constructs, completes=completes,
                    declares=names)

    def make_jumps(self, scope):
        label = self.new("label")
        body = self.block(scope.inner(labels=scope.labels + (label,)))
        return Node(body, f"\n{label}:;", declares=[label],
                    constructs=["label"])

    def make_loop(self, scope):
        loop = self.new("L")
        head, more = f"{loop}.Head()", f"{loop}.More()"
        within = dataclasses.replace(
            scope, depth=scope.depth + 1, may_break=True, may_continue=True)
        body = self.block(within)
        work = Node("Work();", fixed=True)
        marked = Node(f"{head}; Work();", fixed=True)
        form = self.random.choice([
            "while (true)", "for (;;)", "do while (true)", "while (flag)",
            "while (opaque)", "do while (opaque)", "while (poll)", "while (poll)",
            "do while (poll)", "for (; poll;)", "for (counter)", "for (counter)",
            "do while (counter)", "range-for", "while (own flag)",
            "while (counter && poll)"])
        constructs = [form]
        unbounded = f"LOOP({loop}, EveryRound) "
        bounded = f"LOOP({loop}, RoundsThatBlock) "
        i = self.new("i")
        if form == "while (true)":
            return self.endless(unbounded + f"while ({head} && true) ",
                                Block((work,) + body.parts), "", constructs)
        if form == "for (;;)":
            return self.endless(unbounded + f"for (; {head};) ",
                                Block((work,) + body.parts), "", constructs)
        if form == "do while (true)":
            return self.endless(unbounded + "do ",
                                Block((marked,) + body.parts),
                                f" while ({more} && true);", constructs)
        if form in ("while (flag)", "while (opaque)"):
            condition = "Branch(Shared(kOn))" if "flag" in form else "Branch(Choose())"
            return Node(unbounded + f"while ({head} && {condition}) ", body,
                        constructs=constructs)
        if form == "do while (opaque)":
            return Node(unbounded + "do ", Block((marked,) + body.parts),
                        f" while ({more} && Branch(Choose()));",
                        constructs=constructs)
        sets_flags = any(node.constructs & {"flag", "flag set in a branch"}
                         for node in body.nodes())
        condition = self.poll_condition(scope, opaque=not sets_flags)
        if form == "while (poll)":
            return Node(unbounded + f"while ({head} && ", condition, ") ", body,
                        constructs=constructs)
        if form == "do while (poll)":
            return Node(unbounded + "do ", Block((marked,) + body.parts),
                        f" while ({more} && ", condition, ");",
                        constructs=constructs)
        if form == "for (; poll;)":
            return Node(unbounded + f"for (; {head} && ", condition, ";) ", body,
                        constructs=constructs)
        count = f"int {i} = 0, n{i} = Count()"
        if form == "for (counter)":
            return Node(bounded + f"for ({count}; {head} && Branch({i} < n{i}); "
                        f"++{i}) ", body, constructs=constructs)
        if form == "while (counter && poll)":
            return Node(bounded + f"for ({count}; {head} && Branch({i} < n{i}) "
                        "&& ", condition, f"; ++{i}) ", body,
                        constructs=constructs)
        if form == "do while (counter)":
            return Node(Block([Node(f"{count};", fixed=True), Node(
                bounded + "do ", Block((marked,) + body.parts),
                f" while ({more} && Branch(++{i} < n{i}));", fixed=True)]),
                constructs=constructs)
        if form == "range-for":
            return Node(bounded + f"for (int {i} : Items(Count())) ",
                        Block((marked,) + body.parts), constructs=constructs)
        own = self.new("own")
        return Node(Block([Node(f"bool {own} = true;", fixed=True), Node(
            bounded + f"while ({head} && Branch({own})) ",
            Block(body.parts + (Node(f"{own} = Choose();", fixed=True),)),
            fixed=True)]), constructs=constructs)

    @staticmethod
    def endless(before, body, after, constructs):
        return Node(before, body, after, constructs=constructs,
                    completes=leaves(body))


@dataclasses.dataclass(frozen=True)
class LoopScope(Scope):
    in_try: bool = False


# Answers that a function asks for; with more of them too many runs are left out.
MOST_ANSWERS = 16


def function(seed):
    """The random function of this seed."""
    generator = random.Random(f"unpolled-loop {seed}")
    while True:
        made = make_function(seed, generator)
        text = "\n".join(made.render())
        if len(re.findall(r"\b(?:Choose|Pick|Count)\(", text)) <= MOST_ANSWERS:
            return made


def make_function(seed, generator):
    provider = generator.choice(PROVIDERS)
    maker = Generator(generator, provider)
    scope = LoopScope(budget=generator.choice([2, 3, 3, 4]))
    statements = [maker.make_loop(scope)]
    if generator.random() < 0.2:
        statements.append(maker.make_loop(scope))
    body = Block(maker.prelude + statements)
    callees = "".join(text + "\n" for text in maker.callees.values())
    name = provider.name
    if name == "member":
        tree = Node(callees, "struct @Server {\nvoid Serve() ", body,
                    "\nContext ctx_;\n};\nstatic void @() {\n"
                    "  @Server{Ended()}.Serve();\n}")
    elif name.startswith("captured"):
        capture = "&ctx" if name == "captured" else generator.choice("=&")
        tree = Node(callees, "static void @() {\nconst Context ctx = Ended();\n"
                    f"auto serve = [{capture}]() ", body, ";\nserve();\n}")
    elif name in ("local", "derived local"):
        made = ("const Context ctx = Ended();" if name == "local" else
                "auto [ctx, cancel] = context::WithCancel(Ended());\n"
                "context::Defer guard(cancel);")
        tree = Node(callees, "static void @() {\n", made, "\n", body, "\n}")
    else:
        parameter, argument = {
            "parameter": ("const Context &ctx", "Ended()"),
            "parameter by value": ("Context ctx", "Ended()"),
            "pointer": ("const Context *ctx", "&ctx"),
            "part of a struct": ("const Request &request",
                                 "Request{1, Ended()}"),
            "stop_token": ("std::stop_token token", "EndedToken()"),
        }[name]
        tree = Node(callees, f"static void @Serve({parameter}) ", body,
                    "\nstatic void @() {\n  const Context ctx = Ended();\n"
                    f"  @Serve({argument});\n}}")
    tree.constructs = frozenset([name])
    return Function(seed, tree, "loops")
