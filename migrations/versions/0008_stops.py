"""Stops, completion and changes: the life of a work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENTS = ("started_at", "stopped_at", "completed_at", "closed_at")
_DAYS = ("actual_end", "kept_until")
_WITH_DEFAULT = ("state_before_stop", "closed_by_staff", "extensions")


def upgrade() -> None:
    for name in _MOMENTS:
        op.add_column("works", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in _DAYS:
        op.add_column("works", sa.Column(name, sa.Date(), nullable=True))
    for column in (
        sa.Column("state_before_stop", sa.String(12), nullable=False, server_default=""),
        sa.Column("closed_by_staff", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("extensions", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("works", column)
    _stops()
    _changes()
    _ratings()


def _stops() -> None:
    op.create_table(
        "stop_orders",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("work_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("law", sa.String(length=400), nullable=False),
        sa.Column("major", sa.Boolean(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.String(length=32), nullable=True),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("site_paper_id", sa.String(length=32), nullable=True),
        sa.Column("notice_paper_id", sa.String(length=32), nullable=True),
        sa.Column("resume_paper_id", sa.String(length=32), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [target], name=f"fk_stop_orders_{column}")
            for column, target in (
                ("case_id", "cases.id"),
                ("work_id", "works.id"),
                ("ordered_by_id", "people.id"),
                ("unit_id", "units.id"),
                ("confirmed_by_id", "people.id"),
                ("site_paper_id", "papers.id"),
                ("notice_paper_id", "papers.id"),
                ("resume_paper_id", "papers.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stop_orders"),
        sa.UniqueConstraint("case_id", name="uq_stop_orders_case_id"),
    )
    op.create_index("ix_stop_orders_work_id", "stop_orders", ["work_id"])
    op.create_index(
        "uq_stop_orders_in_force",
        "stop_orders",
        ["work_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "stop_breaches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("by_case_id", sa.String(length=32), nullable=True),
        sa.Column("fact", sa.String(length=400), nullable=False),
        sa.Column("found_by_id", sa.String(length=32), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["stop_orders.id"], name="fk_stop_breaches_order_id"),
        sa.ForeignKeyConstraint(["by_case_id"], ["cases.id"], name="fk_stop_breaches_by_case_id"),
        sa.ForeignKeyConstraint(
            ["found_by_id"], ["people.id"], name="fk_stop_breaches_found_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stop_breaches"),
    )
    op.create_index("ix_stop_breaches_order_id", "stop_breaches", ["order_id"])


def _changes() -> None:
    op.create_table(
        "work_changes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("work_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paper_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_work_changes_case_id"),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name="fk_work_changes_work_id"),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name="fk_work_changes_paper_id"),
        sa.PrimaryKeyConstraint("id", name="pk_work_changes"),
        sa.UniqueConstraint("case_id", name="uq_work_changes_case_id"),
    )
    op.create_index("ix_work_changes_work_id", "work_changes", ["work_id"])


def _ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("work_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("contractor_id", sa.String(length=32), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [target], name=f"fk_ratings_{column}")
            for column, target in (
                ("work_id", "works.id"),
                ("case_id", "cases.id"),
                ("contractor_id", "contractors.id"),
                ("by_id", "people.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
        sa.UniqueConstraint("work_id", name="uq_ratings_work_id"),
    )
    op.create_index("ix_ratings_contractor_id", "ratings", ["contractor_id"])


def downgrade() -> None:
    for table in ("ratings", "work_changes", "stop_breaches", "stop_orders"):
        op.drop_table(table)
    for name in (*_WITH_DEFAULT, *_DAYS, *_MOMENTS):
        op.drop_column("works", name)
