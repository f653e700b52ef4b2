"""windows of activities."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "learning_0002"
down_revision = "learning_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "learning_window",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.Column("opens_at", lms.host.db.Utc(), nullable=True),
        sa.Column("closes_at", lms.host.db.Utc(), nullable=True),
        sa.Column("tells_after", sa.Boolean(), nullable=False),
        sa.CheckConstraint("closes_at IS NOT NULL OR NOT tells_after", name=op.f("ck_learning_window_tells")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["learning_plan.id"], name=op.f("fk_learning_window_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "activity_id", name=op.f("pk_learning_window")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("learning_window")
