"""Invented enrolments and lessons done, to measure with; and what other packages' seeders may write here at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from lms.core.catalogue.api import Outline, current_outlines
from lms.core.learning.domain.sharing import TEXT_VERSION
from lms.core.learning.models import DONE, STARTED, ActivityState, Consent, Enrolment, LessonState
from lms.host.contributions import Seeder
from lms.host.seed import Seed, store

ANY_LANGUAGE = "en"
MORE_COURSES = 2.0
DORMANT, FINISHED, UNTOUCHED = 0.25, 0.15, 0.2
BUSY_DAYS, QUIET_DAYS = (10, 180), (200, 500)
PACE = (1, 5)


@dataclass(frozen=True, slots=True)
class _Life:
    """One invented enrolment: who, where, and what they did on which days."""

    enrolment_id: UUID
    person_id: UUID
    outline: Outline
    began: date
    days: Sequence[date]
    started: bool

    @property
    def finished(self) -> bool:
        return len(self.days) == len(self.outline.lessons)

    @property
    def last_on(self) -> date:
        return self.days[-1] if self.days else self.began


def seed_enrolments(session: Session, seed: Seed) -> str:
    """Let people begin courses, a few of them finish, and a quarter stay away for half a year."""
    courses = list(current_outlines(session.connection(), ANY_LANGUAGE))
    lives = sorted(_lives(seed, courses), key=lambda life: life.enrolment_id) if courses else []
    store(session, Enrolment.__table__, (_enrolment(life) for life in lives))
    lessons = store(session, LessonState.__table__, (row for life in lives for row in _lessons(life)))
    return f"{len(lives):,} enrolments, {lessons:,} lessons begun or done"


def _lives(seed: Seed, courses: Sequence[Outline]) -> Iterator[_Life]:
    for person_id in seed.people:
        ago = QUIET_DAYS if seed.chance(DORMANT) else BUSY_DAYS
        for outline in seed.popular(courses, 1 + seed.poisson(MORE_COURSES)):
            began = seed.day(ago[1], ago[0])
            days = list(_days(seed, began, _how_far(seed, len(outline.lessons))))
            started = len(days) < len(outline.lessons) and seed.chance(0.5)
            yield _Life(seed.uuid(), person_id, outline, began, days, started)


def _how_far(seed: Seed, lessons: int) -> int:
    fate = seed.random.random()
    if fate < FINISHED:
        return lessons
    return 0 if fate < FINISHED + UNTOUCHED else seed.random.randint(1, lessons - 1)


def _days(seed: Seed, began: date, count: int) -> Iterator[date]:
    day = began
    for _ in range(count):
        yield day
        day = min(day + timedelta(days=seed.random.randint(*PACE)), seed.today)


def _enrolment(life: _Life) -> dict[str, Any]:
    lessons = life.outline.lessons
    return {
        "id": life.enrolment_id,
        "person_id": life.person_id,
        "course_id": life.outline.course_id,
        "release_id": life.outline.release_id,
        "resume": lessons[min(len(life.days), len(lessons) - 1)].id,
        "last_on": life.last_on,
        "completed_on": life.last_on if life.finished else None,
    }


def _lessons(life: _Life) -> Iterator[dict[str, Any]]:
    lessons = life.outline.lessons
    done = zip(lessons, life.days, strict=False)
    for lesson, day in done:
        yield {"enrolment_id": life.enrolment_id, "lesson_id": lesson.id, "state": DONE, "day": day}
    if life.started:
        lesson_id = lessons[len(life.days)].id
        yield {"enrolment_id": life.enrolment_id, "lesson_id": lesson_id, "state": STARTED, "day": life.last_on}


def seed_results(session: Session, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write invented results as they stand (columns of `activity_table`); no rule is applied and no event told."""
    return store(session, ActivityState.__table__, rows)


@dataclass(frozen=True, slots=True)
class Place:
    """An invented enrolment that moves by a plan, with what is shown to each audience."""

    enrolment_id: UUID
    person_id: UUID
    plan_id: UUID
    shared: Mapping[str, str]


def seed_places(session: Session, seed: Seed, places: Sequence[Place]) -> None:
    """Let invented enrolments move by plans, and write down what these people agreed to show."""
    store(session, Consent.__table__, (row for place in places for row in _consents(seed, place)))
    values: dict[str, Any] = {"plan_id": bindparam("plan")}
    values |= {f"share_{audience}": bindparam(audience) for place in places[:1] for audience in place.shared}
    rows = [{"enrolment": place.enrolment_id, "plan": place.plan_id, **place.shared} for place in places]
    if rows:
        mine = update(Enrolment).where(Enrolment.id == bindparam("enrolment"))
        session.connection().execute(mine.values(values), rows)


def _consents(seed: Seed, place: Place) -> Iterator[dict[str, Any]]:
    for audience, level in place.shared.items():
        for said in dict.fromkeys(("none", level)):
            yield {
                "id": seed.uuid(),
                "person_id": place.person_id,
                "enrolment_id": place.enrolment_id,
                "audience": audience,
                "level": said,
                "text_version": TEXT_VERSION,
                "day": seed.today,
            }


seeder = Seeder("learning", seed_enrolments, order=30)
