"""The register of works as a workbook: exactly the rows that were asked for."""

from __future__ import annotations

from datetime import date, datetime

from app.clock import local
from app.db import session, transaction
from app.errors import Invalid
from app.identity import audit, provenance
from app.identity.actor import Actor
from app.identity.trades import CATEGORIES
from app.smallworks import register, words
from app.smallworks.models import Work
from app.smallworks.register import EXPORT, Wanted
from app.web.sheets import workbook

MOST_ROWS = 20_000
HEADINGS = (
    "备案号", "受理号", "工程名称", "类别", "项目类型", "风险等级", "状态", "地点", "详细地址",
    "业主", "施工方", "投资额（万元）", "面积（平方米）",
    "计划开工", "计划完工", "提交日期", "备案日期",
)  # fmt: skip


def export(actor: Actor, wanted: Wanted, *, at: datetime) -> bytes:
    """The register as this person may export it; the audit record says who took how much.

    Raises Invalid for more rows than a sheet should hold.
    """
    if register.count(session(), actor, wanted, EXPORT, MOST_ROWS + 1) > MOST_ROWS:
        raise Invalid(f"超过 {MOST_ROWS} 行，请先按地区、状态等筛选后再导出")
    rows = [_cells(row) for row in register.every_work(session(), actor, wanted)]
    with transaction() as work:
        told = f"{len(rows)} rows, {provenance.narrowed(wanted)}"
        deed = audit.Deed("works_exported", actor.id, detail=told, address=actor.address)
        audit.record(work, deed, at=at)
    return workbook("工程台账", [HEADINGS, *rows], provenance.of(actor, at))


def _cells(row: Work) -> tuple[object, ...]:
    return (
        row.number or "", row.case.number, row.name, words.KINDS.get(row.kind, row.kind),
        CATEGORIES.get(row.category, row.category), words.RISKS.get(row.risk, ""),
        words.STATES.get(row.state, row.state), row.place, row.address, row.owner_name,
        row.contractor.name if row.contractor else "", row.investment_wan, row.area_sqm,
        row.planned_start, row.planned_end, _day(row.submitted_at), _day(row.filed_at),
    )  # fmt: skip


def _day(moment: datetime | None) -> date | None:
    return local(moment).date() if moment else None
