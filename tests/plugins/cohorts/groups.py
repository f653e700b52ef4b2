"""Groups with people in them, made through the same actions as pages and codes use."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from lms.core.catalogue.api import current_outlines
from lms.core.learning.api import enrolment_in, mark_done, record_result, set_consent, start_lesson
from lms.host import clock
from lms.plugins.cohorts.actions.cohorts import create_cohort
from lms.plugins.cohorts.actions.members import FACILITATOR, LEARNER, join_cohort
from lms.plugins.cohorts.models import Cohort
from tests.factories import Someone, make_person, sign_in

COURSE = "garden"


@dataclass
class Group:
    """A group of a test."""

    site: object
    id: UUID
    people: dict[str, Someone] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def add(self, name, *, role=LEARNER, sent_by=None, weeks_ago=0, done=0, started=False, score=None, **shown):
        """Bring somebody in; `shown` is the level for each audience."""
        person = make_person(self.site)
        outline = garden(self.site)
        with self.site.session() as session, clock.at(clock.now() - timedelta(weeks=weeks_ago)):
            cohort = session.get_one(Cohort, self.id)
            self.aliases[name] = join_cohort(
                session, cohort=cohort, person_id=person.id, role=role, handle=person.handle, organisation_id=sent_by
            )
            self.people[name] = person
            if role == LEARNER:
                learn(session, person.id, outline, done, started, score, shown)
        return person

    def facilitator(self, name="guide"):
        """Return the browser of a new facilitator."""
        return sign_in(self.site, self.add(name, role=FACILITATOR))

    def browser(self, name):
        return sign_in(self.site, self.people[name])

    def enrolment(self, name):
        with self.site.reading() as conn:
            return enrolment_in(conn, self.people[name].id, COURSE)


def learn(session, person_id, outline, done, started, score, shown):
    enrolment = enrolment_in(session.connection(), person_id, COURSE).enrolment_id
    for lesson in outline.lessons[:done]:
        mark_done(session, enrolment_id=enrolment, lesson_id=lesson.id)
    if started:
        start_lesson(session, enrolment_id=enrolment, lesson_id=outline.lessons[done].id)
    if score is not None:
        for module in outline.modules:
            for check in module.activities:
                record_result(session, enrolment_id=enrolment, activity_id=check.id, percent=score, mark=80)
    for audience, level in shown.items():
        set_consent(session, person_id=person_id, enrolment_id=enrolment, audience=audience, level=level)


def garden(site, lang="en"):
    with site.app.test_request_context(f"/{lang}/"), site.reading() as conn:
        return next(found for found in current_outlines(conn, lang) if found.course_id == COURSE)


def make_group(site, *, name="Autumn", starts=None, weeks=10, organisation=None):
    cohort_id, first = uuid4(), starts or clock.today() - timedelta(weeks=4)
    with site.session() as session:
        create_cohort(
            session,
            cohort_id=cohort_id,
            name=name,
            course_id=COURSE,
            starts=first,
            ends=first + timedelta(weeks=weeks, days=-1),
            lang="en",
            organisation_id=organisation,
        )
    return Group(site, cohort_id)
