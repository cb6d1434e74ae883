"""An annex as a sheet: its title and head, the columns of the notice, drop-downs, its people."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.identity.annexes.layouts import DEPARTMENTS, LAYOUTS
from app.identity.provenance import Origin, stamp
from app.identity.words import POSITIONS, ROLES
from app.unseen import without

KEEPER_WORD = ROLES["unit_admin"]
NAME_WORD, PHONE_WORD, BOTH_WORD, ROLE_WORD = "姓名", "电话", "姓名、电话", "角色"
CHOICES_SHEET, SAMPLE_SHEET = "选项", "填写示例"
_TITLE_ROW, _OWNER_ROW, _HEAD_ROW, _FIRST_ROW = 1, 2, 3, 5
_SPARE_ROWS = 30
_BAD_TITLE = re.compile(r"[\[\]:*?/\\']")
_EDGE = Side("thin", "FFB0B0B0")
_LINE = Border(_EDGE, _EDGE, _EDGE, _EDGE)
_SHADE = PatternFill("solid", "FFE8EEF5")
_MIDDLE = Alignment("center", "center", wrap_text=True)
_LEFT = Alignment("left", "center", wrap_text=True)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One sheet's content: whose people, the keeper (name, phone), rows, the drop-downs."""

    annex: str
    title: str
    owner: str
    keeper: tuple[str, str] = ("", "")
    rows: Sequence[tuple[str, Mapping[str, Sequence[tuple[str, str]]], str]] = ()
    """(place, position -> (name, phone) of each, role)"""
    places: Sequence[str] = ()
    roles: Sequence[str] = ()
    foot: str = ""


@dataclass(slots=True)
class _Book:
    book: Any
    choices: Any
    lists: dict[tuple[str, ...], str] = field(default_factory=dict)


def workbook(sheets: Sequence[Drawn], origin: Origin | None = None) -> bytes:
    """A workbook of these sheets, and whose export it is, where people stand in it.

    What drop-downs offer stands in a hidden sheet behind them.
    """
    book = Workbook()
    choices = book.worksheets[0]
    made = _Book(book, choices)
    for number, drawn in enumerate(sheets):
        title = _BAD_TITLE.sub("", drawn.title)[:31]
        _draw(made, book.create_sheet(title, number), drawn)
    choices.title, choices.sheet_state = CHOICES_SHEET, "hidden"
    book.active = 0
    if origin:
        stamp(book, origin)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _draw(made: _Book, sheet: Any, drawn: Drawn) -> None:
    layout = LAYOUTS[drawn.annex]
    together = drawn.annex == DEPARTMENTS
    step = 1 if together else 2
    wide = 2 + step * len(layout.positions)
    _put(sheet, _TITLE_ROW, 1, layout.title, Font(bold=True, size=14))
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=wide)
    sheet.cell(_TITLE_ROW, 1).alignment = _MIDDLE
    _put(sheet, _OWNER_ROW, 1, f"{layout.owner}：{drawn.owner}")
    name, phone = drawn.keeper
    keeper = f"{KEEPER_WORD} {NAME_WORD}：{name} {PHONE_WORD}：{phone}"
    _put(sheet, _OWNER_ROW, 4 if wide > 5 else 3, keeper)
    _draw_head(sheet, drawn.annex, step)
    last = _draw_rows(sheet, drawn, step, wide)
    if drawn.foot:
        _put(sheet, last + 2, 1, drawn.foot)
    end = last + (0 if drawn.foot else _SPARE_ROWS)
    _drop_down(made, sheet, drawn.places, (1, end))
    _drop_down(made, sheet, [ROLES[role] for role in drawn.roles], (wide, end))
    sheet.freeze_panes = sheet.cell(_FIRST_ROW, 2)
    for column in range(1, wide + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 22 if column == 1 else 16
        for row in range(_FIRST_ROW, end + 1):
            sheet.cell(
                row, column
            ).number_format = "@"  # or a number of eleven digits turns to E+10


def _draw_head(sheet: Any, annex: str, step: int) -> None:
    """Two lines: what is asked, and 姓名 and 电话 under each position."""
    layout = LAYOUTS[annex]
    columns = [layout.place, *(POSITIONS[one] for one in layout.positions), ROLE_WORD]
    at = 1
    for number, word in enumerate(columns):
        people = 0 < number < len(columns) - 1
        width = step if people else 1
        for row in (_HEAD_ROW, _HEAD_ROW + 1):
            for column in range(at, at + width):
                _frame(sheet.cell(row, column))
        _put(sheet, _HEAD_ROW, at, word, Font(bold=True))
        sheet.cell(_HEAD_ROW, at).alignment = _MIDDLE
        if people:
            _draw_parts(sheet, at, step)
        else:
            sheet.merge_cells(
                start_row=_HEAD_ROW, end_row=_HEAD_ROW + 1, start_column=at, end_column=at
            )
        at += width


def _draw_parts(sheet: Any, at: int, step: int) -> None:
    words = (BOTH_WORD,) if step == 1 else (NAME_WORD, PHONE_WORD)
    for column, word in enumerate(words, at):
        _put(sheet, _HEAD_ROW + 1, column, word, Font(bold=True))
        sheet.cell(_HEAD_ROW + 1, column).alignment = _MIDDLE
    if step > 1:
        sheet.merge_cells(
            start_row=_HEAD_ROW, end_row=_HEAD_ROW, start_column=at, end_column=at + step - 1
        )


def _frame(cell: Any) -> None:
    cell.border, cell.fill = _LINE, _SHADE


def _draw_rows(sheet: Any, drawn: Drawn, step: int, wide: int) -> int:
    """The people, a line for each place; returns the last line."""
    row = _FIRST_ROW - 1
    for row, (place, people, role) in enumerate(drawn.rows, _FIRST_ROW):
        texts = [place]
        for position in LAYOUTS[drawn.annex].positions:
            texts.extend(_people(people.get(position, ()), step))
        for column, text in enumerate([*texts, ROLES.get(role, "")], 1):
            _put(sheet, row, column, text)
            sheet.cell(row, column).border = _LINE
    return row


def _people(people: Sequence[tuple[str, str]], step: int) -> list[str]:
    """The cells of a position: together, or names beside numbers; both in one order."""
    if step == 1:
        return ["、".join(f"{name} {phone}".strip() for name, phone in people)]
    names = "、".join(name for name, _ in people)
    return [names, "、".join(phone or "无" for _, phone in people)]


def _put(sheet: Any, row: int, column: int, text: str, font: Font | None = None) -> None:
    cell = sheet.cell(row, column)
    cell.value, cell.data_type = (
        without(text) or None,
        "s",
    )  # never a formula, whatever it begins with
    cell.alignment = _LEFT
    if font:
        cell.font = font


def _drop_down(made: _Book, sheet: Any, words: Sequence[str], where: tuple[int, int]) -> None:
    """Offer these words in a column; others may be typed, and are asked about at the import."""
    column, end = where
    if not words or end < _FIRST_ROW:
        return
    listed = tuple(words)
    if listed not in made.lists:
        at = len(made.lists) + 1
        for row, word in enumerate(listed, 1):
            made.choices.cell(row, at).value = word
        letter = get_column_letter(at)
        made.lists[listed] = f"'{CHOICES_SHEET}'!${letter}$1:${letter}${len(listed)}"
    offered = DataValidation("list", formula1=made.lists[listed], allow_blank=True)
    offered.showErrorMessage = False
    letter = get_column_letter(column)
    offered.add(f"{letter}{_FIRST_ROW}:{letter}{end}")
    sheet.add_data_validation(offered)
