"""Releases, the contents they share, and the codes of addresses."""

import sqlalchemy as sa
from alembic import op

revision = "catalogue_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "catalogue_body",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_catalogue_body")),
    )
    op.create_table(
        "catalogue_code",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("content_id", sa.String(length=64), nullable=False),
        sa.Column("course_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('course', 'module', 'lesson')", name=op.f("ck_catalogue_code_kind")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_catalogue_code")),
        sa.UniqueConstraint("content_id", name=op.f("uq_catalogue_code_content_id")),
    )
    with op.batch_alter_table("catalogue_code", schema=None) as batch_op:
        batch_op.create_index("ix_catalogue_code_course", ["course_id"], unique=False)

    op.create_table(
        "catalogue_picture",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_catalogue_picture")),
    )
    op.create_table(
        "catalogue_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("published", sa.Date(), nullable=False),
        sa.Column("source_lang", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("unreviewed", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('edition', 'correction')", name=op.f("ck_catalogue_release_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_release")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_catalogue_release_course_id")),
    )
    op.create_table(
        "catalogue_activity",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["catalogue_body.hash"], name=op.f("fk_catalogue_activity_hash")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["catalogue_release.id"], name=op.f("fk_catalogue_activity_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "activity_id", "lang", name=op.f("pk_catalogue_activity")),
    )
    op.create_table(
        "catalogue_course",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("origin IN ('files', 'desk')", name=op.f("ck_catalogue_course_origin")),
        sa.ForeignKeyConstraint(["release_id"], ["catalogue_release.id"], name=op.f("fk_catalogue_course_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_course")),
    )
    op.create_table(
        "catalogue_lesson",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["catalogue_body.hash"], name=op.f("fk_catalogue_lesson_hash")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["catalogue_release.id"], name=op.f("fk_catalogue_lesson_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "lesson_id", "lang", name=op.f("pk_catalogue_lesson")),
    )
    op.create_table(
        "catalogue_outline",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["catalogue_body.hash"], name=op.f("fk_catalogue_outline_hash")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["catalogue_release.id"], name=op.f("fk_catalogue_outline_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "lang", name=op.f("pk_catalogue_outline")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("catalogue_outline")
    op.drop_table("catalogue_lesson")
    op.drop_table("catalogue_course")
    op.drop_table("catalogue_activity")
    op.drop_table("catalogue_release")
    op.drop_table("catalogue_picture")
    with op.batch_alter_table("catalogue_code", schema=None) as batch_op:
        batch_op.drop_index("ix_catalogue_code_course")

    op.drop_table("catalogue_code")
    op.drop_table("catalogue_body")
