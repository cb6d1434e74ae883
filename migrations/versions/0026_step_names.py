"""The names of open steps, found without reading every open task; searches read no backlog."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waits = sa.text("status = 'open'")
    op.create_index(
        "ix_tasks_step", "tasks", ["name", "due_at", "id"],
        sqlite_where=waits, postgresql_where=waits,
    )  # fmt: skip
    if op.get_bind().dialect.name == "postgresql":
        # otherwise each search reads through megabytes that wait to be sorted in
        op.execute("ALTER INDEX ix_case_search_pairs SET (fastupdate = off)")
        op.execute("SELECT gin_clean_pending_list('ix_case_search_pairs')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_case_search_pairs RESET (fastupdate)")
    op.drop_index("ix_tasks_step", "tasks")
