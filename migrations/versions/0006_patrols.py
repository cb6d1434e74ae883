"""Patrols: checklists, plans, visits and hazards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checklist_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("group", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=300), nullable=False),
        sa.Column("measure", sa.String(length=300), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("risks", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_by_id", sa.String(length=32), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["checklist_items.id"], name=op.f("fk_checklist_items_replaces_id")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["people.id"], name=op.f("fk_checklist_items_set_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_checklist_items_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_items")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_checklist_items_replaces_id")),
    )
    op.create_index(
        op.f("ix_checklist_items_unit_id"), "checklist_items", ["unit_id"], unique=False
    )
    op.create_table(
        "patrol_plans",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("work_id", sa.String(length=32), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_patrol_plans_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_plans")),
        sa.UniqueConstraint("work_id", name=op.f("uq_patrol_plans_work_id")),
    )
    op.create_index(op.f("ix_patrol_plans_next_on"), "patrol_plans", ["next_on"], unique=False)
    op.create_table(
        "patrols",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("work_id", sa.String(length=32), nullable=True),
        sa.Column("report_case_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by_id", sa.String(length=32), nullable=True),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("lng", sa.String(length=20), nullable=True),
        sa.Column("lat", sa.String(length=20), nullable=True),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("inspectors", sa.JSON(), nullable=False),
        sa.Column("signed_name", sa.String(length=60), nullable=False),
        sa.Column("signature_id", sa.String(length=32), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("witness", sa.String(length=60), nullable=False),
        sa.Column("conclusion", sa.String(length=12), nullable=False),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_by_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_patrols_case_id")),
        sa.ForeignKeyConstraint(
            ["concluded_by_id"], ["people.id"], name=op.f("fk_patrols_concluded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_case_id"], ["cases.id"], name=op.f("fk_patrols_report_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["attachments.id"], name=op.f("fk_patrols_signature_id")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["people.id"], name=op.f("fk_patrols_started_by_id")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_patrols_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrols")),
        sa.UniqueConstraint("case_id", name=op.f("uq_patrols_case_id")),
        sa.UniqueConstraint(
            "started_by_id", "client_id", name=op.f("uq_patrols_started_by_id_client_id")
        ),
    )
    op.create_index(op.f("ix_patrols_report_case_id"), "patrols", ["report_case_id"], unique=False)
    op.create_index(
        "ix_patrols_work_concluded", "patrols", ["work_id", "concluded_at"], unique=False
    )
    op.create_index(op.f("ix_patrols_work_id"), "patrols", ["work_id"], unique=False)
    op.create_table(
        "hazards",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("work_id", sa.String(length=32), nullable=True),
        sa.Column("patrol_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("rule", sa.String(length=300), nullable=False),
        sa.Column("measure", sa.String(length=400), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("default_grade", sa.String(length=8), nullable=False),
        sa.Column("downgrade_reason", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_by_id", sa.String(length=32), nullable=False),
        sa.Column("rectification_id", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.String(length=32), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["people.id"], name=op.f("fk_hazards_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["found_by_id"], ["people.id"], name=op.f("fk_hazards_found_by_id")
        ),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrols.id"], name=op.f("fk_hazards_patrol_id")),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["cases.id"], name=op.f("fk_hazards_rectification_id")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_hazards_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazards")),
        sa.UniqueConstraint("patrol_id", "client_id", name=op.f("uq_hazards_patrol_id_client_id")),
    )
    op.create_index(op.f("ix_hazards_patrol_id"), "hazards", ["patrol_id"], unique=False)
    op.create_index(
        op.f("ix_hazards_rectification_id"), "hazards", ["rectification_id"], unique=False
    )
    op.create_index("ix_hazards_work_state", "hazards", ["work_id", "state"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_hazards_work_state", table_name="hazards")
    op.drop_index(op.f("ix_hazards_rectification_id"), table_name="hazards")
    op.drop_index(op.f("ix_hazards_patrol_id"), table_name="hazards")
    op.drop_table("hazards")
    op.drop_index(op.f("ix_patrols_work_id"), table_name="patrols")
    op.drop_index("ix_patrols_work_concluded", table_name="patrols")
    op.drop_index(op.f("ix_patrols_report_case_id"), table_name="patrols")
    op.drop_table("patrols")
    op.drop_index(op.f("ix_patrol_plans_next_on"), table_name="patrol_plans")
    op.drop_table("patrol_plans")
    op.drop_index(op.f("ix_checklist_items_unit_id"), table_name="checklist_items")
    op.drop_table("checklist_items")
