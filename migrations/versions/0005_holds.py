"""Holds: cases that wait while their work is stopped; links to cases; indexes that were missing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RUNNING = sa.text("ended_at IS NULL")
UNREAD = sa.text("read_at IS NULL")
DEAD = sa.text("status = 'dead'")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("cases", sa.Column("incident_kind", sa.String(length=80), nullable=True))
    op.execute("UPDATE cases SET incident_kind = 'step' WHERE incident IS NOT NULL")
    op.execute(
        "UPDATE cases SET incident_kind = 'message:' || substr(incident, 4, 70) "
        "WHERE incident LIKE '消息“%'"
    )
    op.add_column("cases", sa.Column("held_at", moment, nullable=True))
    op.add_column("cases", sa.Column("held_by_id", sa.String(length=32), nullable=True))
    op.add_column(
        "cases", sa.Column("held_why", sa.String(length=100), nullable=False, server_default="")
    )
    op.add_column(
        "cases", sa.Column("held_seconds", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_index("ix_cases_held_by_id", "cases", ["held_by_id"], unique=False)
    op.add_column("drafts", sa.Column("subject_id", sa.String(length=32), nullable=True))
    op.create_table(
        "access_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_access_links_person_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_access_links_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_links_token_hash")),
    )
    op.create_index("ix_access_links_person_id", "access_links", ["person_id"], unique=False)
    op.create_index("ix_access_links_case_id", "access_links", ["case_id"], unique=False)
    _indexes()


def _indexes() -> None:
    op.create_index("ix_attachments_stored", "attachments", ["stored"], unique=False)
    op.create_index(
        "ix_cases_running", "cases", ["process_key", "version_id"], unique=False,
        sqlite_where=RUNNING, postgresql_where=RUNNING,
    )  # fmt: skip
    op.create_index(
        "ix_notices_unread", "notices", ["person_id"], unique=False,
        sqlite_where=UNREAD, postgresql_where=UNREAD,
    )  # fmt: skip
    op.create_index(
        "ix_jobs_dead", "jobs", ["id"], unique=False, sqlite_where=DEAD, postgresql_where=DEAD
    )
    op.drop_index("ix_attempts_subject", table_name="attempts")
    op.create_index("ix_attempts_subject", "attempts", ["subject", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_attempts_subject", table_name="attempts")
    op.create_index("ix_attempts_subject", "attempts", ["subject"], unique=False)
    op.drop_index("ix_jobs_dead", table_name="jobs")
    op.drop_index("ix_notices_unread", table_name="notices")
    op.drop_index("ix_cases_running", table_name="cases")
    op.drop_index("ix_attachments_stored", table_name="attachments")
    op.drop_table("access_links")
    op.drop_column("drafts", "subject_id")
    op.drop_index("ix_cases_held_by_id", table_name="cases")
    for name in ("held_seconds", "held_why", "held_by_id", "held_at", "incident_kind"):
        op.drop_column("cases", name)
