"""What generated expressions are made of: the data that they read, and their pieces."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

ANY, OR, AND, COMPARED, SUM, PRODUCT, SIGNED, ATOM = range(8)
"""How tightly a construct binds; a part that binds less than its place asks stands in brackets."""

Value = dict[str, str] | str | float | bool | list[str] | list[float] | list[int] | None
CONTEXTS: list[dict[str, Value]] = [
    {
        "amount": 29.5, "area": 120, "n": 3, "level": "社区", "code": "420503001", "word": "ab C",
        "indoor": False, "urgent": True, "kinds": ["焊接", "登高"], "sizes": [1, 2.5, 3, -4],
        "opened": {"date": "2026-11-20"}, "due": {"date": "2026-12-01"}, "note": None, "面积": 80.5,
        "filed": {"moment": "2026-11-20T20:00:00Z"},
    },
    {
        "amount": 0, "area": -7, "n": 1, "level": "", "code": "420500", "word": "登高",
        "indoor": True, "urgent": True, "kinds": [], "sizes": [], "note": None, "面积": 300,
        "opened": {"date": "2024-02-29"}, "due": {"date": "2024-02-29"},
        "filed": {"moment": "2024-02-28T15:59:59Z"},
    },
    {
        "amount": 300000, "area": 0.25, "n": 12, "level": "市", "code": "x", "word": "市",
        "indoor": False, "urgent": False, "kinds": ["市"], "sizes": [0, 0, 7], "note": None,
        "opened": {"date": "2026-01-31"}, "due": {"date": "2025-12-31"}, "面积": 0,
        "filed": {"moment": "2026-12-31T16:00:00Z"},
    },
]  # fmt: skip
NAMES = {
    "number": ("amount", "area", "n", "面积"),
    "text": ("level", "code", "word"),
    "truth": ("indoor", "urgent"),
    "date": ("opened", "due"),
    "moment": ("filed",),
    "numbers": ("sizes",),
    "texts": ("kinds",),
}
KINDS = tuple(NAMES)
WORDS = ('"社区"', '"市"', '"ab C"', '"420503001"', '""', '"焊接"', '"登高"', '"a\\"b"', '"4205"')
DAYS = ("2026-11-20", "2026-01-31", "2024-02-29", "2025-12-31", "2026-03-01")
SPANS = ("P3D", "P1M", "P1Y", "PT48H", "P10D")


@dataclass(frozen=True, slots=True)
class Part:
    """One piece, in both spellings. `inexact`: binary and decimal numbers may part ways on it."""

    ours: str
    theirs: str
    level: int
    inexact: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A whole expression, or with `unary` a cell of a decision table, in one of CONTEXTS."""

    ours: str
    theirs: str
    context: int
    inexact: bool
    wild: bool
    """Kinds were mixed on purpose."""
    unary: str = ""
    """The variable that the cell is about."""


class Pieces:
    """Putting parts together, in both spellings."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - nothing secret

    def pick(self, among: tuple[str, ...]) -> str:
        return self.chance.choice(among)

    @staticmethod
    def plain(text: str) -> Part:
        return Part(text, text, ATOM)

    def made(self, pattern: str, level: int, *parts: tuple[Part, int]) -> Part:
        """The pattern with its parts, each bracketed where it binds too loosely, and at random."""
        extra = [self.chance.random() < 0.12 for _ in parts]
        ours, theirs = (
            [
                f"({text})" if part.level < place or more else text
                for (part, place), more, text in zip(parts, extra, texts, strict=True)
            ]
            for texts in ([p.ours for p, _ in parts], [p.theirs for p, _ in parts])
        )
        return Part(
            pattern.format(*ours),
            pattern.format(*theirs),
            level,
            inexact=any(part.inexact for part, _ in parts),
        )

    def call(self, name: str, *parts: Part, theirs: str = "") -> Part:
        spelt = f"{name}({', '.join(['{}'] * len(parts))})"
        found = self.made(spelt, ATOM, *((part, ANY) for part in parts))
        return found if not theirs else Part(found.ours, theirs, ATOM, found.inexact)
