"""answer lines."""

import sqlalchemy as sa
from alembic import op

revision = "cohorts_0002"
down_revision = "cohorts_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("cohorts_member", sa.Column("lines_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("cohorts_member", "lines_on")
