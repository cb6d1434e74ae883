"""Somebody's notices, and how many of them wait unread."""

from __future__ import annotations

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.workflow.notice_models import Notice
from app.workflow.queries.pages import PAGE, Cursor, Page


def unread(work: Session, actor: Actor) -> int:
    """How many notices this person has not opened."""
    mine = Notice.person_id == actor.id
    return work.scalar(select(func.count()).where(mine, Notice.read_at.is_(None))) or 0


def of_person(work: Session, actor: Actor, after: str = "") -> Page[Notice]:
    """This person's notices, newest first."""
    query = select(Notice).where(Notice.person_id == actor.id)
    cursor = Cursor.read(after)
    if cursor:
        query = query.where(tuple_(Notice.at, Notice.id) < tuple_(cursor.moment, cursor.id))
    newest = query.order_by(Notice.at.desc(), Notice.id.desc())
    found = work.scalars(newest.limit(PAGE + 1)).all()
    rows = list(found[:PAGE])
    return Page(rows, Cursor(rows[-1].at, rows[-1].id).write() if len(found) > PAGE else "")
