"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "workbook_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "workbook_notebook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_wrap", sa.Uuid(), nullable=False),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_workbook_notebook_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workbook_notebook")),
    )
    with op.batch_alter_table("workbook_notebook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workbook_notebook_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_workbook_notebook_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("closed IS NULL"),
            postgresql_where=sa.text("closed IS NULL"),
        )

    op.create_table(
        "workbook_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notebook_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('sheet', 'reflection')", name=op.f("ck_workbook_item_kind")),
        sa.ForeignKeyConstraint(
            ["notebook_id"], ["workbook_notebook.id"], name=op.f("fk_workbook_item_notebook_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_workbook_item_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workbook_item")),
        sa.UniqueConstraint("notebook_id", "kind", "ref", name=op.f("uq_workbook_item_notebook_id")),
    )
    with op.batch_alter_table("workbook_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workbook_item_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("workbook_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workbook_item_person_id"))

    op.drop_table("workbook_item")
    with op.batch_alter_table("workbook_notebook", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_workbook_notebook_open",
            sqlite_where=sa.text("closed IS NULL"),
            postgresql_where=sa.text("closed IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_workbook_notebook_person_id"))

    op.drop_table("workbook_notebook")
