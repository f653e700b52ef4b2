"""Token buckets in the database, so that several processes share them; no address is ever a key."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from flask import current_app, request
from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.host import clock
from lms.host.contributions import Job
from lms.host.db import Base, about, side_writer, upsert
from lms.host.i18n import lazy_gettext as L_
from lms.host.security.current import spare_buckets
from lms.host.security.network import allow_try, refilled

FORGET_AFTER = timedelta(days=2)


class Bucket(Base):
    """How many tries are left under one key."""

    __tablename__ = "host_limit"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    tokens: Mapped[float]
    filled_at: Mapped[float]

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Slows guessing down without storing addresses."),
                lifetime=L_("Two days after the last try; keys change every day."),
                erase=L_("Keys are digests under a daily key and cannot be tied to a person."),
            )
        },
    )


def allow(name: str, *, rate: int, per: int) -> bool:
    """Take one token from the bucket `name`; `False` when it is empty.

    Args:
        name: what is limited, for example `sign-in:<handle>`; stored only as a keyed digest
            that changes every day.
        rate: tries in `per` seconds, which is also the size of the bucket.
        per: seconds.

    """
    key = _digest(name)
    now = clock.now().timestamp()
    with side_writer(skip_if_busy=True) as conn:
        if conn is None:  # somebody keeps the database busy: count in this process, so that this is no way around
            return spare_buckets().allow(key, rate=rate, per=per)
        row = conn.execute(select(Bucket.tokens, Bucket.filled_at).where(Bucket.key == key).with_for_update()).first()
        tokens = float(rate) if row is None else refilled(row.tokens, now - row.filled_at, rate=rate, per=per)
        granted = tokens >= 1
        values: dict[str, Any] = {"tokens": tokens - 1 if granted else tokens, "filled_at": now}
        statement = upsert(conn, Bucket).values(key=key, **values)
        conn.execute(statement.on_conflict_do_update(index_elements=[Bucket.key], set_=values))
    return granted


def allow_from_here() -> bool:
    """Whether this request may be one more try to sign in: counted for its network and for everybody, in memory only.

    The one place that reads an address (SES-2, ACC-11).
    """
    return allow_try(spare_buckets(), host=request.host, address=request.remote_addr)


def forget(session: Session, _payload: Any) -> None:
    """Delete buckets that nobody has touched for two days."""
    oldest = (clock.now() - FORGET_AFTER).timestamp()
    session.execute(delete(Bucket).where(Bucket.filled_at < oldest))


forget_job = Job("host.forget-limits", forget, every=6 * 3600)


def _digest(name: str) -> bytes:
    key: bytes = current_app.config["LMS_SECRET"]
    day = clock.today().isoformat()
    return hmac.new(key, f"limit {day} {name}".encode(), hashlib.sha256).digest()
