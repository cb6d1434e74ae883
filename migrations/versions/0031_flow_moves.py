"""Running cases that go on in a newer version of their flow; tasks that an older one drew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "flow_moves",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("version_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        *(sa.Column(name, moment) for name in ("ended_at", "undo_begun_at", "undone_at")),
        sa.Column("undone_by_id", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_flow_moves"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["process_versions.id"], name="fk_flow_moves_version_id"
        ),
        *(
            sa.ForeignKeyConstraint([column], ["people.id"], name=f"fk_flow_moves_{column}")
            for column in ("person_id", "undone_by_id")
        ),
    )
    op.create_index("ix_flow_moves_version_id", "flow_moves", ["version_id"])
    op.create_table(
        "moved_cases",
        sa.Column("move_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("why", sa.String(400), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("snapshot", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("move_id", "case_id", name="pk_moved_cases"),
        sa.ForeignKeyConstraint(["move_id"], ["flow_moves.id"], name="fk_moved_cases_move_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_moved_cases_case_id"),
    )
    op.create_index("ix_moved_cases_case_id", "moved_cases", ["case_id"])
    op.add_column("tasks", sa.Column("version_id", sa.String(32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_column("version_id")
    op.drop_table("moved_cases")
    op.drop_table("flow_moves")
