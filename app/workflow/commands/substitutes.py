"""Substitution during absence (代理): set by who is away, ended by them or who keeps the unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.clock import local, long_day
from app.db import new_id, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.permissions import holding
from app.workflow import keys, leaving, notices
from app.workflow.desks import DECIDE
from app.workflow.queries import flows, substitutes
from app.workflow.substitutions import Substitution

MOST_DAYS, LONGEST = 184, 100


@dataclass(frozen=True, slots=True)
class Absence:
    """Who stands in from which day to which, in which flows (none: all), and why."""

    substitute_id: str
    first_day: date | None
    last_day: date | None
    flows: tuple[str, ...] = ()
    reason: str = ""
    key: str = ""


def set_substitute(actor: Actor, absence: Absence, *, at: datetime) -> Substitution:
    """Let somebody do one's tasks meanwhile. Raises Invalid, with a message per field; Conflict."""
    with transaction() as work:
        known = keys.first_answer(work, actor.id, absence.key, at)
        if known is not None:
            return work.get_one(Substitution, known["substitution"])
        if not holding(actor, DECIDE):
            raise Forbidden("只有办理任务的人员可以请人代理")
        first, last = _period(absence, local(at).date())
        people = sorted({actor.id, absence.substitute_id})
        for person_id in people:  # in one order: two who name each other at once wait in turn
            work.get(Person, person_id, with_for_update={"key_share": True})
        chosen = {one.person.id: one.person for one in substitutes.candidates(work, actor)}
        if absence.substitute_id not in chosen:
            raise Invalid("请选择代理人", {"substitute": "请选择代理人"})
        if not set(absence.flows).issubset(flows.keys(work)):
            raise Invalid("没有这个事项", {"flows": "没有这个事项，请重新选择"})
        _refuse_overlap(work, actor, absence, (first, last))
        row = Substitution(
            id=new_id(), person_id=actor.id, substitute_id=absence.substitute_id, first_day=first,
            last_day=last, flows=sorted(absence.flows), reason=absence.reason.strip(),
            set_at=at,
        )  # fmt: skip
        work.add(row)
        keys.keep_answer(work, actor.id, absence.key, {"substitution": row.id})
        said = f"{long_day(first)}至{long_day(last)}请您代理办理本人的任务"
        _tell(work, chosen[row.substitute_id], actor, said, at)
        _note(work, "substitute_set", actor, row, at)
    return row


def end_substitute(
    actor: Actor, substitution_id: str, key: str = "", *, at: datetime
) -> Substitution:
    """End it before its time; what was claimed in that name goes back."""
    with transaction() as work:
        if (
            keys.first_answer(work, actor.id, key, at, {"substitute_ended": substitution_id})
            is not None
        ):
            return work.get_one(Substitution, substitution_id)
        row = work.get(Substitution, substitution_id, with_for_update=True)
        if row is None or not substitutes.may_end(work, actor, row):
            raise NotFound("没有这条代理")
        if row.ended_at is not None or row.last_day < local(at).date():
            raise Conflict("这条代理已经结束")
        row.ended_at, row.ended_by_id = at, actor.id
        work.flush()
        leaving.free(work, actor, row.substitute_id, at)
        for person_id in {row.person_id, row.substitute_id} - {actor.id}:
            _tell(work, work.get_one(Person, person_id), actor, "代理已经结束", at)
        _note(work, "substitute_ended", actor, row, at)
    return row


def _period(absence: Absence, today: date) -> tuple[date, date]:
    first, last = absence.first_day, absence.last_day
    if first is None or first < today:
        raise Invalid("请填今天或以后的日期", {"first_day": "请填今天或以后的日期"})
    if last is None or last < first:
        raise Invalid("结束日期不能早于开始日期", {"last_day": "不能早于开始日期"})
    if (last - first).days >= MOST_DAYS:
        raise Invalid("最长半年", {"last_day": "最长半年，到期可以再设"})
    if len(absence.reason) > LONGEST:
        raise Invalid("事由过长", {"reason": f"不超过 {LONGEST} 个字"})
    return first, last


def _refuse_overlap(
    work: Session, actor: Actor, absence: Absence, period: tuple[date, date]
) -> None:
    """One for each flow at a time, and nobody who is away themselves: there are no chains."""
    first, last = period
    meanwhile = (
        Substitution.first_day <= last,
        Substitution.last_day >= first,
        Substitution.ended_at.is_(None),
    )
    away = Substitution.person_id.in_((actor.id, absence.substitute_id))
    concerned = or_(away, Substitution.substitute_id == actor.id)
    for row in work.scalars(select(Substitution).where(*meanwhile, concerned)):
        same = not row.flows or not absence.flows or set(row.flows) & set(absence.flows)
        if row.person_id == actor.id and same:
            raise Conflict("这段时间已经设了代理人，请先结束原来的代理")
        if row.person_id == absence.substitute_id:
            fault = "这位同志这段时间也请人代理，请另选一位"
            raise Invalid(fault, {"substitute": fault})
        if row.substitute_id == actor.id:
            raise Conflict(f"您这段时间代理{row.person.name}，请先结束那条代理")


def _tell(work: Session, person: Person, by: Actor, said: str, at: datetime) -> None:
    notices.tell(work, person, None, ("substitute", {"by": by.name, "text": said}), at)


def _note(work: Session, verb: str, actor: Actor, row: Substitution, at: datetime) -> None:
    whom = f"person:{row.person_id}"
    detail = f"person:{row.substitute_id} {row.first_day}/{row.last_day}"
    audit.record(work, audit.Deed(verb, actor.id, whom, detail, actor.address), at=at)
