"""The demonstration site with one person of each role in it: something to see on every page."""

import re
from collections.abc import Callable

from sqlalchemy import update

from lms.host import clock
from lms.host.contributions import Starter
from lms.host.plugin import current_host
from lms.host.testing import Browser, Site
from lms.plugins.remember.models import Card
from tests.factories import make_person, sign_in
from tests.flows.test_main_story import be_checked, invite, join, learn, outline_of

CODE = re.compile(r"Code for an? (\w+):\s+(\S+)")
AGREE = re.compile(r'action="(/en/operator/support/[^"]+/agree)"')
ROLES = ("learner", "facilitator", "coordinator", "author", "operator")
HANDLES = {
    "learner": "amber-heron",
    "facilitator": "quiet-finch",
    "coordinator": "steady-crane",
    "author": "patient-wren",
    "operator": "early-swift",
}


def demonstrate(site: Site) -> dict[str, Callable[[], Browser]]:
    """Run what a demonstration start runs; return, by role, a function that opens a signed-in browser."""
    with site.app.app_context():
        starters = sorted(current_host().all(Starter), key=lambda starter: starter.order)
        lines = "\n".join(line for starter in starters for line in starter.run(True))
    codes = dict(CODE.findall(lines))
    assert set(codes) >= {"learner", "facilitator", "coordinator", "author"}, lines
    doors = {role: _arrive(site, role, codes.get(role, "")) for role in ROLES}
    graduate(site, doors["learner"]())
    look_in(site, doors["operator"]())
    ask(doors["author"]())
    return doors


def graduate(site: Site, browser: Browser) -> None:
    """Let somebody finish the garden, so that there is a certificate to ask for."""
    outline = outline_of(site, "en")
    assert browser.submit(f"/en/my/{outline.code}/start").status_code == 303
    learn(site, browser, outline, "en")
    be_checked(site, browser, outline, "en", right=True)
    assert browser.submit("/en/account/data/copy").status_code == 303
    remember(site, browser)


def remember(site: Site, browser: Browser) -> None:
    """Let what must be known come back to somebody, today already."""
    assert browser.submit("/en/remember/on").status_code == 303
    site.run_jobs()
    with site.session() as session:
        session.execute(update(Card).values(due=clock.today()))


def look_in(site: Site, browser: Browser) -> None:
    """Let an operator look into the learner's account, with another one's consent (AUD-4)."""
    asked = browser.submit("/en/operator/support/", {"handle": HANDLES["learner"], "reason": "fault"})
    assert asked.status_code == 303, asked.text
    other = sign_in(site, make_person(site, grants=[("operator", "site", "")]))
    (address,) = set(AGREE.findall(other.get("/en/operator/support/").text))
    assert other.submit(address).status_code == 303


def ask(browser: Browser) -> None:
    """Write a question into the bank."""
    asked = browser.submit("/en/questions/new/reflection", {"key": "first", "lang": "en", "prompt": "What helps you?"})
    assert asked.status_code == 303, asked.text


def newcomer(site: Site) -> Browser:
    """Return the browser of somebody who has just joined."""
    browser = site.client()
    join(browser, invite(site), "en")
    return browser


def _arrive(site: Site, role: str, code: str) -> Callable[[], Browser]:
    grants = [("operator", "site", "")] if role == "operator" else []
    person = make_person(site, HANDLES[role], grants=grants)

    def enter() -> Browser:
        browser = site.client()
        answer = browser.submit("/en/sign-in", {"handle": person.handle, "passphrase": person.passphrase})
        assert answer.status_code == 303, answer.text
        return browser

    if code:
        answer = enter().submit("/en/account/code", {"code": code})
        assert answer.status_code == 303, answer.text
    return enter
