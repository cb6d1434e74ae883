"""Units that go back to the flow of the unit above."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flow_fallbacks",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("decided_by_id", sa.String(32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_flow_fallbacks"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_flow_fallbacks_unit_id"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name="fk_flow_fallbacks_decided_by_id"
        ),
    )
    op.create_index("ix_flow_fallbacks_unit_id", "flow_fallbacks", ["unit_id"])


def downgrade() -> None:
    op.drop_table("flow_fallbacks")
