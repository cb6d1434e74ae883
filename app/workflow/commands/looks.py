"""Remembering how far somebody has read in a case."""

from __future__ import annotations

from datetime import datetime

from app.db import insert_if_new, transaction
from app.identity.actor import Actor
from app.workflow.habits import Look
from app.workflow.reach import readable_case


def look(actor: Actor, case_id: str, seq: int, *, at: datetime) -> None:
    """The page showed this person the record up to this event. Raises NotFound."""
    with transaction() as work:
        case = readable_case(work, actor, case_id)
        first = {"person_id": actor.id, "case_id": case.id, "seq": 0, "at": at}
        work.execute(insert_if_new(work, Look).values(first))
        mine = work.get_one(Look, (actor.id, case.id), with_for_update=True)
        mine.seq, mine.at = max(mine.seq, seq), at
