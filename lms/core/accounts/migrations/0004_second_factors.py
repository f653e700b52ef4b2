"""second factors, closed accounts, help by two people."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "accounts_0004"
down_revision = "accounts_0003"
branch_labels = None
depends_on = None

PERSON = ("person_id",), ("accounts_person.id",)


def upgrade() -> None:
    """Apply."""
    op.add_column("accounts_signin", sa.Column("factor", sa.Boolean(), server_default=sa.false(), nullable=False))
    _factors()
    _closed()


def _factors() -> None:
    op.create_table(
        "accounts_second_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("by_code", sa.Boolean(), nullable=False),
        sa.Column("began", lms.host.db.Utc(), nullable=False),
        sa.ForeignKeyConstraint(*PERSON, name=op.f("fk_accounts_second_step_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_second_step")),
        sa.UniqueConstraint("token", name=op.f("uq_accounts_second_step_token")),
    )
    op.create_index(op.f("ix_accounts_second_step_person_id"), "accounts_second_step", ["person_id"], unique=False)
    op.create_table(
        "accounts_totp",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(*PERSON, name=op.f("fk_accounts_totp_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_accounts_totp")),
    )
    op.create_table(
        "accounts_passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(*PERSON, name=op.f("fk_accounts_passkey_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_accounts_passkey_credential")),
    )
    op.create_index(op.f("ix_accounts_passkey_person_id"), "accounts_passkey", ["person_id"], unique=False)
    op.create_table(
        "accounts_challenge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("value", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made", lms.host.db.Utc(), nullable=False),
        sa.ForeignKeyConstraint(*PERSON, name=op.f("fk_accounts_challenge_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_challenge")),
    )
    op.create_index(op.f("ix_accounts_challenge_made"), "accounts_challenge", ["made"], unique=False)


def _closed() -> None:
    op.create_table(
        "accounts_lock",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("opener_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(*PERSON, name=op.f("fk_accounts_lock_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["opener_id"], ["accounts_person.id"], name=op.f("fk_accounts_lock_opener_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_accounts_lock")),
    )
    op.create_table(
        "accounts_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.LargeBinary(length=32), nullable=False),
        sa.Column("asked", sa.LargeBinary(length=32), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("code", sa.LargeBinary(length=32), nullable=True),
        sa.Column("expires", lms.host.db.Utc(), nullable=False),
        sa.ForeignKeyConstraint(*PERSON, name=op.f("fk_accounts_reset_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["accounts_person.id"], name=op.f("fk_accounts_reset_opened_by"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_reset")),
        sa.UniqueConstraint("code", name=op.f("uq_accounts_reset_code")),
        sa.UniqueConstraint("number", name=op.f("uq_accounts_reset_number")),
    )
    op.create_index(op.f("ix_accounts_reset_expires"), "accounts_reset", ["expires"], unique=False)


def downgrade() -> None:
    """Take back."""
    for table in ("reset", "lock", "challenge", "passkey", "totp", "second_step"):
        op.drop_table(f"accounts_{table}")
    with op.batch_alter_table("accounts_signin", schema=None) as batch_op:
        batch_op.drop_column("factor")
