"""Who of an OpenID Connect provider is which person of ours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_links",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("door", sa.String(8), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("subject_index", sa.String(64), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person_links"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_person_links_person_id"),
        sa.UniqueConstraint("door", "subject_index", name="uq_person_links_door_subject_index"),
        sa.UniqueConstraint("person_id", "issuer", name="uq_person_links_person_id_issuer"),
    )


def downgrade() -> None:
    op.drop_table("person_links")
