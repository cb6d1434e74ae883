"""The register as an Excel file: exactly the rows that were asked for, and no cell that runs."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime

from openpyxl import Workbook

from app.clock import local
from app.db import session, transaction
from app.errors import Invalid
from app.identity import audit
from app.identity.actor import Actor
from app.identity.trades import CATEGORIES
from app.smallworks import register, words
from app.smallworks.models import Work
from app.smallworks.register import EXPORT, Wanted
from app.unseen import without

MOST_ROWS = 20_000
HEADINGS = (
    "备案号", "受理号", "工程名称", "类别", "项目类型", "风险等级", "状态", "地点", "详细地址",
    "业主", "施工方", "投资额（万元）", "面积（平方米）",
    "计划开工", "计划完工", "提交日期", "备案日期",
)  # fmt: skip
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def export(actor: Actor, wanted: Wanted, *, at: datetime) -> bytes:
    """The register as this person may export it; the audit record says who took how much.

    Raises Invalid for more rows than a sheet should hold.
    """
    if register.count(session(), actor, wanted, EXPORT, MOST_ROWS + 1) > MOST_ROWS:
        raise Invalid(f"超过 {MOST_ROWS} 行，请先按地区、状态等筛选后再导出")
    rows = [_cells(row) for row in register.every_work(session(), actor, wanted)]
    with transaction() as work:
        deed = audit.Deed(
            "works_exported", actor.id, detail=f"{len(rows)} rows", address=actor.address
        )
        audit.record(work, deed, at=at)
    return _sheet(rows)


def _cells(row: Work) -> tuple[object, ...]:
    return (
        row.number or "", row.case.number, row.name, words.KINDS.get(row.kind, row.kind),
        CATEGORIES.get(row.category, row.category), words.RISKS.get(row.risk, ""),
        words.STATES.get(row.state, row.state), row.place, row.address, row.owner_name,
        row.contractor.name if row.contractor else "", row.investment_wan, row.area_sqm,
        row.planned_start, row.planned_end, _day(row.submitted_at), _day(row.filed_at),
    )  # fmt: skip


def _sheet(rows: Iterable[tuple[object, ...]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("工程台账")
    sheet.freeze_panes = "A2"
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def harmless(cell: object) -> object:
    """A text that a spreadsheet would run as a formula, made plain by a leading apostrophe."""
    if not isinstance(cell, str):
        return cell
    seen = without(cell)
    return f"'{seen}" if seen.lstrip(" ").startswith(_RUNS) else seen


def _day(moment: datetime | None) -> date | None:
    return local(moment).date() if moment else None
