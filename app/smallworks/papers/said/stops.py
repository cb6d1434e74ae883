"""What stop notices (停工通知书) and the notice that lifts them say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.smallworks.papers.said.patrols import before, inspectors, refusal
from app.smallworks.papers.said.sites import Said, day, moment, number_of, of_work
from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.stops.models import StopOrder

MOST_PHOTOS = 4


def stop_notice(work: Session, order: StopOrder, at: datetime) -> Said:
    """The stop, whether given on site or in due form: scope, reasons, from when, by which law."""
    patrol = _patrol(work, order)
    hazards = _hazards(work, order)
    shown = [photo for one in hazards.values() for photo in before(work, one)[:1]]
    return {
        **of_work(work, order.work, order.case),
        "scope": _scope(order),
        "effective": moment(order.effective_at),
        "law": order.law,
        "reasons": [
            {
                "text": reason.get("text", ""),
                "rule": reason.get("rule", ""),
                "major": bool(reason.get("major")),
            }
            for reason in order.reasons
        ],
        "photos": shown[:MOST_PHOTOS],
        "inspectors": inspectors(patrol) or [{"name": order.ordered_by.name, "number": ""}],
        "refused": refusal(patrol),
        "day": day(at),
    }


def resume_notice(work: Session, order: StopOrder, at: datetime) -> Said:
    """The stop lifted: what had been its reasons, and what became of them."""
    hazards = _hazards(work, order)
    return {
        **of_work(work, order.work, order.case),
        "notice": number_of(work, order.notice_paper_id, order.site_paper_id),
        "scope": _scope(order),
        "stopped": moment(order.effective_at),
        "resumed": moment(order.lifted_at or at),
        "reasons": [
            {"text": reason.get("text", ""), "fixed": _fixed(hazards.get(reason.get("hazard_id")))}
            for reason in order.reasons
        ],
        "inspectors": [],
        "day": day(at),
    }


def _scope(order: StopOrder) -> str:
    return f"局部停工：{order.part}" if order.scope == "part" else "全部停工"


def _fixed(hazard: Hazard | None) -> str:
    if hazard is None or hazard.closed_at is None:
        return "经现场复查已消除"
    return f"已整改，{day(hazard.closed_at)}复查合格"


def _patrol(work: Session, order: StopOrder) -> Patrol | None:
    """The visit during which the stop was ordered, if it was on one."""
    if order.case.parent_id is None:
        return None
    return work.scalars(select(Patrol).where(Patrol.case_id == order.case.parent_id)).first()


def _hazards(work: Session, order: StopOrder) -> dict[str | None, Hazard]:
    ids: Iterable[str] = [one["hazard_id"] for one in order.reasons if one.get("hazard_id")]
    rows = work.scalars(select(Hazard).where(Hazard.id.in_(ids)).order_by(Hazard.position))
    return {one.id: one for one in rows}
