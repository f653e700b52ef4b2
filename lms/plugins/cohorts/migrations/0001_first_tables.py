"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "cohorts_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "cohorts_cohort",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("course_id", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("offsets", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_cohorts_cohort_days")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["catalogue_course.id"], name=op.f("fk_cohorts_cohort_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["learning_plan.id"], name=op.f("fk_cohorts_cohort_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts_cohort")),
    )
    with op.batch_alter_table("cohorts_cohort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohorts_cohort_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "cohorts_member",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("alias", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("joined", sa.Date(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.CheckConstraint("role IN ('learner', 'facilitator')", name=op.f("ck_cohorts_member_role")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts_cohort.id"], name=op.f("fk_cohorts_member_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_cohorts_member_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_cohorts_member")),
        sa.UniqueConstraint("cohort_id", "alias", name=op.f("uq_cohorts_member_cohort_id")),
    )
    with op.batch_alter_table("cohorts_member", schema=None) as batch_op:
        batch_op.create_index("ix_cohorts_member_organisation", ["organisation_id"], unique=False)
        batch_op.create_index("ix_cohorts_member_person", ["person_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("cohorts_member", schema=None) as batch_op:
        batch_op.drop_index("ix_cohorts_member_person")
        batch_op.drop_index("ix_cohorts_member_organisation")

    op.drop_table("cohorts_member")
    with op.batch_alter_table("cohorts_cohort", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cohorts_cohort_organisation_id"))

    op.drop_table("cohorts_cohort")
