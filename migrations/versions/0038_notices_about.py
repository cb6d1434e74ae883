"""What else than a case a notice is about: it leads there, and is settled with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    about = sa.Column("about", sa.String(48), nullable=False, server_default="")
    op.add_column("notices", about)
    said = sa.text("about != ''")
    op.create_index(
        "ix_notices_about", "notices", ["about"], sqlite_where=said, postgresql_where=said
    )


def downgrade() -> None:
    op.drop_index("ix_notices_about", "notices")
    op.drop_column("notices", "about")
