"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "remember_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "remember_choice",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("rested", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_remember_choice_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_remember_choice")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "remember_card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("stability", sa.Double(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["learning_enrolment.id"], name=op.f("fk_remember_card_enrolment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["remember_choice.person_id"], name=op.f("fk_remember_card_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remember_card")),
        sa.UniqueConstraint("person_id", "quiz_id", "question", name=op.f("uq_remember_card_person_id")),
    )
    op.create_index("ix_remember_card_due", "remember_card", ["person_id", "due"])
    op.create_index(op.f("ix_remember_card_enrolment_id"), "remember_card", ["enrolment_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("remember_card")
    op.drop_table("remember_choice")
