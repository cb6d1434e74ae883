"""Talking beside the flow: copies, opinions, urging and remarks. The case stays where it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import add_workdays, long_day
from app.db import new_id, transaction
from app.engine.types import Limit
from app.errors import Conflict, Invalid, NotFound
from app.identity.actor import Actor, Hold
from app.identity.models import Person
from app.workflow import calendar, events, jobs, keys, notices, remarks, talking
from app.workflow.commands.locked import case_for
from app.workflow.events import Act
from app.workflow.models import Case, Submission
from app.workflow.offers import Ask
from app.workflow.reach import own_case, readable_case
from app.workflow.talk_models import Copy, Opinion

REMIND = "opinion"
DAYS = range(1, 16)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, to whom, by when; and the key of this form's rendering."""

    text: str = ""
    to: tuple[str, ...] = ()
    days: int = 3  # working days in which to answer
    key: str = ""


def copy(actor: Actor, case_id: str, words: Words, *, at: datetime) -> Case:
    """Let colleagues know of a case; whoever has had it already gets it no second time.

    Raises NotFound, Forbidden, Invalid, and Conflict where all of them have it.
    """
    with transaction() as work:
        if keys.first_answer(work, actor.id, words.key, at, {"copied": case_id}) is not None:
            return work.get_one(Case, case_id)
        ask = _begun(work, actor, case_id, at)
        talking.may_copy(ask)
        people = talking.recipients(work, ask.actor, ask.case, words.to)
        text = remarks.optional(words.text, "text")
        had = set(work.scalars(select(Copy.person_id).where(Copy.case_id == case_id)))
        new = [one for one in people if one.id not in had]
        if not new:
            raise Conflict("所选人员都已收到过抄送")
        remark = remarks.keep(work, ask.case, text, actor.id, at=at)
        for person in new:
            row = Copy(id=new_id(), case=ask.case, person=person, by_id=actor.id, at=at)
            row.words = remark
            work.add(row)
        _record(ask, talking.COPIED, remark, new)
        said = {"by": actor.name, "reason": text or "请阅知"}
        for person in new:
            notices.tell(work, person, ask.case, ("copied", said), at)
    return ask.case


def see(actor: Actor, case_id: str, *, at: datetime) -> Copy:
    """Mark what one was sent as read; a second time nothing more. Raises NotFound."""
    with transaction() as work:
        ask = _begun(work, actor, case_id, at)
        mine = (Copy.case_id == case_id) & (Copy.person_id == actor.id)
        row = work.scalars(select(Copy).where(mine)).one_or_none()
        if row is None:
            raise NotFound("没有抄送给您")
        if row.read_at is None:
            row.read_at = at
            _record(ask, talking.SEEN, None, ())
    return row


def ask_opinion(actor: Actor, case_id: str, words: Words, *, at: datetime) -> Case:
    """Ask colleagues what they think, without moving the case; each has one question at a time.

    Raises NotFound, Forbidden, Invalid, Conflict.
    """
    with transaction() as work:
        if keys.first_answer(work, actor.id, words.key, at, {"asked": case_id}) is not None:
            return work.get_one(Case, case_id)
        ask = _begun(work, actor, case_id, at)
        talking.may_ask(ask)
        people = talking.recipients(work, ask.actor, ask.case, words.to)
        text = remarks.required(words.text, "text", "请写明要征求什么意见")
        if words.days not in DAYS:
            raise Invalid("请选择回复期限", {"days": f"回复期限为 1 至 {DAYS[-1]} 个工作日"})
        for person in people:
            if talking.asked_of(work, person.id, ask.case) is not None:
                raise Conflict(f"{person.name}还有未回复的意见，请等回复后再征求")
        remark = remarks.keep(work, ask.case, text, actor.id, at=at)
        is_workday = calendar.workday_test(work, ask.case.l2, ask.case.l1)
        due = calendar.due(Limit(words.days, "wd"), at, is_workday)
        soon = max(add_workdays(due, -1, is_workday), at + timedelta(minutes=1))
        for person in people:
            row = Opinion(
                id=new_id(), case=ask.case, person=person, by_id=actor.id, question=remark, at=at,
                due_at=due,
            )  # fmt: skip
            work.add(row)
            jobs.enqueue(work, REMIND, f"{REMIND}:{row.id}", {"opinion": row.id}, soon)
        _record(ask, talking.ASKED, remark, people)
        said = {"by": actor.name, "until": long_day(due)}
        for person in people:
            notices.tell(work, person, ask.case, ("asked", said), at)
    return ask.case


