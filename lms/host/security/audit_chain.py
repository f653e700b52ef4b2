"""Checking, signing and shortening the audit (AUD-1, AUD-2).

Three things stand against a person with write access to the database: the chain itself (edits, gaps and changes of order),
the keyed tip (cutting entries off), and signed heads that staff copy elsewhere (writing all of it anew).
"""

import base64
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.orm import Session

from lms.host import clock
from lms.host.contributions import Job
from lms.host.security import audit
from lms.host.security.audit import START, Entry, Head, Tip
from lms.host.security.current import vault
from lms.host.security.tokens import same

log = logging.getLogger("lms.audit")

HEAD, BASE = "head", "base"
KEPT_MONTHS = 24
KEPT = timedelta(days=KEPT_MONTHS * 30.5)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written, and how that shows."""

    entry: int
    why: str


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head as people keep it."""

    seq: int
    made: datetime
    digest: bytes
    signature: bytes

    def __str__(self) -> str:
        """Return the line to copy."""
        signature = base64.urlsafe_b64encode(self.signature).decode().rstrip("=")
        return f"{self.seq}.{self.made:%Y%m%dT%HZ}.{self.digest.hex()}.{signature}"

    @classmethod
    def read(cls, line: str) -> "SignedHead":
        """Read such a line.

        Raises:
            ValueError: it is none.

        """
        seq, made, digest, signature = line.strip().split(".")
        moment = datetime.strptime(made, "%Y%m%dT%HZ").replace(tzinfo=clock.now().tzinfo)
        padded = signature + "=" * (-len(signature) % 4)
        return cls(int(seq), moment, bytes.fromhex(digest), base64.urlsafe_b64decode(padded))


# ---------------------------------------------------------------- checking
def verify(conn: Connection, *, since_head: bool = False) -> Broken | None:
    """Return the first broken link of the chain, or `None`.

    Args:
        conn: to read with.
        since_head: look only at what came after the newest signed head, which was checked before it was signed.

    """
    base = conn.execute(select(Head.__table__).where(Head.kind == BASE).order_by(Head.seq.desc()).limit(1)).first()
    heads = {row.seq: row for row in conn.execute(select(Head.__table__).where(Head.kind == HEAD))}
    for row in ([base] if base else []) + list(heads.values()):
        if not _signed(row):
            return Broken(row.seq, f"the signature of the {row.kind} there is not this site's")
    begin = base
    if since_head and heads and (base is None or max(heads) > base.seq):
        begin = heads[max(heads)]
    return _walk(conn, begin, heads)


def _walk(conn: Connection, begin: Row[Any] | None, heads: Mapping[int, Row[Any]]) -> Broken | None:
    seq, digest = (begin.seq, begin.digest) if begin else (0, START)
    entries = select(Entry.__table__).where(Entry.seq > seq).order_by(Entry.seq)
    for row in conn.execute(entries):
        seq += 1
        if row.seq != seq:
            return Broken(seq, "it is missing")
        facts = (row.day, row.actor, row.action, row.object, row.reason)
        if not same(row.digest, audit.chained(digest, seq, facts)):
            return Broken(seq, "it is not what was written")
        digest = row.digest
        if seq in heads and not same(heads[seq].digest, digest):
            return Broken(seq, "the chain was written anew: a signed head says something else")
    return _end(conn, seq, digest, max(heads, default=0))


def _end(conn: Connection, seq: int, digest: bytes, newest: int) -> Broken | None:
    tip = conn.execute(select(Tip.seq, Tip.digest, Tip.mac)).one_or_none()
    if tip is None:
        return Broken(seq + 1, "nothing says where the chain ends")
    if not same(tip.mac, audit.tip_mac(tip.seq, tip.digest)):
        return Broken(seq, "the end of the chain was not written by this site")
    if max(tip.seq, newest) > seq:
        return Broken(seq + 1, "it and what followed were cut off")
    if tip.seq != seq or not same(tip.digest, digest):
        return Broken(tip.seq + 1, "it was added beside this program")
    return None


def contradiction(conn: Connection, kept: SignedHead) -> str:
    """Say how the chain contradicts a head that somebody kept; empty when it does not.

    Args:
        conn: to read with.
        kept: the head, copied when it was the newest.

    """
    base = conn.scalar(select(Head.seq).where(Head.kind == BASE).order_by(Head.seq.desc()).limit(1)) or 0
    if kept.seq < base:
        return f"Entry {kept.seq} is older than what is kept; the chain begins after {base}."
    table = Head if kept.seq == base else Entry
    now = conn.scalar(select(table.digest).where(table.seq == kept.seq).limit(1))
    if now is None:
        return f"Entry {kept.seq} stood in the audit when this head was made, and is gone."
    if not same(now, kept.digest):
        return f"The audit up to entry {kept.seq} was written anew after this head was made."
    return ""


