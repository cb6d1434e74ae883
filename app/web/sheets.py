"""Workbooks (xlsx) of what a list shows, exactly as it is narrowed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import Response
from openpyxl import Workbook

from app.identity.actor import Actor
from app.identity.provenance import Origin, stamp
from app.unseen import without
from app.web.display import case_line
from app.web.headers import name_file
from app.workflow.queries.register import Line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CASE_HEAD = (
    "受理号",
    "名称",
    "地点",
    "项目类型",
    "风险",
    "状态",
    "环节",
    "办理期限",
    "在谁手上",
    "申报日期",
)
RISKS = {"low": "低", "medium": "中", "high": "高"}
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def case_sheet(lines: Iterable[Line], me: Actor, at: datetime) -> Iterable[Sequence[str]]:
    """The register row by row, head first."""
    yield CASE_HEAD
    for line in lines:
        shown = case_line(line, at, me)
        yield (
            shown.number, shown.title, shown.place, shown.trade, RISKS.get(shown.risk, ""),
            shown.standing.words, shown.step, shown.due_text, shown.holder_text,
            shown.opened_text,
        )  # fmt: skip


def workbook(title: str, rows: Iterable[Sequence[object]], origin: Origin) -> bytes:
    """One sheet of these rows, the first of which is its head, and who took it out when.

    No cell is taken for a formula.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    sheet.append([harmless(origin.line)])
    stamp(book, origin)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def harmless(cell: object) -> object:
    """A text that a spreadsheet would run as a formula, made plain by a leading apostrophe."""
    if not isinstance(cell, str):
        return cell
    seen = without(cell)
    return f"'{seen}" if seen.lstrip(" ").startswith(_RUNS) else seen


def download(name: str, book: bytes) -> Response:
    """A workbook to be kept under this name."""
    made = Response(book, mimetype=XLSX)
    name_file(made, "attachment", f"{name}.xlsx")
    return made
