"""Grading attempts again: an explicit act, only where answers are still held. It does not commit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.catalogue.api import all_activities
from lms.core.learning.api import enrolment_in, record_result
from lms.host.jobs import enqueue
from lms.host.security import audit
from lms.plugins.quizzes.api import Question
from lms.plugins.quizzes.domain.attempt import Graded
from lms.plugins.quizzes.domain.quiz import Quiz, Types
from lms.plugins.quizzes.domain.regrade import best, repaired
from lms.plugins.quizzes.models import Attempt

JOB = "quizzes.regrade"


@dataclass(frozen=True, slots=True)
class Mended:
    """A question of a quiz as a release has it, by which attempts are to count."""

    course: str
    release: UUID
    quiz: str
    question: str


def ask_to_regrade(session: Session, *, mended: Iterable[Mended], by: str, reason: str) -> None:
    """Promise to grade again every attempt at these questions whose answers are held, and say who asked and why.

    Args:
        session: the writing session.
        mended: the questions as they are offered now.
        by: audit alias of who asks.
        reason: why.

    """
    for one in mended:
        audit.record(
            session, actor=by, action="attempts graded again", object=f"{one.quiz}/{one.question}", reason=reason
        )
        place = {"course": one.course, "release": str(one.release), "quiz": one.quiz, "question": one.question}
        enqueue(session, JOB, place)


def regrade(session: Session, *, mended: Mended, types: Types) -> None:
    """Grade attempts again by a mended question. What is passed stays passed; idempotent.

    Args:
        session: the writing session.
        mended: the question, and the release whose key counts.
        types: the question types of the site.

    """
    releases = _Releases(session, mended.quiz)
    rows = session.execute(
        select(Attempt).where(
            Attempt.quiz_id == mended.quiz,
            Attempt.state == "graded",
            Attempt.answers.is_not(None),
            Attempt.release_id.is_not(None),
            Attempt.release_id != mended.release,
        )
    )
    for attempt in rows.scalars().all():
        found = _repaired(attempt, releases, mended)
        if found:
            _store(session, attempt, mended, found[0], best(found, attempt.seed, attempt.answers or {}, types))


class _Releases:
    """One quiz in every language of releases, each read once."""

    def __init__(self, session: Session, quiz: str) -> None:
        self.session = session
        self.quiz = quiz
        self.read: dict[UUID, dict[str, Quiz]] = {}

    def of(self, release: UUID) -> dict[str, Quiz]:
        if release not in self.read:
            found = all_activities(self.session.connection(), [release])
            self.read[release] = {one.lang: Quiz.load(one.data) for one in found if one.id == self.quiz}
        return self.read[release]

    def question(self, release: UUID, lang: str, name: str) -> Question | None:
        quiz = self.of(release).get(lang)
        return next((one for one in quiz.questions if one.id == name), None) if quiz else None


def _repaired(attempt: Attempt, releases: _Releases, mended: Mended) -> list[Quiz]:
    """Return the quiz of an attempt, in each language, as it counts now; none if the question is as it was asked."""
    counted = {**(attempt.regraded or {}), mended.question: str(mended.release)}
    found, changed = [], False
    for lang, quiz in releases.of(attempt.release_id).items() if attempt.release_id else ():
        newer = {name: releases.question(UUID(release), lang, name) for name, release in counted.items()}
        known = {name: one for name, one in newer.items() if one is not None}
        mine = known.get(mended.question)
        changed = changed or (mine is not None and mine.version not in attempt.questions)
        found.append(repaired(quiz, known))
    asked = any(name.partition("@")[0].endswith(f"/{mended.question}") for name in attempt.questions)
    return found if changed and asked else []


def _store(session: Session, attempt: Attempt, mended: Mended, quiz: Quiz, result: Graded) -> None:
    regraded: dict[str, Any] = {**(attempt.regraded or {}), mended.question: str(mended.release)}
    session.execute(
        update(Attempt).where(Attempt.token == attempt.token).values(score=result.percent, regraded=regraded)
    )
    place = enrolment_in(session.connection(), attempt.person_id, mended.course)
    if place is None:
        return
    record_result(
        session,
        enrolment_id=place.enrolment_id,
        activity_id=quiz.id,
        percent=None if quiz.store == "tick" else result.percent,
        mark=quiz.pass_mark if quiz.is_check else 0,
        must_know=quiz.must_know if quiz.is_check else frozenset(),
        known=result.right & quiz.must_know if quiz.is_check else frozenset(),
    )
