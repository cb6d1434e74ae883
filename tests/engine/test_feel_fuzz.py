"""Expressions cut up and made up: a value or one of our two errors, in bounded time and room.

`FEEL_FUZZ=500000` runs the full count; by default a share of it with the same seeds.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from heapq import heappush, heappushpop
from random import Random
from typing import Any

import pytest

from app.engine.feel import (
    FeelError,
    FeelSyntaxError,
    compile_expression,
    compile_timer,
    compile_unary_tests,
)
from tests.engine.feel_expressions import Expressions
from tests.engine.test_feel_browser import OURS
from tests.engine.test_feel_hostile import BOUNDED, PIECES, REFUSED

SEEDS = (1, 2)
COUNT = int(os.environ.get("FEEL_FUZZ", "60000")) // len(SEEDS)
SECONDS = 0.5
"""CPU time of the slowest; one run may take 10,000 steps, on a busy machine."""
BYTES = 4 << 20
WATCHED = 100
"""One in so many is watched for memory, and of the others the slowest."""
READERS = (compile_expression, compile_unary_tests, compile_timer)
NOISE = "()[]{}.,+-*/<>=!?\"'\\ \n\t\x00 0129.5eE_#$%&|;:，。（）“”∧\u202e\ufeff\U0001f600字ａµİß"
SIGNS = [*PIECES.split(), "is defined(", "or else(", "starts with(", "days between(", "workdays("]
HOSTILE = [text[:2100] for text in (*REFUSED.values(), *BOUNDED.values())]
THINGS: list[object] = [
    None, True, False, 0, 1, -1, 10**33, 10**40, Decimal("0.1"), Decimal("-2.5"), Decimal("1e-90"),
    Decimal("NaN"), Decimal("1E+400"), "", "a", "2026-11-22", "P3D", "字" * 4000, "x" * 5000,
    date(2026, 1, 31), date(9999, 12, 31), datetime(2026, 1, 1, tzinfo=UTC), [], [1, 2, 3],
    ["a", "b"], [None, "a", 1], list(range(1000)), [[1]], 1.5, b"x", object(), {"a": 1},
]  # fmt: skip
NAMES = ("amount", "area", "n", "level", "code", "word", "indoor", "urgent", "kinds", "sizes",
         "opened", "due", "filed", "note", "面积", "x", "xs", "s", "风险")  # fmt: skip


class Fuzz:
    """Texts and data, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - nothing secret
        self.whole = Expressions(seed)

    def text(self) -> str:
        match self.chance.randrange(10):
            case 0:
                return "".join(self.chance.choices(NOISE, k=self.chance.randint(0, 60)))
            case 1 | 2:
                glue = self.chance.choice((" ", ""))
                return glue.join(self.chance.choices(SIGNS, k=self.chance.randint(1, 40)))
            case 3:
                return self.spoilt(self.chance.choice(HOSTILE))
            case 4 | 5 | 6:
                return self.whole.one().ours
        return self.spoilt(self.whole.one().ours)

    def spoilt(self, text: str) -> str:
        """One to four cuts, copies, swaps and strange letters."""
        for _ in range(self.chance.randint(1, 4)):
            a, b = sorted(self.chance.choices(range(len(text) + 1), k=2))
            match self.chance.randrange(6):
                case 0:
                    text = text[:a] + text[b:]
                case 1:
                    text = text[:b] + text[a:b] * self.chance.choice((1, 2, 30)) + text[b:]
                case 2:
                    text = text[:a] + self.chance.choice(NOISE) + text[a:]
                case 3:
                    text = text[:a] + self.chance.choice(SIGNS) + text[b:]
                case 4:
                    text = text[:a] + self.whole.one().ours + text[b:]
                case _:
                    text = text[b:] + text[:a]
            text = text[:3000]
        return text

    def data(self) -> dict[str, object]:
        """What a case holds, or next to it, or anything."""
        strange = self.chance.choice((0, 0.1, 1))
        chosen = {n: self.chance.choice(THINGS) for n in NAMES if self.chance.random() < strange}
        return {**self.chance.choice(OURS), **chosen}


def contained(reads: Callable[[str], Any], text: str, data: dict[str, object]) -> str:
    """What it came to. Anything but a value of ours and our two errors escapes, and fails."""
    try:
        answer = reads(text).run(data, data.get("x"), {"workdays": lambda days: date(2026, 1, 5)})
    except FeelSyntaxError:
        return "refused when read"
    except FeelError:
        return "refused when run"
    assert answer is None or type(answer).__module__ in {
        "builtins", "decimal", "datetime", "app.engine.feel.moments",
    }  # fmt: skip
    assert type(answer) is not float
    return "a value"


def room(work: Callable[[], object]) -> int:
    """The bytes that it takes at its highest."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def seconds(work: Callable[[], object]) -> float:
    """The CPU time that it takes, read for the first time, the garbage of others left out."""
    spent = []
    for _ in range(3):
        for reads in READERS:
            reads.cache_clear()
        begun = time.thread_time()
        work()
        spent.append(time.thread_time() - begun)
    return min(spent)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_unexpected_escapes_and_nothing_takes_long(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    fuzz, counted = Fuzz(seed), Counter[str]()
    slowest: list[tuple[float, int, Any]] = []
    widest = 0
    for number in range(COUNT):
        reads, text, data = fuzz.chance.choice(READERS), fuzz.text(), fuzz.data()
        begun = time.thread_time()
        counted[contained(reads, text, data)] += 1
        spent = time.thread_time() - begun
        (heappush if len(slowest) < 20 else heappushpop)(
            slowest, (spent, number, (reads, text, data))
        )
        if number % WATCHED == 0:
            widest = max(widest, room(lambda: contained(reads, text, data)))  # noqa: B023
    for _, _, known in slowest:
        widest = max(widest, room(lambda: contained(*known)))  # noqa: B023
    worst = max(seconds(lambda: contained(*known)) for _, _, known in slowest)  # noqa: B023
    said = f"{dict(counted)}, slowest {worst * 1000:.1f} ms, most {widest >> 10} KiB"
    record_property("measured", f"{COUNT} fuzzed expressions, seed {seed}: {said}")
    assert worst < SECONDS
    assert widest < BYTES
    assert min(counted[each] for each in ("a value", "refused when run")) > COUNT / 50
