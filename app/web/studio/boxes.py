"""The boxes of a decision table's plain form: what was typed into each, and where it goes now.

A box is named for its table, row, column and a mark of what it showed. By the mark one knows what
was typed and what only stood there, so that a page that is late overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.engine.drafting import columns
from app.engine.drafting.tables import Grid, Tables, short
from app.web.studio.form_sent import Sent

HEAD = ("label", "reads", "type")
HIT, NOTE, NEW = "hit", "note", "new"
MINE = "mine|"
_BETWEEN = "|"


def named(decision: str, row: str, column: str, text: str) -> str:
    """How a box is called that shows this text."""
    return _BETWEEN.join((decision, row, column, short(_flat(text))))


def _flat(text: str) -> str:
    """As a box holds it, and as it is sent."""
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Box:
    """One box as it was sent: where it stands, what is in it, what it showed is told by a mark.

    `row` is the key of a row; the mark of a head, with one of its three boxes as column; or `hit`.
    """

    decision: str
    row: str
    column: str
    seen: str
    text: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands, by names that outlive a save."""
        return self.decision, self.row, self.column

    @property
    def typed(self) -> bool:
        """Whether it holds something else than it showed."""
        return short(_flat(self.text)) != self.seen


def boxes(sent: Sent) -> list[Box]:
    """Every box that was sent; what was offered beside one and taken stands in its place."""
    parted = ((name, name.split(_BETWEEN), text) for name, text in sent.items())
    return [
        Box(parts[0], parts[1], parts[2], parts[3], sent.get(MINE + name, text).strip())
        for name, parts, text in parted
        if len(parts) == 4
    ]


def there(grids: Sequence[Grid]) -> dict[tuple[str, str, str], str]:
    """What stands in each box of these tables."""
    return {place: text for grid in grids for place, text in _of(grid)}


def _of(grid: Grid) -> Iterator[tuple[tuple[str, str, str], str]]:
    yield (grid.id, HIT, HIT), grid.hit
    for at, mark in enumerate(grid.marks):
        for column, text in zip(HEAD, (*grid.heads[at], grid.types[at]), strict=True):
            yield (grid.id, mark, column), text
    for row in grid.rows:
        for name, cell in zip(grid.names, row.cells, strict=False):
            yield (grid.id, row.key, name), cell
        yield (grid.id, row.key, NOTE), row.note


@dataclass(frozen=True, slots=True)
class Late:
    """What was typed on a page that is late: by the box where it can go, or without a place."""

    offered: Mapping[str, str]
    homeless: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.offered or self.homeless)

    @property
    def of_columns(self) -> bool:
        """Whether any of it is about columns, and not about rows."""
        return any(name.split(_BETWEEN)[2] in (*HEAD, HIT) for name in self.offered)


def late(grids: Sequence[Grid], sent: Sent) -> Late:
    """What was typed and is not what stands there now."""
    now = there(grids)
    mine = [one for one in boxes(sent) if one.typed and one.text != _flat(now.get(one.place, ""))]
    return Late(
        {named(*one.place, now[one.place]): one.text for one in mine if one.place in now},
        tuple(one.text for one in mine if one.place not in now and one.text),
    )


def naming(grids: Sequence[Grid]) -> Callable[[str, str, str], str]:
    """How the boxes of a page are called that began with these tables, by their places."""
    now = there(grids)

    def name(decision: str, row: str, column: str) -> str:
        return named(decision, row, column, now.get((decision, row, column), ""))

    return name


def write(tables: Tables, sent: Sent) -> None:
    """The cells, notes and heads as they were typed. Raises Invalid."""
    found = {one.place: one.text for one in boxes(sent)}
    for grid in tables.grids():
        if (grid.id, HIT, HIT) in found:
            columns.hit(tables, grid.id, found[grid.id, HIT, HIT])
        for at, mark in enumerate(grid.marks):
            if (grid.id, mark, "reads") in found:
                label, reads, kind = (found.get((grid.id, mark, each), "") for each in HEAD)
                columns.write(tables, grid.id, at, (label, reads, kind))
        for row in grid.rows:
            places = enumerate((grid.id, row.key, name) for name in grid.names)
            cells = {at: found[place] for at, place in places if place in found}
            tables.write(grid.id, row.key, cells, found.get((grid.id, row.key, NOTE)))


def new_column(sent: Sent, decision: str) -> tuple[str, str, str]:
    """What was typed for a column that is to be added."""
    label, reads, kind = (sent.get(f"{decision}|{NEW}|{each}", "") for each in HEAD)
    return label, reads, kind
