"""Accounts: the rule of first passwords, batches, names ever given, second factors, changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLES = (
    "account_changes",
    "second_factors",
    "password_memories",
    "used_accounts",
    "account_batches",
    "account_rules",
)


def upgrade() -> None:
    op.add_column(
        "people", sa.Column("account_fixed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("people", sa.Column("reading", sa.String(60), nullable=False, server_default=""))
    op.add_column("people", sa.Column("batch_id", sa.String(32), nullable=True))
    op.add_column(
        "sign_ins",
        sa.Column("factor_due", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _rules_and_batches()
    _memories()
    _changes()
    # whoever came in before keeps the account for good, and no account is given again
    op.execute(
        "UPDATE people SET account_fixed_at = created_at WHERE staff AND NOT must_change"
        " AND password_hash <> ''"
    )
    op.execute(
        "INSERT INTO used_accounts (account, person_id, at)"
        " SELECT account, id, created_at FROM people WHERE account IS NOT NULL"
    )


def _rules_and_batches() -> None:
    op.create_table(
        "account_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initial", sa.String(8), nullable=False),
        sa.Column("three_classes", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("set_by_id", sa.String(32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["people.id"], name=op.f("fk_account_rules_set_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_rules")),
    )
    op.create_table(
        "account_batches",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.String(32), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_why", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_account_batches_unit_id")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["people.id"], name=op.f("fk_account_batches_opened_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_batches")),
    )
    op.create_index("ix_account_batches_unit_id", "account_batches", ["unit_id"])
    op.create_index("ix_account_batches_closes_at", "account_batches", ["closes_at"])


def _memories() -> None:
    op.create_table(
        "used_accounts",
        sa.Column("account", sa.String(60), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_used_accounts")),
    )
    op.create_index("ix_used_accounts_person_id", "used_accounts", ["person_id"])
    op.create_table(
        "password_memories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_password_memories_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_memories")),
    )
    op.create_index("ix_password_memories_person_id", "password_memories", ["person_id"])
    op.create_table(
        "second_factors",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("secret", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_second_factors_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factors")),
    )


def _changes() -> None:
    op.create_table(
        "account_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("verb", sa.String(24), nullable=False),
        sa.Column("by_id", sa.String(32), nullable=True),
        sa.Column("other_id", sa.String(32), nullable=True),
        sa.Column("unit_id", sa.String(32), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_account_changes_person_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_account_changes_by_id")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["people.id"], name=op.f("fk_account_changes_other_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_account_changes_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
    )
    op.create_index("ix_account_changes_person", "account_changes", ["person_id", "at"])
    op.create_index("ix_account_changes_other_id", "account_changes", ["other_id"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    # not as a batch: a rebuilt table of people would break what refers to it
    op.drop_column("sign_ins", "factor_due")
    for column in ("batch_id", "reading", "account_fixed_at"):
        op.drop_column("people", column)
