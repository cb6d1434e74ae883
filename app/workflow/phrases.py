"""Quick opinions (常用语): a person's own, then those of the units in which they decide."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.permissions import of_hold
from app.workflow.desks import DECIDE
from app.workflow.habits import Phrase

SHIPPED = ("材料齐全，同意", "同意，加强巡查")
"""What stands there until somebody keeps one of their own."""
MOST, LONGEST = 30, 100


def shared_with(actor: Actor) -> dict[str, str]:
    """The units, by id and name, in which somebody decides: with whose colleagues they share."""
    return {hold.unit_id: hold.unit_name for hold in actor.holds if DECIDE in of_hold(hold)}


def of(work: Session, actor: Actor) -> Sequence[Phrase]:
    """Everything that this person may put into an opinion at one press, their own first."""
    mine = or_(Phrase.person_id == actor.id, Phrase.unit_id.in_(shared_with(actor)))
    found = work.scalars(select(Phrase).where(mine).order_by(Phrase.id)).all()
    return sorted(found, key=lambda phrase: phrase.person_id is None)
