"""Invented groups, to measure with; their members are labelled as examples."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from lms.core.accounts.api import grant
from lms.core.learning.api import Place, enrolment_table, seed_places
from lms.host.contributions import Seeder
from lms.host.security.words import words
from lms.host.seed import Seed, store
from lms.plugins.cohorts.actions.cohorts import ANY_LANGUAGE, create_cohort
from lms.plugins.cohorts.actions.members import FACILITATOR, LEARNER, SCOPE
from lms.plugins.cohorts.models import Cohort, Member

SIZE, LARGE, LARGE_SHARE = (8, 30), (100, 500), 0.05
WEEKS_AGO, LASTS = (4, 9), timedelta(weeks=11, days=-1)
LEVELS = {"none": 30, "taking_part": 10, "completion": 10, "progress": 40, "score": 10}
AMONG_THEMSELVES = {"none": 60, "taking_part": 20, "completion": 20}


class _Learners:
    """Who of each course is in no group yet; nobody is in two of the same course."""

    def __init__(self, conn: Connection, seed: Seed) -> None:
        self.left: dict[str, list[tuple[UUID, UUID]]] = {}
        table = enrolment_table.c
        rows = conn.execute(select(table.course_id, table.id, table.person_id).order_by(table.person_id))
        for course_id, enrolment_id, person_id in rows:
            self.left.setdefault(course_id, []).append((enrolment_id, person_id))
        for course_id in sorted(self.left):
            seed.random.shuffle(self.left[course_id])

    def take(self, seed: Seed, size: int) -> tuple[str, list[tuple[UUID, UUID]]] | None:
        """Return a course and the people of a new group, the more likely the more wait; None if nobody waits."""
        courses = [course_id for course_id in sorted(self.left) if len(self.left[course_id]) >= SIZE[0]]
        if not courses:
            return None
        course_id = seed.random.choices(courses, weights=[len(self.left[one]) for one in courses])[0]
        if len(self.left[course_id]) < size:
            size = min(SIZE[0], len(seed.people) - 1)  # somebody is left to guide it
        people, self.left[course_id] = self.left[course_id][:size], self.left[course_id][size:]
        return course_id, people


def seed_cohorts(session: Session, seed: Seed) -> str:
    """Put people into groups that are under way, each with a facilitator."""
    learners, places, members = _Learners(session.connection(), seed), list[Place](), 0
    made = 0
    for number in range(1, seed.scale.cohorts + 1):
        taken = learners.take(seed, seed.random.randint(*(LARGE if seed.chance(LARGE_SHARE) else SIZE)))
        if taken is None:
            break
        course_id, people = taken
        cohort = _cohort(session, seed, number, course_id)
        guide = _guide(seed, {person_id for _, person_id in people})
        grant(session, person_id=guide, role=FACILITATOR, scope_kind=SCOPE, scope_id=str(cohort.id))
        members += store(session, Member.__table__, _members(seed, cohort, guide, people))
        places += [_place(seed, cohort, *one) for one in people]
        made += 1
    seed_places(session, seed, places)
    return f"{made:,} groups of {members - made:,} people"


def _guide(seed: Seed, people: Collection[UUID]) -> UUID:
    while (found := seed.random.choice(seed.people)) in people:
        pass
    return found


def _cohort(session: Session, seed: Seed, number: int, course_id: str) -> Cohort:
    cohort_id, starts = seed.uuid(), seed.today - timedelta(weeks=seed.random.randint(*WEEKS_AGO))
    create_cohort(
        session,
        cohort_id=cohort_id,
        name=f"Group {number}",
        course_id=course_id,
        starts=starts,
        ends=starts + LASTS,
        lang=ANY_LANGUAGE,
    )
    return session.get_one(Cohort, cohort_id)


def _members(
    seed: Seed, cohort: Cohort, guide: UUID, people: Sequence[tuple[UUID, UUID]]
) -> Iterator[dict[str, object]]:
    aliases = _aliases(seed)
    for role, person_id in [(FACILITATOR, guide), *((LEARNER, person_id) for _, person_id in people)]:
        yield {
            "cohort_id": cohort.id,
            "person_id": person_id,
            "role": role,
            "alias": next(aliases),
            "joined": cohort.starts,
            "example": True,
        }


def _aliases(seed: Seed) -> Iterator[str]:
    given = set()
    while True:
        alias = "-".join(seed.random.sample(words(ANY_LANGUAGE), 2))
        if alias not in given:
            given.add(alias)
            yield alias


def _place(seed: Seed, cohort: Cohort, enrolment_id: UUID, person_id: UUID) -> Place:
    shared = {"facilitators": _level(seed, LEVELS), "cohort": _level(seed, AMONG_THEMSELVES)}
    return Place(enrolment_id, person_id, cohort.plan_id, shared)


def _level(seed: Seed, weights: dict[str, int]) -> str:
    return seed.random.choices(list(weights), weights=list(weights.values()))[0]


seeder = Seeder("cohorts", seed_cohorts, order=50)
