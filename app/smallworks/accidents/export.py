"""The accidents as a workbook: exactly the rows that were asked for."""

from __future__ import annotations

from datetime import datetime

from app.clock import minute
from app.db import session, transaction
from app.errors import Invalid
from app.identity import audit, provenance
from app.identity.actor import Actor
from app.identity.trades import CATEGORIES
from app.smallworks.accidents import queries, words
from app.smallworks.accidents.models import Accident
from app.smallworks.accidents.queries import Wanted
from app.web.sheets import workbook

MOST_ROWS = 20_000
HEADINGS = (
    "受理号", "事故时间", "地区", "地点", "行业", "作业类型", "死亡人数", "受伤人数", "事故类别",
    "接报时间", "是否迟报", "是否瞒报", "经过和原因", "状态", "确认时间",
)  # fmt: skip


def export(actor: Actor, wanted: Wanted, *, at: datetime) -> bytes:
    """The accidents as this person may see them; the audit record says who took how many."""
    found = queries.every(session(), actor, wanted, MOST_ROWS + 1)
    if len(found) > MOST_ROWS:
        raise Invalid(f"超过 {MOST_ROWS} 行，请先按年份、地区筛选后再导出")
    rows = [_cells(row) for row in found]
    with transaction() as work:
        told = f"{len(rows)} rows, {provenance.narrowed(wanted)}"
        deed = audit.Deed("accidents_exported", actor.id, detail=told, address=actor.address)
        audit.record(work, deed, at=at)
    return workbook("事故", [HEADINGS, *rows], provenance.of(actor, at))


def _cells(row: Accident) -> tuple[object, ...]:
    return (
        row.case.number, minute(row.happened_at), row.case.place, row.place,
        words.SECTORS[row.sector], CATEGORIES.get(row.work_kind, ""), row.dead, row.injured,
        words.CAUSES.get(row.cause, row.cause), minute(row.reported_at), _yes(row.late),
        _yes(row.concealed), row.description, words.STATES[row.state],
        minute(row.confirmed_at) if row.confirmed_at else "",
    )  # fmt: skip


def _yes(value: bool) -> str:
    return "是" if value else "否"
