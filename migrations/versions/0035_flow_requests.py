"""Flows handed in for approval, whose unit approves, and who approved a version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NAMED = (
    ("unit_id", "units"), ("above_id", "units"), ("copy_of_id", "process_versions"),
    ("begun_from_id", "process_versions"), ("version_id", "process_versions"),
    ("asked_by_id", "people"), ("settled_by_id", "people"),
)  # fmt: skip


def upgrade() -> None:
    op.add_column("process_versions", sa.Column("approved_by_id", sa.String(32), nullable=True))
    op.create_table(
        "flow_rules",
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("set_by_id", sa.String(32), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name="pk_flow_rules"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_flow_rules_unit_id"),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.id"], name="fk_flow_rules_set_by_id"),
    )
    _requests()


def _requests() -> None:
    must = ("unit_id", "above_id", "asked_by_id")
    op.create_table(
        "flow_requests",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("draft_id", sa.String(32), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(400), nullable=False),
        *(sa.Column(column, sa.String(32), nullable=column not in must) for column, _ in NAMED),
        sa.PrimaryKeyConstraint("id", name="pk_flow_requests"),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_flow_requests_{column}")
            for column, table in NAMED
        ),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_flow_requests_above_id", "flow_requests", ["above_id"])
    op.create_index(
        "uq_flow_requests_waiting", "flow_requests", ["key", "unit_id"],
        unique=True, sqlite_where=waiting, postgresql_where=waiting,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("flow_requests")
    op.drop_table("flow_rules")
    op.drop_column("process_versions", "approved_by_id")
