"""Under which post, and in whose name, somebody would handle a task: their own, 代理, 代办."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from app.identity import queries
from app.identity.actor import Actor, Hold
from app.identity.models import Person
from app.identity.permissions import of_hold
from app.workflow import substitutions
from app.workflow.desks import holds_for
from app.workflow.models import Task

ACT_FOR = "task:act_for"


def posts(work: Session, actor: Actor, task: Task) -> tuple[Hold, ...]:
    """The assignments that fit, in the order of choice; nothing is asked where their own do.

    What another has is done in the other's name: by a substitute, or by whoever took it over.
    """
    theirs = task.for_id if task.claimed_by_id == actor.id else task.claimed_by_id
    own = holds_for(actor, task)
    if task.person_id == actor.id or theirs == actor.id or task.for_id == actor.id:
        return own
    if theirs is None or task.delegated_by_id == actor.id:
        return own or substitutions.lent(work, actor, task)
    if task.for_id not in (None, theirs):  # they act for another: nobody hands that on
        return own
    others = substitutions.lent(work, actor, task)
    named = tuple(hold for hold in others if hold.for_id == theirs)
    if task.claimed_by_id == actor.id:
        return named or tuple(_taken_over(actor, task, theirs))
    return named or own


def principal(work: Session, hold: Hold) -> str:
    """The name of the one in whose name an assignment is used; empty where it is one's own."""
    person = work.get(Person, hold.for_id) if hold.for_id else None
    return person.name if person else ""


def over(actor: Actor, task: Task) -> Hold | None:
    """The assignment by which somebody answers for the desks of the task's unit."""
    mine = (hold for hold in actor.holds if hold.unit_id == task.unit_id)
    return next((hold for hold in mine if ACT_FOR in of_hold(hold)), None)


def _taken_over(actor: Actor, task: Task, person_id: str) -> Iterator[Hold]:
    """Their own, used in the name of somebody who still sits there."""
    hold = over(actor, task)
    if hold is not None and seated(task, person_id, actor):
        yield replace(hold, for_id=person_id)


def seated(task: Task, person_id: str, actor: Actor) -> bool:
    """Whether somebody else sits at the task's desk today, or decides it by name."""
    held = queries.holds_of(person_id, actor.day)
    return bool(holds_for(replace(actor, id=person_id, holds=held), task))
