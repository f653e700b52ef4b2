"""the audit is append-only, has a keyed end and signed heads."""

import sqlalchemy as sa
from alembic import op

import lms.host.db
from lms.host.security.audit import START, tip_mac

revision = "host_0002"
down_revision = "host_0001"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER host_audit_unchanged BEFORE UPDATE ON host_audit
    BEGIN SELECT RAISE(ABORT, 'entries of the audit are never changed'); END""",
    """CREATE TRIGGER host_audit_kept BEFORE DELETE ON host_audit
    WHEN NOT EXISTS (SELECT 1 FROM host_audit_head WHERE kind = 'base' AND seq >= OLD.seq)
    BEGIN SELECT RAISE(ABORT, 'entries of the audit go only up to a signed head'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION host_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM host_audit_head WHERE kind = 'base' AND seq >= OLD.seq) THEN RETURN OLD; END IF;
      END IF;
      RAISE EXCEPTION 'entries of the audit are never changed and go only up to a signed head';
    END $$""",
    """CREATE TRIGGER host_audit_kept BEFORE UPDATE OR DELETE ON host_audit
    FOR EACH ROW EXECUTE FUNCTION host_audit_refuse()""",
    """CREATE TRIGGER host_audit_whole BEFORE TRUNCATE ON host_audit
    FOR EACH STATEMENT EXECUTE FUNCTION host_audit_refuse()""",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "host_audit_head",
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made", lms.host.db.Utc(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "seq", name=op.f("pk_host_audit_head")),
    )
    tip = op.create_table(
        "host_audit_tip",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_host_audit_tip_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_audit_tip")),
    )
    op.create_index("ix_host_audit_object", "host_audit", ["object"])
    conn = op.get_bind()
    last = conn.execute(sa.text("SELECT seq, digest FROM host_audit ORDER BY seq DESC LIMIT 1")).first()
    seq, digest = (last.seq, bytes(last.digest)) if last else (0, START)
    conn.execute(sa.insert(tip).values(id=1, seq=seq, digest=digest, mac=tip_mac(seq, digest)))
    for statement in POSTGRESQL if conn.dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER host_audit_whole ON host_audit")
        op.execute("DROP TRIGGER host_audit_kept ON host_audit")
        op.execute("DROP FUNCTION host_audit_refuse()")
    else:
        op.execute("DROP TRIGGER host_audit_kept")
        op.execute("DROP TRIGGER host_audit_unchanged")
    op.drop_index("ix_host_audit_object", "host_audit")
    op.drop_table("host_audit_tip")
    op.drop_table("host_audit_head")
