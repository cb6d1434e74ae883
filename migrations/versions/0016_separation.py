"""Separation of duties: who decided at which level of a case, and which officials it is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_LEVELS = {"l4": "community", "l3": "township", "l2": "district", "l1": "city"}
_AGAIN = "resubmitted"


def upgrade() -> None:
    for name in ("reviewed", "parties"):
        op.add_column("cases", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    _remember()


def _remember() -> None:
    """What was decided in the present run of each case that goes on, by its units' levels."""
    cases = sa.table(
        "cases", sa.column("id"), sa.column("ended_at"), sa.column("reviewed", sa.JSON)
    )
    events = sa.table("events", sa.column("case_id"), sa.column("verb"), sa.column("at"))
    tasks = sa.table(
        "tasks", *map(sa.column, ("case_id", "unit_id", "done_by_id", "closed_at", *_LEVELS))
    )
    since = (
        sa.select(sa.func.max(events.c.at))
        .where(events.c.case_id == cases.c.id, events.c.verb == _AGAIN)
        .scalar_subquery()
    )
    done = (
        sa.select(tasks)
        .join(cases, cases.c.id == tasks.c.case_id)
        .where(cases.c.ended_at.is_(None), tasks.c.unit_id.is_not(None))
        .where(tasks.c.done_by_id.is_not(None), sa.or_(since.is_(None), tasks.c.closed_at > since))
        .order_by(tasks.c.case_id, tasks.c.closed_at)
    )
    told: dict[str, list[list[str]]] = {}
    for row in op.get_bind().execute(done).mappings():
        level = next(name for column, name in _LEVELS.items() if row[column])
        mine, said = [level, row["done_by_id"]], told.setdefault(row["case_id"], [])
        said[:] = [one for one in said if one != mine] + [mine]
    for case_id, said in told.items():
        op.execute(cases.update().where(cases.c.id == case_id).values(reviewed=said))


def downgrade() -> None:
    for name in ("parties", "reviewed"):
        op.drop_column("cases", name)
