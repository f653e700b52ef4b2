"""What is held about a person, handed out and erased; and sixteen requests at once."""

import threading
from uuid import UUID

import pytest
from sqlalchemy import func, select

from lms.core.learning.api import enrolment_in
from lms.host.jobs import QueuedJob
from lms.plugins.certificates import actions
from lms.plugins.certificates.models import Credential, Document, Withdrawal
from lms.plugins.certificates.privacy import erase, export
from tests.plugins.certificates.conftest import COURSE

NAME = "Canary Quillfeather"


def numbers(site):
    with site.reading() as conn:
        tables = (Credential, Document)
        found = [conn.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
        found.append(conn.execute(select(func.count()).where(QueuedJob.job == actions.RENDER)).scalar_one())
    return tuple(found)


def at_once(site, learner, names):
    """Issue from as many threads as there are names, all starting together."""
    ready, failures, made = threading.Barrier(len(names)), [], []
    with site.reading() as conn:
        mine = enrolment_in(conn, learner.person.id, COURSE)

    def issue(name):
        ready.wait()
        try:
            with site.session() as session:
                made.append(
                    actions.issue(
                        session,
                        person_id=learner.person.id,
                        course_id=COURSE,
                        release_id=mine.release_id,
                        month=mine.completed_on.replace(day=1),
                        lang="en",
                        discreet=False,
                        name=name,
                        link="http://localhost/c/",
                        address="localhost/en/check",
                    )
                )
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=issue, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return made


@pytest.mark.parametrize("go", range(3))
def test_sixteen_at_once_issue_one_certificate(site, learner, go):
    """CERT-7, CON-4."""
    made = at_once(site, learner, [NAME] * 16)
    assert len(made) == 16
    assert len(set(made)) == 1
    assert numbers(site) == (1, 1, 1)


def test_sixteen_different_papers_at_once_are_all_kept(site, learner):
    """The other half: the race above does reach the database sixteen times."""
    made = at_once(site, learner, [f"Name {chr(65 + number)}" for number in range(16)])
    assert len(set(made)) == 16
    assert numbers(site) == (1, 16, 16)


def test_export_hands_out_everything_held(site, learner):
    """RET-3."""
    learner.issue(name=NAME)
    learner.issue(form="discreet")
    with site.app.app_context(), site.reading() as conn:
        entries = export(conn, learner.person.id)["certificates"]
    assert [(entry["document"], entry["name"], entry["discreet"]) for entry in entries] == [
        (1, NAME, False),
        (2, "", True),
    ]
    assert all(entry["course"] == COURSE and len(entry["code"]) == 33 for entry in entries)


def test_export_and_erase_leave_others_alone(site, learner, make_learner):
    """RET-4."""
    other = make_learner()
    learner.issue(name=NAME)
    other.issue(name="Other Person")
    with site.app.app_context(), site.reading() as conn:
        assert "Other Person" not in str(export(conn, learner.person.id))
    with site.session() as session:
        erase(session, learner.person.id)
        erase(session, learner.person.id)
    with site.app.app_context(), site.reading() as conn:
        assert export(conn, learner.person.id) == {"certificates": []}
        assert "Other Person" in str(export(conn, other.person.id))
        assert conn.execute(select(func.count()).select_from(Withdrawal)).scalar_one() == 0


def test_a_job_about_an_erased_person_ends_quietly(site, learner):
    page = learner.issue(name=NAME)
    with site.session() as session:
        erase(session, learner.person.id)
    site.run_jobs()
    assert numbers(site) == (0, 0, 0)
    assert learner.browser.get(page).status_code == 404


def test_a_sealed_value_opens_in_its_own_cell_only(site, learner):
    """ENC-4: swapping two rows' names is noticed."""
    from lms.host.security.current import vault
    from lms.host.security.sealed import CannotOpen
    from lms.plugins.certificates.queries import place

    learner.issue(name=NAME)
    learner.issue(name="Pen Name")
    with site.app.app_context(), site.reading() as conn:
        one, other = conn.execute(select(Document.id, Document.name, Document.code)).all()
        person = learner.person.id
        assert vault().column_decrypt(one.name, context=place("name", one.id, person))
        for value, context in (
            (one.name, place("name", other.id, person)),
            (one.name, place("code", one.id, person)),
            (one.name, place("name", one.id, UUID(int=1))),
        ):
            with pytest.raises(CannotOpen):
                vault().column_decrypt(value, context=context)
