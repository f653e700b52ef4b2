"""bank of questions."""

import sqlalchemy as sa
from alembic import op

revision = "quizzes_0003"
down_revision = "quizzes_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("quizzes_attempt", sa.Column("regraded", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "quizzes_item",
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("item", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_quizzes_item_number")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_quizzes_item_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("question", "number", name=op.f("pk_quizzes_item")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_quizzes_item_person_id"), "quizzes_item", ["person_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_quizzes_item_person_id"), table_name="quizzes_item")
    op.drop_table("quizzes_item")
    op.drop_column("quizzes_attempt", "regraded")
