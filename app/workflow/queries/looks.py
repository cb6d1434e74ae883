"""What is new to a person: cases never looked at, and what others did since they looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.workflow.habits import Look
from app.workflow.models import Event

NEW, CHANGED = "new", "changed"


def marks(work: Session, actor: Actor, case_ids: Sequence[str]) -> Mapping[str, str]:
    """NEW or CHANGED for those of these cases that are: two look-ups for a whole page."""
    mine = select(Look.case_id, Look.seq).where(
        Look.person_id == actor.id, Look.case_id.in_(case_ids)
    )
    seen = {row.case_id: row.seq for row in work.execute(mine)}
    since = (
        select(Event.case_id)
        .join(Look, Look.case_id == Event.case_id)
        .where(
            Look.person_id == actor.id, Event.case_id.in_(seen), Event.seq > Look.seq,
            or_(Event.actor_id.is_(None), Event.actor_id != actor.id),
        )
        .distinct()
    )  # fmt: skip
    changed = set(work.scalars(since)) if seen else set()
    return {
        case: NEW if case not in seen else CHANGED
        for case in case_ids
        if case not in seen or case in changed
    }


def last(work: Session, actor: Actor, case_id: str) -> Look | None:
    """How far this person has read."""
    return work.get(Look, (actor.id, case_id))
