"""A group with labelled example members, so that a demonstration site has something to show (settled 29)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from lms.core.accounts.api import create_example
from lms.core.catalogue.api import Outline, current_outlines
from lms.core.learning.api import (
    Level,
    enrolment_in,
    mark_done,
    record_result,
    set_consent,
    start_lesson,
)
from lms.host import clock
from lms.plugins.cohorts.actions.cohorts import ANY_LANGUAGE, create_cohort
from lms.plugins.cohorts.actions.members import LEARNER, join_cohort
from lms.plugins.cohorts.models import Cohort
from lms.plugins.cohorts.queries import demonstration

BEGAN = timedelta(weeks=5)
LASTS = timedelta(weeks=11, days=-1)
EVERYTHING = 1_000


@dataclass(frozen=True, slots=True)
class Example:
    """What one example member has done, how many weeks ago, and what they show to whom."""

    done: int
    weeks_ago: int
    facilitators: Level
    organisation: Level
    cohort: Level = "none"
    started: bool = False
    score: int | None = None


EXAMPLES = (
    Example(EVERYTHING, 0, "progress", "score", "completion", score=92),
    Example(EVERYTHING, 0, "progress", "completion", "taking_part", score=84),
    Example(5, 0, "progress", "progress", started=True),
    Example(4, 1, "progress", "progress", "taking_part", started=True),
    Example(3, 1, "progress", "score"),
    Example(3, 1, "progress", "none"),
    Example(3, 3, "progress", "progress"),
    Example(1, 4, "progress", "taking_part", started=True),
    Example(2, 2, "completion", "completion"),
)


def create_demonstration(session: Session, *, name: str) -> UUID | None:
    """Make the demonstration group once; return its id, or `None` while no course is published."""
    found = demonstration(session.connection())
    if found is not None:
        return found.cohort_id
    courses = current_outlines(session.connection(), ANY_LANGUAGE)
    if not courses:
        return None
    cohort_id, starts = uuid4(), clock.today() - BEGAN
    create_cohort(
        session,
        cohort_id=cohort_id,
        name=name,
        course_id=courses[0].course_id,
        starts=starts,
        ends=starts + LASTS,
        lang=ANY_LANGUAGE,
    )
    cohort = session.get_one(Cohort, cohort_id)
    for example in EXAMPLES:
        with clock.at(clock.now() - timedelta(weeks=example.weeks_ago)):
            _live(session, cohort, courses[0], example)
    return cohort_id


def _live(session: Session, cohort: Cohort, outline: Outline, example: Example) -> None:
    person_id = create_example(session, lang=ANY_LANGUAGE)
    join_cohort(session, cohort=cohort, person_id=person_id, role=LEARNER, handle="", example=True)
    enrolment = enrolment_in(session.connection(), person_id, outline.course_id)
    assert enrolment is not None
    lessons = outline.lessons
    for lesson in lessons[: example.done]:
        mark_done(session, enrolment_id=enrolment.enrolment_id, lesson_id=lesson.id)
    if example.started and example.done < len(lessons):
        start_lesson(session, enrolment_id=enrolment.enrolment_id, lesson_id=lessons[example.done].id)
    if example.score is not None:
        for check in (check for module in outline.modules for check in module.activities):
            record_result(
                session,
                enrolment_id=enrolment.enrolment_id,
                activity_id=check.id,
                percent=example.score,
            )
    levels: dict[str, Level] = {
        "facilitators": example.facilitators,
        "organisation": example.organisation,
        "cohort": example.cohort,
    }
    for audience, level in levels.items():
        set_consent(
            session,
            person_id=person_id,
            enrolment_id=enrolment.enrolment_id,
            audience=audience,  # type: ignore[arg-type]
            level=level,
        )
