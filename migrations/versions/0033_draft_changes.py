"""Changes of drafts of flows, so that they can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flow_draft_changes",
        sa.Column("draft_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "number", name="pk_flow_draft_changes"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["flow_drafts.id"], name="fk_flow_draft_changes_draft_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_flow_draft_changes_by_id"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("flow_draft_changes")
