"""Papers: text blocks and their service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("papers") as papers:
        papers.alter_column("kind", existing_type=sa.String(16), type_=sa.String(24))
        papers.add_column(sa.Column("void_by_id", sa.String(32), nullable=True))
        papers.create_foreign_key("fk_papers_void_by_id", "people", ["void_by_id"], ["id"])
    op.create_table(
        "text_blocks",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("block", sa.String(24), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("set_by_id", sa.String(32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_text_blocks_unit_id")),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["people.id"], name=op.f("fk_text_blocks_set_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_blocks")),
        sa.UniqueConstraint(
            "kind",
            "block",
            "unit_id",
            "version",
            name=op.f("uq_text_blocks_kind_block_unit_id_version"),
        ),
    )
    op.create_index("ix_text_blocks_unit_id", "text_blocks", ["unit_id"])
    op.create_table(
        "services",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("paper_id", sa.String(32), nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("to_name", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(32), nullable=False),
        sa.Column("receipt", sa.String(8), nullable=True),
        sa.Column("received_name", sa.String(60), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("witness", sa.String(60), nullable=False),
        sa.Column("remark", sa.String(200), nullable=False),
        sa.Column("attachment_id", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_services_paper_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_services_by_id")),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_services_attachment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
    )
    op.create_index("ix_services_paper_id", "services", ["paper_id"])


def downgrade() -> None:
    op.drop_table("services")
    op.drop_table("text_blocks")
    with op.batch_alter_table("papers") as papers:
        papers.drop_constraint("fk_papers_void_by_id", type_="foreignkey")
        papers.drop_column("void_by_id")
        papers.alter_column("kind", existing_type=sa.String(24), type_=sa.String(16))
