"""One case twice, abreast: through the door with all steps stored, and on stock SpiffWorkflow."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app import engine
from app.engine import Process, Scalar
from app.errors import Conflict
from tests.engine.door import MORNING, Walk
from tests.engine.stock import Clock, Stock

OUTCOMES = ("approve", "return", "reject", "escalate")
FAULTS = ("parallel-join-early", "inclusive-join-early", "stale-data")
"""What stock does wrong, by name; docs/upstream says each with a few lines that show it."""


@dataclass(slots=True)
class Tally:
    """What the walks came to."""

    steps: int = 0
    cases: int = 0
    ends: int = 0
    excused: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.steps} steps of {self.cases} cases, {self.ends} ended, "
            f"{dict(self.kinds)}, stock at fault: {dict(self.excused)}"
        )


class Differs(AssertionError):
    """The two are not where they should be together, and stock is not known to be at fault."""


class Abreast:
    """One random walk."""

    def __init__(
        self, files: Mapping[str, bytes], process: Process, seed: str, messages: Sequence[str]
    ) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a walk, no secret
        self.messages = messages
        Clock.at = MORNING
        begun: dict[str, Scalar] = {
            "days": self.chance.choice([1, 5]),
            **self.said(everything=True),
        }
        self.ours = Walk(process, **begun)
        self.stock = Stock(files, process.key, **begun)
        self.log: list[str] = []

    def go(self, strides: int, tally: Tally) -> None:
        """Walk until the end, or until stock is known to have gone wrong."""
        tally.cases += 1
        self.compare()
        for _ in range(strides):
            if self.ours.step.ended:
                tally.ends += 1
                return
            if self.stock.faults and not self.same():
                tally.excused[sorted(self.stock.faults)[0]] += 1
                return
            self.stride(tally)
            self.compare()

    def stride(self, tally: Tally) -> None:
        """Somebody decides, time passes, or a message comes."""
        kind = self.chance.choice(["do", "do", "do", "do", "later", "hear"])
        if kind == "do" and self.ours.open:
            self.decide()
        elif kind == "hear" and self.messages:
            self.hear(self.chance.choice(self.messages))
        else:
            kind = "later"
            days = self.chance.randrange(4)
            self.log.append(f"{days} days")
            self.ours.later(days=days, seconds=1)
            self.stock.later(self.ours.at)
        tally.steps += 1
        tally.kinds[kind] += 1

    def decide(self) -> None:
        element, said = self.chance.choice(self.ours.open), self.said()
        self.log.append(f"{element} {said}")
        self.ours.do(element, **said)  # type: ignore[arg-type]
        self.stock.do(element, said)

    def hear(self, message: str) -> None:
        self.log.append(message)
        heard = True
        try:
            self.ours.hear(message)
        except Conflict:
            heard = False
        if self.stock.hear(message) != heard:
            raise Differs(f"heard: {heard}, after {self.log}")

    def said(self, *, everything: bool = False) -> dict[str, Scalar]:
        """What one person says: an outcome, and not always the rest."""
        flags = {
            name: self.chance.random() < 0.5
            for name in ("fire", "water")
            if everything or self.chance.random() < 0.8
        }
        return {"outcome": self.chance.choices(OUTCOMES, (5, 4, 1, 1))[0], **flags}

    def same(self) -> bool:
        return self.here() == self.there()

    def compare(self) -> None:
        if not self.same() and not self.stock.faults:
            raise Differs(f"ours {self.here()}, stock {self.there()}, after {self.log}")

    def here(self) -> object:
        step = self.ours.step
        ended = (step.result,) if step.ended else None
        return self.ours.open, ended, step.wake_at

    def there(self) -> object:
        ended = (self.stock.result,) if self.stock.ended else None
        dues = self.stock.dues
        return self.stock.open, ended, dues[0] if dues else None


def walks(
    files: Mapping[str, bytes],
    key: str,
    count: int,
    messages: Sequence[str] = (),
    strides: int = 40,
) -> Tally:
    """So many random walks of one process."""
    process, tally = engine.parse(files, key), Tally()
    for number in range(count):
        Abreast(files, process, f"{key} {number}", messages).go(strides, tally)
    return tally
