"""time of an attempt."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "quizzes_0002"
down_revision = "quizzes_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("quizzes_attempt", sa.Column("ends", lms.host.db.Utc(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("quizzes_attempt", "ends")
