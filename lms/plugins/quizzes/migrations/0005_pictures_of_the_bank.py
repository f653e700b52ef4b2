"""pictures of the bank."""

import sqlalchemy as sa
from alembic import op

revision = "quizzes_0005"
down_revision = "quizzes_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "quizzes_picture",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_quizzes_picture")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("quizzes_picture")
