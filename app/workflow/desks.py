"""Desks (岗位): which of the pools that published steps ask a person belongs to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import insert_if_new
from app.engine import Process
from app.engine.types import Party
from app.identity import queries
from app.identity.actor import Actor, Hold
from app.identity.models import Grant, Person, Unit
from app.identity.permissions import of_hold
from app.identity.scope import cover
from app.workflow.backstage import Desk
from app.workflow.models import Task

APPLICANT = "applicant"
DECIDE = "task:decide"
REVIEWERS = {
    "community": "head inspector", "township": "head leader", "district": "district_gov_user",
    "city": "city_gov_user", "department": "district_dept_user city_dept_user head safety_officer",
}  # fmt: skip
"""Who decides at a level of government, or in a department, where no drawing says it."""


def spelled(party: Party) -> str:
    """A party's roles as task rows spell them."""
    return " ".join(sorted(party.roles))


def open_desks(work: Session, process: Process) -> None:
    """Make the desks of a published process known, so that inboxes look for them."""
    known = set(work.scalars(select(Desk.words)))
    asked = {spelled(party) for policy in process.tasks.values() for party in policy.parties}
    work.add_all(Desk(words=words) for words in sorted(asked - known))


def reviewing(unit: Unit) -> str:
    """The desk that decides in a unit."""
    kind = unit.kind if unit.kind == "department" else unit.level
    return " ".join(sorted(REVIEWERS[kind].split()))


def know(work: Session, desk: str) -> None:
    """Let inboxes look for a desk from now on, though no published step asks it."""
    work.execute(insert_if_new(work, Desk).values(words=desk))


@dataclass(frozen=True, slots=True)
class Seat:
    """One assignment before one desk of one unit: which of the conditions of sitting are met."""

    hold: Hold
    unit: bool
    named: bool
    right: bool

    @property
    def taken(self) -> bool:
        """Whether all are."""
        return self.unit and self.named and self.right


def seat(hold: Hold, unit_id: str | None, desk: str) -> Seat:
    """How an assignment stands to a desk, condition by condition.

    A drawing may name a position that decides nothing at its level (a community's leader): it
    gives no right that the permission table does not.
    """
    named = not hold.words.isdisjoint(desk.split())
    return Seat(hold, hold.unit_id == unit_id, named, DECIDE in of_hold(hold))


def sits_at(hold: Hold, desk: str) -> bool:
    """Whether somebody with this assignment is one of those a desk of their unit names."""
    return seat(hold, hold.unit_id, desk).taken


def pools(work: Session, actor: Actor) -> list[tuple[Hold, list[str]]]:
    """Each assignment of a person with the desks at which it sits."""
    known = list(work.scalars(select(Desk.words)))
    seats = [(hold, [desk for desk in known if sits_at(hold, desk)]) for hold in actor.holds]
    return [(hold, desks) for hold, desks in seats if desks]


def holds_for(actor: Actor, task: Task) -> tuple[Hold, ...]:
    """The assignments under which a person may take this task, in the order of their dates.

    One that is somebody's by name they handle wherever they decide in its place.
    """
    if task.named_id not in (None, actor.id):
        return ()
    return tuple(
        hold
        for hold in actor.holds
        if seat(hold, task.unit_id, task.desk).taken
        or (task.named_id and cover(hold, DECIDE, task.case).reaches)
    )


def hold_for(actor: Actor, task: Task) -> Hold | None:
    """The first of them; none if the task is not theirs to take."""
    return next(iter(holds_for(actor, task)), None)


def seated(work: Session, unit_id: str | None, desk: str, day: date) -> list[Person]:
    """Who sits at a desk of a unit on a day, by name."""
    granted = select(Grant.person_id).where(Grant.unit_id == unit_id)
    found = select(Person).where(Person.id.in_(granted), Person.status == "active")
    return [
        person
        for person in work.scalars(found.order_by(Person.name, Person.id))
        if any(seat(hold, unit_id, desk).taken for hold in queries.holds_of(person.id, day))
    ]


def somebody_else(
    work: Session, unit_id: str | None, desk: str, apart: Collection[str | None], day: date
) -> bool:
    """Whether anybody but these people, by id, sits at a desk: they can leave a task to others."""
    return any(person.id not in apart for person in seated(work, unit_id, desk, day))
