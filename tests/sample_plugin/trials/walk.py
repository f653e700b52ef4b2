"""A site in a folder, used with the sample and then without it. Run as a program, each time in a process of its own."""

import json
import shutil
import sys
from pathlib import Path
from uuid import UUID

from lms.cli import lms
from lms.host.app import create_app
from lms.host.security.passphrases import Hasher
from lms.host.settings import Settings
from lms.host.testing import Browser, Site
from tests.factories import make_person, sign_in
from tests.sample_plugin.trials import shore

COURSES = Path(__file__).parents[1] / "courses"


def opened():
    app = create_app(Settings())
    app.extensions["lms_hasher"] = Hasher.cheap(bytes(32))
    app.test_client_class = Browser
    return Site(app, app.config["LMS"])


def make():
    """Publish the course, and let one person begin it and another finish it; return where they were."""
    Settings().folder.mkdir(mode=0o700)  # others may not look into it, or nothing starts
    shutil.copytree(COURSES, Settings().folder / "courses")
    for command in (["db", "upgrade"], ["courses", "publish", "pebbles", "--accept-unreviewed"]):
        lms.main(command, standalone_mode=False)
    site = opened()
    someone, finisher = make_person(site), make_person(site)
    other = sign_in(site, finisher)
    shore.finish(other, *shore.begin(site, other))
    browser = sign_in(site, someone)
    lesson, module = shore.begin(site, browser)
    result = shore.answer(browser, f"/en/l/{lesson}/quiz", q1="3", q2="1")
    shore.answer(browser, f"/en/l/{lesson}/quiz", q1="1", q2="1", save="1")
    browser.submit(f"/en/m/{module}/check/start")
    browser.submit("/en/pebbles")
    return {
        "someone": str(someone.id),
        "finisher": str(finisher.id),
        "course": shore.course(site).code,
        "lesson": lesson,
        "module": module,
        "result": result.headers["Location"],
    }


def visit(made):
    """Open every page of both people; return what each answered."""
    site = opened()
    pages = [
        "/en/", "/en/home", "/en/courses", "/en/progress", "/en/account/", "/en/pebbles",
        f"/en/my/{made['course']}", f"/en/l/{made['lesson']}", f"/fr/l/{made['lesson']}",
        f"/en/l/{made['lesson']}/quiz", f"/en/m/{made['module']}/check",
    ]  # fmt: skip
    answers = {}
    for who in ("someone", "finisher"):
        browser = sign_in(site, UUID(made[who]))
        for path in [*pages, *([made["result"]] if who == "someone" else [])]:
            answer = browser.get(path)
            answers[f"{who} {path}"] = [answer.status_code, answer.text]
    browser = sign_in(site, UUID(made["someone"]))
    sent = shore.answer(browser, f"/en/l/{made['lesson']}/quiz", q1="3", q2="1")
    answers["sent"] = [sent.status_code, browser.get(sent.headers["Location"]).text]
    if "jobs" in made:
        answers["jobs"] = [site.run_jobs(), ""]
    return answers


if __name__ == "__main__":
    given = json.loads(sys.stdin.read() or "{}")
    found = visit(given) if given else make()
    print("\n" + json.dumps(found))  # noqa: T201 - what the caller reads
