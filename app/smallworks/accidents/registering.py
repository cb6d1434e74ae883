"""What follows from registering an accident: a row for each version, counted once confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.engine.types import Scalar
from app.errors import Forbidden, Invalid
from app.identity.permissions import holding
from app.smallworks import works
from app.smallworks.accidents.models import Accident
from app.smallworks.accidents.reach import CONFIRM, READ
from app.smallworks.models import Work
from app.workflow.commands.erasing import NAMELESS
from app.workflow.kinds import Description, Moment, Values
from app.workflow.models import Case
from app.workflow.reach import visible
from app.workflow.reads import Reads

CONFIRMED, REPLACED, DROPPED = "confirmed", "replaced", "dropped"
_FAULT = "有 1 处需要修改"
READS = Reads(
    (
        *("happened_on", "happened_time", "reported_on", "reported_time", "place", "sector"),
        *("project_type", "filing_number", "dead", "injured", "cause", "description", "late"),
        *("concealed", "corrects"),
    )
)
"""What of the form any code here reads."""


def describe(values: Values) -> Description:
    """When and where, and the project type, by which departments see their own."""
    place = str(values.get("place") or "")
    title = f"{values.get('happened_on') or ''} {place} 事故".strip()
    return Description(title, str(values.get("project_type") or ""), place)


def routing(moment: Moment) -> Mapping[str, Scalar]:
    """Nothing for the diagram. Raises Invalid for moments and numbers that cannot be."""
    happened = _moment(moment.values, "happened")
    reported = _moment(moment.values, "reported")
    if happened > moment.at:
        raise Invalid(_FAULT, {"happened_on": "事故时间不能晚于现在"})
    if reported < happened:
        raise Invalid(_FAULT, {"reported_on": "接报时间不能早于事故时间"})
    _corrected(moment)
    _named(moment)
    return {}


def on_submitted(moment: Moment) -> None:
    """A new version; what was registered before stays as it was."""
    work, case, values = moment.work, moment.case, moment.values
    latest = _latest(work, case)
    if latest is not None:
        latest.state = REPLACED
    corrected, row = _corrected(moment), _named(moment)
    accident = Accident(
        case_id=case.id, version=latest.version + 1 if latest else 1,
        corrects_id=corrected.id if corrected else None, work_id=row.id if row else None,
        happened_at=_moment(values, "happened"), reported_at=_moment(values, "reported"),
        division_code=case.division_code, place=str(values.get("place") or ""),
        sector=str(values.get("sector") or ""), work_kind=str(values.get("project_type") or ""),
        dead=int(values.get("dead") or 0), injured=int(values.get("injured") or 0),
        cause=str(values.get("cause") or ""), description=str(values.get("description") or ""),
        concealed=bool(values.get("concealed")), late=bool(values.get("late")),
        registered_by_id=moment.actor.id if moment.actor else case.filed_by_id,
        registered_at=moment.at,
    )  # fmt: skip
    work.add(accident)
    work.flush()


def confirm_accident(moment: Moment) -> None:
    """From now on it counts; the one that it corrects counts no more.

    Raises Forbidden for whoever decided without that right, and for a timer, whatever a district
    has drawn.
    """
    accident = _latest(moment.work, moment.case)
    if accident is None:
        return
    actor, unit = moment.actor, moment.task.unit_id if moment.task else None
    if actor is None or all(hold.unit_id != unit for hold in holding(actor, CONFIRM)):
        raise Forbidden("事故由行业主管部门确认，请联系应急管理部门")
    accident.state, accident.confirmed_at = CONFIRMED, moment.at
    accident.confirmed_by_id = actor.id
    earlier = moment.work.get(Accident, accident.corrects_id) if accident.corrects_id else None
    if earlier is not None:
        earlier.state = REPLACED


def on_ended(moment: Moment) -> None:
    """What was refused is dropped, and counts nowhere."""
    accident = _latest(moment.work, moment.case)
    if accident is not None and moment.case.result == DROPPED:
        accident.state = DROPPED


def on_erased(work: Session, case: Case) -> None:
    """The figures stay; where and how it was is forgotten."""
    for accident in work.scalars(select(Accident).where(Accident.case_id == case.id)):
        accident.place = accident.description = NAMELESS


def of_case(work: Session, case_id: str) -> list[Accident]:
    """Every version of a case, the latest first."""
    found = select(Accident).where(Accident.case_id == case_id)
    return list(work.scalars(found.order_by(Accident.version.desc())))


def _latest(work: Session, case: Case) -> Accident | None:
    return next(iter(of_case(work, case.id)), None)


def _moment(values: Values, which: str) -> datetime:
    try:
        day = date.fromisoformat(str(values.get(f"{which}_on")))
        clock = time.fromisoformat(str(values.get(f"{which}_time")))
    except ValueError:
        raise Invalid(_FAULT, {f"{which}_time": "写成 14:30 的样子"}) from None
    return datetime.combine(day, clock, SHANGHAI)


def _corrected(moment: Moment) -> Accident | None:
    """The confirmed accident that this one corrects, among those the official reads.

    Raises Invalid, in the same words for one that is not there and one that is not theirs.
    """
    number = str(moment.values.get("corrects") or "").strip()
    if not number or moment.actor is None:
        return None
    found = moment.work.scalars(
        select(Accident)
        .join(Case, Accident.case_id == Case.id)
        .where(Case.number == number, Accident.state == CONFIRMED, visible(moment.actor, READ))
    ).first()
    if found is None:
        raise Invalid(_FAULT, {"corrects": "您的辖区没有这个受理号的已确认事故，请核对"})
    return found


def _named(moment: Moment) -> Work | None:
    """The work at which it happened, if its number was written down. Raises Invalid likewise."""
    number = str(moment.values.get("filing_number") or "").strip()
    if not number or moment.actor is None:
        return None
    found = works.numbered(moment.work, moment.actor, number)
    if found is None:
        raise Invalid(_FAULT, {"filing_number": "您的辖区没有这个备案号或受理号，请核对"})
    return found
