"""Indexes of the lists: open tasks of an area, of any desk, in the order of their due time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OPEN = sa.text("status = 'open'")
LEVELS = ("l1", "l2", "l3", "l4")


def _index(columns: dict[str, list[str]]) -> None:
    for name, ordered in columns.items():
        op.drop_index(name, "tasks")
        op.create_index(name, "tasks", ordered, sqlite_where=OPEN, postgresql_where=OPEN)


def upgrade() -> None:
    op.drop_index("ix_tasks_person_id", "tasks")
    op.create_index(
        "ix_tasks_own", "tasks", ["person_id", "due_at", "id"],
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    _index({f"ix_tasks_{level}_open": [level, "due_at", "id"] for level in LEVELS})


def downgrade() -> None:
    op.drop_index("ix_tasks_own", "tasks")
    op.create_index("ix_tasks_person_id", "tasks", ["person_id"])
    _index({f"ix_tasks_{level}_open": [level, "desk", "due_at", "id"] for level in LEVELS})
