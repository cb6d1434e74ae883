"""Numbers without gaps: a counter row moved in the transaction that uses the number."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.crashing import point
from app.db import insert_if_new
from app.workflow.backstage import Counter


def take(work: Session, name: str) -> int:
    """The next number of this row, from 1; rolled back with the transaction, so none is lost."""
    bump = (
        update(Counter)
        .where(Counter.name == name)
        .values(value=Counter.value + 1)
        .returning(Counter.value)
    )
    value = work.execute(bump).scalar()
    if value is None:
        work.execute(insert_if_new(work, Counter).values(name=name, value=0))
        value = work.execute(bump).scalar_one()
    point("number")
    return value
