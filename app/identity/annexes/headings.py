"""Finding the head of a table in a sheet: which column holds what, over some lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.identity.annexes.cells import BOTH, NAME, PHONE
from app.identity.annexes.folding import label, seen
from app.identity.annexes.layouts import (
    ADMINISTRATOR_HEADS,
    BOTH_HEADS,
    NAME_HEADS,
    OWNER_HEADS,
    PHONE_HEADS,
    PLACE_HEADS,
    POSITION_HEADS,
    ROLE_HEADS,
)

Row = Sequence[str]
_PARTS = ((NAME_HEADS, NAME), (PHONE_HEADS, PHONE), (BOTH_HEADS, BOTH))
_OTHER_LABEL = re.compile(r"\s+(?=\S{2,8}\s*:)")
_BLANK = re.compile(r"[xX×*_]{2,}")


@dataclass(slots=True)
class Columns:
    """A table's columns by number, and how many lines its head takes."""

    annex: str
    place: int
    lines: int
    owner: int | None = None
    role: int | None = None
    groups: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """Position -> its columns and what each says it holds."""


def recognise(rows: Sequence[Row], at: int) -> Columns | None:
    """The table head that begins in this row, if one does."""
    # the positions may stand under a line that holds the place alone
    lines = [held for held in (at, at + 1) if held < len(rows)]
    found = [one for one in (_columns(rows, at, held) for held in lines) if one is not None]
    return max(found, key=lambda one: len(one.groups), default=None)


def _columns(rows: Sequence[Row], at: int, held: int) -> Columns | None:
    names = [label(cell) for cell in rows[held]]
    if not any(_position(name) for name in names):
        return None
    under = _parts_below(rows, held)
    bottom = held + 1 if under else held
    place = _place(rows[at : bottom + 1])
    begins = held == at or _place(rows[at : at + 1]) is not None
    if place is None or not begins:
        return None
    columns = Columns(place[1], place[0], bottom - at + 1)
    for number, row in enumerate(zip(*_even(rows[at : bottom + 1]), strict=True)):
        labels = {label(cell) for cell in row}
        if labels & ROLE_HEADS:
            columns.role = number
        elif labels & OWNER_HEADS and number != columns.place:
            columns.owner = number
    _group(columns, names, under)
    return columns


def _group(columns: Columns, names: Sequence[str], under: Sequence[str]) -> None:
    """Give each column of people to its position; blank heads go on with the one before."""
    current = ""
    taken = {columns.place, columns.owner, columns.role}
    width = max(len(names), len(under))
    for number in range(width):
        name = names[number] if number < len(names) else ""
        below = under[number] if number < len(under) else ""
        hit = _position(name)
        nothing = not name and not below and bool(under)
        if number in taken or nothing or (name and not hit):
            current = ""
            continue
        if hit:
            current = hit[0]
        part = _part(below) if below else (hit[1] if hit else BOTH)
        if current and part:
            columns.groups.setdefault(current, []).append((number, part))


def _position(name: str) -> tuple[str, str] | None:
    """The position that a heading names, and what else it says its column holds."""
    for word, position in POSITION_HEADS:
        if name.startswith(word):
            rest = name.removeprefix(word)
            part = _part(rest) if rest else BOTH
            return (position, part) if part else None
    return None


def _part(name: str) -> str:
    return next((part for words, part in _PARTS if name in words), "")


def _parts_below(rows: Sequence[Row], held: int) -> list[str]:
    """The line under the positions if it says nothing but 姓名 and 电话 (or repeats)."""
    if held + 1 >= len(rows):
        return []
    below = [label(cell) for cell in rows[held + 1]]
    above = {label(cell) for cell in rows[held]}
    known = set().union(ROLE_HEADS, OWNER_HEADS, *PLACE_HEADS.values(), above)
    parts = [name for name in below if _part(name)]
    if not parts or any(name and name not in known and not _part(name) for name in below):
        return []
    return [name if _part(name) else "" for name in below]


def _place(rows: Sequence[Row]) -> tuple[int, str] | None:
    """The first column that names a place, and the annex whose place it is."""
    for number, column in enumerate(zip(*_even(rows), strict=True)):
        for cell in column:
            name = label(cell)
            for annex, words in PLACE_HEADS.items():
                if name in words:
                    return number, annex
    return None


def _even(rows: Sequence[Row]) -> list[list[str]]:
    width = max(len(row) for row in rows)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def owner_named(row: Row) -> str | None:
    """What a line above the table says whose people these are; '' if it asks and is not filled."""
    cells = [seen(cell).replace("\n", " ") for cell in row]
    for number, cell in enumerate(cells):
        before, _, after = cell.partition(":")
        word = label(before)
        if word not in OWNER_HEADS:
            word, _, after = cell.partition(" ")
            if label(word) not in OWNER_HEADS:
                continue
        said = after.strip() or next((one for one in cells[number + 1 :] if one), "")
        said = _OTHER_LABEL.split(said)[0].strip(" _")
        return "" if _BLANK.search(said) or label(said) in OWNER_HEADS else said
    return None


def administrator_named(row: Row, *, within: bool) -> str | None:
    """What a line says of the 系统后台管理员: the text behind the word.

    Within a table only a line that begins with the word does: others may have it as a role.
    """
    cells = [seen(cell).replace("\n", " ") for cell in row]
    whole = " ".join(dict.fromkeys(cell for cell in cells if cell))
    for word in ADMINISTRATOR_HEADS:
        before, found, after = whole.partition(word)
        if found and not (within and before):
            return _BLANK.sub("", after.lstrip(" :()"))
    return None
