"""What is said beside the flow: copies, and opinions that were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "copies",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("by_id", sa.String(32), nullable=False),
        sa.Column("words_id", sa.String(32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_copies"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_copies_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_copies_person_id"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_copies_by_id"),
        sa.ForeignKeyConstraint(["words_id"], ["submissions.id"], name="fk_copies_words_id"),
        sa.UniqueConstraint("case_id", "person_id", name="uq_copies_case_id_person_id"),
    )
    op.create_index("ix_copies_person", "copies", ["person_id", "at", "id"])
    _opinions()


def _opinions() -> None:
    op.create_table(
        "opinions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("by_id", sa.String(32), nullable=False),
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("answer_id", sa.String(32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_opinions"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_opinions_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_opinions_person_id"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_opinions_by_id"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["submissions.id"], name="fk_opinions_question_id"
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["submissions.id"], name="fk_opinions_answer_id"),
    )
    op.create_index("ix_opinions_case_id", "opinions", ["case_id"])
    op.create_index("ix_opinions_person", "opinions", ["person_id", "answered_at", "due_at", "id"])


def downgrade() -> None:
    op.drop_table("opinions")
    op.drop_table("copies")
