"""Two of everything that belongs to somebody: groups, organisations, learners with attempts and certificates."""

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

from sqlalchemy import select

from lms.core.accounts.actions import support
from lms.core.accounts.api import alias_of
from lms.core.catalogue.api import Medium, activity, current_outlines
from lms.core.learning.api import enrolment_in, mark_done, record_result
from lms.host import clock
from lms.plugins.certificates.actions import issue
from lms.plugins.cohorts.actions.members import become_facilitator, join_cohort
from lms.plugins.cohorts.api import create_cohort
from lms.plugins.cohorts.models import Cohort
from lms.plugins.organisations.actions import create_batch, create_organisation, give_cohort
from lms.plugins.quizzes.actions.bank import Written, add_version, keep_pictures
from lms.plugins.quizzes.domain.bank.listing import key_of
from lms.plugins.quizzes.domain.quiz import Quiz
from lms.plugins.workbook.actions import keep_sheet, seal_reflection
from lms.plugins.workbook.models import Item
from lms.plugins.workbook.queries import sheets
from tests.factories import make_person, sign_in
from tests.plugins.quizzes.pages import Page, answers_on

PICTURE = "0" * 32 + ".png"
ROLES = (
    "anonymous",
    "person",
    "learner",
    "facilitator",
    "author",
    "translator",
    "reviewer",
    "coordinator",
    "operator",
)


@dataclass
class World:
    """The site with one browser a role, and the identifiers of the own and of the other side."""

    site: object
    browsers: dict = field(default_factory=dict)
    own: dict = field(default_factory=dict)
    other: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)


def build(site, *, factor=True):
    world = World(site)
    with site.app.test_request_context("/en/"), site.reading() as conn:
        outline = next(found for found in current_outlines(conn, "en") if found.course_id == "garden")
    own, other = side(site, outline), side(site, outline)
    people = {
        "person": make_person(site),
        "learner": own.learner,
        "facilitator": own.facilitator,
        "coordinator": make_person(site, grants=[("coordinator", "organisation", str(own.organisation))]),
        **{
            role: make_person(site, grants=[(role, "site", "")])
            for role in ("author", "translator", "reviewer", "operator")
        },
    }
    world.browsers = {role: sign_in(site, person, factor=factor) for role, person in people.items()}
    world.people = people
    world.browsers["anonymous"] = site.client()
    site.run_jobs()
    world.own, world.other = addresses(own, outline), addresses(other, outline)
    bank = questions(site, people["author"], outline)
    world.own |= bank
    world.other |= bank  # the bank belongs to all authors
    operators = [make_person(site, grants=[("operator", "site", "")]) for _ in range(2)]
    world.own["support_id"] = look(site, own.learner, operators[0], people["operator"])
    world.other["support_id"] = look(site, other.learner, *operators)
    return world


def questions(site, author, outline):
    """Write a question and a picture into the bank; return its key, and that of a question in the files of a course."""
    with site.session() as session:
        written = Written({"type": "reflection", "prompt": "Wet?"}, "en")
        add_version(session, question="bmatrix", after=0, written=written, by=author.id)
        keep_pictures(session, [Medium(PICTURE, b"x", 1, 1)])
    quiz = f"{outline.lessons[0].id}-q"
    return {"question": "bmatrix", "asked": key_of(f"{quiz}/q1@")}


def side(site, outline):
    """Make an organisation, its group, a facilitator, and a learner who has finished everything."""
    made = SimpleNamespace(cohort=uuid4(), learner=make_person(site), facilitator=make_person(site))
    today = clock.today()
    with site.session() as session:
        create_cohort(
            session,
            cohort_id=made.cohort,
            name="Group",
            course_id="garden",
            starts=today - timedelta(days=40),
            ends=today + timedelta(days=40),
            lang="en",
        )
        made.organisation = create_organisation(session, name="House")
        give_cohort(session, organisation_id=made.organisation, cohort_id=made.cohort)
        cohort = session.get_one(Cohort, made.cohort)
        join_cohort(session, cohort=cohort, person_id=made.learner.id, role="learner", handle=made.learner.handle)
        become_facilitator(session, cohort_id=made.cohort, person_id=made.facilitator.id)
    with site.session() as session:
        enrolment = enrolment_in(session.connection(), made.learner.id, "garden")
        made.enrolment = enrolment.enrolment_id
        for lesson in outline.lessons:
            mark_done(session, enrolment_id=made.enrolment, lesson_id=lesson.id)
        for module in outline.modules:
            record_result(session, enrolment_id=made.enrolment, activity_id=f"{module.id}-check", percent=100)
        made.document = issue(
            session,
            person_id=made.learner.id,
            course_id="garden",
            release_id=outline.release_id,
            month=today,
            lang="en",
            discreet=False,
            name="",
            link="http://localhost/c/",
            address="localhost",
        )
    made.quiz_token, made.check_token = attempts(site, made.learner, outline)
    made.batch = batch(site, made)
    made.reflection = notebook(site, made.learner)
    return made


def look(site, person, asks, agrees):
    """Open an account to two operators for an hour (AUD-4)."""
    with site.session() as session:
        by = [alias_of(session, one.id) for one in (asks, agrees)]
        support_id = support.ask(session, person_id=person.id, by=by[0], reason="asked")
        support.agree(session, support_id=support_id, by=by[1])
    return support_id


def attempts(site, learner, outline):
    browser = sign_in(site, learner)
    lesson, module = outline.lessons[0], outline.modules[0]
    with site.reading() as conn:
        quiz = Quiz.load(activity(conn, outline.release_id, f"{lesson.id}-q", "en").data)
        check = Quiz.load(activity(conn, outline.release_id, f"{module.id}-check", "en").data)
    page = Page(browser.get(f"/en/l/{lesson.code}/quiz"))
    first = browser.submit(f"/en/l/{lesson.code}/quiz", answers_on(page, quiz)).headers["Location"]
    start = browser.submit(f"/en/m/{module.code}/check/start").headers["Location"]
    second = browser.submit(f"/en/m/{module.code}/check", answers_on(Page(browser.get(start)), check)).headers[
        "Location"
    ]
    return first.rpartition("/")[2], second.rpartition("/")[2]


def batch(site, made):
    batch_id = uuid4()
    with site.session() as session:
        create_batch(
            session,
            batch_id=batch_id,
            organisation_id=made.organisation,
            cohort_id=made.cohort,
            size=6,
            expires=clock.now() + timedelta(days=30),
            lang="en",
            form_key=uuid4().hex,
            by=made.facilitator.id,
        )
    return batch_id


def notebook(site, learner):
    """Keep a sheet and a reflection; return the id of the reflection."""
    with site.session() as session:
        keep_sheet(session, person_id=learner.id, sheet=sheets("en")[7])
        seal_reflection(session, person_id=learner.id, prompt="What helps?", text="The river.")
    with site.session() as session:
        return session.scalar(select(Item.id).where(Item.person_id == learner.id, Item.kind == "reflection"))


def addresses(made, outline):
    """Return what stands in addresses, by name of the argument."""
    return {
        "cohort_id": made.cohort,
        "organisation_id": made.organisation,
        "batch_id": made.batch,
        "document_id": made.document,
        "enrolment_id": made.enrolment,
        "lesson": outline.lessons[0].code,
        "module": outline.modules[0].code,
        "course": outline.code,
        "quiz_token": made.quiz_token,
        "check_token": made.check_token,
        "item_id": made.reflection,
    }
