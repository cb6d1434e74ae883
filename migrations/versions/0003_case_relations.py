"""Cases know the case that opened them, and which cases belong to one work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("parent_id", sa.String(length=32), nullable=True))
    op.add_column(
        "cases", sa.Column("subject_id", sa.String(length=32), nullable=False, server_default="")
    )
    op.execute("UPDATE cases SET subject_id = id")
    op.create_index("ix_cases_parent_id", "cases", ["parent_id"], unique=False)
    op.create_index("ix_cases_subject_id", "cases", ["subject_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_cases_subject_id", table_name="cases")
    op.drop_index("ix_cases_parent_id", table_name="cases")
    op.drop_column("cases", "subject_id")
    op.drop_column("cases", "parent_id")
