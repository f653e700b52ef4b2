"""Changes of attempts: start, save, submit. Each is one state change in the caller's transaction."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Connection, Integer, String, Table, Uuid, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lms.core.learning.api import GRACE
from lms.host import clock
from lms.host.db import Utc
from lms.host.statements import Prepared, new_values
from lms.plugins.quizzes.domain.attempt import Graded, Sheet, graded
from lms.plugins.quizzes.domain.statistics import ASKED, CHOSE, RIGHT, band_of_rest, name_of
from lms.plugins.quizzes.models import Attempt, Count

MOST_RACES = 20
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

# Built once: putting a statement together costs more than running it (settled, 32). Values come as parameters.
TABLE, COUNTS = cast("Table", Attempt.__table__), cast("Table", Count.__table__)
PERSON, QUIZ = bindparam("at_person", type_=Uuid), bindparam("at_quiz", type_=String)
MINE = TABLE.c.person_id == PERSON, TABLE.c.quiz_id == QUIZ, TABLE.c.state == "open"
NEXT = select(func.coalesce(func.max(TABLE.c.seq), 0) + 1).where(TABLE.c.person_id == PERSON, TABLE.c.quiz_id == QUIZ)
ADD = Prepared(
    lambda insert: (
        insert(TABLE)
        .values(new_values(TABLE, seq=NEXT.scalar_subquery(), person_id=PERSON, quiz_id=QUIZ))
        .on_conflict_do_nothing()
        .returning(TABLE.c.seq)
    )
)
IN_TIME = or_(TABLE.c.ends.is_(None), TABLE.c.ends > bindparam("at_late", type_=Utc))
CHANGED = {name: bound for name, bound in new_values(TABLE).items() if name not in ("person_id", "quiz_id", "seq")}
SAVED = {name: bound for name, bound in CHANGED.items() if name not in ("score", "ends")}
VERSION, TOKEN = bindparam("at_version", type_=Integer), bindparam("at_token", type_=String)
SAVE = Prepared(update(TABLE).where(*MINE, TABLE.c.version == VERSION, IN_TIME).values(SAVED).returning(TABLE.c.seq))
FINISH = Prepared(update(TABLE).where(*MINE, TABLE.c.token == TOKEN, IN_TIME).values(CHANGED).returning(TABLE.c.seq))
OPEN_VERSION = Prepared(select(TABLE.c.version).where(*MINE))
STATE = Prepared(select(TABLE.c.state).where(TABLE.c.token == TOKEN))


def _adding(upsert: Any) -> Any:
    row = upsert(COUNTS)
    return row.on_conflict_do_update(
        index_elements=list(COUNTS.primary_key), set_={"total": COUNTS.c.total + row.excluded.total}
    )


COUNT = Prepared(_adding)


class OtherPageSaved(Exception):  # noqa: N818 - an answer, not a fault
    """The same quiz was saved from another page meanwhile; `version` is what stands now (CON-5)."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class NotOpen(Exception):  # noqa: N818 - an answer, not a fault
    """There is no open attempt to hand in: it was graded or erased, or its time is over."""


class NoMoreTries(Exception):  # noqa: N818 - an answer, not a fault
    """Every try that the check allows was begun (CON-2)."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which attempt a page belongs to. A practice page carries it before any row exists, so showing it writes nothing."""

    quiz_id: str
    release_id: UUID
    token: str
    seed: str
    version: int = 0

    @classmethod
    def new(cls, quiz_id: str, release_id: UUID) -> "Ticket":
        return cls(quiz_id, release_id, secrets.token_urlsafe(16), secrets.token_hex(8))


def start_attempt(session: Session, *, person: UUID, ticket: Ticket, sheet: Sheet, share: Fraction) -> None:
    """Open an attempt, unless one is open: then that one goes on (CON-2).

    Parallel starts meet the unique index on open attempts, so at most one of them makes a row; its number, given in the
    same statement, tells whether it was one too many.

    Args:
        session: the writing session.
        person: who begins.
        ticket: the new attempt.
        sheet: what it asks.
        share: how much of the usual time this person takes.

    Raises:
        NoMoreTries: the check allows no further attempt.

    """
    conn, quiz = session.connection(), sheet.quiz
    ends = clock.now() + timedelta(minutes=float(quiz.minutes * share)) if quiz.minutes else None
    for _ in range(MOST_RACES):
        number = _add(conn, person, ticket, sheet, {"state": "open", "version": 1, "ends": ends})
        if number and quiz.attempts and number > quiz.attempts:
            raise NoMoreTries
        if number:
            return
        if OPEN_VERSION.first(conn, **_at(person, ticket)) is not None:
            return


def save_attempt(
    session: Session, *, person: UUID, ticket: Ticket, sheet: Sheet, typed: Mapping[str, Sequence[str]]
) -> None:
    """Keep what was typed so far (DUR-6).

    Raises:
        OtherPageSaved: another page of the same quiz was saved after this one was shown.
        NotOpen: a check that is no longer open, or whose time is over.

    """
    conn = session.connection()
    at = _at(person, ticket)
    row = {"state": "open", "answers": dict(typed), "version": ticket.version + 1}
    if SAVE.rows(conn, **at, at_version=ticket.version, **_new(ticket, sheet, row)):
        return
    _forget_overtaken(conn, at)
    standing = OPEN_VERSION.first(conn, **at)
    if standing is not None and standing.version != ticket.version:
        raise OtherPageSaved(standing.version)
    if sheet.quiz.is_check:
        raise NotOpen
    if not _add(conn, person, ticket, sheet, row):
        raise OtherPageSaved(_version(OPEN_VERSION.first(conn, **at)))


