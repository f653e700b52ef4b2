"""PLG-3: whatever a plugin's parts do, pages, submissions and other plugins go on."""

import time

import pytest
from sqlalchemy import text
from veer_sample.content import CountPebbles
from veer_sample.plugin import plugin

from lms.host.contributions import Finding, Health, Job, Reaction
from lms.host.db import connection
from lms.host.jobs import enqueue
from lms.host.plugin import current_host
from lms.host.slots import Panel
from lms.host.startup import findings
from lms.plugins.progress.api import Watchers
from tests.factories import make_person, sign_in
from tests.sample_plugin.trials import shore


def the(kind):
    (found,) = [item for item in plugin.contributions if isinstance(item, kind)]
    return found


@pytest.fixture
def swap(monkeypatch):
    """Put a fault in place of a part of a contribution, which is frozen; everything is put back afterwards."""
    kept = []

    def put(item, name, fault):
        kept.append((item, name, getattr(item, name)))
        object.__setattr__(item, name, fault)

    yield put
    for item, name, value in reversed(kept):
        object.__setattr__(item, name, value)


def raises(*args, **kwargs):
    raise RuntimeError("planted")


def breaks_the_transaction(*args, **kwargs):
    connection().execute(text("SELECT nothing FROM nowhere"))


def sleeps(*args, **kwargs):
    time.sleep(0.06)
    return "a slow panel"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (raises, "panel left out"),
        (breaks_the_transaction, "panel left out"),
        (lambda home: 42, "panel left out"),
        (lambda home: None, "panel left out"),
        (sleeps, "slow panel"),
        (lambda home: "<script>alert(1)</script>", ""),
    ],
    ids=["raises", "breaks the transaction", "number", "nothing", "sleeps", "script"],
)
def test_a_panel_does_not_break_its_page(site, swap, caplog, fault, said):
    browser = sign_in(site, make_person(site))
    shore.begin(site, browser)
    sound = browser.get("/en/home").text
    swap(the(Panel), "render", fault)
    answer = browser.get("/en/home")
    assert answer.status_code == 200
    assert "A walk" in answer.text
    assert "Good to see you" in sound
    assert "<script>alert" not in answer.text
    assert "script-src" in answer.headers["Content-Security-Policy"]
    assert said in caplog.text
    assert not said or "planted" not in answer.text


@pytest.mark.parametrize("atomic", [True, False], ids=["atomic", "from the outbox"])
@pytest.mark.parametrize("fault", [raises, lambda session, event: session.execute(text("SELECT nothing"))])
def test_a_reaction_does_not_break_a_submission(site, swap, caplog, atomic, fault):
    person = make_person(site)
    browser = sign_in(site, person)
    lesson, module = shore.begin(site, browser)
    reaction = the(Reaction)
    swap(reaction, "run", fault)
    swap(reaction, "atomic", atomic)
    shore.finish(browser, lesson, module)
    assert shore.completed(site, person)
    site.run_jobs()
    assert "failed" in caplog.text
    with site.session() as session:
        enqueue(session, "accounts.forget", {})
    assert site.run_jobs() == 1


def test_a_reaction_that_was_mended_runs_later(site, swap, frozen_clock):
    """It waits in the outbox: nothing that happened is lost."""
    person = make_person(site)
    browser = sign_in(site, person)
    lesson, module = shore.begin(site, browser)
    reaction, sound = the(Reaction), the(Reaction).run
    swap(reaction, "run", raises)
    shore.finish(browser, lesson, module)
    site.run_jobs()
    swap(reaction, "run", sound)
    frozen_clock.moment += shore.HOUR
    site.run_jobs()
    assert "course pebbles" in sign_in(site, person).get("/en/pebbles").text


@pytest.mark.parametrize("part", ["shuffle", "fields", "parse", "grade"])
def test_a_question_type_does_not_break_page_or_submission(site, monkeypatch, caplog, part):
    """The other question is graded; the one that cannot be judged is shown, and not held against anybody."""
    browser = sign_in(site, make_person(site))
    lesson, _module = shore.begin(site, browser)
    address = f"/en/l/{lesson}/quiz"
    monkeypatch.setattr(CountPebbles, part, raises)
    shown = browser.get(address)
    assert shown.status_code == 200
    assert "How many pebbles are here?" in shown.text
    assert "Pebbles are round." in shown.text
    result = shore.answer(browser, address, q1="3", q2="1")
    assert result.status_code == 303
    assert browser.get(result.headers["Location"]).status_code == 200
    assert "question type failed" in caplog.text


def test_a_health_check_does_not_hide_the_others(site, monkeypatch):
    with site.app.app_context():
        host = current_host()
        sound = host.all(Health)
        monkeypatch.setitem(host._cache, Health, (Health("broken", raises), *sound))
        found = findings(connection())
    assert found[0] == Finding(ok=False, text="The check broken failed.", mend="The log says why.")
    assert len(found) == len(sound) + 1
    operator = sign_in(site, make_person(site, grants=[("operator", "site", "")]))
    assert "The check broken failed." in operator.get("/en/operator/").text


def test_a_source_of_watchers_does_not_hide_the_others(site, monkeypatch):
    class Broken(Watchers):
        key = "broken"

        def of(self, conn, person_id):
            breaks_the_transaction()

    browser = sign_in(site, make_person(site))
    shore.begin(site, browser)
    with site.app.app_context():
        host = current_host()
        monkeypatch.setitem(host._cache, Watchers, (Broken(), *host.all(Watchers)))
    assert browser.get("/en/progress").status_code == 200


def test_a_job_does_not_stop_the_queue(site, monkeypatch, caplog):
    with site.app.app_context():
        host = current_host()
        ran = []
        good = Job("good", lambda session, payload: ran.append(payload))
        monkeypatch.setitem(host._cache, Job, (Job("bad", raises), good, *host.all(Job)))
    with site.session() as session:
        enqueue(session, "bad", {})
        enqueue(session, "good", {"n": 1})
    site.run_jobs()
    assert ran == [{"n": 1}]
    assert "job failed" in caplog.text
