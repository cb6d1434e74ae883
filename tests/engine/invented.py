"""Processes that nobody would draw: blocks in blocks, put together by chance from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.engine.door import drawing

PERSON = 'flow:role="head" flow:scope="community"'


class Inventor:
    """Draws one process. A block is a part with one way in and one way out."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(f"invented {seed}")  # noqa: S311 - drawings, no secrets
        self.parts: list[str] = []
        self.count = 0

    def process(self) -> bytes:
        """A BPMN file with the process `invented`."""
        first, last = self.chain(3)
        self.add('<startEvent id="opened" />', f"opened-{first}")
        self.add('<endEvent id="finished" flow:result="done" />', f"{last}-finished")
        text = drawing("".join(self.parts), "invented")
        named = '<message id="stop_message" name="停" /><process'
        return text.replace("<process", named, 1).encode()

    def chain(self, depth: int) -> tuple[str, str]:
        """One to three blocks in a row."""
        first, last = self.block(depth)
        for _ in range(self.chance.randrange(3)):
            following, end = self.block(depth)
            self.join(last, following)
            last = end
        return first, last

    def block(self, depth: int) -> tuple[str, str]:
        """Any kind of block, the deeper the simpler."""
        kinds: list[Callable[[int], tuple[str, str]]] = [
            self.choice, self.all, self.some, self.loop, self.scope, self.timed,
        ]  # fmt: skip
        if depth == 0 or self.chance.random() < 0.4:
            return self.task(depth)
        return self.chance.choice(kinds)(depth - 1)

    def task(self, _depth: int = 0) -> tuple[str, str]:
        """One task of a person."""
        name = self.name("task")
        self.add(f'<userTask id="{name}" {PERSON} />')
        return name, name

    def choice(self, depth: int) -> tuple[str, str]:
        """A decision, one way or the other, and together again."""
        task, _ = self.task()
        split, merge = self.name("either"), self.name("merge")
        self.add(f'<exclusiveGateway id="{split}" default="{split}_no" />')
        self.add(f'<exclusiveGateway id="{merge}" />', f"{task}-{split}")
        for key, condition in (("yes", 'outcome = "approve"'), ("no", "")):
            first, last = self.chain(depth)
            self.flow(f"{split}_{key}", split, first, condition)
            self.join(last, merge)
        return task, merge

    def all(self, depth: int) -> tuple[str, str]:
        """Two or three branches at once."""
        fork, join = self.name("fork"), self.name("join")
        self.add(f'<parallelGateway id="{fork}" /><parallelGateway id="{join}" />')
        for _ in range(self.chance.choice([2, 2, 3])):
            first, last = self.chain(depth)
            self.join(fork, first)
            self.join(last, join)
        return fork, join

    def some(self, depth: int) -> tuple[str, str]:
        """As many of three branches as are asked for."""
        task, _ = self.task()
        split, join = self.name("which"), self.name("collect")
        self.add(f'<inclusiveGateway id="{split}" default="{split}_rest" />')
        self.add(f'<inclusiveGateway id="{join}" />', f"{task}-{split}")
        for key, condition in (("fire", "fire"), ("water", "water"), ("rest", "")):
            first, last = self.chain(depth)
            self.flow(f"{split}_{key}", split, first, condition)
            self.join(last, join)
        return task, join

    def loop(self, depth: int) -> tuple[str, str]:
        """Once more, as long as somebody says so."""
        head, check, again = self.name("head"), self.name("check"), self.name("again")
        first, last = self.chain(depth)
        self.add(f'<exclusiveGateway id="{head}" /><userTask id="{check}" {PERSON} />')
        self.add(f'<exclusiveGateway id="{again}" default="{again}_on" />')
        on, _ = self.task()
        for pair in (f"{head}-{first}", f"{last}-{check}", f"{check}-{again}"):
            self.add("", pair)
        self.flow(f"{again}_back", again, head, 'outcome = "return"')
        self.flow(f"{again}_on", again, on)
        return head, on

    def scope(self, depth: int) -> tuple[str, str]:
        """A sub-process, that a message may interrupt."""
        scope, merge, outer = self.name("scope"), self.name("out"), self.parts
        self.parts = []
        first, last = self.chain(depth)
        self.add(f'<startEvent id="{scope}_in" />', f"{scope}_in-{first}")
        self.add(f'<endEvent id="{scope}_out" />', f"{last}-{scope}_out")
        inner, self.parts = "".join(self.parts), outer
        self.add(f'<subProcess id="{scope}">{inner}</subProcess>')
        self.add(f'<exclusiveGateway id="{merge}" />', f"{scope}-{merge}")
        if self.chance.random() < 0.6:
            heard, (after, _) = self.name("heard"), self.task()
            self.add(
                f'<boundaryEvent id="{heard}" attachedToRef="{scope}">'
                '<messageEventDefinition messageRef="stop_message" /></boundaryEvent>',
                f"{heard}-{after}",
            )
            self.join(after, merge)
        return scope, merge

    def timed(self, _depth: int) -> tuple[str, str]:
        """A task with a limit that changes the way, and one that does not."""
        (task, _), (late, _), merge = self.task(), self.task(), self.name("either")
        days, limit = self.chance.randrange(1, 4), self.name("limit")
        told = self.chance.random() < 0.5
        self.add(f'<exclusiveGateway id="{merge}" />', f"{task}-{merge}")
        self.add(
            f'<boundaryEvent id="{limit}" attachedToRef="{task}" '
            f'cancelActivity="{"false" if told else "true"}"><timerEventDefinition><timeDuration>'
            f"P{days}D</timeDuration></timerEventDefinition></boundaryEvent>",
            f"{limit}-{late}",
        )
        if told:
            self.add(f'<endEvent id="{limit}_told" />', f"{late}-{limit}_told")
        else:
            self.join(late, merge)
        return task, merge

    # -- the pen -------------------------------------------------------------------------------
    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.count}"

    def add(self, part: str, pair: str = "") -> None:
        self.parts.append(part)
        if pair:
            self.join(*pair.split("-"))

    def join(self, source: str, target: str) -> None:
        self.flow(f"{source}_{target}", source, target)

    def flow(self, name: str, source: str, target: str, condition: str = "") -> None:
        inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        self.parts.append(
            f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}'
            "</sequenceFlow>"
        )
