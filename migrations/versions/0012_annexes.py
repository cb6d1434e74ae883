"""Annexes: imports of workbooks, and spellings that were explained."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aliases",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("text", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("within_unit_id", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.Column("set_by_id", sa.String(32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["within_unit_id"], ["units.id"], name=op.f("fk_aliases_within_unit_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_aliases_unit_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.id"], name=op.f("fk_aliases_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aliases")),
        sa.UniqueConstraint(
            "text", "kind", "within_unit_id", name=op.f("uq_aliases_text_kind_within_unit_id")
        ),
    )
    op.create_index("ix_aliases_within_unit_id", "aliases", ["within_unit_id"])
    op.create_table(
        "annex_imports",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("annex", sa.String(3), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=True),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("file_hash", sa.String(64), nullable=False),
        sa.Column("by_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(400), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("issued", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_annex_imports_unit_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_annex_imports_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annex_imports")),
    )
    op.create_index("ix_annex_imports_by_id", "annex_imports", ["by_id"])


def downgrade() -> None:
    op.drop_table("annex_imports")
    op.drop_table("aliases")
