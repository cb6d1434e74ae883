"""Which channels people chose for which notices, what task a notice is about, and webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("task_id", sa.String(32), nullable=True))
        notices.create_foreign_key("fk_notices_task_id", "tasks", ["task_id"], ["id"])
    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "kind", "channel", name="pk_notice_choices"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_notice_choices_person_id"),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.Column("url", sa.String(400), nullable=False),
        sa.Column("secret", sa.String(400), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("set_by_id", sa.String(32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_webhooks_unit_id"),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.id"], name="fk_webhooks_set_by_id"),
    )
    op.create_index("ix_webhooks_unit_id", "webhooks", ["unit_id"])


def downgrade() -> None:
    op.drop_table("webhooks")
    op.drop_table("notice_choices")
    with op.batch_alter_table("notices") as notices:
        notices.drop_constraint("fk_notices_task_id", type_="foreignkey")
        notices.drop_column("task_id")