# ---------------------------------------------------------------- signing
def public_key() -> bytes:
    """Return the key with which heads can be checked."""
    return _key().public_key().public_bytes_raw()


def newest_head(conn: Connection) -> SignedHead | None:
    """Return the newest signed head."""
    row = conn.execute(select(Head.__table__).where(Head.kind == HEAD).order_by(Head.seq.desc()).limit(1)).first()
    return SignedHead(row.seq, row.made, row.digest, row.signature) if row else None


def sign_head(session: Session, _payload: Mapping[str, Any] | None = None) -> None:
    """Sign the end of the chain, if it has grown and holds; a broken chain is never signed."""
    conn = session.connection()
    tip = conn.execute(select(Tip.seq, Tip.digest).with_for_update()).one()
    newest = newest_head(conn)
    if tip.seq == 0 or (newest is not None and newest.seq == tip.seq):
        return
    broken = verify(conn, since_head=True)
    if broken is not None:
        log.error("the audit is broken, so its head is not signed", extra={"count": broken.entry})
        return
    _put(session, HEAD, tip.seq, tip.digest)


def resign(session: Session) -> None:
    """Put new signatures under every head, after the operator secret has changed (ENC-11)."""
    conn = session.connection()
    for row in conn.execute(select(Head.__table__)).all():
        signature = _signature(row.kind, row.seq, row.made, row.digest)
        conn.execute(update(Head).where(Head.kind == row.kind, Head.seq == row.seq).values(signature=signature))
    tip = conn.execute(select(Tip.seq, Tip.digest).with_for_update()).one()
    conn.execute(update(Tip).values(mac=audit.tip_mac(tip.seq, tip.digest)))


def _put(session: Session, kind: str, seq: int, digest: bytes) -> None:
    made = clock.now().replace(minute=0, second=0, microsecond=0)
    signature = _signature(kind, seq, made, digest)
    session.execute(insert(Head).values(kind=kind, seq=seq, made=made, digest=digest, signature=signature))


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(vault().subkey("audit head"))


def _message(kind: str, seq: int, made: datetime, digest: bytes) -> bytes:
    return f"veer audit {kind} {seq} {made:%Y%m%dT%HZ} {digest.hex()}".encode()


def _signature(kind: str, seq: int, made: datetime, digest: bytes) -> bytes:
    return _key().sign(_message(kind, seq, made, digest))


def _signed(row: Row[Any]) -> bool:
    try:
        _key().public_key().verify(row.signature, _message(row.kind, row.seq, row.made, row.digest))
    except InvalidSignature:
        return False
    return True


# ---------------------------------------------------------------- pruning
class NotWhole(Exception):  # noqa: N818 - a state
    """The chain is broken: nothing of it is taken away until somebody has looked."""


def prune(session: Session, seq: int) -> None:
    """Drop every entry up to a signed head, and keep that head as the new beginning (RET-2).

    The only way in which entries go: the triggers let nothing else through.

    Args:
        session: the writing session.
        seq: number of the head's entry.

    Raises:
        LookupError: there is no such head.
        NotWhole: the chain is broken.

    """
    conn = session.connection()
    head = conn.execute(select(Head.__table__).where(Head.kind == HEAD, Head.seq == seq)).first()
    if head is None:
        raise LookupError(seq)
    if verify(conn) is not None:
        raise NotWhole
    _put(session, BASE, seq, head.digest)
    session.execute(delete(Entry).where(Entry.seq <= seq))
    session.execute(delete(Head).where(Head.seq <= seq, (Head.kind == HEAD) | (Head.seq < seq)))
    audit.record(session, actor="operator", action="audit pruned", object=str(seq))


def prune_old(session: Session, _payload: Mapping[str, Any] | None = None) -> None:
    """Drop what is older than 24 months, up to the newest head of that age."""
    before = clock.now() - KEPT
    old = select(Head.seq).where(Head.kind == HEAD, Head.made <= before).order_by(Head.seq.desc()).limit(1)
    seq = session.scalar(old)
    if seq is not None:
        prune(session, seq)


jobs = (
    Job("host.sign-audit", sign_head, every=3600),
    Job("host.prune-audit", prune_old, every=24 * 3600),
)
