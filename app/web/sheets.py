"""Workbooks (xlsx) of what a list shows, exactly as it is narrowed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import Response
from openpyxl import Workbook

from app.clock import minute
from app.identity.actor import Actor
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
    """The register row by row, head first, who exported it and when last."""
    yield CASE_HEAD
    for line in lines:
        shown = case_line(line, at, me)
        yield (
            shown.number, shown.title, shown.place, shown.trade, RISKS.get(shown.risk, ""),
            shown.standing.words, shown.step, shown.due_text, shown.holder_text,
            shown.opened_text,
        )  # fmt: skip
    yield (f"导出人：{me.name}", f"导出时间：{minute(at)}")


def workbook(title: str, rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet of these rows, the first of which is its head. No cell is taken for a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
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
