"""Handing tasks on: in whose name somebody acts, who gave it for an opinion, substitutions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

COLUMNS = (("tasks", "for_id"), ("tasks", "delegated_by_id"), ("events", "for_id"))


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sa.String(32), nullable=True))
    for column in ("for_id", "delegated_by_id"):
        some = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_tasks_{column}", "tasks", [column], sqlite_where=some, postgresql_where=some
        )
    _substitutions()


def _substitutions() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "substitutions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("substitute_id", sa.String(32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("flows", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("set_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_by_id", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_substitutions"),
        *(
            sa.ForeignKeyConstraint([column], ["people.id"], name=f"fk_substitutions_{column}")
            for column in ("person_id", "substitute_id", "ended_by_id")
        ),
    )
    for whom in ("person", "substitute"):
        op.create_index(f"ix_substitutions_{whom}", "substitutions", [f"{whom}_id", "last_day"])


def downgrade() -> None:
    op.drop_table("substitutions")
    for column in ("delegated_by_id", "for_id"):
        op.drop_index(f"ix_tasks_{column}", table_name="tasks")
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)
