"""Which post was given or ended, and from when until when, beside the reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("role", 24), ("position", 20)):
        op.add_column(
            "account_changes",
            sa.Column(name, sa.String(length), nullable=False, server_default=""),
        )
    for name in ("valid_from", "valid_to"):
        op.add_column("account_changes", sa.Column(name, sa.Date(), nullable=True))


def downgrade() -> None:
    for name in ("valid_to", "valid_from", "position", "role"):
        op.drop_column("account_changes", name)
