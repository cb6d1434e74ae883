"""Out of whose handling a task came, and to which it goes straight back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("came_of_id", sa.String(32), nullable=True))
    op.add_column("tasks", sa.Column("straight_to_id", sa.String(32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_column("straight_to_id")
        tasks.drop_column("came_of_id")
