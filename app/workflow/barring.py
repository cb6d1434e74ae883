"""Lifting a bar (解除回避): of an official whose telephone somebody else typed into a start form.

A number that nobody proved still bars: whoever has it may well be the contractor. But it is typed
by the applicant, who could so choose their reviewers; whoever steers the place overrules it, until
somebody proves the number by the code sent to it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, NotFound
from app.identity.models import Person
from app.identity.scope import in_scope
from app.workflow import events, leaving, separation, vacancies
from app.workflow.events import WHOM, Act
from app.workflow.models import Case, Event, Task
from app.workflow.reach import is_party, reads
from app.workflow.steering import STEER

if TYPE_CHECKING:
    from app.workflow.offers import Ask

AGAIN = "barred_again"


def may_lift(ask: Ask) -> None:
    """Raises a Refusal where this person lifts no bar, or there is none that they could."""
    if not in_scope(ask.actor, STEER, ask.case):
        if not reads(ask.work, ask.actor, ask.case):
            raise NotFound
        raise Forbidden("只有本辖区的区县、市级管理员可以解除回避")
    if is_party(ask.actor, ask.case):
        raise Forbidden("您是该办件的申请人、施工方或代办人，应当回避")
    if not liftable(ask.work, ask.case):
        raise Conflict("没有仅因填报的手机号而回避的人员；本人申请、代办或者验证过手机号的不能解除")


def liftable(work: Session, case: Case) -> Sequence[Person]:
    """The officials whom nothing bars but a number that nobody proved."""
    typed = set(case.parties) - {case.applicant_id, case.filed_by_id}
    if not typed:
        return []
    first = work.get_one(Case, case.subject_id)  # whose parties are those of every case of a work
    mine = select(Person).where(Person.id.in_(typed), ~separation.proved(case, first))
    return work.scalars(mine.order_by(Person.name, Person.id)).all()


def prove(work: Session, case: Case, person: Person, at: datetime) -> None:
    """Somebody came in by the code sent to their number: a bar that was lifted of it stands again.

    For the officials who share it, in this case, and in all of a work where it is the first.
    """
    mine = or_(Case.id == case.id, Case.subject_id == case.id)
    told = select(Event.case_id, Event.routing).join(Event.case)
    lifted = {
        (case_id, str(sent[WHOM]))
        for case_id, sent in work.execute(told.where(Event.verb == separation.LIFTED, mine))
    }
    named = Person.id.in_({who for _case, who in lifted})
    sure = select(Person.id).where(named, Person.phone_index == person.phone_index)
    whom = set(work.scalars(sure)) if lifted else set()
    running = select(Case).where(mine, Case.ended_at.is_(None)).order_by(Case.id).with_for_update()
    for one in work.scalars(running.execution_options(populate_existing=True)) if whom else ():
        again = {who for who in whom if lifted & {(one.id, who), (case.id, who)}}
        _bar(work, one, sorted(again - set(one.parties)), at)


def _bar(work: Session, case: Case, whom: Collection[str], at: datetime) -> None:
    """What they have in hand of it goes back to where it lay."""
    for person_id in whom:
        case.parties = [*case.parties, person_id]
        events.record(work, case, AGAIN, None, Act(routing={WHOM: person_id}), at=at)
    open_ = (Task.case_id == case.id, Task.status == "open", Task.unit_id.is_not(None))
    for task in work.scalars(select(Task).where(*open_).order_by(Task.id)) if whom else ():
        if {task.claimed_by_id, task.for_id}.isdisjoint(whom):
            vacancies.expect(work, task, at)
        else:
            leaving.give(work, None, task, None, at=at, why=AGAIN)
