"""Two states of one decision table laid over each other: which row, which column is which."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from lxml import etree

from app.engine.drafting.tables import Grid, Row, Tables

T = TypeVar("T")
Pairs = list[tuple[int, int]]
"""Places before and after of what stands in both."""
_TOLD = {"label", "name", "typeRef", "id", "hitPolicy", "aggregation"}
_CELLS = ("inputEntry", "outputEntry", "inputExpression", "defaultOutputEntry")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place among all, its id in the file, and what is said of it."""

    at: int
    id: str
    output: bool
    label: str
    reads: str
    type: str
    default: str

    @property
    def called(self) -> str:
        """Its heading; without one, what it reads."""
        return self.label or self.reads

    @property
    def told(self) -> str:
        """`结果列“限额以内”`."""
        return f"{'结果列' if self.output else '条件列'}“{self.called}”"


@dataclass(frozen=True, slots=True)
class Side:
    """One table at one time."""

    grid: Grid
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, tables: Tables, grid: Grid) -> Side:
        """With the ids and defaults of its columns, which a grid does not show."""
        table = tables.table(grid.id)
        found = [*tables.all(table, "input"), *tables.all(table, "output")]
        columns = tuple(
            Column(
                at, one.get("id", ""), at >= grid.inputs, *grid.heads[at], grid.types[at],
                _default(tables, one),
            )
            for at, one in enumerate(found)
        )  # fmt: skip
        rows = tuple(_whole(row, len(columns)) for row in grid.rows)
        return cls(replace(grid, rows=rows), columns)


def _whole(row: Row, wide: int) -> Row:
    """With a cell for every column, also where the file lacks some."""
    return Row(row.key, (row.cells + ("",) * wide)[:wide], row.note)


def _default(tables: Tables, column: etree._Element) -> str:
    found = tables.all(column, "defaultOutputEntry")
    texts = tables.all(found[0], "text") if found else []
    return (texts[0].text or "").strip() if texts else ""


def paired(old: Sequence[T], new: Sequence[T], *keys: Callable[[T], Hashable | None]) -> Pairs:
    """What stands in both: equal by the first key, of the rest by the second, and so on."""
    return _paired(old, new, [(key, key) for key in keys])


def _paired(
    old: Sequence[T],
    new: Sequence[T],
    keys: Sequence[tuple[Callable[[T], Hashable | None], Callable[[T], Hashable | None]]],
) -> Pairs:
    pairs: Pairs = []
    left, right = list(range(len(old))), list(range(len(new)))
    for of_old, of_new in keys:
        places: dict[Hashable, list[int]] = defaultdict(list)
        for at in left:
            places[of_old(old[at])].append(at)
        places.pop(None, None)
        for to in list(right):
            if found := places.get(of_new(new[to])):
                at = found.pop(0)
                pairs.append((at, to))
                left.remove(at)
                right.remove(to)
    return sorted(pairs, key=lambda pair: pair[1])


def rows_again(was: Side, now: Side, columns: Pairs) -> Pairs:
    """Each row found again: unchanged, elsewhere with the same cells, by its id, or much alike."""

    def before(row: Row) -> tuple[str, ...]:
        return tuple(row.cells[at] for at, _ in columns)

    def after(row: Row) -> tuple[str, ...]:
        return tuple(row.cells[to] for _, to in columns)

    def key(row: Row) -> str | None:
        return None if row.key.startswith("-") else row.key

    old, new = was.grid.rows, now.grid.rows
    pairs = _paired(
        old,
        new,
        [
            (lambda row: (row.key, before(row)), lambda row: (row.key, after(row))),
            (before, after),
            (key, key),
        ],
    )
    kept, again = {at for at, _ in pairs}, {to for _, to in pairs}
    left = [at for at in range(len(old)) if at not in kept]
    for to in range(len(new)):
        if to in again or not left:
            continue
        likeness = [
            (sum(a == b for a, b in zip(before(old[at]), after(new[to]), strict=True)), -at)
            for at in left
        ]
        most, place = max(likeness)
        if 2 * most >= len(columns) > 0:
            pairs.append((-place, to))
            left.remove(-place)
    return sorted(pairs, key=lambda pair: pair[1])


def moved(pairs: Pairs) -> set[int]:
    """The rows, by their place before, without which the others stand in their old order."""
    ends: list[int] = []  # the last of the best run of each length
    runs: list[tuple[int, int]] = []
    for at, _ in pairs:
        length = bisect_left(ends, at)
        ends[length : length + 1] = [at]
        runs.append((length, at))
    gone = {at for at, _ in pairs}
    wanted, last = len(ends) - 1, max(gone, default=0) + 1
    for length, at in reversed(runs):
        if length == wanted and at < last:
            gone.remove(at)
            wanted, last = wanted - 1, at
    return gone


def besides(tables: Tables) -> frozenset[tuple[str, str, str]]:
    """All that a file says outside of what rows and heads show; how it is drawn apart."""
    space = tables.tag("")
    there = [tables.table(grid.id) for grid in tables.grids()]
    found = set()
    for one in there[0].getroottree().getroot().iter(f"{space}*"):
        said = sorted((str(name), str(value)) for name, value in one.attrib.items())
        rest = " ".join(f"{name}={value}" for name, value in said if name not in _TOLD)
        text = "" if _told(one) else (one.text or "").strip()
        if text or rest:
            found.add((etree.QName(one).localname, text, rest))
    return frozenset(found)


def _told(one: etree._Element) -> bool:
    """Whether its text was told with its row or its head."""
    parent, tag = one.getparent(), etree.QName(one).localname
    above = "" if parent is None else etree.QName(parent).localname
    return (tag == "text" and above in _CELLS) or (tag == "description" and above == "rule")
