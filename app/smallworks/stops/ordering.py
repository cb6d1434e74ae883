"""Ordering a stop (责令停工) inside a running transaction: by a command, or out of another flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id
from app.errors import Conflict
from app.identity.actor import Actor
from app.identity.scope import hold_in
from app.smallworks import life, words
from app.smallworks.models import Work
from app.smallworks.patrols.models import Hazard
from app.smallworks.stops.models import StopBreach, StopOrder
from app.smallworks.stops.words import LAWS
from app.workflow import events, jobs, opening
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.models import Case
from app.workflow.opening import Opening

KEY = "stop_work"
SITE = "stop:order_on_site"
"""What it takes to stop a work on site, and to report that it goes on."""
MESSAGE, GROUND = "bad_record.proposed", "stop_breach"
MAY_STOP = life.ON_SITE | {life.COMPLETED}
LONGEST_FACT = 400


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a work is stopped: one hazard, or something that an inspector wrote."""

    text: str
    rule: str = ""
    hazard_id: str = ""
    major: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A stop as somebody orders it."""

    scope: str  # all, part
    reasons: Sequence[Reason | str]
    part: str = ""
    law: str = LAWS[0]


def of_hazard(hazard: Hazard) -> Reason:
    """A hazard as the reason of a stop."""
    return Reason(hazard.text, hazard.rule, hazard.id, hazard.grade == "major")


def stop(
    work: Session, row: Work, order: Order, actor: Actor | None, case: Case | None, *, at: datetime
) -> StopOrder:
    """Stop a work at once; `case` is the visit or the rectification out of which it is ordered.

    Where it is stopped already, it was found going on under the stop: a breach, and that order.
    Raises Conflict for a work at which nobody is working.
    """
    locked_case(work, row.case_id)  # of two who order it at once, the second finds it stopped
    work.refresh(row)
    standing = in_force(work, row)
    if standing is not None:
        reasons = "；".join(one.text for one in _reasons(order))
        breach(work, standing, reasons, actor, case, at=at)
        return standing
    refuse_idle(row)
    subject = work.get_one(Case, row.case_id)
    values = _values(order)
    wanted = Opening(KEY, values, subject=subject, parent=case)
    opened = opening.open_case(work, wanted, actor, at=at)
    return of_case(work, opened.id)


def refuse_idle(row: Work) -> None:
    """Raises Conflict for a work that cannot be stopped, because nobody works there."""
    if row.state == life.STOPPED:
        raise Conflict("该工程已经停工，请在停工页面查看")
    if row.state not in MAY_STOP:
        now = words.STATES[row.state]
        raise Conflict(f"该工程{now}，不能责令停工；没有备案就施工的，请按未备案工地上报")


def breach(
    work: Session,
    order: StopOrder,
    fact: str,
    actor: Actor | None,
    case: Case | None,
    *,
    at: datetime,
) -> StopBreach:
    """Work goes on under a stop: recorded, and a bad record proposed at once (停工期间施工)."""
    found = StopBreach(
        id=new_id(), order_id=order.id, by_case_id=case.id if case else None,
        fact=fact[:LONGEST_FACT], found_by_id=actor.id if actor else None, found_at=at,
    )  # fmt: skip
    work.add(found)
    stopped = locked_case(work, order.case_id)
    told = {"case": stopped.id, "name": MESSAGE, "to": "child", "data": {"ground": GROUND}}
    jobs.enqueue(work, "message", f"message:{stopped.id}:breach:{found.id}", told, at)
    hold = hold_in(actor, SITE, stopped) if actor else None
    events.record(work, stopped, "breached", actor, Act(hold=hold), at=at)
    return found


def in_force(work: Session, row: Work) -> StopOrder | None:
    """The stop under which a work stands now."""
    standing = StopOrder.lifted_at.is_(None)
    return work.scalars(select(StopOrder).where(StopOrder.work_id == row.id, standing)).first()


def of_case(work: Session, case_id: str) -> StopOrder:
    """The stop of a case of this kind."""
    return work.scalars(select(StopOrder).where(StopOrder.case_id == case_id)).one()


def _reasons(order: Order) -> list[Reason]:
    return [one if isinstance(one, Reason) else Reason(one) for one in order.reasons]


def _grade(reason: Reason) -> dict[str, str]:
    """What an inspector only wrote down is graded where they called it major."""
    if reason.major:
        return {"grade": "major"}
    return {"grade": "general"} if reason.hazard_id else {}


def _values(order: Order) -> dict[str, object]:
    """The order as the start form of a stop has it."""
    reasons = _reasons(order)
    rows = [{"text": one.text, "rule": one.rule, **_grade(one)} for one in reasons]
    return {
        "scope": order.scope,
        "part": order.part,
        "reasons": rows,
        "law": order.law or LAWS[0],
        "hazards": ",".join(one.hazard_id for one in reasons),
    }
