"""copies, erasures and own limits."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "accounts_0002"
down_revision = "accounts_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "accounts_erasure",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_accounts_erasure")),
    )
    op.create_table(
        "accounts_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked", lms.host.db.Utc(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_accounts_copy_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_copy")),
        sa.UniqueConstraint("person_id", name=op.f("uq_accounts_copy_person_id")),
    )
    op.create_table(
        "accounts_copy_part",
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["copy_id"], ["accounts_copy.id"], name=op.f("fk_accounts_copy_part_copy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("copy_id", "key", name=op.f("pk_accounts_copy_part")),
    )
    op.add_column("accounts_person", sa.Column("seen_on", sa.Date(), nullable=True))
    op.add_column("accounts_person", sa.Column("keep_days", sa.Integer(), nullable=True))
    op.add_column("accounts_person", sa.Column("warned_on", sa.Date(), nullable=True))
    # Nobody is away from the day on which the counting begins.
    op.execute(sa.text("UPDATE accounts_person SET seen_on = CURRENT_DATE"))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("accounts_person", schema=None) as batch_op:
        batch_op.drop_column("warned_on")
        batch_op.drop_column("keep_days")
        batch_op.drop_column("seen_on")
    op.drop_table("accounts_copy_part")
    op.drop_table("accounts_copy")
    op.drop_table("accounts_erasure")
