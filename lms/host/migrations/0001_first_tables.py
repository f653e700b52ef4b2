"""first tables."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "host_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "host_audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_host_audit")),
    )
    op.create_table(
        "host_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("run_after", lms.host.db.Utc(), nullable=False),
        sa.Column("leased_until", lms.host.db.Utc(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_job")),
        sa.UniqueConstraint("schedule", name=op.f("uq_host_job_schedule")),
    )
    with op.batch_alter_table("host_job", schema=None) as batch_op:
        batch_op.create_index("ix_host_job_due", ["run_after"], unique=False)

    op.create_table(
        "host_limit",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_host_limit")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("host_limit")
    with op.batch_alter_table("host_job", schema=None) as batch_op:
        batch_op.drop_index("ix_host_job_due")

    op.drop_table("host_job")
    op.drop_table("host_audit")
