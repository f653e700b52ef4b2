"""support access."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "accounts_0005"
down_revision = "accounts_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "accounts_support",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked", lms.host.db.Utc(), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("began", lms.host.db.Utc(), nullable=True),
        sa.Column("ends", lms.host.db.Utc(), nullable=True),
        sa.Column("told_until", lms.host.db.Utc(), nullable=True),
        sa.CheckConstraint("(agreed_by IS NULL) = (told_until IS NULL)", name=op.f("ck_accounts_support_told")),
        sa.CheckConstraint("agreed_by IS NULL OR agreed_by != asked_by", name=op.f("ck_accounts_support_two")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_accounts_support_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_support")),
    )
    with op.batch_alter_table("accounts_support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_support_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("accounts_support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_support_person_id"))

    op.drop_table("accounts_support")
