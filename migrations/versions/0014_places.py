"""Claims with reasons and a history of their own, and changes of divisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_UNIQUE = "uq_jurisdictions_unit_id_division_code"


def upgrade() -> None:
    with op.batch_alter_table("jurisdictions") as claims:
        claims.drop_constraint(_UNIQUE, type_="unique")
        for name in ("set_by_id", "ended_by_id"):
            claims.add_column(sa.Column(name, sa.String(32), nullable=True))
            claims.create_foreign_key(f"fk_jurisdictions_{name}", "people", [name], ["id"])
        for name in ("why", "ended_why"):
            claims.add_column(sa.Column(name, sa.String(200), nullable=False, server_default=""))
        for name in ("set_at", "ended_at"):
            claims.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "division_changes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("allotted", sa.JSON(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("set_by_id", sa.String(32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.String(32), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("fault", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["people.id"], name=op.f("fk_division_changes_set_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["people.id"], name=op.f("fk_division_changes_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division_changes")),
    )


def downgrade() -> None:
    op.drop_table("division_changes")
    with op.batch_alter_table("jurisdictions") as claims:
        for name in ("ended_at", "set_at", "ended_why", "why"):
            claims.drop_column(name)
        for name in ("set_by_id", "ended_by_id"):
            claims.drop_constraint(f"fk_jurisdictions_{name}", type_="foreignkey")
            claims.drop_column(name)
        claims.create_unique_constraint(_UNIQUE, ["unit_id", "division_code"])
