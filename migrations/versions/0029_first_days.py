"""Versions of processes with a first day, and those that were taken back before it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("process_versions", sa.Column("starts_on", sa.Date(), nullable=True))
    withdrawn = sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("process_versions", withdrawn)


def downgrade() -> None:
    op.drop_column("process_versions", "withdrawn_at")
    op.drop_column("process_versions", "starts_on")
