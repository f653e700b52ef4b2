"""Facts and who reacts to them: `emit` writes one outbox row per reaction in the same transaction."""

import logging
from dataclasses import fields
from typing import Any

from sqlalchemy.orm import Session

from lms.host.contributions import Reaction, pack
from lms.host.jobs import enqueue
from lms.host.plugin import current_host

log = logging.getLogger("lms.events")


def emit(session: Session, event: Any) -> None:
    """Tell every reaction to `type(event)` that something happened.

    Atomic reactions run now, in a savepoint, so that a failing one cannot take the fact down
    with it; it then falls back to the outbox. All others run from the outbox after commit.

    Args:
        session: the session whose transaction holds the fact.
        event: a frozen dataclass with ids and values, never personal text.

    """
    payload = pack(event)
    for reaction in current_host().all(Reaction):
        if reaction.event is not type(event):
            continue
        if reaction.atomic and _ran_at_once(session, reaction, event):
            continue
        enqueue(session, f"reaction:{reaction.key}", payload, only=reaction.only, of=_named(event))


def _named(event: Any) -> dict[str, Any]:
    return {field.name: getattr(event, field.name) for field in fields(event)}


def _ran_at_once(session: Session, reaction: Reaction, event: object) -> bool:
    try:
        with session.begin_nested():
            reaction.run(session, event)
    except Exception:
        log.exception("reaction failed", extra={"job": reaction.key})
        return False
    return True
