"""Changes of attempts: start, save, submit. Each is one state change in the caller's transaction."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Update, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from lms.host import clock
from lms.plugins.quizzes.domain.attempt import Graded, Sheet, graded
from lms.plugins.quizzes.models import Attempt, Count

MOST_RACES = 20
LOW, HIGH = 50, 80


class OtherPageSaved(Exception):  # noqa: N818 - an answer, not a fault
    """The same quiz was saved from another page meanwhile; `version` is what stands now (CON-5)."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class NotOpen(Exception):  # noqa: N818 - an answer, not a fault
    """There is no open attempt to hand in: it was graded or erased."""


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


def start_attempt(session: Session, *, person: UUID, ticket: Ticket, sheet: Sheet) -> None:
    """Open an attempt, unless one is open: then that one goes on (CON-2).

    Parallel starts meet the unique index on open attempts, so at most one of them makes a row.
    """
    mine = _open_of(person, ticket.quiz_id)
    for _ in range(MOST_RACES):
        if _insert(session, person, ticket, sheet, {"state": "open", "version": 1}):
            return
        if session.scalar(select(Attempt.seq).where(*mine)) is not None:
            return


def save_attempt(
    session: Session, *, person: UUID, ticket: Ticket, sheet: Sheet, typed: Mapping[str, Sequence[str]]
) -> None:
    """Keep what was typed so far (DUR-6).

    Raises:
        OtherPageSaved: another page of the same quiz was saved after this one was shown.
        NotOpen: a check that is no longer open.

    """
    values = {"answers": dict(typed), "version": ticket.version + 1}
    mine = _open_of(person, ticket.quiz_id)
    changed = update(Attempt).where(*mine, Attempt.version == ticket.version).values(**_page(ticket, sheet), **values)
    if _touched(session, changed):
        return
    _forget_overtaken(session, person, ticket.quiz_id)
    version = session.scalar(select(Attempt.version).where(*mine))
    if version is not None:
        raise OtherPageSaved(version)
    if sheet.quiz.is_check:
        raise NotOpen
    if not _insert(session, person, ticket, sheet, {"state": "open", **values}):
        raise OtherPageSaved(session.scalar(select(Attempt.version).where(*mine)) or 0)


def submit_attempt(
    session: Session, *, person: UUID, ticket: Ticket, sheet: Sheet, answers: Mapping[str, Any], lang: str
) -> Graded | None:
    """Grade an attempt and store it once, whatever number of times it is sent (DUR-5).

    Args:
        session: the writing session.
        person: who answers.
        ticket: the attempt that the page belongs to.
        sheet: what it asks.
        answers: what was understood, by question id.
        lang: language of the page, for the counts.

    Returns:
        The grade; `None` if this attempt was graded before, so that nothing is counted twice.

    Raises:
        NotOpen: a check that was never started, or was erased meanwhile.

    """
    result = graded(sheet, answers)
    row = {"state": "graded", "answers": dict(answers), "score": result.percent, "version": ticket.version + 1}
    if not _graded_once(session, person, ticket, sheet, row):
        return None
    _count(session, sheet, result, lang)
    return result


def forget_attempts(session: Session, *, person: UUID) -> None:
    """Remove everything that is held about a person."""
    session.execute(delete(Attempt).where(Attempt.person_id == person))


def _graded_once(session: Session, person: UUID, ticket: Ticket, sheet: Sheet, row: Mapping[str, Any]) -> bool:
    """Turn the saved attempt into a graded one, or make one; False if another request was faster.

    The unique token decides between requests that run at once, on both databases.
    """
    mine = _open_of(person, ticket.quiz_id)
    finish = update(Attempt).where(*mine, Attempt.token == ticket.token).values(**_page(ticket, sheet), **row)
    if ticket.version and _touched(session, finish):
        return True
    for _ in range(MOST_RACES):
        if not sheet.quiz.is_check and _insert(session, person, ticket, sheet, row):
            return True
        state = session.scalar(select(Attempt.state).where(Attempt.token == ticket.token))
        if state == "graded":
            return False
        if state is None and sheet.quiz.is_check:
            break
        if state == "open" and _touched(session, finish):
            return True
    raise NotOpen


def _forget_overtaken(session: Session, person: UUID, quiz_id: str) -> None:
    """Remove an open attempt that is older than a graded one: the person has finished on another page."""
    last = select(func.max(Attempt.seq)).where(Attempt.person_id == person, Attempt.quiz_id == quiz_id)
    overtaken = delete(Attempt).where(*_open_of(person, quiz_id), Attempt.seq < last.scalar_subquery())
    session.execute(overtaken, execution_options={"synchronize_session": False})


def _open_of(person: UUID, quiz_id: str) -> tuple[Any, ...]:
    return Attempt.person_id == person, Attempt.quiz_id == quiz_id, Attempt.state == "open"


def _page(ticket: Ticket, sheet: Sheet) -> dict[str, Any]:
    return {
        "token": ticket.token,
        "release_id": ticket.release_id,
        "seed": ticket.seed,
        "store": sheet.quiz.store,
        "questions": list(sheet.versions),
        "changed": clock.now(),
    }


def _touched(session: Session, statement: Update) -> bool:
    found = session.execute(statement.returning(Attempt.seq), execution_options={"synchronize_session": False})
    return found.first() is not None


def _insert(session: Session, person: UUID, ticket: Ticket, sheet: Sheet, row: Mapping[str, Any]) -> bool:
    """Add a row with the next number; False if the token, the number or the open place is taken."""
    last = select(func.coalesce(func.max(Attempt.seq), 0) + 1).where(
        Attempt.person_id == person, Attempt.quiz_id == ticket.quiz_id
    )
    values = {
        "person_id": person,
        "quiz_id": ticket.quiz_id,
        "seq": last.scalar_subquery(),
        "answers": {},
        **_page(ticket, sheet),
        **row,
    }
    statement = _upsert(session)(Attempt).values(values).on_conflict_do_nothing().returning(Attempt.seq)
    return session.execute(statement).first() is not None


def _upsert(session: Session) -> Any:
    return postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert


def _count(session: Session, sheet: Sheet, result: Graded, lang: str) -> None:
    """Add to the counts, in one statement and in one order, so that two submissions never wait for each other's rows."""
    band = "low" if result.percent < LOW else "middle" if result.percent < HIGH else "high"
    seen: Counter[tuple[str, str]] = Counter()
    for asked, _kind in sheet.counted:
        version, grade = asked.question.version, result.grades.get(asked.question.id)
        seen[version, "asked"] += 1
        if grade is not None:
            seen[version, "right"] += grade.right
            seen.update((version, f"chose {part.key}") for part in grade.parts if part.chosen and part.given is None)
    rows = [
        {"question": version, "lang": lang, "band": band, "part": part, "total": total}
        for (version, part), total in sorted(seen.items())
        if total
    ]
    if rows:
        added = _upsert(session)(Count).values(rows)
        keys = [Count.question, Count.lang, Count.band, Count.part]
        session.execute(
            added.on_conflict_do_update(index_elements=keys, set_={"total": Count.total + added.excluded.total})
        )
