"""first tables."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "organisations_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "organisations_organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations_organisation")),
    )
    op.create_table(
        "organisations_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("expires", lms.host.db.Utc(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("slips", sa.LargeBinary(), nullable=True),
        sa.Column("slips_until", lms.host.db.Utc(), nullable=True),
        sa.CheckConstraint("size >= 1", name=op.f("ck_organisations_batch_size")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts_cohort.id"], name=op.f("fk_organisations_batch_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations_organisation.id"],
            name=op.f("fk_organisations_batch_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations_batch")),
    )
    with op.batch_alter_table("organisations_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisations_batch_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisations_batch_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("organisations_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisations_batch_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_organisations_batch_cohort_id"))

    op.drop_table("organisations_batch")
    op.drop_table("organisations_organisation")
