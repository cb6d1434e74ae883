"""Marking notices as read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from app.db import transaction
from app.identity.actor import Actor
from app.workflow.notice_models import Notice


def read_notices(actor: Actor, *, at: datetime) -> None:
    """Mark everything that this person was told as read."""
    with transaction() as work:
        work.execute(
            update(Notice)
            .where(Notice.person_id == actor.id, Notice.read_at.is_(None))
            .values(read_at=at)
        )
