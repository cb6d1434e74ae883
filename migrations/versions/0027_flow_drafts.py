"""Drafts of processes: one for each process of a unit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

PEOPLE = ("begun_by_id", "saved_by_id", "open_by_id")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "flow_drafts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.Column("begun_from_id", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        *(sa.Column(column, sa.String(32), nullable=False) for column in PEOPLE),
        *(sa.Column(f"{what}_at", moment, nullable=False) for what in ("begun", "saved", "open")),
        sa.PrimaryKeyConstraint("id", name="pk_flow_drafts"),
        sa.UniqueConstraint("key", "unit_id", name="uq_flow_drafts_key_unit_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_flow_drafts_unit_id"),
        sa.ForeignKeyConstraint(
            ["begun_from_id"], ["process_versions.id"], name="fk_flow_drafts_begun_from_id"
        ),
        *(
            sa.ForeignKeyConstraint([column], ["people.id"], name=f"fk_flow_drafts_{column}")
            for column in PEOPLE
        ),
    )


def downgrade() -> None:
    op.drop_table("flow_drafts")
