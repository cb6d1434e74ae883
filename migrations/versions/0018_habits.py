"""What a person keeps for their own work: drafts of decisions, looks, phrases, views, batches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("task_drafts", "looks", "phrases", "saved_views", "task_batches")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "task_drafts",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("task_id", sa.String(32), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("acting", sa.String(32), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "task_id", name="pk_task_drafts"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_task_drafts_person_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_task_drafts_task_id"),
    )
    op.create_index("ix_task_drafts_task_id", "task_drafts", ["task_id"])
    op.create_table(
        "looks",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "case_id", name="pk_looks"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_looks_person_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_looks_case_id"),
    )
    op.create_index("ix_looks_at", "looks", ["at"])
    op.create_table(
        "phrases",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32)),
        sa.Column("unit_id", sa.String(32)),
        sa.Column("text", sa.String(100), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_phrases"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_phrases_person_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_phrases_unit_id"),
    )
    op.create_index("ix_phrases_person_id", "phrases", ["person_id"])
    op.create_index("ix_phrases_unit_id", "phrases", ["unit_id"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.String(32)),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("box", sa.String(12), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_saved_views_person_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_saved_views_unit_id"),
    )
    op.create_index("ix_saved_views_person_id", "saved_views", ["person_id"])
    op.create_index("ix_saved_views_unit_id", "saved_views", ["unit_id"])
    op.create_table(
        "task_batches",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("undone_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_task_batches"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_task_batches_person_id"),
    )
    op.create_index("ix_task_batches_person_id", "task_batches", ["person_id"])
    op.create_index("ix_task_batches_at", "task_batches", ["at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
