"""How a rectification begins: out of a failed patrol, or for a hazard that was reopened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI, local
from app.engine import Bounds
from app.engine.types import Scalar
from app.smallworks import life
from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.rectifications import steps
from app.smallworks.rectifications.models import HazardReopening, OrderedHazard, Rectification
from app.smallworks.works import maybe_of_subject
from app.workflow.kinds import Moment
from app.workflow.models import Case

ROUTING = frozenset(
    {
        "level", "grade", "asked_days", "counted_from", "failures", "proposed", "extending",
        "all_passed", "failed", "finder_checks",
    }
)  # fmt: skip
VALUES: Mapping[str, tuple[Scalar, ...]] = {
    "level": ("community", "township", "department"),
    "grade": ("general", "major"),
    **dict.fromkeys(("extending", "all_passed", "finder_checks"), (True, False)),
}
BOUNDS: Mapping[str, Bounds] = {
    "failures": Bounds("integer", low=0),
    "asked_days": Bounds("integer", low=1, empty=True),
    **dict.fromkeys(("counted_from", "proposed"), Bounds("text")),
}
_DAY_ENDS = time(23, 59, 59)
_MAY_RECTIFY = life.ON_SITE | {life.STOPPED, life.COMPLETED}


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be put right, who ordered it, and the patrol that found it."""

    hazards: tuple[Hazard, ...]
    level: str
    patrol: Patrol | None


def routing(moment: Moment) -> Mapping[str, Scalar]:
    """What the tables of deadlines ask for, at the beginning."""
    found = _found(moment)
    return {
        "level": found.level,
        "grade": worst(found.hazards),
        "asked_days": _asked_days(found.hazards, moment.at),
        "counted_from": day_end(moment.at),
        "failures": 0,
        "proposed": "",
        "extending": False,
        "all_passed": False,
        "finder_checks": False,
    }


def on_submitted(moment: Moment) -> None:
    """The order and its hazards; the work is under rectification from now on."""
    work, case, found = moment.work, moment.case, _found(moment)
    built = maybe_of_subject(work, case)
    row = Rectification(
        case_id=case.id, work_id=built.id if built else None,
        patrol_id=found.patrol.id if found.patrol else None,
        level=found.level, grade=worst(found.hazards), round=1,
    )  # fmt: skip
    work.add(row)
    work.flush()
    reopened = moment.values.get("reopened_hazard")
    for position, hazard in enumerate(found.hazards, start=1):
        hazard.rectification_id = case.id
        work.add(OrderedHazard(rectification_id=row.id, hazard_id=hazard.id, position=position))
        if reopened:
            _reopen(moment, row, hazard)
    if built is not None and built.state in _MAY_RECTIFY:
        life.enter(built, life.RECTIFYING, moment.at)
    work.flush()


def _reopen(moment: Moment, row: Rectification, hazard: Hazard) -> None:
    reason = str(moment.values.get("reopened_reason") or "")
    moment.work.add(
        HazardReopening(
            hazard_id=hazard.id, rectification_id=row.id, reason=reason,
            by_id=moment.case.filed_by_id, at=moment.at,
        )
    )  # fmt: skip
    open_again(hazard)


def open_again(hazard: Hazard) -> None:
    """The hazard has to be put right once more; what was said and seen of it stays."""
    hazard.state, hazard.closed_at, hazard.closed_by_id = "open", None, None
    hazard.deadline = None
    hazard.reopened += 1


def _found(moment: Moment) -> Found:
    hazard_id = moment.values.get("reopened_hazard")
    if hazard_id:
        hazard = moment.work.get_one(Hazard, str(hazard_id))
        before = steps.of_case(moment.work, moment.case.parent_id or "")
        level = before.level if before else hazard.patrol.level
        return Found((hazard,), level, None)
    patrol = _patrol(moment.work, moment.case)
    hazards = tuple(one for one in patrol.hazards if one.state == "open")
    return Found(hazards, patrol.level, patrol)


def _patrol(work: Session, case: Case) -> Patrol:
    return work.scalars(select(Patrol).where(Patrol.case_id == case.parent_id)).one()


def worst(hazards: Iterable[Hazard]) -> str:
    """The grade of the worst of them."""
    return "major" if any(one.grade == "major" for one in hazards) else "general"


def _asked_days(hazards: tuple[Hazard, ...], at: datetime) -> int | None:
    """The longest time in days that an inspector gave; none where none was given."""
    today = local(at).date()
    asked = [(local(one.deadline).date() - today).days for one in hazards if one.deadline]
    return max(1, *asked) if asked else None


def day_end(moment: datetime) -> str:
    """The end of that day in Yichang, as the tables of deadlines read a moment."""
    end = datetime.combine(local(moment).date(), _DAY_ENDS, SHANGHAI)
    return end.isoformat()
