# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random programs of context operations, as differential.py describes them.

A program never leaves to chance what it will see: a deadline is long past or
hours away, or it is "soon" and waited for before anything looks at what hangs
from it; functions that run at one time only count; calls at one time have no
causes. What Go panics at (a context of the user's that is done without an
error) is not generated."""

import random

FAR = ["+1h", "+2h", "+3h"]
PAST = ["-2h", "-1h"]
# A user's error, an exception of the program's, an error of the package, none.
CAUSES = ["e1", "e2", "e3", "e4", "u1", "u2", "canceled", "deadline", "nil"]

# How often each kind of operation comes, in each style of program.
MIXED = {"cancel": 6, "cancelcause": 6, "deadline": 5, "timeout": 3, "value": 6,
         "withoutcancel": 2, "user": 5, "afterfunc": 6, "stop": 3, "end": 10,
         "close": 3, "together": 1, "soon": 1, "drop": 3, "hold": 2,
         "release": 1}
STYLES = {
    "mixed": (50, MIXED),
    "deadlines": (15, {**MIXED, "deadline": 20, "timeout": 12, "soon": 2}),
    "users": (15, {**MIXED, "user": 20, "close": 8}),
    "values": (5, {**MIXED, "value": 30}),
    "drops": (15, {**MIXED, "drop": 20, "hold": 6, "release": 4,
                   "afterfunc": 12}),
}


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.contexts = ["background", "todo"]  # held
        self.cancels = {}  # of what can be cancelled: whether it takes a cause
        self.closes = []
        self.done = []
        self.functions = []
        # Contexts whose deadline is past. A user's can be alive all the same, and
        # what is derived from it has no timer of its own.
        self.overdue = set()
        self.count = 0
        self.minutes = self.random.sample(range(5, 200), 60)

    def say(self, *words):
        self.lines.append(" ".join(words))

    def observe(self, chance=0.8):
        if self.random.random() < chance:
            self.say("observe")

    def new(self, letter="c"):
        self.count += 1
        return f"{letter}{self.count}"

    def parent(self):
        # The roots are parents as often as the latest ones are.
        if self.random.random() < 0.15 or len(self.contexts) == 2:
            return self.random.choice(self.contexts[:2])
        if self.random.random() < 0.5:
            return self.contexts[-1]
        return self.random.choice(self.contexts[2:])

    def cause(self):
        return [f"cause={self.random.choice(CAUSES)}"] * (
            self.random.random() < 0.5)

    def derive(self, kind, parent=None, extra=()):
        name = self.new()
        parent = parent or self.parent()
        words = list(extra)
        if not words:
            if kind == "deadline":
                words = [self.random.choice(FAR * 2 + PAST), *self.cause()]
            elif kind == "timeout":
                # Each length once, so that no two of them are a race.
                words = [str(self.minutes.pop() if self.random.random() < 0.8
                             and self.minutes else -60), *self.cause()]
            elif kind == "value":
                key = self.random.choice(["k0", "k1", "k2", "k3"])
                number = str(self.random.randrange(100))
                words = [key, number if key == "k2" else f"v{number}"]
                if key == "k3" and self.random.random() < 0.4:
                    words[1] = "nil"
            elif kind == "user":
                words = self.user(name)
        self.say(name, "=", kind, parent, *words)
        self.contexts.append(name)
        if kind == "user" and "deadline=keep" not in words:
            overdue = words[2].startswith("deadline=-")
        elif kind == "withoutcancel":
            overdue = False
        else:
            overdue = parent in self.overdue or (
                kind in ("deadline", "timeout") and words[0][0] in "-s")
        if overdue:
            self.overdue.add(name)
        if kind in ("cancel", "cancelcause", "deadline", "timeout"):
            self.cancels[name] = kind == "cancelcause"
        return name

    def user(self, name):
        done = self.random.choice(["keep", "keep", "own", "own", "never"])
        # Done without an error is Go's panic, so one with a Done of its own
        # has an error of its own.
        errors = ["canceled", "deadline", "u1", "u2"]
        err = self.random.choice(errors if done == "own" else ["keep"] * 4 + errors)
        deadline = self.random.choice(["keep"] * 4 + ["none"] + FAR + PAST)
        # Go tells by its values whether a wrapper has the Done of the context in
        # it; the runtime sees that by the Done alone (S35).
        value = self.random.choice(["keep", "keep", "keep", "mine"] +
                                   ["hide"] * (done != "keep"))
        if done == "own":
            self.closes.append(name)
        return [f"done={done}", f"err={err}", f"deadline={deadline}",
                f"value={value}"]

    def cancel(self, name):
        words = ["cancel", name]
        if self.cancels[name] and self.random.random() < 0.8:
            words.append(self.random.choice(CAUSES))
        self.say(*words)
        if self.random.random() < 0.2:  # twice
            self.say(*words[:2])

    def soon(self):
        """A deadline that passes: all that hangs from it is made before, and
        looked at after."""
        parent = self.random.choice(
            [name for name in self.contexts if name not in self.overdue])
        top = self.derive(self.random.choice(["deadline", "timeout"]), parent,
                          ["soon", *self.cause()])
        below = [top]
        if self.random.random() < 0.3:
            self.say(self.functions_add(), "=", "afterfunc", top)
        for _ in range(self.random.randrange(6)):
            kind = self.random.choice(["cancel", "cancelcause", "value",
                                       "deadline", "afterfunc",
                                       "withoutcancel"])
            parent = self.random.choice(below)
            if kind == "afterfunc":
                self.say(self.functions_add(), "=", kind, parent)
            elif kind == "withoutcancel":
                self.derive(kind, parent)
            elif kind == "deadline":
                # Hours later than the parent's: a plain WithCancel.
                below.append(self.derive(
                    kind, parent, [self.random.choice(FAR), *self.cause()]))
            else:
                below.append(self.derive(kind, parent))
        if self.random.random() < 0.3:
            self.say("hold", top)
            self.done.append(top)
        if self.random.random() < 0.3:
            self.drop(top)
        self.say("wait", top)
        self.say("observe")

    def functions_add(self):
        name = self.new("f")
        self.functions.append(name)
        return name

    def drop(self, name):
        """Lets go of some or all handles of a context."""
        everything = self.random.random() < 0.5
        if name in self.contexts[2:] and (everything or self.random.random() < 0.7):
            self.contexts.remove(name)
            self.say("drop", name)
        if name in self.cancels and (everything or self.random.random() < 0.5):
            del self.cancels[name]
            self.say("dropcancel", name)
        if name in self.closes and (everything or self.random.random() < 0.5):
            self.closes.remove(name)
            self.say("dropclose", name)

    def step(self, kind):
        pick = self.random.choice
        if kind in ("cancel", "cancelcause", "deadline", "timeout", "value",
                    "withoutcancel", "user"):
            self.derive(kind)
        elif kind == "afterfunc":
            parent = self.parent()
            self.say(self.functions_add(), "=", kind, parent)
        elif kind == "soon":
            self.soon()
        elif kind == "end" and self.cancels:
            self.cancel(pick(list(self.cancels)))
        elif kind == "close" and self.closes:
            self.say("close", pick(self.closes))
        elif kind == "stop" and self.functions:
            self.say(pick(["stop", "stop", "stop", "forgetstop"]),
                     pick(self.functions))
        elif kind == "together" and self.cancels:
            names = list(self.cancels)
            self.say("together", *(pick(names) for _ in range(
                self.random.randint(2, 4))))
        elif kind == "drop" and len(self.contexts) > 2:
            self.drop(pick(self.contexts[2:] + list(self.cancels)))
        elif kind == "hold":
            name = pick(self.contexts)
            self.done.append(name)
            self.say("hold", name)
        elif kind == "release" and self.done:
            self.say("release", pick(self.done))

    def steps(self, kinds, count):
        names, weights = list(kinds), list(kinds.values())
        for _ in range(count):
            self.step(self.random.choices(names, weights)[0])
            self.observe()

    def deep(self):
        """One long chain, with branches, cancelled somewhere."""
        for _ in range(self.random.randint(60, 250)):
            kind = self.random.choices(
                ["cancel", "cancelcause", "value", "deadline", "user",
                 "withoutcancel"], [8, 4, 4, 3, 1, 0.05])[0]
            self.derive(kind, self.contexts[-1])
        for _ in range(20):
            self.step(self.random.choice(["afterfunc", "drop"]))
        self.observe(1)
        for _ in range(5):
            self.step(self.random.choice(["end", "end", "close", "together"]))
            self.observe(0.5)

    def wide(self):
        """Many children of one, cancelled in any order, then their parent."""
        top = self.derive(self.random.choice(["cancel", "cancelcause", "user",
                                              "deadline"]))
        children = [self.derive(self.random.choice(
            ["cancel", "cancelcause", "deadline", "timeout", "value"]), top)
            for _ in range(self.random.randint(50, 200))]
        for child in self.random.sample(children, 10):
            self.say(self.functions_add(), "=", "afterfunc", child)
        self.observe(1)
        for child in self.random.sample(children, len(children) // 2):
            if child in self.cancels:
                self.cancel(child)
        self.observe(1)
        if top in self.cancels:
            self.cancel(top)
        if top in self.closes:
            self.say("close", top)
        self.observe(1)


def program(seed):
    """The program of this seed: its lines, without the first and the last."""
    generator = Generator(seed)
    shape = generator.random.random()
    if shape < 0.01:
        generator.deep()
    elif shape < 0.02:
        generator.wide()
    else:
        weights = [weight for weight, _ in STYLES.values()]
        style = generator.random.choices(list(STYLES), weights)[0]
        generator.steps(STYLES[style][1], generator.random.randint(3, 30))
    return generator.lines
