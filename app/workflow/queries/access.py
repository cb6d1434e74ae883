"""Who may read a case and who may decide it, and why somebody may or may not: 谁能看、谁能办."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.errors import Forbidden, NotFound
from app.identity import queries
from app.identity.actor import Actor, Hold
from app.identity.models import Grant, Person, Unit
from app.identity.queries import Member
from app.identity.reach import units_within
from app.identity.scope import Cover, in_scope
from app.workflow import acting, handling, substitutions
from app.workflow.desks import Seat, hold_for, seat
from app.workflow.handling import Condition
from app.workflow.models import Case, Task
from app.workflow.reach import borrowers, covers, readable_case, reads, reads_as_own

EXPLAIN = "rights:explain"
MOST = 20


@dataclass(frozen=True, slots=True)
class Reader:
    """One of the staff who may read a case, and the assignments through which."""

    member: Member
    through: tuple[Cover, ...]  # none: it is their own, or was sent to them
    own: bool
    lent: bool  # it was copied to them, or their opinion asked of it


@dataclass(frozen=True, slots=True)
class Handler:
    """One of those at whose desk a task lies, and what stands between them and it."""

    member: Member
    hold: Hold
    conditions: tuple[Condition, ...]

    @property
    def may(self) -> bool:
        """Whether they may handle it now."""
        return self.member.able and all(one.refusal is None for one in self.conditions)


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """Whether somebody may handle one open task now, condition by condition."""

    task: Task
    seats: tuple[Seat, ...]
    lent: tuple[Hold, ...]  # the seats of others for whom they stand in
    conditions: tuple[Condition, ...]
    able: bool

    @property
    def may(self) -> bool:
        """Whether they may."""
        return self.able and all(one.refusal is None for one in self.conditions)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether somebody may read a case and handle what waits in it, and why."""

    member: Member
    may_read: bool
    own: bool
    lent: bool
    covers: tuple[Cover, ...]
    lapsed: tuple[Grant, ...]  # what they do not hold today
    tasks: tuple[TaskAnswer, ...]


def explained(work: Session, actor: Actor, case_id: str) -> Case:
    """A case whose rights this person may ask about. Raises NotFound, Forbidden."""
    case = readable_case(work, actor, case_id)
    if not may_explain(actor, case):
        raise Forbidden("这个办件谁能看、谁能办，由所在地的管理员或督查人员查看")
    return case


def may_explain(actor: Actor, case: Case) -> bool:
    """Whether this person keeps, or watches over, the place where the case is."""
    return in_scope(actor, EXPLAIN, case)


def readers(work: Session, case: Case, day: date) -> list[Reader]:
    """Everybody on the staff who may read a case that day."""
    places = {case.l1, case.l2, case.l3, case.l4, case.also_l2} - {None}
    near = select(Unit.id).where(or_(Unit.id.in_(places), Unit.parent_id.in_(places)))
    parties = queries.members(Person.id.in_({case.applicant_id, case.filed_by_id} - {None}), day)
    lent = borrowers(work, case)
    sent = queries.members(Person.id.in_(lent), day)
    near_it = queries.staff_of(work.scalars(near), day)
    staff = {one.person.id: one for one in [*near_it, *parties, *sent]}
    found = (_reader(one, case, lent) for one in staff.values() if one.able)
    return [one for one in found if one.through or one.own or one.lent]


def _reader(member: Member, case: Case, lent: Collection[str]) -> Reader:
    through = tuple(one for one in covers(member.actor, case) if one.reaches)
    sent = member.actor.id in lent and bool(member.actor.holds)
    return Reader(member, through, reads_as_own(member.actor, case), sent)


def handlers(work: Session, case: Case, day: date) -> list[tuple[Task, list[Handler]]]:
    """Each task that waits, with those at whose desk it lies that day."""
    waiting = open_tasks(work, case)
    staff = queries.staff_of({task.unit_id for task in waiting if task.unit_id}, day)
    away = substitutions.standing_in(work, [one.person.id for one in staff], day)
    stand_in = queries.members(Person.id.in_([row.substitute_id for row in away]), day)
    return [(task, _handlers(work, task, staff, stand_in)) for task in waiting]


def _handlers(
    work: Session, task: Task, staff: Sequence[Member], stand_in: Sequence[Member]
) -> list[Handler]:
    """Who sits there, and who stands in for one of them."""
    seated = [(one, hold_for(one.actor, task)) for one in staff]
    there = {one.person.id for one, hold in seated if hold is not None}
    for one in stand_in:
        if one.person.id not in there:
            seated.append((one, next(iter(handling.fitting(work, one.actor, task)), None)))
    return [
        Handler(one, hold, tuple(handling.conditions(work, one.actor, task)))
        for one, hold in seated
        if hold is not None
    ]


def answer(work: Session, case: Case, person_id: str, day: date) -> Answer:
    """Why this person may or may not read the case and handle what waits. Raises NotFound."""
    found = queries.members(Person.id == person_id, day)
    if not found:
        raise NotFound("没有找到这名工作人员")
    member = found[0]
    held = {hold.grant_id for hold in member.actor.holds}
    grants = select(Grant).where(Grant.person_id == person_id, Grant.id.not_in(held))
    return Answer(
        member=member,
        may_read=member.able and reads(work, member.actor, case),
        own=reads_as_own(member.actor, case),
        lent=bool(member.actor.holds) and person_id in borrowers(work, case),
        covers=covers(member.actor, case),
        lapsed=tuple(work.scalars(grants.options(joinedload(Grant.unit)).order_by(Grant.id))),
        tasks=tuple(_task_answer(work, member, task) for task in open_tasks(work, case)),
    )


def _task_answer(work: Session, member: Member, task: Task) -> TaskAnswer:
    seats = tuple(seat(hold, task.unit_id, task.desk) for hold in member.actor.holds)
    conditions = tuple(handling.conditions(work, member.actor, task))
    posts = acting.posts(work, member.actor, task)
    lent = tuple(hold for hold in posts if hold.for_id is not None)
    return TaskAnswer(task, seats, lent, conditions, member.able)


def open_tasks(work: Session, case: Case) -> Sequence[Task]:
    """What waits in a case, with the unit of each."""
    rows = select(Task).where(Task.case_id == case.id, Task.status.in_(("open", "waiting")))
    named = rows.options(joinedload(Task.unit), joinedload(Task.case))
    return work.scalars(named.order_by(Task.opened_at, Task.party, Task.id)).all()


def staff_named(work: Session, actor: Actor, words: str) -> Sequence[Person]:
    """Staff of the units of one's reach, also of the past, by part of a name or an account."""
    near = select(Grant.person_id).join(Unit, Grant.unit_id == Unit.id)
    near = near.where(units_within(actor, EXPLAIN))
    alike = or_(
        Person.name.contains(words, autoescape=True),
        Person.account.startswith(words.lower(), autoescape=True),
    )
    found = select(Person).where(Person.staff, Person.id.in_(near), alike)
    return work.scalars(found.order_by(Person.name, Person.id).limit(MOST)).all()


def refuse_unasked(work: Session, actor: Actor, case: Case, person_id: str) -> None:
    """Raises NotFound for somebody who is neither of one's reach nor of the case's own places."""
    near = select(Grant.person_id).join(Unit, Grant.unit_id == Unit.id)
    mine = near.where(units_within(actor, EXPLAIN), Grant.person_id == person_id)
    if work.scalar(mine.limit(1)) is not None:
        return
    if all(one.member.person.id != person_id for one in readers(work, case, actor.day)):
        raise NotFound("没有找到这名工作人员")
