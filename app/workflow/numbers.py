"""Numbers without gaps: a counter row moved in the transaction that uses the number."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.crashing import point
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
        insert = pg_insert if work.get_bind().dialect.name == "postgresql" else sqlite_insert
        work.execute(insert(Counter).values(name=name, value=0).on_conflict_do_nothing())
        value = work.execute(bump).scalar_one()
    point("number")
    return value
