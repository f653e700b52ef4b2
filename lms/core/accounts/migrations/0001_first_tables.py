"""first tables."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "accounts_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "accounts_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("name_tries", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.Column("expires", lms.host.db.Utc(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.CheckConstraint("seats >= 1 AND used >= 0 AND used <= seats", name=op.f("ck_accounts_invitation_seats")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_invitation")),
        sa.UniqueConstraint("code", name=op.f("uq_accounts_invitation_code")),
    )
    with op.batch_alter_table("accounts_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_invitation_batch"), ["batch"], unique=False)

    op.create_table(
        "accounts_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handle_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("outside_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("alias", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("params", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.LargeBinary(length=32), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_wrap", sa.Uuid(), nullable=False),
        sa.Column("sheet_wrap", sa.Uuid(), nullable=True),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("low_data", sa.Boolean(), nullable=False),
        sa.Column("idle_minutes", sa.Integer(), nullable=False),
        sa.Column("created", sa.Date(), nullable=False),
        sa.CheckConstraint("theme IN ('auto', 'light', 'dark')", name=op.f("ck_accounts_person_theme")),
        sa.CheckConstraint("idle_minutes BETWEEN 10 AND 480", name=op.f("ck_accounts_person_idle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_person")),
        sa.UniqueConstraint("handle_index", name=op.f("uq_accounts_person_handle_index")),
        sa.UniqueConstraint("outside_index", name=op.f("uq_accounts_person_outside_index")),
    )
    op.create_table(
        "accounts_grant",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("scope_kind", sa.String(length=32), nullable=False),
        sa.Column("scope_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_accounts_grant_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "role", "scope_kind", "scope_id", name=op.f("pk_accounts_grant")),
    )
    with op.batch_alter_table("accounts_grant", schema=None) as batch_op:
        batch_op.create_index("ix_accounts_grant_scope", ["scope_kind", "scope_id"], unique=False)

    op.create_table(
        "accounts_recovery_code",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_accounts_recovery_code_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_accounts_recovery_code")),
    )
    with op.batch_alter_table("accounts_recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_recovery_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "accounts_signin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("by_code", sa.Boolean(), nullable=False),
        sa.Column("began", lms.host.db.Utc(), nullable=False),
        sa.Column("seen", lms.host.db.Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_accounts_signin_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_signin")),
        sa.UniqueConstraint("token", name=op.f("uq_accounts_signin_token")),
    )
    with op.batch_alter_table("accounts_signin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_signin_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("accounts_signin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_signin_person_id"))

    op.drop_table("accounts_signin")
    with op.batch_alter_table("accounts_recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_recovery_code_person_id"))

    op.drop_table("accounts_recovery_code")
    with op.batch_alter_table("accounts_grant", schema=None) as batch_op:
        batch_op.drop_index("ix_accounts_grant_scope")

    op.drop_table("accounts_grant")
    op.drop_table("accounts_person")
    with op.batch_alter_table("accounts_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_invitation_batch"))

    op.drop_table("accounts_invitation")
