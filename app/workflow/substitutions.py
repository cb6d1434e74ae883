"""Substitution during absence (代理): who does somebody's tasks meanwhile, and in whose name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, and_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity import queries
from app.identity.actor import Actor, Hold
from app.identity.models import Person, Unit
from app.identity.permissions import holding
from app.identity.units import lineage
from app.workflow import definitions, kinds
from app.workflow.desks import DECIDE, sits_at
from app.workflow.models import Case, ProcessVersion, Task


class Substitution(Base):
    """Somebody stands in for another between two days, in all flows or in some."""

    __tablename__ = "substitutions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    substitute_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    flows: Mapped[list[str]] = mapped_column(JSON, default=list)  # process keys; empty: all
    reason: Mapped[str] = mapped_column(String(100), default="")
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    substitute: Mapped[Person] = relationship(foreign_keys=[substitute_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])


Index("ix_substitutions_person", Substitution.person_id, Substitution.last_day)
Index("ix_substitutions_substitute", Substitution.substitute_id, Substitution.last_day)


def running(day: date) -> ColumnElement[bool]:
    """The condition that a substitution is in force that day."""
    within = and_(Substitution.first_day <= day, Substitution.last_day >= day)
    return and_(within, Substitution.ended_at.is_(None))


def of_substitute(work: Session, person_id: str, day: date) -> Sequence[Substitution]:
    """For whom somebody stands in that day: nobody whose account is shut."""
    mine = (
        select(Substitution)
        .join(Substitution.person)
        .where(Substitution.substitute_id == person_id, running(day), Person.status == queries.ABLE)
    )
    return work.scalars(mine.order_by(Substitution.first_day, Substitution.id)).all()


def lent(work: Session, actor: Actor, task: Task) -> tuple[Hold, ...]:
    """The seats before this task that others left to this person, each in its owner's name.

    Only what the absent hold themselves: whoever stands in for somebody hands nothing on. A right
    that the step asks beside (stop:confirm) is lent to nobody.
    """
    if not actor.staff or task.unit_id is None:
        return ()
    found = (
        replace(hold, for_id=row.person_id)
        for row in of_substitute(work, actor.id, actor.day)
        if covers(row, task.case.process_key)
        for hold in queries.holds_of(row.person_id, actor.day)
        if hold.unit_id == task.unit_id and sits_at(hold, task.desk)
    )
    held = tuple(sorted(found, key=lambda hold: hold.grant_id != actor.chosen))
    return held if held and fit(work, actor, task.unit_id, *_asked(work, task)) else ()


def fit(work: Session, actor: Actor, unit_id: str, *rights: str) -> bool:
    """Whether somebody decides tasks in that unit, or in one above it, and has these rights."""
    above = lineage(work.get_one(Unit, unit_id), actor.day)
    return all(
        any(hold.unit_id in above for hold in holding(actor, right)) for right in (DECIDE, *rights)
    )


def _asked(work: Session, task: Task) -> list[str]:
    """The right that its step asks beside deciding, if it does."""
    policy = definitions.of_task(work, task).process.tasks[task.element]
    need = kinds.of(task.case.process_key).needs.get(policy.form)
    return [need] if need else []


def beyond(work: Session, actor: Actor, unit_id: str) -> list[tuple[str, str]]:
    """The steps, each a version and an element, that ask a right which somebody lacks there."""
    lacking = {
        kind.key: {
            form for form, right in kind.needs.items() if not fit(work, actor, unit_id, right)
        }
        for kind in kinds.needing()
    }
    runs = select(Case.id).where(Case.version_id == ProcessVersion.id, Case.ended_at.is_(None))
    named = ProcessVersion.key.in_([key for key, forms in lacking.items() if forms])
    versions = work.execute(
        select(ProcessVersion.id, ProcessVersion.key).where(
            named, runs.where(Case.process_key == ProcessVersion.key).exists()
        )
    ).all()
    return [
        (version, policy.element)
        for version, key in versions
        for policy in definitions.get(work, version).process.tasks.values()
        if policy.form in lacking[key]
    ]


def standing_in(work: Session, people: Collection[str], day: date) -> Sequence[Substitution]:
    """Who stands in for any of these people, by id, that day."""
    theirs = select(Substitution).where(Substitution.person_id.in_(people), running(day))
    return work.scalars(theirs.order_by(Substitution.first_day, Substitution.id)).all()


def covers(row: Substitution, process_key: str) -> bool:
    """Whether it is about this flow."""
    return not row.flows or process_key in row.flows


def principal(left: Iterable[tuple[Substitution, Hold]], task: Task) -> Person | None:
    """Who of those for whom somebody stands in has this task, or sits where it lies."""
    for row, hold in left:
        seated = hold.unit_id == task.unit_id and sits_at(hold, task.desk)
        if (
            seated
            and covers(row, task.case.process_key)
            and task.claimed_by_id in (None, row.person_id)
        ):
            return row.person
    return None


def left_to(work: Session, actor: Actor) -> Iterator[tuple[Substitution, Hold]]:
    """Each substitution in which somebody stands in today, with each post it is about."""
    for row in of_substitute(work, actor.id, actor.day):
        for hold in queries.holds_of(row.person_id, actor.day):
            if fit(work, actor, hold.unit_id):
                yield row, hold
