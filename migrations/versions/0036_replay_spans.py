"""Until which day the cases were filed that a replay takes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    until = sa.Column("until", sa.DateTime(timezone=True), nullable=True)
    op.add_column("flow_replays", until)


def downgrade() -> None:
    op.drop_column("flow_replays", "until")
