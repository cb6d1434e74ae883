"""The system (系统) as a person of the books: what no human being opened was opened by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.db import insert_if_new
from app.identity.models import Person

ID = "0" * 32
"""Of the row that stands for it; nobody can sign in as it, and it is told nothing."""


def person(work: Session, at: datetime) -> str:
    """The id of that row, which is there from now on."""
    row = insert_if_new(work, Person).values(
        id=ID, name="系统", staff=False, status="closed", created_at=at
    )
    work.execute(row)
    return ID
