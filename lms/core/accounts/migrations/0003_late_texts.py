"""confirmed and named sign-ins, husks, late texts."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "accounts_0003"
down_revision = "accounts_0002"
branch_labels = None
depends_on = None

PERSON = ("person_id",), ("accounts_person.id",)


def upgrade() -> None:
    """Apply."""
    op.add_column("accounts_signin", sa.Column("confirmed", lms.host.db.Utc(), nullable=True))
    op.add_column("accounts_signin", sa.Column("label", sa.LargeBinary(), nullable=True))
    op.create_table(
        "accounts_husk",
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("until", lms.host.db.Utc(), nullable=False),
        sa.ForeignKeyConstraint(*PERSON, name=op.f("fk_accounts_husk_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_accounts_husk")),
    )
    op.create_index(op.f("ix_accounts_husk_person_id"), "accounts_husk", ["person_id"], unique=False)
    op.create_index(op.f("ix_accounts_husk_until"), "accounts_husk", ["until"], unique=False)
    op.create_table(
        "accounts_kept_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", lms.host.db.Utc(), nullable=False),
        sa.ForeignKeyConstraint(*PERSON, name=op.f("fk_accounts_kept_text_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_kept_text")),
    )
    op.create_index(op.f("ix_accounts_kept_text_person_id"), "accounts_kept_text", ["person_id"], unique=False)
    op.create_index(op.f("ix_accounts_kept_text_until"), "accounts_kept_text", ["until"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("accounts_kept_text")
    op.drop_table("accounts_husk")
    with op.batch_alter_table("accounts_signin", schema=None) as batch_op:
        batch_op.drop_column("label")
        batch_op.drop_column("confirmed")
