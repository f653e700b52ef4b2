"""Checks that open and close by days of a group, and what was right told at once or only after closing."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import html5lib
import pytest
from sqlalchemy import select

from lms.core.catalogue.api import activity, current_release
from lms.core.learning.api import GRACE, Window, enrol, standing
from lms.host import clock
from lms.plugins.cohorts.domain.dates import ModuleDays, check_windows, coming, read_offsets
from lms.plugins.quizzes.domain.quiz import Quiz
from lms.plugins.quizzes.jobs import tidy
from lms.plugins.quizzes.models import Attempt
from tests.factories import make_person, sign_in
from tests.plugins.cohorts.groups import COURSE, garden, make_group
from tests.plugins.quizzes.pages import Page, by_words
from tests.plugins.quizzes.samples import right_answer, wrong_answer
from tests.plugins.quizzes.test_races import at_once

CHECK, KEY = "GA-1-check", "c1"
TELLING = ("Patience helps", "Haste is tempting", "must be right once", "Read this part again", "Meet these questions")
"""What only somebody may see who is told what was right."""


def days(starts, **check):
    fields = {"name": "Autumn", "starts": starts.isoformat(), "weeks": "4"}
    return fields | {f"modules-0-check_{name}": value for name, value in check.items()}


class Room:
    """A group whose check opens on the second day and closes on the fourth, and somebody who learns alone."""

    def __init__(self, site, stopped, **check):
        self.site, self.clock, self.starts = site, stopped, clock.today()
        self.on(0)
        self.group = make_group(site, starts=self.starts, weeks=4)
        self.group.add("ana")
        self.group.add("bea")
        self.group.add("guide", role="facilitator")
        self.said = self.set(opens="1", closes="3", **check)
        self.solo = make_person(site)
        with site.session() as session:
            enrol(session, person_id=self.solo.id, course_id=COURSE)
        self.url = f"/en/m/{garden(site).modules[0].code}/check"

    def set(self, **check):
        address = f"/en/cohorts/{self.group.id}/days"
        return self.group.browser("guide").submit(address, days(self.starts, **check))

    def on(self, day, at=time(12)):
        self.clock.moment = datetime.combine(self.starts + timedelta(days=day), at, UTC)

    def browser(self, name):
        return sign_in(self.site, self.solo) if name == "solo" else self.group.browser(name)

    def begin(self, name):
        browser = self.browser(name)
        browser.submit(f"{self.url}/start")
        return browser

    def filled(self, browser, *wrong):
        page = Page(browser.get(self.url))
        sent = page.form()
        del sent["csrf"]  # a sign-in does not outlive half a day
        for question in self.quiz().questions:
            sent |= by_words(page, question, (wrong_answer if question.id in wrong else right_answer)(question))
        return sent

    def quiz(self):
        with self.site.reading() as conn:
            return Quiz.load(activity(conn, current_release(conn, COURSE), CHECK, "en").data)

    def rows(self, name):
        person = self.solo if name == "solo" else self.group.people[name]
        with self.site.reading() as conn:
            table = Attempt.__table__
            mine = select(table).where(table.c.person_id == person.id, table.c.quiz_id == CHECK)
            return conn.execute(mine.order_by(table.c.seq)).all()

    def result(self, name):
        with self.site.reading() as conn:
            return standing(conn, self.group.enrolment(name).enrolment_id).results.get(CHECK)

    def told(self, name, *more):
        """Words on any page of a person that say what was right."""
        code = garden(self.site).code
        pages = ("/en/home", "/en/progress", f"/en/my/{code}", self.url, f"{self.url}/sheet?sheet=XX", *more)
        browser = self.browser(name)
        shown = [browser.get(page) for page in pages]
        assert {answer.status_code for answer in shown} <= {200, 303}
        return {word for answer in shown for word in TELLING if word in answer.text}

    def tidy(self):
        with self.site.session() as session:
            tidy(session, {})


def shut(room, name, words):
    """The check cannot be begun, looked at on paper or sent from paper, and its page says why."""
    browser = room.begin(name)
    page = Page(browser.get(room.url))
    assert words in page.text
    assert page.all("fieldset") == []
    for path in ("sheet?sheet=XX", "slip"):
        assert browser.get(f"{room.url}/{path}").headers["Location"] == room.url
    assert browser.submit(f"{room.url}/slip", {"line": "XX"}).headers["Location"] == room.url


def test_a_check_opens_and_closes_by_day_and_tells_only_then(site, frozen_clock):
    room = Room(site, frozen_clock, tells="y")
    assert room.said.status_code == 303
    shown = room.browser("guide").get(room.said.headers["Location"]).text
    opens = (room.starts + timedelta(days=1)).day
    assert f"the check opens on {opens}" in shown
    assert "the check closes on" in shown
    course = f"/en/my/{garden(site).code}"
    shut(room, "ana", "This check opens for your group on")
    assert room.rows("ana") == []
    assert "opens on" in room.browser("ana").get(course).text
    assert "The check of module 1 opens" in room.browser("ana").get(f"/en/group/{room.group.id}").text

    room.on(1)
    browser = room.begin("ana")
    with site.statements() as seen:
        assert "This check closes for your group on" in browser.get(room.url).text
    assert len(seen) <= 6, seen
    sent = room.filled(browser, KEY)
    with site.statements() as seen:
        first = browser.submit(room.url, sent).headers["Location"]
    assert len(seen) <= 12, seen
    page = Page(browser.get(first))
    assert "Your answers have arrived. What was right is told when this check has closed" in page.text
    assert "Soil, question" not in page.text
    assert room.result("ana").best == 91
    assert not room.result("ana").passed
    assert room.told("ana", first) == set()
    with site.statements() as seen:
        assert first in room.browser("ana").get(room.url).text
    assert len(seen) <= 6 + 2, seen  # signing in

    room.on(3, time(23, 50))
    room.tidy()
    browser = room.begin("ana")
    saved = room.filled(browser)
    assert browser.submit(room.url, {**saved, "save": "1"}).status_code == 303
    late = room.begin("bea")
    pen = room.filled(late)
    room.on(3, time(23, 59))
    room.clock.moment += GRACE - timedelta(seconds=1)
    assert room.told("ana", first) == set()
    assert late.submit(room.url, pen).headers["Location"].startswith(f"{room.url}/")
    assert [(row.state, row.score) for row in room.rows("bea")] == [("graded", 100)]

    room.clock.moment += timedelta(seconds=1)
    page = Page(room.browser("ana").get(room.url))
    assert "This check closed for your group on" in page.text
    assert page.all("fieldset") == []
    assert room.browser("ana").submit(room.url, saved).headers["Location"] == room.url
    done = room.browser("ana").submit(room.url, {"over": "1"}).headers["Location"]
    assert [(row.state, row.score) for row in room.rows("ana")] == [("graded", 91), ("graded", 100)]
    assert room.result("ana").passed
    shut(room, "ana", "This check closed for your group on")
    assert {"Patience helps", "Haste is tempting"} <= room.told("ana", first)
    listed = room.browser("ana").get(room.url).text
    assert first in listed
    assert done in listed
    room.on(6)
    room.tidy()
    assert [row.answers for row in room.rows("ana")] == [None, None]


def test_who_learns_alone_is_never_closed_out_and_a_group_may_be_told_at_once(site, frozen_clock):
    room = Room(site, frozen_clock)
    for day, name in ((0, "solo"), (9, "solo"), (2, "ana")):
        room.on(day)
        browser = room.begin(name)
        with site.statements() as seen:
            done = browser.submit(room.url, room.filled(browser, KEY)).headers["Location"]
        assert "learning_window" not in " ".join(map(str, seen)) or name == "ana"
        told = browser.get(done).text
        assert "Haste is tempting" in told
        assert "must be right once" in told
    assert len(room.rows("solo")) == 2


def race(room):
    """Many hand in and close at once while the clock passes the end; return what each was answered, and the rows."""
    room.on(3)
    browser = room.begin("ana")
    sent = room.filled(browser)
    browser.submit(room.url, {**sent, KEY: [], "save": "1"})
    whole = room.filled(browser)
    room.on(3, time(23, 59))
    browser = room.browser("ana")

    def work(one, number):
        if number == 7:
            room.clock.moment += GRACE
        return one.submit(room.url, {"over": "1"} if number % 2 else whole).headers["Location"]

    answers = at_once(SimpleNamespace(site=room.site, browser=browser), work)
    browser.submit(room.url, {"over": "1"})
    return answers, room.rows("ana")


def late_page(room):
    """Whether a page is taken after the grace."""
    room.on(2)
    browser = room.begin("bea")
    sent = room.filled(browser)
    room.on(3, time(23, 59))
    room.clock.moment += GRACE
    room.browser("bea").submit(room.url, sent)
    return room.rows("bea")[-1].state == "graded"


def test_con_2_closing_holds_against_many_at_once(site, frozen_clock, monkeypatch):
    """CON-2: one result whoever is faster, nothing saved is lost; and a door that nobody closes is found."""
    room = Room(site, frozen_clock, tells="y")
    answers, rows = race(room)
    assert [row.state for row in rows] == ["graded"]
    assert rows[0].score in {91, 100}
    assert set(answers) <= {room.url, f"{room.url}/{rows[0].token}"}
    assert not late_page(room)
    room.on(3)
    result = f"{room.url}/{rows[0].token}"
    assert room.told("ana", result) == set()
    with monkeypatch.context() as planted:
        planted.setattr(Window, "untold", lambda *_: False)
        assert "Patience helps" in room.told("ana", result)
    monkeypatch.setattr(Window, "is_over", lambda *_: False)
    assert late_page(room)


@pytest.mark.parametrize(
    ("check", "said", "kept"),
    [
        ({"opens": "5", "closes": "3"}, "This is before the check opens.", 'value="5"'),
        ({"tells": "y"}, "Say on which day the check closes", "checked"),
        ({"closes": "27"}, "A check must close at least one day before the last day", 'value="27"'),
    ],
)
def test_days_that_cannot_be_are_refused_and_stay_as_typed(site, check, said, kept):
    group = make_group(site)
    browser = group.facilitator()
    answer = browser.submit(f"/en/cohorts/{group.id}/days", days(date(2027, 1, 4), **check))
    assert (answer.status_code, answer.text.count(said)) == (422, 2)
    assert kept in answer.text
    html5lib.HTMLParser(strict=True).parse(answer.text)


def test_windows_of_checks_are_counted_from_the_first_day(site):
    outline, start = garden(site), date(2027, 3, 1)
    first, second = outline.modules
    offsets = {first.id: ModuleDays(check_opens=2, check_closes=4, check_tells=True), second.id: ModuleDays(opens=7)}
    assert read_offsets({name: one.as_json() for name, one in offsets.items()}) == offsets
    [(name, window)] = check_windows(outline, start, offsets).items()
    opens, closes = datetime(2027, 3, 3, tzinfo=UTC), datetime(2027, 3, 5, 23, 59, tzinfo=UTC)
    assert (name, window) == (CHECK, Window(opens, closes, tells_after=True))
    kinds = [(item.day.day, item.kind) for item in coming(outline, start, offsets, start)]
    assert kinds == [(3, "check-opens"), (5, "check-closes"), (8, "opens")]
    second = timedelta(seconds=1)
    for moment, begins, over, untold in (
        (opens - second, False, False, True),
        (opens, True, False, True),
        (closes - second, True, False, True),
        (closes + GRACE - second, False, False, True),
        (closes + GRACE, False, True, False),
    ):
        assert (window.begins(moment), window.is_over(moment), window.untold(moment)) == (begins, over, untold)
    assert Window().begins(opens)
    assert not Window().is_over(closes)
