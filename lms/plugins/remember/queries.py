"""What pages of remembering read. What is on the home page is asked for everybody, so its statement is built once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Date, Uuid, and_, bindparam, exists, literal, or_, select

from lms.core.catalogue.api import course_table, release_table
from lms.core.learning.api import GRACE, enrolment_table, untold
from lms.host import clock
from lms.host.db import Utc
from lms.host.statements import Prepared
from lms.plugins.remember.domain.schedule import Memory
from lms.plugins.remember.domain.sitting import Card
from lms.plugins.remember.models import Card as CardRow
from lms.plugins.remember.models import Choice

MOST_LOOKED_AT = 20

_PERSON = bindparam("person", type_=Uuid)
_TODAY = bindparam("today", type_=Date)
_TOLD = ~untold(CardRow.person_id, CardRow.quiz_id, bindparam("untold_after", type_=Utc))
"""A group may be told only later what was right in a check; until then its questions do not come back."""
_waiting = Prepared(
    select(literal(1).label("one"))
    .select_from(Choice)
    .join(CardRow, CardRow.person_id == Choice.person_id)
    .where(
        Choice.person_id == _PERSON, or_(Choice.rested.is_(None), Choice.rested != _TODAY), CardRow.due <= _TODAY, _TOLD
    )
    .limit(1)
)
wanted = exists().where(Choice.person_id == bindparam("person_id", type_=Uuid))
"""The same as `wants`, as a condition for a statement that asks nothing else."""
_wants = Prepared(select(Choice.person_id).where(Choice.person_id == _PERSON))
_columns = (
    CardRow.id,
    CardRow.quiz_id,
    CardRow.question,
    CardRow.version,
    CardRow.stability,
    CardRow.difficulty,
    CardRow.due,
    course_table.c.release_id,
    enrolment_table.c.release_id.label("own_release_id"),
)
_whole = (enrolment_table.c.id == CardRow.enrolment_id, course_table.c.id == enrolment_table.c.course_id)
_due = (
    select(Choice.person_id, *_columns)
    .select_from(Choice)
    .outerjoin(CardRow, and_(CardRow.person_id == Choice.person_id, CardRow.due <= bindparam("today"), _TOLD))
    .outerjoin(enrolment_table, _whole[0])
    .outerjoin(course_table, _whole[1])
    .where(Choice.person_id == bindparam("person"))
    .order_by(CardRow.due, CardRow.id)
    .limit(MOST_LOOKED_AT)
)
_card = (
    select(*_columns)
    .select_from(CardRow)
    .join(enrolment_table, _whole[0])
    .join(course_table, _whole[1])
    .where(CardRow.id == bindparam("card"), CardRow.person_id == bindparam("person"), _TOLD)
)
_held = (
    select(enrolment_table.c.id, CardRow.question, CardRow.stability, CardRow.difficulty, CardRow.due)
    .join(release_table, release_table.c.course_id == enrolment_table.c.course_id)
    .outerjoin(CardRow, and_(CardRow.enrolment_id == enrolment_table.c.id, CardRow.quiz_id == bindparam("quiz")))
    .where(enrolment_table.c.person_id == bindparam("person"), release_table.c.id == bindparam("release"))
)


def something_waits(conn: Connection, person_id: UUID, today: date) -> bool:
    """Whether to say on the home page that there is something, in one statement."""
    return _waiting.first(conn, person=person_id, today=today, untold_after=clock.now() - GRACE) is not None


def wants(conn: Connection, person_id: UUID) -> bool:
    """Whether a person chose that questions come back, in one statement."""
    return _wants.first(conn, person=person_id) is not None


@dataclass(frozen=True, slots=True)
class Due:
    """What is due for one person; `wanted` is whether they chose it at all."""

    wanted: bool
    cards: tuple[Card, ...]


def due(conn: Connection, person_id: UUID, today: date) -> Due:
    """Return what is due, the longest waiting first, in one statement."""
    rows = conn.execute(_due, {"person": person_id, "today": today, "untold_after": clock.now() - GRACE}).all()
    return Due(bool(rows), tuple(_loaded(row) for row in rows if row.release_id is not None))


def card(conn: Connection, person_id: UUID, card_id: UUID) -> Card | None:
    """Return a card of this very person."""
    row = conn.execute(_card, {"person": person_id, "card": card_id, "untold_after": clock.now() - GRACE}).one_or_none()
    return _loaded(row) if row is not None else None


@dataclass(frozen=True, slots=True)
class Held:
    """A person's place in a course, and what they remember of one quiz of it, by question."""

    enrolment_id: UUID
    memories: Mapping[str, Memory]


def held(conn: Connection, person_id: UUID, release_id: UUID, quiz_id: str) -> Held | None:
    """Return what is there already of a quiz; None if the person is not in the course, whatever its release."""
    rows = conn.execute(_held, {"person": person_id, "release": release_id, "quiz": quiz_id}).all()
    if not rows:
        return None
    known = (row for row in rows if row.question is not None)
    return Held(rows[0].id, {row.question: Memory(row.stability, row.difficulty, row.due) for row in known})


def all_cards(conn: Connection) -> tuple[Card, ...]:
    """Return the cards of everybody, for the daily look at what was published."""
    statement = select(*_columns).join(enrolment_table, _whole[0]).join(course_table, _whole[1])
    return tuple(_loaded(row) for row in conn.execute(statement))


def _loaded(row: Any) -> Card:
    memory = Memory(row.stability, row.difficulty, row.due)
    return Card(row.id, row.quiz_id, row.question, row.version, memory, row.release_id, row.own_release_id)
