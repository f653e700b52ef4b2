"""The only code that writes what comes back to whom; none commits."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.host import clock
from lms.host.db import upsert
from lms.host.jobs import enqueue
from lms.host.statements import Prepared
from lms.plugins.quizzes.api import Told, Went
from lms.plugins.remember.domain.schedule import Memory, Recall, again, first
from lms.plugins.remember.domain.sitting import Asked, hash_of
from lms.plugins.remember.domain.sitting import Card as Known
from lms.plugins.remember.models import Card, Choice
from lms.plugins.remember.queries import held

GATHER = "remember.gather"


def _adding(insert: Any) -> Any:
    row = insert(Card.__table__)
    changed = {name: row.excluded[name] for name in ("version", "stability", "difficulty", "due")}
    return row.on_conflict_do_update(index_elements=["person_id", "quiz_id", "question"], set_=changed)


_ADD = Prepared(_adding)


def begin(session: Session, *, person_id: UUID) -> None:
    """Note that a person wants questions to come back; what they must know is gathered after the commit."""
    row = upsert(session, Choice).values(person_id=person_id, rested=None).on_conflict_do_nothing()
    if session.execute(row.returning(Choice.person_id)).first() is not None:
        enqueue(session, GATHER, {"person": str(person_id)})


def end(session: Session, *, person_id: UUID) -> None:
    """Forget everything at once: every card, and that it was ever wanted."""
    session.execute(delete(Card).where(Card.person_id == person_id))
    session.execute(delete(Choice).where(Choice.person_id == person_id))


def rest(session: Session, *, person_id: UUID) -> None:
    """Say nothing more today; only today is kept, not the days before."""
    session.execute(update(Choice).where(Choice.person_id == person_id).values(rested=clock.today()))


def take_up(session: Session, *, person_id: UUID, told: Told) -> None:
    """Let what was missed come back, and what must be known. Done twice on one day, it changes nothing more.

    Args:
        session: the writing session.
        person_id: who wants to remember.
        told: how each question went.

    """
    conn, today = session.connection(), clock.today()
    place = held(conn, person_id, told.release_id, told.quiz_id)
    if place is None:
        return
    wanted = (went for went in told.questions if went.must_know or not went.right)
    memories = {went: _after(place.memories.get(went.question), went, today) for went in wanted}
    key = {"person_id": person_id, "enrolment_id": place.enrolment_id, "quiz_id": told.quiz_id}
    rows = [
        {"id": uuid4(), **key, "question": went.question, "version": hash_of(went.version), **_columns(memory)}
        for went, memory in memories.items()
        if memory is not None
    ]
    if rows:
        conn.execute(_ADD.statement(conn), rows)


def _after(before: Memory | None, went: Went, today: date) -> Memory | None:
    """Return what holds after a quiz, `None` where nothing changes: only a miss moves what comes back already."""
    if before is None:
        return first("known" if went.right else "missed", today)
    return again(before, "missed", today) if not went.right and before.asked < today else None


def answered(session: Session, *, card: Known, asked: Asked, recall: Recall) -> Memory:
    """Say when a question comes back; the same form sent twice counts once.

    Args:
        session: the writing session.
        card: what was asked.
        asked: the form that it was asked with.
        recall: how it went.

    Returns:
        What holds now.

    """
    today = clock.today()
    changed = asked.version != card.version
    after = first(recall, today) if changed else again(card.memory, recall, today)
    still = (Card.id == card.id) & (Card.due == asked.due) & (Card.due <= today)
    done = session.execute(
        update(Card).where(still).values(version=asked.version, **_columns(after)).returning(Card.id)
    )
    return after if done.first() is not None else card.memory


def renew(session: Session, *, card_id: UUID, version: str) -> None:
    """Begin again with a question that was corrected: it comes back tomorrow as if it had not been known."""
    values = {"version": version, **_columns(first("missed", clock.today()))}
    session.execute(update(Card).where(Card.id == card_id).values(values))


def drop(session: Session, *, card_ids: Iterable[UUID]) -> None:
    """Forget questions that are not there any more."""
    for card_id in card_ids:
        session.execute(delete(Card).where(Card.id == card_id))


def _columns(memory: Memory) -> dict[str, object]:
    return {"stability": memory.stability, "difficulty": memory.difficulty, "due": memory.due}
