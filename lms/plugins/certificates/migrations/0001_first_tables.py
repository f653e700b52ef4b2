"""What was issued, in which forms it was printed, and what was withdrawn."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "certificates_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "certificates_withdrawal",
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("code_digest", name=op.f("pk_certificates_withdrawal")),
    )
    op.create_table(
        "certificates_credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.String(length=64), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_certificates_credential_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["catalogue_release.id"], name=op.f("fk_certificates_credential_release_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_credential")),
        sa.UniqueConstraint("person_id", "release_id", name=op.f("uq_certificates_credential_person_id")),
    )
    with op.batch_alter_table("certificates_credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_credential_release_id"), ["release_id"], unique=False)

    op.create_table(
        "certificates_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("name_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("forget_at", lms.host.db.Utc(), nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'waiting', 'ready', 'unavailable', 'failed', 'forgotten')",
            name=op.f("ck_certificates_document_state"),
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["certificates_credential.id"],
            name=op.f("fk_certificates_document_credential_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_document")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_certificates_document_code_digest")),
        sa.UniqueConstraint(
            "credential_id", "lang", "discreet", "name_digest", name=op.f("uq_certificates_document_credential_id")
        ),
    )
    with op.batch_alter_table("certificates_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_document_forget_at"), ["forget_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("certificates_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_document_forget_at"))

    op.drop_table("certificates_document")
    with op.batch_alter_table("certificates_credential", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_credential_release_id"))

    op.drop_table("certificates_credential")
    op.drop_table("certificates_withdrawal")
