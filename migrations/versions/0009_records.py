"""Bad records, bans, reports of sites, accidents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "works",
        sa.Column("legal_rep_index", sa.String(length=64), nullable=False, server_default=""),
    )
    op.create_index("ix_works_legal_rep_index", "works", ["legal_rep_index"])
    op.drop_column("contractors", "phone")
    _bad_records()
    _market_bans()
    _site_reports()
    _accidents()


def _bad_records() -> None:
    op.create_table(
        "bad_records",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("work_id", sa.String(length=32), nullable=True),
        sa.Column("contractor_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("legal_rep", sa.String(length=60), nullable=False),
        sa.Column("legal_rep_id", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("fact", sa.String(length=1000), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("ban_proposed", sa.Boolean(), nullable=False),
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.Column("rule_key", sa.String(length=80), nullable=True),
        sa.Column("proposed_by_id", sa.String(length=32), nullable=True),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decided_by_id", sa.String(length=32), nullable=True),
        sa.Column("public_fact", sa.String(length=300), nullable=False),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("banned", sa.Boolean(), nullable=False),
        sa.Column("appealed_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"]),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractors.id"]),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", name="uq_bad_records_case_id"),
        sa.UniqueConstraint("rule_key", name="uq_bad_records_rule_key"),
    )
    for column in ("work_id", "contractor_id", "state"):
        op.create_index(f"ix_bad_records_{column}", "bad_records", [column])
    op.create_index("ix_bad_records_public", "bad_records", ["published_at", "id"])


def _market_bans() -> None:
    op.create_table(
        "market_bans",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("bad_record_id", sa.String(length=32), nullable=False),
        sa.Column("contractor_id", sa.String(length=32), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("legal_rep_index", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("until_fixed", sa.Boolean(), nullable=False),
        sa.Column("lifted_at", _MOMENT, nullable=True),
        sa.Column("lifted_why", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["bad_record_id"], ["bad_records.id"]),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractors.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("bad_record_id", name="uq_market_bans_bad_record_id"),
    )
    for column in ("contractor_id", "code_index", "legal_rep_index"):
        op.create_index(f"ix_market_bans_{column}", "market_bans", [column])


def _site_reports() -> None:
    op.create_table(
        "site_reports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("work_id", sa.String(length=32), nullable=True),
        sa.Column("place_text", sa.String(length=200), nullable=False),
        sa.Column("found_by", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("reporter_name", sa.String(length=200), nullable=False),
        sa.Column("reporter_phone", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reported_at", _MOMENT, nullable=False),
        sa.Column("urged_at", _MOMENT, nullable=True),
        sa.Column("owner_phone", sa.String(length=200), nullable=False),
        sa.Column("contractor_id", sa.String(length=32), nullable=True),
        sa.Column("builder_name", sa.String(length=400), nullable=False),
        sa.Column("builder_legal_rep", sa.String(length=400), nullable=False),
        sa.Column("builder_phone", sa.String(length=200), nullable=False),
        sa.Column("filed_case_id", sa.String(length=32), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"]),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractors.id"]),
        sa.ForeignKeyConstraint(["filed_case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", name="uq_site_reports_case_id"),
        sa.UniqueConstraint("code", name="uq_site_reports_code"),
    )
    op.create_index("ix_site_reports_work_id", "site_reports", ["work_id"])


def _accidents() -> None:
    op.create_table(
        "accidents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("corrects_id", sa.String(length=32), nullable=True),
        sa.Column("work_id", sa.String(length=32), nullable=True),
        sa.Column("happened_at", _MOMENT, nullable=False),
        sa.Column("reported_at", _MOMENT, nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("sector", sa.String(length=12), nullable=False),
        sa.Column("work_kind", sa.String(length=40), nullable=False),
        sa.Column("dead", sa.Integer(), nullable=False),
        sa.Column("injured", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("concealed", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("registered_by_id", sa.String(length=32), nullable=False),
        sa.Column("registered_at", _MOMENT, nullable=False),
        sa.Column("confirmed_by_id", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["corrects_id"], ["accidents.id"]),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"]),
        sa.ForeignKeyConstraint(["registered_by_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "version", name="uq_accidents_case_id_version"),
    )
    for column in ("case_id", "corrects_id", "work_id", "division_code"):
        op.create_index(f"ix_accidents_{column}", "accidents", [column])
    op.create_index("ix_accidents_state_happened", "accidents", ["state", "happened_at"])


def downgrade() -> None:
    for table in ("accidents", "site_reports", "market_bans", "bad_records"):
        op.drop_table(table)
    op.add_column(
        "contractors",
        sa.Column("phone", sa.String(length=200), nullable=False, server_default=""),
    )
    op.drop_index("ix_works_legal_rep_index", table_name="works")
    op.drop_column("works", "legal_rep_index")
