"""Who did what: an append-only chain in which every entry carries the digest of the one before (AUD-1).

Entries hold no content and no address. People appear under the random alias of their account, which erasing destroys.
What is recorded is written at the very end of its transaction: the row that holds the tip of the chain is the last lock
that any transaction takes, so writers neither fork the chain nor wait for each other in a circle.
`audit_chain` checks, signs and prunes.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Index,
    LargeBinary,
    String,
    bindparam,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from lms.host import clock
from lms.host.actor import Actor
from lms.host.db import Base, Utc, about, reader, side_writer
from lms.host.i18n import lazy_gettext as L_
from lms.host.security.current import vault

START = bytes(32)
OPENED = "opened "
_PENDING = "lms audit entries of this transaction"
_MADE_OF_ALIASES = L_("Stays under an alias that nobody can tie to the person any more.")


class Entry(Base):
    """One line of the chain. Triggers refuse to change or delete it."""

    __tablename__ = "host_audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
    actor: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    reason: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (
        Index("ix_host_audit_object", "object"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Shows who used which power, so that quiet misuse is noticed."),
                lifetime=L_("24 months."),
                erase=_MADE_OF_ALIASES,
            )
        },
    )


class Tip(Base):
    """The end of the chain under a key that is not in the database, so that cutting entries off is noticed."""

    __tablename__ = "host_audit_tip"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        {
            "info": about(
                data_class="C0",
                purpose=L_("Says where the audit ends, so that cutting entries off is noticed."),
                lifetime=L_("As long as the site."),
                erase=L_("Holds nothing about a person."),
            )
        },
    )


class Head(Base):
    """A signed digest of the chain at one entry: hourly ones (`head`), and where pruning stopped (`base`)."""

    __tablename__ = "host_audit_head"

    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made: Mapped[datetime] = mapped_column(Utc)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))

    __table_args__ = (
        {
            "info": about(
                data_class="C0",
                purpose=L_("Lets anyone who kept one notice that the audit was written anew."),
                lifetime=L_("24 months."),
                erase=L_("Holds nothing about a person."),
            )
        },
    )


Facts = tuple[date, str, str, str, str]
_tip = select(Tip.seq, Tip.digest).with_for_update()
_move_tip = update(Tip).values(seq=bindparam("new_seq"), digest=bindparam("new_digest"), mac=bindparam("new_mac"))


class ChainLost(Exception):  # noqa: N818 - a state: nothing is recorded, so nothing is done
    """The row that holds the end of the chain is gone: somebody wrote to the database beside Veer."""


def record(session: Session, *, actor: str, action: str, object: str, reason: str = "") -> None:  # noqa: A002
    """Append an entry in the transaction of the change it tells of.

    Args:
        session: the writing session; nothing is recorded if it, or the savepoint that runs now, rolls back.
        actor: alias of the person, or `operator` for the command line.
        action: verb, for example `grant`.
        object: what it was done to, by alias or id; never a name or text.
        reason: why, where the action asks for one.

    """
    session.connection()
    within = session.get_nested_transaction() or session.get_transaction()
    waiting = session.info.setdefault(_PENDING, [])
    waiting.append((within, (clock.today(), actor, action, object, reason)))


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody on staff opened what is held on a person.

    Args:
        day: when.
        what: key of the `StaffView`.
        role: in which role.
        by: alias of who did; the same for one person's openings, and nobody's name.

    """

    day: date
    what: str
    role: str
    by: str


def opened(actor: Actor, people: Collection[str], what: str, *, role: str, scope: str = "") -> None:
    """Record that personal data is about to be shown to staff; call it before the page is rendered (AUD-1, AUD-3).

    An entry says the day, so opening the same thing of the same person again that day adds none.

    Args:
        actor: who looks.
        people: audit aliases of whose data is shown; nobody's when it is counts.
        what: key of the `StaffView` that is shown.
        role: in which the actor may see it.
        scope: what was looked at when it shows counts of people and no one of them, for example `site`.

    """
    action = f"{OPENED}{what}"
    objects = set(people) | ({scope} if scope else set())
    known = select(Entry.object).where(
        Entry.object.in_(objects), Entry.actor == actor.alias, Entry.action == action, Entry.day == clock.today()
    )
    fresh = objects - set(reader().scalars(known))
    if not fresh:
        return
    with side_writer(skip_if_busy=False) as conn:
        if conn is None:
            raise ChainLost
        append(conn, [(clock.today(), actor.alias, action, one, role) for one in sorted(fresh)])


def openings_of(conn: Connection, alias: str) -> list[Opening]:
    """Return what staff opened of a person, newest first (AUD-3).

    Args:
        conn: to read with.
        alias: the person's audit alias.

    """
    rows = conn.execute(
        select(Entry.day, Entry.action, Entry.reason, Entry.actor)
        .where(Entry.object == alias, Entry.action.startswith(OPENED, autoescape=True))
        .order_by(Entry.seq.desc())
    )
    return [Opening(row.day, row.action.removeprefix(OPENED), row.reason, row.actor) for row in rows]


def append(conn: Connection, entries: Iterable[Facts]) -> None:
    """Add entries at the end of the chain, which nobody else can until this transaction ends.

    Raises:
        ChainLost: the end of the chain is not known.

    """
    tip = conn.execute(_tip).one_or_none()
    if tip is None:
        raise ChainLost
    seq, digest = tip.seq, tip.digest
    rows = []
    for facts in entries:
        seq += 1
        digest = chained(digest, seq, facts)
        rows.append(dict(zip(("day", "actor", "action", "object", "reason"), facts, strict=True)))
        rows[-1] |= {"seq": seq, "digest": digest}
    conn.execute(insert(Entry), rows)
    conn.execute(_move_tip, {"new_seq": seq, "new_digest": digest, "new_mac": tip_mac(seq, digest)})


def chained(before: bytes, seq: int, facts: Sequence[Any]) -> bytes:
    """Return the digest of an entry that follows the one with the digest `before`."""
    day, *words = facts
    line = json.dumps([seq, day.isoformat(), *words], ensure_ascii=True)
    return hashlib.sha256(before + line.encode()).digest()


def tip_mac(seq: int, digest: bytes) -> bytes:
    """Return what only this server can put beside the end of the chain."""
    return vault().mac(f"{seq} {digest.hex()}", purpose="audit tip")


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if not session.info.get(_PENDING) or session.in_nested_transaction():
        return
    session.flush()  # its locks come before the tip's
    waiting = session.info.pop(_PENDING)
    root = session.get_transaction()
    if facts := [facts for within, facts in waiting if root in _line(within)]:
        append(session.connection(), facts)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    waiting = session.info.get(_PENDING)
    if waiting:
        session.info[_PENDING] = [one for one in waiting if ended not in _line(one[0])]


def _line(transaction: SessionTransaction | None) -> list[SessionTransaction]:
    """Return a transaction and those around it."""
    found: list[SessionTransaction] = []
    while transaction is not None:
        found.append(transaction)
        transaction = transaction.parent
    return found
