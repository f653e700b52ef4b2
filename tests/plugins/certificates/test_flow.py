"""From a completed course to the file, over plain forms."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.core.catalogue.api import current_release
from lms.core.catalogue.commands import publish_place
from lms.core.catalogue.compile.places import Place
from lms.core.learning.api import enrolment_in
from lms.host import clock, render
from lms.host.jobs import QueuedJob
from lms.plugins.certificates import actions, jobs
from lms.plugins.certificates.models import Credential, Document
from tests.factories import sign_in
from tests.plugins.certificates.conftest import COURSE, DISCREET, TITLE
from tests.plugins.certificates.reading import code_of

pytestmark = pytest.mark.pdf
NAME = "Canary Quillfeather"


def count(site, table):
    with site.reading() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


def test_an_unfinished_course_says_what_is_still_to_do(site, make_learner):
    learner = make_learner(complete=False)
    page = learner.browser.get(learner.url)
    assert page.status_code == 200
    assert page.text.count("Hour ") == 3
    for path in ("", "/issue"):
        answer = learner.browser.submit(learner.url + path, learner.choices())
        assert "Not yet" in answer.text
    assert learner.browser.get(f"/en/my/{learner.code}/finished").headers["Location"].endswith(f"/my/{learner.code}")
    assert count(site, Credential) == 0


def test_a_finished_course_offers_the_certificate(learner):
    assert f'href="{learner.url}"' in learner.browser.get(f"/en/my/{learner.code}").text
    finished = learner.browser.get(f"/en/my/{learner.code}/finished")
    assert "You finished the course" in finished.text
    assert f'href="{learner.url}"' in finished.text


def test_home_keeps_the_finished_course_at_hand(learner, make_learner):
    assert f'href="/en/my/{learner.code}/finished"' in learner.browser.get("/en/home").text
    beginner = make_learner(complete=False)
    assert "/finished" not in beginner.browser.get("/en/home").text


def test_pages_that_answer_a_form_change_language_by_address(learner):
    assert (
        learner.browser.get(f"/fr/my/{learner.code}/certificate/issue").headers["Location"]
        == f"/fr/my/{learner.code}/certificate"
    )
    assert learner.browser.get("/fr/check/name").headers["Location"] == "/fr/check"


def test_nothing_of_the_account_is_filled_in(learner):
    """CERT-1: the name is never taken from the profile."""
    page = learner.browser.get(learner.url).text
    assert re.search(r'<input[^>]* name="name"[^>]* value=""', page) or re.search(r'value=""[^>]* name="name"', page)
    assert learner.person.handle not in page
    assert TITLE in page
    assert DISCREET in page


def test_the_preview_shows_the_choices_and_keeps_nothing(site, learner):
    """CERT-1."""
    page = learner.browser.submit(learner.url, learner.choices(name=NAME, form="discreet", lang="ar"))
    assert page.status_code == 200
    main = page.text.partition("<main")[2]
    assert NAME in main
    assert "دورة مسائية" in main
    assert "العمل بالمصباح" not in main.partition("</section>")[0]
    assert '<section class="card" lang="ar" dir="rtl"' in main
    assert count(site, Credential) == count(site, Document) == 0
    changed = learner.browser.submit(learner.url, learner.choices(name=NAME, form="discreet", change="1"))
    assert f'value="{NAME}"' in changed.text
    assert re.search(r'<input[^>]*checked[^>]*value="discreet"|value="discreet"[^>]*checked', changed.text)


def test_the_file_is_made_by_a_job_while_the_page_looks_again(site, learner):
    page = learner.issue(name=NAME)
    waiting = learner.browser.get(page)
    assert waiting.headers["Refresh"] == f"5; url={page}?looks=1"
    assert learner.browser.get(f"{page}?looks=3").headers["Refresh"].startswith("40;")
    assert learner.browser.get(f"{page}?looks=99999999").headers["Refresh"].startswith("60;")
    assert "<form" not in waiting.text.partition("<main")[2].partition("</main>")[0]
    assert learner.browser.get(f"{page}/file").status_code == 404
    site.run_jobs()
    ready = learner.browser.get(page)
    assert "Refresh" not in ready.headers
    file = learner.browser.get(f"{page}/file")
    assert file.data.startswith(b"%PDF")
    assert file.headers["Content-Disposition"] == "attachment; filename=document-1.pdf"
    assert file.headers["Cache-Control"] == "no-store"
    assert file.mimetype == "application/pdf"


def test_pages_name_neither_course_nor_person_in_title_or_address(learner):
    """CACHE-4."""
    page = learner.issue(name=NAME)
    answers = [learner.browser.get(address) for address in (learner.url, page, f"/en/my/{learner.code}/finished")]
    answers.append(learner.browser.submit(learner.url, learner.choices(name=NAME)))
    for answer in answers:
        title = re.search("<title>(.*?)</title>", answer.text)[1]
        assert not re.search("lantern|season|evening|quillfeather", title + answer.request.path, re.IGNORECASE)


def test_somebody_elses_document_is_absent(learner, make_learner):
    """AUTHZ-2."""
    page = learner.issue()
    learner.site.run_jobs()
    other = make_learner(complete=False).browser
    for address in (page, f"{page}/file"):
        assert other.get(address).status_code == 404
        assert learner.site.client().get(address).status_code in {303, 401}
    assert other.submit(f"{page}/again").status_code == 404


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"name": "阿米娜"}, "We have no typeface yet for"),
        ({"name": "x" * 81}, "Use at most 80 characters."),
        ({"name": "--- !"}, "at least one letter"),
        ({"lang": "tlh"}, "Choose one of the answers in the list."),
        ({"form": "secret"}, "Choose one of the answers in the list."),
        ({"form": ""}, "Choose"),
    ],
)
def test_wrong_choices_are_named_and_everything_typed_is_kept(site, learner, choice, message):
    for path in ("", "/issue"):
        answer = learner.browser.submit(learner.url + path, learner.choices(**({"name": NAME} | choice)))
        assert answer.status_code == 422
        assert "<title>Problem: " in answer.text
        assert answer.text.count(message) >= 2
        assert f'value="{choice.get("name", NAME)}"' in answer.text
    assert count(site, Document) == 0


def test_sending_twice_makes_one_certificate_and_one_job(site, learner):
    """CERT-7, DUR-5."""
    assert learner.issue(name=NAME) == learner.issue(name=NAME) == learner.issue(name=f"  {NAME.upper()} ")
    with site.reading() as conn:
        queued = conn.execute(select(func.count()).where(QueuedJob.job == actions.RENDER)).scalar_one()
    assert (count(site, Credential), count(site, Document), queued) == (1, 1, 1)


@pytest.mark.parametrize("drawn", [True, False])
def test_a_name_is_printed_as_it_was_spelt_last(site, learner, monkeypatch, drawn):
    """CERT-1: the paper says what the preview showed, also while an earlier spelling is kept; its code stays."""
    monkeypatch.setattr(jobs, "printed", lambda found, **_addresses: found.name.encode())
    first = learner.issue(name="jane doe")
    if drawn:
        site.run_jobs()
    assert learner.issue(name="Jane Doé") == first
    site.run_jobs()
    assert learner.browser.get(f"{first}/file").data == "Jane Doé".encode()
    assert count(site, Document) == 1


def test_each_form_is_a_document_of_one_credential(site, learner):
    pages = {learner.issue(**choice) for choice in ({}, {"name": NAME}, {"form": "discreet"}, {"lang": "fr"})}
    assert len(pages) == 4
    assert (count(site, Credential), count(site, Document)) == (1, 4)


def test_a_job_that_runs_again_changes_nothing(site, learner):
    """CERT-7, DUR-10: a job that died after its work is run once more."""
    page = learner.issue(name=NAME)
    with site.reading() as conn:
        payload = conn.execute(select(QueuedJob.payload).where(QueuedJob.job == actions.RENDER)).scalar_one()
    site.run_jobs()
    first = learner.browser.get(f"{page}/file").data
    with site.session() as session:
        jobs.render(session, payload)
    assert learner.browser.get(f"{page}/file").data == first


def test_the_job_queue_holds_neither_name_nor_code(site, learner):
    learner.issue(name=NAME)
    with site.reading() as conn:
        payload = conn.execute(select(QueuedJob.payload).where(QueuedJob.job == actions.RENDER)).scalar_one()
    assert set(payload) == {"document", "link", "address"}
    assert NAME not in str(payload)
    assert payload["link"].endswith("/c/")


def test_name_and_file_are_gone_within_a_day_and_print_again_byte_for_byte(site, learner, frozen_clock):
    """Settled 26: at most 24 hours; then only a keyed digest; printing again means typing the name again (CERT-6)."""
    first = learner.file(name=NAME)
    page = learner.issue(name=NAME)
    frozen_clock.moment += timedelta(hours=23, minutes=29)
    with site.session() as session:
        jobs.forget(session, {})
    with site.reading() as conn:
        row = conn.execute(select(Document.__table__)).one()
    assert (row.name, row.pdf, row.forget_at, row.state) == (None, None, None, "forgotten")
    assert len(row.name_digest) == 32
    again = replace(learner, browser=sign_in(site, learner.person))
    assert again.browser.get(f"{page}/file").status_code == 404
    assert "has been erased" in again.browser.get(page).text
    assert again.file(name=NAME) == first


def test_a_file_is_not_handed_out_after_its_time_even_if_the_job_is_late(site, learner, frozen_clock):
    page = learner.issue()
    site.run_jobs()
    frozen_clock.moment += timedelta(hours=23, seconds=1)
    assert sign_in(site, learner.person).get(f"{page}/file").status_code == 404
    health = next(each for each in site.app.extensions["lms"].plugins if each.name == "certificates")
    names = next(each for each in health.contributions if each.key == "certificates.names")
    with site.reading() as conn:
        assert not names.check(conn).ok
    with site.session() as session:
        jobs.forget(session, {})
    with site.reading() as conn:
        assert names.check(conn).ok


def test_neither_name_nor_code_nor_text_is_readable_in_the_data_folder(site, learner):
    """ENC-2, LOG-1: what a copied disk shows while the file is kept."""
    pdf = learner.file(name=NAME)
    code = code_of(pdf)
    needles = [NAME.encode(), b"quillfeather", code.encode(), code.replace("-", "").encode(), pdf[:64]]
    found = [
        (path.name, needle)
        for path in site.settings.folder.rglob("*")
        if path.is_file()
        for needle in needles
        if needle in path.read_bytes()
    ]
    assert found == []
    assert TITLE.encode() in (site.settings.folder / "courses" / "lantern" / "course.yaml").read_bytes()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (render.RenderUnavailable(), "apt-get install --no-install-recommends libpangoft2-1.0-0"),
        (render.RenderError("a limit was reached"), "took too long or stopped half-way"),
    ],
)
def test_what_is_missing_is_said_and_can_be_tried_again(site, learner, monkeypatch, error, words):
    def broken(*_args, **_more):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "render_pdf", broken)
        page = learner.issue(name=NAME)
        site.run_jobs()
        shown = learner.browser.get(page)
        assert words in shown.text
        assert "Refresh" not in shown.headers
    assert learner.browser.submit(f"{page}/again").headers["Location"] == page
    site.run_jobs()
    assert learner.browser.get(f"{page}/file").data.startswith(b"%PDF")


def test_missing_libraries_are_said_before_anything_is_typed(learner, monkeypatch):
    assert "libpangoft2" not in learner.browser.get(learner.url).text
    monkeypatch.setattr(render, "available", lambda: False)
    assert "libpangoft2" in learner.browser.get(learner.url).text


def test_too_many_certificates_in_an_hour_have_to_wait(learner):
    for number in range(20):
        learner.issue(name=f"Name {'x' * number}")
    answer = learner.browser.submit(f"{learner.url}/issue", learner.choices(name="Another"))
    assert answer.status_code == 429
    assert "try again later" in answer.text


def test_the_month_of_completion_is_printed_not_the_day(site, learner):
    with site.reading() as conn:
        assert conn.execute(select(Credential.__table__)).first() is None
    learner.issue()
    with site.reading() as conn:
        assert conn.execute(select(Credential.month)).scalar_one() == clock.today().replace(day=1)


def test_cert_7_a_correction_is_no_other_certificate(site, learner):
    """CERT-7: who has finished and follows a correction prints the same one again, and a withdrawn one stays so."""
    first = learner.issue()
    with site.reading() as conn:
        before = conn.execute(select(Credential.id, Credential.release_id)).one()
    root = site.settings.folder / "courses" / COURSE
    lesson = root / "10-part" / "10-hour" / "lesson.md"
    lesson.write_text(lesson.read_text().replace("Keep it.", "Keep it dry."))
    with site.app.app_context():
        publish_place(Place(COURSE, root, editable=True), kind="correction", accept_unreviewed=True)
    site.run_jobs()
    with site.reading() as conn:
        corrected = current_release(conn, COURSE)
        assert enrolment_in(conn, learner.person.id, COURSE).release_id == corrected != before.release_id
    assert learner.issue() == first
    with site.session() as session:
        assert session.execute(select(Credential.id, Credential.release_id)).all() == [before]
        actions.withdraw_all(session, person_id=learner.person.id)
    assert learner.browser.submit(f"{learner.url}/issue", learner.choices()).status_code == 422
