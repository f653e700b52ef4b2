"""Who did what: an append-only chain in which every entry carries the digest of the one before (AUD-1).

Entries hold no content and no address. People appear under the random alias of their account, which erasing destroys.
"""

import hashlib
import json
from datetime import date

from sqlalchemy import Connection, LargeBinary, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.host import clock
from lms.host.db import Base, about

_START = bytes(32)
_LOCK = 0x7665_6572


class Entry(Base):
    """One line of the chain."""

    __tablename__ = "host_audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
    actor: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    reason: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose="Shows who used which power, so that quiet misuse is noticed.",
                lifetime="24 months.",
                erase="Stays under an alias that nobody can tie to the person any more.",
            )
        },
    )


def record(session: Session, *, actor: str, action: str, object: str, reason: str = "") -> None:  # noqa: A002
    """Append an entry in the transaction of the change it tells of.

    Args:
        session: the writing session; nothing is recorded if it rolls back.
        actor: alias of the person, or `operator` for the command line.
        action: verb, for example `grant`.
        object: what it was done to, by alias or id; never a name or text.
        reason: why, where the action asks for one.

    """
    conn = session.connection()
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.execute(select(Entry.seq, Entry.digest).order_by(Entry.seq.desc()).limit(1)).first()
    seq, before = (last.seq + 1, last.digest) if last else (1, _START)
    entry = Entry(seq=seq, day=clock.today(), actor=actor, action=action, object=object, reason=reason)
    entry.digest = _chained(before, entry.seq, entry.day, actor, action, object, reason)
    session.add(entry)
    session.flush()


def first_broken(conn: Connection) -> int | None:
    """Return the number of the first entry that does not follow from the one before, or `None`."""
    before, expected = _START, 1
    for row in conn.execute(select(Entry.__table__).order_by(Entry.seq)):
        facts = (row.seq, row.day, row.actor, row.action, row.object, row.reason)
        if row.seq != expected or row.digest != _chained(before, *facts):
            return expected
        before, expected = row.digest, expected + 1
    return None


def _chained(before: bytes, seq: int, day: date, *facts: str) -> bytes:
    line = json.dumps([seq, day.isoformat(), *facts], ensure_ascii=True)
    return hashlib.sha256(before + line.encode()).digest()
