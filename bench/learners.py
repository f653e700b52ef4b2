"""A site to measure: migrated, published, with signed-in learners who have begun the first course."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import click
from flask import Flask

from bench import wire
from bench.browser import Browser, Send, into
from lms.cli import lms
from lms.core.accounts.actions.keys import make_keys
from lms.core.accounts.actions.people import create_person
from lms.core.accounts.actions.sign_ins import start_sign_in
from lms.host import jobs
from lms.host.app import create_app
from lms.host.db import db
from lms.host.plugin import current_host
from lms.host.security.sessions import COOKIE
from lms.host.settings import Settings

PASSPHRASE = "measured measured measured measured measured"  # noqa: S105 - of people who exist for one run
TITLE = "Start here: risk and your resilience plan"
COURSE = re.compile(r'href="(/en/(?:course|my)/[^"/]+)"')
LESSON = re.compile(r'href="(/en/l/[^"/]+)"')
CHECK = re.compile(r'href="(/en/m/[^"/]+/check)"')


@dataclass(frozen=True)
class Places:
    """Addresses of the pages that are measured."""

    course: str
    lessons: tuple[str, ...]
    check: str

    @property
    def pages(self) -> dict[str, str]:
        """What a signed-in learner opens, by name."""
        return {
            "lesson": self.lessons[0],
            "course": self.course,
            "home": "/en/home",
            "courses": "/en/courses",
            "quiz": f"{self.lessons[0]}/quiz",
            "module check": self.check,
            "account": "/en/account/",
        }


def site(folder: Path, size: str) -> Flask:
    """Make a site of a given size in a folder, by the same commands as an operator."""
    for command in (["db", "upgrade"], ["seed", "--size", size], ["courses", "publish", "--accept-unreviewed"]):
        run(*command)
    app = create_app(Settings(data=folder))
    settle(app)
    return app


def settle(app: Flask) -> None:
    """Do what the daily jobs find to do at first, so that no worker does it beside what is measured."""
    with app.app_context():
        jobs.schedule(db.session(), current_host(app))
        db.session.commit()
    while jobs.run_due(app):
        pass


def run(*arguments: str) -> None:
    """Run a command of ours in this process."""
    try:
        lms.main(list(arguments), standalone_mode=False)
    except click.ClickException as error:
        raise RuntimeError(f"lms {' '.join(arguments)}: {error.format_message()}") from error
    except SystemExit as end:
        if end.code:
            raise RuntimeError(f"lms {' '.join(arguments)} ended with {end.code}") from end


def sign_in(app: Flask, count: int) -> list[Browser]:
    """Return browsers of new people, signed in as after joining."""
    found = []
    for number in range(count):
        person = uuid4()
        with app.app_context():
            keys = make_keys(person, PASSPHRASE)
            session = db.session()
            create_person(session, person_id=person, handle=f"measured-{number}-{person.hex[:6]}", keys=keys, lang="en")
            token = start_sign_in(session, person_id=person, private_key=keys.private_key)
            session.commit()
        browser = Browser(into(app.wsgi_app))
        browser.cookies[COOKIE] = token
        found.append(browser)
    return found


def find_course(browser: Browser) -> str:
    """Return the address of the course that comes with the program, among the invented ones of `lms seed`."""
    for address in dict.fromkeys(COURSE.findall(browser.get("/en/courses").text)):
        course = str(address).replace("/course/", "/my/")
        if TITLE in browser.get(course).text:
            return course
    raise LookupError(f"no course is called {TITLE!r}")


def begin(browser: Browser, course: str) -> Places:
    """Begin a course and return where its pages are."""
    browser.get(course)
    browser.submit(browser.form("/start"))
    page = browser.get(course).text
    lessons = tuple(dict.fromkeys(LESSON.findall(page)))
    return Places(course, lessons, _first(CHECK, page))


def _first(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise LookupError(f"nothing like {pattern.pattern} on the page")
    return found[1]


def quiz_requests(browser: Browser, places: Places) -> list[bytes]:
    """Return one filled form of each lesson's quiz, ready to be sent over the wire."""
    made = []
    for lesson in places.lessons:
        browser.get(f"{lesson}/quiz")
        form = browser.form("/quiz")
        places_taken: dict[str, int] = {}
        values = form.values | {name: "1" for name in form.texts if not form.values.get(name)}
        for name, choices in form.choices.items():
            group = name.rpartition(".")[0]  # rows of an ordering need places of their own
            values[name] = choices[places_taken.get(group, 0) % len(choices)] if group else choices[0]
            places_taken[group] = places_taken.get(group, 0) + 1
        made.append(wire.request("POST", form.action, browser.headers, urlencode(values).encode()))
    return made


def through(browser: Browser, send: Send) -> Browser:
    """Return the same person in a browser that sends another way."""
    other = Browser(send)
    other.cookies = dict(browser.cookies)
    return other
