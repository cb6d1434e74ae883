"""Claims by their age: those left idle are found every hour without reading every open task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    claimed = sa.text("status = 'open' AND claimed_at IS NOT NULL")
    op.create_index(
        "ix_tasks_claimed_at", "tasks", ["claimed_at", "id"],
        sqlite_where=claimed, postgresql_where=claimed,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_tasks_claimed_at", "tasks")
