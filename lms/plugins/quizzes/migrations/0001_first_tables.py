"""first tables."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "quizzes_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "quizzes_attempt",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("store", sa.String(length=8), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed", lms.host.db.Utc(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'graded')", name=op.f("ck_quizzes_attempt_state")),
        sa.CheckConstraint("store IN ('tick', 'score', 'answers')", name=op.f("ck_quizzes_attempt_store")),
        sa.CheckConstraint("(state = 'open') = (score IS NULL)", name=op.f("ck_quizzes_attempt_graded")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_quizzes_attempt_score")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_quizzes_attempt_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["catalogue_release.id"], name=op.f("fk_quizzes_attempt_release_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("person_id", "quiz_id", "seq", name=op.f("pk_quizzes_attempt")),
        sa.UniqueConstraint("token", name=op.f("uq_quizzes_attempt_token")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_quizzes_attempt_changed", "quizzes_attempt", ["changed"])
    op.create_index(op.f("ix_quizzes_attempt_release_id"), "quizzes_attempt", ["release_id"])
    op.create_index(
        "uq_quizzes_attempt_open",
        "quizzes_attempt",
        ["person_id", "quiz_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "quizzes_count",
        sa.Column("question", sa.String(length=128), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("band", sa.String(length=8), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("question", "lang", "band", "part", name=op.f("pk_quizzes_count")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("quizzes_count")
    op.drop_table("quizzes_attempt")
