"""Who keeps the platform: one, or three apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_PEOPLE = (
    "system_id", "security_id", "audit_id", "platform_id", "proposed_by_id", "settled_by_id",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "duty_changes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.Column("system_id", sa.String(32)),
        sa.Column("security_id", sa.String(32)),
        sa.Column("audit_id", sa.String(32)),
        sa.Column("platform_id", sa.String(32)),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("proposed_by_id", sa.String(32), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by_id", sa.String(32)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_duty_changes"),
        *(
            sa.ForeignKeyConstraint([one], ["people.id"], name=f"fk_duty_changes_{one}")
            for one in _PEOPLE
        ),
    )


def downgrade() -> None:
    op.drop_table("duty_changes")
