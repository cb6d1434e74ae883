"""Cases of a replay as they are read: a class by its places, and one case by its place."""

from __future__ import annotations

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

KIND, PLACE = "ix_flow_replay_cases_kind", "ix_flow_replay_cases_place"


def upgrade() -> None:
    op.drop_index(KIND, "flow_replay_cases")
    op.create_index(KIND, "flow_replay_cases", ["replay_id", "kind", "place"])
    op.create_index(PLACE, "flow_replay_cases", ["replay_id", "place"])


def downgrade() -> None:
    op.drop_index(PLACE, "flow_replay_cases")
    op.drop_index(KIND, "flow_replay_cases")
    op.create_index(KIND, "flow_replay_cases", ["replay_id", "kind", "case_id"])
