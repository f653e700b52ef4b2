"""What a person has done with a quiz. Statements are built once and run on a plain connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from lms.host.statements import Prepared
from lms.plugins.quizzes.models import Attempt

_latest = Prepared(
    select(
        Attempt.seq,
        Attempt.state,
        Attempt.token,
        Attempt.release_id,
        Attempt.seed,
        Attempt.version,
        Attempt.answers,
        Attempt.ends,
    )
    .where(Attempt.person_id == bindparam("person"), Attempt.quiz_id == bindparam("quiz"))
    .order_by(Attempt.seq.desc())
    .limit(1)
)
_result = Prepared(
    select(
        Attempt.quiz_id,
        Attempt.release_id,
        Attempt.seed,
        Attempt.score,
        Attempt.answers,
        Attempt.store,
        Attempt.regraded,
    ).where(Attempt.person_id == bindparam("person"), Attempt.token == bindparam("token"), Attempt.state == "graded")
)
_results = Prepared(
    select(Attempt.seq, Attempt.token, Attempt.score)
    .where(
        Attempt.person_id == bindparam("person"),
        Attempt.quiz_id == bindparam("quiz"),
        Attempt.state == "graded",
        Attempt.answers.is_not(None),
    )
    .order_by(Attempt.seq.desc())
    .limit(20)
)


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """An attempt that is not handed in. `typed` are the fields of its form as they were sent, `ends` when its time is over."""

    token: str
    release_id: UUID
    seed: str
    version: int
    typed: Mapping[str, Sequence[str]]
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a person began a quiz, and the attempt that is open."""

    begun: int = 0
    open: OpenAttempt | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A graded attempt. `answers` is None once they are no longer kept.

    `regraded` holds, by question, the release whose key counts instead of the one that was asked by.
    """

    quiz_id: str
    release_id: UUID | None
    seed: str
    score: int
    answers: Mapping[str, Any] | None
    store: str
    regraded: Mapping[str, str]


def tries(conn: Connection, person: UUID, quiz_id: str) -> Tries:
    """How far a person is: what they may go on with is the last attempt, if it is open.

    An open one that is older than a graded one was overtaken by it, on another page of the same quiz.
    """
    row = _latest.first(conn, person=person, quiz=quiz_id)
    if row is None:
        return Tries()
    if row.state != "open" or row.release_id is None:
        return Tries(row.seq)
    return Tries(row.seq, OpenAttempt(row.token, row.release_id, row.seed, row.version, row.answers or {}, row.ends))


@dataclass(frozen=True, slots=True)
class Handed:
    """A graded attempt whose answers are still kept."""

    number: int
    token: str
    score: int


def handed(conn: Connection, person: UUID, quiz_id: str) -> list[Handed]:
    """The last tries of a person that can be looked at, the newest first."""
    return [Handed(row.seq, row.token, row.score) for row in _results.rows(conn, person=person, quiz=quiz_id)]


def result(conn: Connection, person: UUID, token: str) -> Result | None:
    """A graded attempt of this very person."""
    row = _result.first(conn, person=person, token=token)
    if row is None:
        return None
    asked = row.quiz_id, row.release_id, row.seed, row.score
    return Result(*asked, row.answers, row.store, row.regraded or {})