def answer(actor: Actor, case_id: str, words: Words, *, at: datetime) -> Case:
    """Say what one was asked; whoever asked is told. Raises NotFound, Forbidden, Invalid."""
    with transaction() as work:
        if keys.first_answer(work, actor.id, words.key, at, {"answered": case_id}) is not None:
            return work.get_one(Case, case_id)
        ask = _begun(work, actor, case_id, at)
        talking.may_answer(ask)
        text = remarks.required(words.text, "text", "请写明意见")
        row = talking.asked_of(work, actor.id, ask.case)
        remark = remarks.keep(work, ask.case, text, actor.id, at=at)
        if row is not None:
            row.answer, row.answered_at = remark, at
            _record(ask, talking.ANSWERED, remark, (row.by,))
            notices.tell(work, row.by, ask.case, ("answered", {"by": actor.name}), at)
    return ask.case


def urge(actor: Actor, case_id: str, words: Words, *, at: datetime) -> list[Person]:
    """Ask those who have a case in hand to hurry; returns whom. Raises Conflict if too often."""
    with transaction() as work:
        if keys.first_answer(work, actor.id, words.key, at, {"urged": case_id}) is not None:
            return []
        ask = _begun(work, actor, case_id, at)
        talking.may_urge(ask)
        text = remarks.optional(words.text, "text")
        remark = remarks.keep(work, ask.case, text, actor.id, at=at)
        waiting = talking.urgeable(ask)
        told = {one.id: one for _task, people in waiting for one in people}
        _record(ask, talking.URGED, remark, told.values())
        for task, people in waiting:
            for person in people:
                said = {"by": _heard(ask, person), "reason": text or "请尽快办理"}
                notices.tell(work, person, ask.case, ("urged", said), at, task=task)
    return list(told.values())


def _heard(ask: Ask, person: Person) -> str:
    """Who urges, as this person hears it: the public hears an official's unit, not the name."""
    by = None if person.staff else _hold(ask)
    return by.unit_name if by else ask.actor.name


def comment(actor: Actor, case_id: str, words: Words, *, at: datetime) -> Case:
    """Put a remark into the record, for officials; colleagues named after an @ are told."""
    with transaction() as work:
        if keys.first_answer(work, actor.id, words.key, at, {"commented": case_id}) is not None:
            return work.get_one(Case, case_id)
        ask = _begun(work, actor, case_id, at)
        talking.may_comment(ask)
        text = remarks.required(words.text, "text", "请写批注")
        remark = remarks.keep(work, ask.case, text, actor.id, at=at)
        named = talking.mentioned(work, ask.actor, ask.case, text)
        _record(ask, talking.COMMENTED, remark, named)
        for person in named:
            notices.tell(work, person, ask.case, ("mentioned", {"by": actor.name}), at)
    return ask.case


def _begun(work: Session, actor: Actor, case_id: str, at: datetime) -> Ask:
    """This person before the locked case, which they read. Raises NotFound."""
    readable_case(work, actor, case_id)
    case, now = case_for(work, actor, case_id)
    readable_case(work, now, case_id)  # a post may have ended while the lock was waited for
    return Ask(work, now, case, None, at)


def _record(ask: Ask, verb: str, remark: Submission | None, to: Iterable[Person]) -> None:
    whom = " ".join(one.id for one in to)
    act = Act(submission=remark, routing={events.WHOM: whom} if whom else {}, hold=_hold(ask))
    events.record(ask.work, ask.case, verb, ask.actor, act, at=ask.at)


def _hold(ask: Ask) -> Hold | None:
    """Under which post somebody talks; none in a matter of their own."""
    own = own_case(ask.actor, ask.case)
    return None if own else talking.hold_of(ask.work, ask.actor, ask.case)


def _remind(work: Session, payload: jobs.Payload, at: datetime) -> None:
    row = work.get(Opinion, payload["opinion"])
    if row is None or row.answered_at is not None or row.case.ended_at is not None:
        return
    until = {"until": long_day(row.due_at)}
    notices.tell(work, row.person, row.case, ("opinion_due", until), at)


jobs.handlers[REMIND] = jobs.Handler(inside=_remind)
