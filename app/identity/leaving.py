"""Who lets go of what somebody held, when their rights end before the work is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.identity.actor import Actor

followers: list[Callable[[Session, Actor, str, datetime], None]] = []
"""Filled by the room that knows tasks. Each is told who did it, and whose rights became fewer."""


def follow(work: Session, actor: Actor, person_id: str, *, at: datetime) -> None:
    """Let every room put right what hung on the rights of this person."""
    work.flush()
    for follower in followers:
        follower(work, actor, person_id, at)
