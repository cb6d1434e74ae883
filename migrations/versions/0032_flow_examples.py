"""Examples that are pinned to flows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flow_examples",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("expects", sa.String(8), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("words", sa.String(120), nullable=False),
        sa.Column("pinned_by_id", sa.String(32), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flow_examples"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_flow_examples_unit_id"),
        sa.ForeignKeyConstraint(
            ["pinned_by_id"], ["people.id"], name="fk_flow_examples_pinned_by_id"
        ),
    )
    op.create_index("ix_flow_examples_unit_id", "flow_examples", ["unit_id"])


def downgrade() -> None:
    op.drop_table("flow_examples")