def submit_attempt(
    session: Session,
    *,
    person: UUID,
    ticket: Ticket,
    sheet: Sheet,
    answers: Mapping[str, Any],
    lang: str,
    late: bool = False,
    first: bool = True,
) -> Graded | None:
    """Grade an attempt and store it once, whatever number of times it is sent (DUR-5).

    Args:
        session: the writing session.
        person: who answers.
        ticket: the attempt that the page belongs to.
        sheet: what it asks.
        answers: what was understood, by question id.
        lang: language of the page, for the counts.
        late: time is over, and these are the answers that were saved before.
        first: the person has no result of this quiz yet; only then it may be counted, and each person once (STAT-1).

    Returns:
        The grade; `None` if this attempt was graded before, so that nothing is counted twice.

    Raises:
        NotOpen: a check that was never started, or was erased meanwhile.

    """
    result = graded(sheet, answers)
    row = {
        "state": "graded",
        "answers": dict(answers),
        "score": result.percent,
        "version": ticket.version + 1,
        "ends": None,
    }
    conn = session.connection()
    at = _at(person, ticket) | ({"at_late": LONG_AGO} if late else {})
    number = _graded_once(conn, person, ticket, sheet, row=row, at=at)
    if not number:
        return None
    if first and number == 1:
        _count(conn, sheet, result, lang)
    return result


def forget_attempts(session: Session, *, person: UUID) -> None:
    """Remove everything that is held about a person."""
    session.connection().execute(delete(TABLE).where(TABLE.c.person_id == person))


def _graded_once(
    conn: Connection, person: UUID, ticket: Ticket, sheet: Sheet, *, row: Mapping[str, Any], at: Mapping[str, Any]
) -> int:
    """Turn the saved attempt into a graded one, or make one; return its number, 0 if another request was faster.

    The unique token decides between requests that run at once, on both databases.
    """
    finish = {**at, "at_token": ticket.token, **_new(ticket, sheet, row)}
    if ticket.version and (done := FINISH.first(conn, **finish)):
        return int(done.seq)
    for _ in range(MOST_RACES):
        if not sheet.quiz.is_check and (number := _add(conn, person, ticket, sheet, row)):
            return number
        found = STATE.first(conn, at_token=ticket.token)
        if found is not None and found.state == "graded":
            return 0
        if found is None and sheet.quiz.is_check:
            break
        if found is not None and (done := FINISH.first(conn, **finish)):
            return int(done.seq)
    raise NotOpen


def _forget_overtaken(conn: Connection, at: Mapping[str, Any]) -> None:
    """Remove an open attempt that is older than a graded one: the person has finished on another page."""
    conn.execute(delete(TABLE).where(*MINE, TABLE.c.seq + 1 < NEXT.scalar_subquery()), at)


def _at(person: UUID, ticket: Ticket) -> dict[str, Any]:
    return {"at_person": person, "at_quiz": ticket.quiz_id, "at_late": clock.now() - GRACE}


def _version(row: Any) -> int:
    return row.version if row else 0


def _new(ticket: Ticket, sheet: Sheet, row: Mapping[str, Any]) -> dict[str, Any]:
    page = {
        "token": ticket.token,
        "release_id": ticket.release_id,
        "seed": ticket.seed,
        "store": sheet.quiz.store,
        "questions": list(sheet.versions),
        "regraded": None,
        "changed": clock.now(),
    }
    return {f"new_{name}": value for name, value in {**page, **row}.items()}


def _add(conn: Connection, person: UUID, ticket: Ticket, sheet: Sheet, row: Mapping[str, Any]) -> int | None:
    """Add a row with the next number and return it; None if the token, the number or the open place is taken."""
    new = _new(ticket, sheet, {"answers": {}, "score": None, "ends": None, **row})
    added = ADD.first(conn, at_person=person, at_quiz=ticket.quiz_id, **new)
    return added.seq if added else None


class _Key(NamedTuple):
    question: str
    band: str
    part: str


def _count(conn: Connection, sheet: Sheet, result: Graded, lang: str) -> None:
    """Add to the counts, in one statement and in one order, so that two submissions never wait for each other's rows."""
    scores = {name: grade.score for name, grade in result.grades.items()}
    questions = [asked.question for asked, _kind in sheet.counted]
    total = sum((scores.get(question.id, Fraction(0)) for question in questions), Fraction(0))
    seen: Counter[_Key] = Counter()
    for question in questions:
        grade = result.grades.get(question.id)
        rest = band_of_rest(total, len(questions), scores.get(question.id, Fraction(0)))
        counts = partial(_Key, name_of(sheet.quiz.id, question.version), rest)
        seen[counts(ASKED)] += 1
        if grade is not None:
            seen[counts(RIGHT)] += grade.right
            seen.update(counts(CHOSE + part.key) for part in grade.parts if part.chosen and part.given is None)
    rows = [{**key._asdict(), "lang": lang, "total": number} for key, number in sorted(seen.items()) if number]
    if rows:
        COUNT.each(conn, rows)
