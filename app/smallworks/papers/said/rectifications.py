"""What orders to put hazards right say, and what the re-inspection (复查) found."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.smallworks.papers.said.patrols import before, inspectors, refusal
from app.smallworks.papers.said.sites import (
    MOST_PHOTOS,
    Said,
    day,
    moment,
    number_of,
    of_work,
    photos_of,
)
from app.smallworks.patrols import words
from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.rectifications.models import (
    HazardAnswer,
    HazardReopening,
    OrderedHazard,
    Rectification,
)
from app.smallworks.rectifications.steps import REINSPECTION
from app.workflow.models import Submission

_VERDICTS = {"pass": "合格", "fail": "不合格"}
_BETWEEN_NAMES = re.compile(r"[、，,；;]")


def rectification_notice(work: Session, row: Rectification, at: datetime) -> Said:
    """The order: every hazard with photo, rule, measure and limit; who checked; until when."""
    patrol = work.get(Patrol, row.patrol_id) if row.patrol_id else None
    ordered = _ordered(work, row)
    return {
        **_order(work, row, patrol, at),
        "checked": moment(patrol.concluded_at if patrol else at),
        "hazards": [_hazard(work, place, one) for place, one in ordered],
    }


def second_notice(work: Session, row: Rectification, at: datetime) -> Said:
    """The order again, of what a re-inspection found still there; with the first one's number."""
    patrol = work.get(Patrol, row.patrol_id) if row.patrol_id else None
    failed = _verdicts(work, row)
    last = max((one.checked_at for one in failed.values() if one.checked_at), default=at)
    return {
        **_order(work, row, patrol, at),
        "notice": number_of(work, row.notice_paper_id),
        "checked": moment(last),
        "inspectors": _checkers(work, row, failed) or inspectors(patrol),
        "hazards": [
            {
                **_hazard(work, place, one),
                "deadline": day(row.deadline or place.deadline),
                "reason": failed[one.id].verdict_reason if one.id in failed else "",
            }
            for place, one in _ordered(work, row)
            if place.closed_at is None
        ],
    }


def reinspection(work: Session, row: Rectification, at: datetime) -> Said:
    """What the last re-inspection found of each hazard, and of all of them together."""
    verdicts = _verdicts(work, row)
    hazards = [
        _checked(work, row, place, one, verdicts[one.id])
        for place, one in _ordered(work, row)
        if one.id in verdicts
    ]
    last = max((one.checked_at for one in verdicts.values() if one.checked_at), default=at)
    return {
        **of_work(work, row.work, row.case),
        "notice": number_of(work, row.second_notice_paper_id, row.notice_paper_id),
        "checked": moment(last),
        "hazards": hazards,
        "passed": all(one["passed"] for one in hazards),
        "inspectors": _checkers(work, row, verdicts),
        "day": day(at),
    }


def _order(work: Session, row: Rectification, patrol: Patrol | None, at: datetime) -> Said:
    return {
        **of_work(work, row.work, row.case),
        "deadline": day(row.deadline),
        "inspectors": inspectors(patrol) or _reopeners(work, row),
        "refused": refusal(patrol),
        "day": day(at),
    }


def _ordered(work: Session, row: Rectification) -> list[tuple[OrderedHazard, Hazard]]:
    rows = work.execute(
        select(OrderedHazard, Hazard)
        .join(Hazard, Hazard.id == OrderedHazard.hazard_id)
        .where(OrderedHazard.rectification_id == row.id)
        .order_by(OrderedHazard.position)
    )
    return [(place, one) for place, one in rows]


def _hazard(work: Session, place: OrderedHazard, one: Hazard) -> Said:
    return {
        "no": place.position,
        "text": one.text,
        "rule": one.rule,
        "reason": "",
        "grade": words.GRADES.get(one.grade, one.grade),
        "measure": one.measure,
        "deadline": day(place.deadline or one.deadline),
        "photos": before(work, one),
    }


def _checked(
    work: Session, row: Rectification, place: OrderedHazard, one: Hazard, answer: HazardAnswer
) -> Said:
    fields = (f"check:{answer.id}", f"answer:{answer.id}")
    after = photos_of(work, row.case_id, fields)
    return {
        "no": place.position,
        "text": one.text,
        "photos": before(work, one)[:1],
        "answer": answer.text or "未报告整改情况",
        "after": [photo for field in fields for photo in after[field]][:MOST_PHOTOS],
        "passed": answer.verdict == "pass",
        "verdict": _VERDICTS.get(answer.verdict or "", "未复查"),
        "reason": answer.verdict_reason,
    }


def _verdicts(work: Session, row: Rectification) -> dict[str, HazardAnswer]:
    """The verdicts of the last round that has any, by hazard."""
    given = (HazardAnswer.rectification_id == row.id) & HazardAnswer.verdict.is_not(None)
    last = select(func.max(HazardAnswer.round)).where(given).scalar_subquery()
    rows = work.scalars(select(HazardAnswer).where(given, HazardAnswer.round == last))
    return {one.hazard_id: one for one in rows}


def _checkers(
    work: Session, row: Rectification, verdicts: dict[str, HazardAnswer]
) -> list[dict[str, str]]:
    """Whom the last re-inspection names; where its form asks for none, who gave the verdicts."""
    concluded = select(Submission.values).where(
        Submission.case_id == row.case_id, Submission.form == REINSPECTION
    )
    latest = concluded.order_by(Submission.at.desc(), Submission.id.desc()).limit(1)
    typed = str((work.scalar(latest) or {}).get("checkers") or "")
    names = [name.strip() for name in _BETWEEN_NAMES.split(typed) if name.strip()]
    if names:
        return [{"name": name, "number": ""} for name in names]
    return _named(work, {one.checked_by_id for one in verdicts.values() if one.checked_by_id})


def _reopeners(work: Session, row: Rectification) -> list[dict[str, str]]:
    by = select(HazardReopening.by_id).where(HazardReopening.rectification_id == row.id)
    return _named(work, set(work.scalars(by)))


def _named(work: Session, ids: set[str]) -> list[dict[str, str]]:
    names = work.scalars(select(Person.name).where(Person.id.in_(ids)).order_by(Person.id))
    return [{"name": name, "number": ""} for name in names]
