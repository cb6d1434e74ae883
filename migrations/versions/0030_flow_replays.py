"""Replays of recorded cases through drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "flow_replays",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("asked_by_id", sa.String(32), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("fault", sa.String(400), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("last_case_id", sa.String(32), nullable=False),
        sa.Column("tally", sa.JSON(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_flow_replays"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_flow_replays_unit_id"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name="fk_flow_replays_asked_by_id"),
    )
    op.create_index("ix_flow_replays_unit_id", "flow_replays", ["unit_id"])
    op.create_table(
        "flow_replay_cases",
        sa.Column("replay_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("replay_id", "case_id", name="pk_flow_replay_cases"),
        sa.ForeignKeyConstraint(
            ["replay_id"], ["flow_replays.id"], name="fk_flow_replay_cases_replay_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_flow_replay_cases_case_id"),
    )  # fmt: skip
    op.create_index(
        "ix_flow_replay_cases_kind", "flow_replay_cases", ["replay_id", "kind", "case_id"]
    )


def downgrade() -> None:
    op.drop_table("flow_replay_cases")
    op.drop_table("flow_replays")
