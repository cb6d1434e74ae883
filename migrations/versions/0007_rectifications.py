"""Rectifications: notices, answers to hazards, re-inspections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rectifications",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("work_id", sa.String(length=32), nullable=True),
        sa.Column("patrol_id", sa.String(length=32), nullable=True),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extend_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extend_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extend_reason", sa.String(length=400), nullable=False),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by_id", sa.String(length=32), nullable=True),
        sa.Column("notice_paper_id", sa.String(length=32), nullable=True),
        sa.Column("second_notice_paper_id", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_rectifications_case_id"),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name="fk_rectifications_work_id"),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrols.id"], name="fk_rectifications_patrol_id"),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["people.id"], name="fk_rectifications_reported_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["notice_paper_id"], ["papers.id"], name="fk_rectifications_notice_paper_id"
        ),
        sa.ForeignKeyConstraint(
            ["second_notice_paper_id"],
            ["papers.id"],
            name="fk_rectifications_second_notice_paper_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rectifications"),
        sa.UniqueConstraint("case_id", name="uq_rectifications_case_id"),
    )
    op.create_index("ix_rectifications_work_id", "rectifications", ["work_id"])
    op.create_index("ix_rectifications_patrol_id", "rectifications", ["patrol_id"])
    _ordered_hazards()
    _answers()
    _reopenings()


def _ordered_hazards() -> None:
    op.create_table(
        "ordered_hazards",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("rectification_id", sa.String(length=32), nullable=False),
        sa.Column("hazard_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["rectifications.id"], name="fk_ordered_hazards_rectification_id"
        ),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name="fk_ordered_hazards_hazard_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ordered_hazards"),
        sa.UniqueConstraint(
            "rectification_id", "hazard_id", name="uq_ordered_hazards_rectification_id_hazard_id"
        ),
    )
    op.create_index("ix_ordered_hazards_hazard_id", "ordered_hazards", ["hazard_id"])


def _answers() -> None:
    op.create_table(
        "hazard_answers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("rectification_id", sa.String(length=32), nullable=False),
        sa.Column("hazard_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("by_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=4), nullable=True),
        sa.Column("verdict_reason", sa.String(length=400), nullable=False),
        sa.Column("checked_by_id", sa.String(length=32), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["rectifications.id"], name="fk_hazard_answers_rectification_id"
        ),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name="fk_hazard_answers_hazard_id"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_hazard_answers_by_id"),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["people.id"], name="fk_hazard_answers_checked_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hazard_answers"),
        sa.UniqueConstraint(
            "rectification_id",
            "hazard_id",
            "round",
            name="uq_hazard_answers_rectification_id_hazard_id_round",
        ),
    )
    op.create_index("ix_hazard_answers_hazard_id", "hazard_answers", ["hazard_id"])


def _reopenings() -> None:
    op.create_table(
        "hazard_reopenings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("hazard_id", sa.String(length=32), nullable=False),
        sa.Column("rectification_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("by_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hazard_id"], ["hazards.id"], name="fk_hazard_reopenings_hazard_id"
        ),
        sa.ForeignKeyConstraint(
            ["rectification_id"],
            ["rectifications.id"],
            name="fk_hazard_reopenings_rectification_id",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_hazard_reopenings_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hazard_reopenings"),
    )
    op.create_index("ix_hazard_reopenings_hazard_id", "hazard_reopenings", ["hazard_id"])


def downgrade() -> None:
    op.drop_table("hazard_reopenings")
    op.drop_table("hazard_answers")
    op.drop_table("ordered_hazards")
    op.drop_table("rectifications")
