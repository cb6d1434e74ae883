"""Limits of whole cases, ladders, and when the sweep looks at a limit; no job reminds any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ladder_rungs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("whom", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ladder_rungs"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_ladder_rungs_unit_id"),
        sa.UniqueConstraint("unit_id", "after", name="uq_ladder_rungs_unit_id_after"),
    )
    for table in ("cases", "tasks"):
        op.add_column(table, sa.Column("chase_at", _MOMENT, nullable=True))
        op.add_column(table, sa.Column("chased", sa.Integer(), nullable=True))
    op.add_column("cases", sa.Column("due_at", _MOMENT, nullable=True))
    op.add_column("cases", sa.Column("stopped_at", _MOMENT, nullable=True))
    waits = sa.text("status = 'open' AND chase_at IS NOT NULL")
    op.create_index(
        "ix_tasks_chase_at", "tasks", ["chase_at", "id"],
        sqlite_where=waits, postgresql_where=waits,
    )  # fmt: skip
    set_ = sa.text("chase_at IS NOT NULL")
    op.create_index(
        "ix_cases_chase_at", "cases", ["chase_at"], sqlite_where=set_, postgresql_where=set_
    )
    # each open limit of officials is looked at once, at once; the look finds when it is due again
    op.execute(
        "UPDATE tasks SET chase_at = opened_at"
        " WHERE status = 'open' AND due_at < '9999-01-01' AND person_id IS NULL"
    )
    # an applicant is reminded when a job would have done it, and not again where one has
    op.execute(
        "UPDATE tasks SET chase_at = (SELECT run_at FROM jobs"
        " WHERE jobs.dedupe = 'remind:' || tasks.id AND jobs.status <> 'done')"
        " WHERE status = 'open' AND due_at < '9999-01-01' AND person_id IS NOT NULL"
    )
    op.execute(
        "DELETE FROM jobs WHERE status <> 'done'"
        " AND kind IN ('remind', 'patrol_late', 'patrol_overdue')"
    )


def downgrade() -> None:
    op.drop_index("ix_cases_chase_at", table_name="cases")
    op.drop_index("ix_tasks_chase_at", table_name="tasks")
    for column in ("stopped_at", "due_at", "chased", "chase_at"):
        op.drop_column("cases", column)
    for column in ("chased", "chase_at"):
        op.drop_column("tasks", column)
    op.drop_table("ladder_rungs")
