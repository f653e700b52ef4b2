"""The main job, end to end, over plain forms: join with a code, learn, be checked, hold a certificate, have it verified."""

import unicodedata
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from lms.core.accounts.api import create_invitations
from lms.core.catalogue.api import activity, current_outlines
from lms.core.learning.api import enrolment_table
from lms.host import clock
from lms.host.db import db
from lms.host.security.sessions import COOKIE
from lms.plugins.cohorts.api import KIND, create_cohort, place
from lms.plugins.quizzes.domain.quiz import Quiz
from tests.plugins.certificates.reading import code_of, words
from tests.plugins.quizzes.pages import Page, answers_on

LANGUAGES = ("en", "fr", "es", "ar")


def read(answer):
    assert answer.status_code == 200, answer.status_code
    return Page(answer)


def outline_of(site, lang, course="garden"):
    with site.app.test_request_context(f"/{lang}/"), site.reading() as conn:
        return next(found for found in current_outlines(conn, lang) if found.course_id == course)


def quiz_of(site, activity_id, lang, course="garden"):
    outline = outline_of(site, lang, course)
    with site.reading() as conn:
        return Quiz.load(activity(conn, outline.release_id, activity_id, lang).data)


def invite(site):
    """Return a learner's code for a fresh group."""
    cohort, today = uuid4(), clock.today()
    with site.app.app_context():
        session = db.session()
        create_cohort(
            session,
            cohort_id=cohort,
            name="Autumn",
            course_id="garden",
            starts=today - timedelta(days=28),
            ends=today + timedelta(days=90),
            lang="en",
        )
        expires = clock.now() + timedelta(days=30)
        (code,) = create_invitations(session, kind=KIND, payload=place(cohort), expires=expires, language="en")
        session.commit()
        return code


def join(browser, code, lang):
    """Type the code, keep the name, copy two parts of the key; return name and key."""
    form = read(browser.get(f"/{lang}/join")).form(holding="code")
    shown = read(browser.submit(f"/{lang}/join", form | {"code": code.lower().replace("-", " ")}))
    words = ["".join(item.itertext()).strip() for item in shown.tree.findall(".//ol/li")]
    sent = shown.form(holding="state")
    for field in ("first", "second"):
        (label,) = [found for found in shown.all("label") if found.get("for") == field]
        number = int("".join(str(unicodedata.digit(sign)) for sign in "".join(label.itertext()) if sign.isdigit()))
        sent[field] = words[number - 1]
    answer = browser.submit(f"/{lang}/join/confirm", sent)
    assert answer.status_code == 303, answer.text
    return shown.words("bdi")[0], " ".join(words)


def learn(site, browser, outline, lang):
    """Mark every lesson as done, with its quiz answered right."""
    for lesson in outline.lessons:
        address = f"/{lang}/l/{lesson.code}"
        read(browser.get(address))
        sheet = read(browser.get(f"{address}/quiz"))
        quiz = quiz_of(site, f"{lesson.id}-q", lang)
        result = browser.submit(f"{address}/quiz", answers_on(sheet, quiz))
        assert result.status_code == 303
        read(browser.get(result.headers["Location"]))
        assert browser.submit(f"{address}/done", {"then": "next"}).status_code == 303


def be_checked(site, browser, outline, lang, *, right):
    """Take every check; return where the last result stands."""
    for module in outline.modules:
        address = f"/{lang}/m/{module.code}/check"
        begun = browser.submit(f"{address}/start")
        assert begun.status_code == 303
        sheet = read(browser.get(begun.headers["Location"]))
        answers = answers_on(sheet, quiz_of(site, f"{module.id}-check", lang), right=right)
        result = browser.submit(address, answers)
        assert result.status_code == 303
        read(browser.get(result.headers["Location"]))
    return result.headers["Location"]


def complete(site):
    with site.reading() as conn:
        return conn.scalar(select(enrolment_table.c.completed_on)) is not None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_join_learn_check_certificate_verify(site, lang):
    browser = site.client()
    name, key = join(browser, invite(site), lang)
    outline = outline_of(site, lang)
    assert outline.lessons[0].code in browser.get(f"/{lang}/home").text

    learn(site, browser, outline, lang)
    be_checked(site, browser, outline, lang, right=False)
    assert not complete(site)
    be_checked(site, browser, outline, lang, right=True)
    assert complete(site)

    code = certificate(site, browser, outline, lang)
    checked = site.client().submit(f"/{lang}/check", {"code": code})
    assert outline.title.text in checked.text
    assert "Sun Garden" not in checked.text

    browser.submit(f"/{lang}/sign-out")
    assert browser.get(f"/{lang}/home").status_code == 303
    elsewhere = site.client()
    answer = elsewhere.submit(f"/{lang}/sign-in", {"handle": name, "passphrase": key.upper()})
    assert answer.status_code == 303
    assert elsewhere.get_cookie(COOKIE) is not None
    assert outline.code in elsewhere.get(f"/{lang}/home").text


def certificate(site, browser, outline, lang):
    """Ask for the certificate under a chosen name and return the code printed on it."""
    address = f"/{lang}/my/{outline.code}/certificate"
    form = read(browser.get(address)).form(holding="form")
    preview = read(browser.submit(address, form | {"name": "Sun Garden", "lang": lang, "form": "full"}))
    assert "Sun Garden" in preview.text
    issued = browser.submit(f"{address}/issue", preview.form(holding="key"))
    assert issued.status_code == 303, issued.text
    site.run_jobs()
    waiting = issued.headers["Location"]
    read(browser.get(waiting))
    pdf = browser.get(f"{waiting}/file")
    assert pdf.data.startswith(b"%PDF")
    assert "Sun Garden" in words(pdf.data)
    return code_of(pdf.data)


def test_leave_ends_everything_from_any_page(site):
    browser = site.client()
    join(browser, invite(site), "en")
    first = browser.submit("/leave")
    assert (first.status_code, first.headers["Location"]) == (303, "/gone")
    second = browser.get("/gone")
    assert second.headers["Refresh"] == "0; url=/bye"
    assert second.data == b""
    third = browser.get("/bye")
    assert third.headers["Location"].startswith("https://")
    assert third.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert browser.get("/en/home").status_code == 303
