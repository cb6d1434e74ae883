"""How each case of a replay went. What was replayed before is forgotten: it is asked for anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _anew(
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("way", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    _anew()


def _anew(*added: sa.Column[object]) -> None:
    op.drop_table("flow_replay_cases")
    op.execute("DELETE FROM flow_replays")
    op.create_table(
        "flow_replay_cases",
        sa.Column("replay_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        *added,
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
