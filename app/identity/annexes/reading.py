"""A workbook's sheets, as lists of rows of text, to lines: one person in one post. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.identity.annexes import cells, headings
from app.identity.annexes.cells import BOTH, Named
from app.identity.annexes.folding import folded, label, seen
from app.identity.annexes.headings import Columns, Row
from app.identity.annexes.layouts import (
    DITTO,
    FOOTERS,
    PLACE_HEADS,
    SAMPLE_SHEETS,
)
from app.identity.annexes.roles import roles_by_position

ADMINISTRATOR = "administrator"
"""Stands for a position where the head of a sheet names its 系统后台管理员."""
MOST_LINES = 20_000
NO_PLACE = "这一行没有写机构"
TWICE = "同一人同一职务在第{}行已填写，角色不同，请保留一处"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title, and its rows as text with vertically merged cells filled down."""

    title: str
    rows: Sequence[Row]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One person in one post, as the workbook has it; nothing of it is looked up yet."""

    sheet: str
    row: int
    annex: str
    owner: str
    place: str
    position: str
    name: str
    phone: str
    role: str
    """A key of ROLES, or empty where the workbook does not say."""
    fault: str = ""


@dataclass(slots=True)
class Reading:
    """All that was found: lines, the sheets read, rows left aside, places without any people."""

    lines: list[Line] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    aside: list[tuple[str, int, str]] = field(default_factory=list)
    bare: int = 0
    heads: dict[str, int] = field(default_factory=dict)
    """Sheet -> the line in which its first table's head begins."""


@dataclass(slots=True)
class _Table:
    """Where the reader stands in a sheet."""

    sheet: str
    owner: str = ""
    administrator: list[str] = field(default_factory=list)
    administrator_row: int = 0
    columns: Columns | None = None
    place: str = ""
    own: str = ""
    before: Row = ()


def read(sheets: Sequence[Sheet]) -> Reading:
    """Read every sheet that holds an annex; samples and hidden sheets are not people."""
    found = Reading()
    for sheet in sheets:
        if sheet.hidden or any(word in sheet.title for word in SAMPLE_SHEETS):
            continue
        before = len(found.lines) + found.bare
        _read_sheet(sheet, found)
        if len(found.lines) + found.bare > before:
            found.sheets.append(sheet.title)
    found.lines = list(_once(found.lines))
    return found


def _read_sheet(sheet: Sheet, found: Reading) -> None:
    table, at = _Table(sheet.title), 0
    while at < len(sheet.rows) and len(found.lines) < MOST_LINES:
        row = sheet.rows[at]
        if not any(folded(cell) for cell in row):
            at += 1
            continue
        columns = headings.recognise(sheet.rows, at)
        if columns is not None:
            table.columns, table.place, table.before = columns, "", ()
            found.heads.setdefault(sheet.title, at + 1)
            _tell_administrator(table, columns.annex, found)
            at += columns.lines
            continue
        if not _head(table, row, at + 1):
            _body(table, row, at + 1, found)
        at += 1


def _head(table: _Table, row: Row, number: int) -> bool:
    """Take a line above a table: whose it is, and who administers. A new owner ends the table."""
    owner = headings.owner_named(row)
    administrator = headings.administrator_named(row, within=table.columns is not None)
    if owner is not None:
        table.owner, table.columns = owner, None
    if administrator is not None:
        table.administrator.append(administrator)
        table.administrator_row = number
    return owner is not None or administrator is not None


def _tell_administrator(table: _Table, annex: str, found: Reading) -> None:
    """The 系统后台管理员 of the head, who may stand in several lines of it."""
    named = cells.people((BOTH, text) for text in table.administrator)
    for one in named:
        line = Line(
            table.sheet, table.administrator_row, annex, table.owner, "",
            ADMINISTRATOR, one.name, one.phone, "unit_admin", one.fault,
        )  # fmt: skip
        found.lines.append(line)
    table.administrator = []


def _body(table: _Table, row: Row, number: int, found: Reading) -> None:
    columns = table.columns
    if columns is None or _is_footer(row) or _repeats_head(row, columns):
        if columns is not None:
            found.aside.append((table.sheet, number, _shown(row)))
        return
    row = [_cell(table.before, n) if folded(one) in DITTO else one for n, one in enumerate(row)]
    _carry_on(table, columns, row)
    lines = list(_people_of(table, columns, row, number))
    if lines:
        found.lines.extend(lines)
    elif table.place:
        found.bare += 1
    else:
        found.aside.append((table.sheet, number, _shown(row)))
    table.before = row


def _is_footer(row: Row) -> bool:
    first = next((folded(cell) for cell in row if folded(cell)), "")
    return first.startswith(FOOTERS)


def _repeats_head(row: Row, columns: Columns) -> bool:
    """Heads printed again on every page, and the small line under them."""
    return label(_cell(row, columns.place)) in PLACE_HEADS[columns.annex]


def _shown(row: Row) -> str:
    return " ".join(dict.fromkeys(seen(cell) for cell in row if seen(cell)))[:60]


def _carry_on(table: _Table, columns: Columns, row: Row) -> None:
    """A row that names no place goes on with the one above."""
    place = " ".join(seen(_cell(row, columns.place)).split())
    if place:
        table.place = place
    if columns.owner is not None:
        owner = " ".join(seen(_cell(row, columns.owner)).split())
        if owner:
            table.own = owner


def _people_of(table: _Table, columns: Columns, row: Row, number: int) -> Iterator[Line]:
    role = _cell(row, columns.role) if columns.role is not None else ""
    named: dict[str, tuple[Named, ...]] = {
        position: cells.people((part, _cell(row, at)) for at, part in where)
        for position, where in columns.groups.items()
    }
    roles, wrong = roles_by_position(role, [key for key in named if named[key]])
    for position, who in named.items():
        for one in who:
            fault = one.fault or wrong or ("" if table.place else NO_PLACE)
            yield Line(
                table.sheet, number, columns.annex,
                table.own if columns.owner is not None else table.owner, table.place,
                position, one.name, one.phone, roles.get(position, ""), fault,
            )  # fmt: skip


def _cell(row: Row, at: int) -> str:
    return row[at] if at < len(row) else ""


def _once(lines: Sequence[Line]) -> Iterator[Line]:
    """Each person in a post once: merged cells repeat people, and so do those who fill tables."""
    first: dict[tuple[str, ...], Line] = {}
    for line in lines:
        key = (
            line.annex,
            folded(line.owner),
            folded(line.place),
            line.position,
            line.name,
            line.phone,
        )
        known = first.setdefault(key, line) if line.name else line
        if known is line:
            yield line
        elif line.role and known.role != line.role:
            yield replace(line, fault=TWICE.format(known.row))
