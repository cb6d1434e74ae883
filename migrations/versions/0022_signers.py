"""Who signs a step: by name, added by whom and where; whose turn went up; what nobody can do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

VACANT = sa.text("status = 'open' AND vacant")
NEW = ("turn", "joint", "named_id", "added", "added_by_id", "host_id", "stands_in_id", "vacant")


def upgrade() -> None:
    whole = sa.Column("turn", sa.Integer(), nullable=False, server_default="0")
    op.add_column("tasks", whole)
    for name in ("joint", "vacant"):
        no = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("tasks", no)
    for name in ("named_id", "added_by_id", "host_id", "stands_in_id"):
        op.add_column("tasks", sa.Column(name, sa.String(32), nullable=True))
    op.add_column("tasks", sa.Column("added", sa.String(8), nullable=False, server_default=""))
    op.execute("UPDATE tasks SET turn = party")
    op.execute(
        "UPDATE tasks SET joint = true WHERE EXISTS (SELECT 1 FROM tasks AS other "
        "WHERE other.case_id = tasks.case_id AND other.ref = tasks.ref AND other.id <> tasks.id)"
    )
    op.create_index(
        "ix_tasks_vacant", "tasks", ["unit_id"], unique=False,
        sqlite_where=VACANT, postgresql_where=VACANT,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_tasks_vacant", table_name="tasks")
    for name in NEW:
        op.drop_column("tasks", name)
