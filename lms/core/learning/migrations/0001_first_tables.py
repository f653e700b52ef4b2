"""first tables."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "learning_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "learning_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["catalogue_course.id"], name=op.f("fk_learning_plan_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_plan")),
    )
    op.create_table(
        "learning_date",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(), nullable=False),
        sa.Column("opens_at", lms.host.db.Utc(), nullable=True),
        sa.Column("due_at", lms.host.db.Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["learning_plan.id"], name=op.f("fk_learning_date_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "lesson_id", name=op.f("pk_learning_date")),
    )
    op.create_table(
        "learning_enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.String(length=64), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("resume", sa.String(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("share_organisation", sa.String(length=12), nullable=False),
        sa.Column("share_facilitators", sa.String(length=12), nullable=False),
        sa.Column("share_cohort", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["catalogue_course.id"], name=op.f("fk_learning_enrolment_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_learning_enrolment_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["learning_plan.id"], name=op.f("fk_learning_enrolment_plan_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["catalogue_release.id"], name=op.f("fk_learning_enrolment_release_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_enrolment")),
        sa.UniqueConstraint("person_id", "course_id", name=op.f("uq_learning_enrolment_person_id")),
    )
    with op.batch_alter_table("learning_enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_learning_enrolment_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "learning_activity",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.Column("best", sa.SmallInteger(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["learning_enrolment.id"],
            name=op.f("fk_learning_activity_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "activity_id", name=op.f("pk_learning_activity")),
    )
    op.create_table(
        "learning_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("text_version", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "audience IN ('organisation', 'facilitators', 'cohort')", name=op.f("ck_learning_consent_audience")
        ),
        sa.CheckConstraint(
            "level IN ('none', 'taking_part', 'completion', 'progress', 'score')",
            name=op.f("ck_learning_consent_level"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["learning_enrolment.id"],
            name=op.f("fk_learning_consent_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_learning_consent_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_consent")),
    )
    with op.batch_alter_table("learning_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_learning_consent_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_learning_consent_person_id"), ["person_id"], unique=False)

    op.create_table(
        "learning_lesson",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("state IN (1, 2)", name=op.f("ck_learning_lesson_state")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["learning_enrolment.id"],
            name=op.f("fk_learning_lesson_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "lesson_id", name=op.f("pk_learning_lesson")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("learning_lesson")
    with op.batch_alter_table("learning_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learning_consent_person_id"))
        batch_op.drop_index(batch_op.f("ix_learning_consent_enrolment_id"))

    op.drop_table("learning_consent")
    op.drop_table("learning_activity")
    with op.batch_alter_table("learning_enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learning_enrolment_plan_id"))

    op.drop_table("learning_enrolment")
    op.drop_table("learning_date")
    op.drop_table("learning_plan")
