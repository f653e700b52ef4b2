"""A site with the core, and people in it."""

import base64
import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest

from lms.core.accounts.actions.invitations import create_invitations
from lms.host import clock
from lms.host.plugin import CORE
from lms.host.security import totp

NAME = "amber-heron"


@dataclass
class Page:
    """A page as a person meets it."""

    response: object

    @property
    def status(self):
        return self.response.status_code

    @property
    def text(self):
        return unescape(self.response.get_data(as_text=True))

    @property
    def location(self):
        return self.response.headers.get("Location", "")

    def value(self, name):
        """Return the value of a field."""
        found = re.search(rf'<input(?=[^>]*name="{name}")[^>]*?value="([^"]*)"', self.text)
        return found.group(1) if found else ""

    @property
    def parts(self):
        """Return the words of a passphrase, or the codes of a list."""
        listed = re.search(r'<ol class="(?:pass|n)".*?</ol>', self.text, re.DOTALL).group(0)
        return [re.sub("<[^>]+>", "", item) for item in re.findall(r"<li>(.*?)</li>", listed)]

    @property
    def asked(self):
        """Return the two places that are asked for again."""
        return [int(number) for number in re.findall(r'<label for="(?:first|second)">\D*(\d+)</label>', self.text)]

    @property
    def title(self):
        return re.search("<title>(.*?)</title>", self.text).group(1)


class Person:
    """Somebody with a browser of their own; follows no redirect by itself."""

    def __init__(self, site, lang="en"):
        self.browser = site.client()
        self.lang = lang
        self.name = ""
        self.words = []

    def get(self, path):
        return Page(self.browser.get(f"/{self.lang}{path}"))

    def post(self, path, **fields):
        """Send a form as a page of ours would."""
        return Page(self.browser.submit(f"/{self.lang}{path}", fields))

    def begin(self, code, handle=NAME):
        """Send code and name."""
        form = self.get("/join")
        return self.post("/join", code=code, handle=handle, suggested=form.value("suggested"))

    def confirm(self, page, path="/join/confirm", **more):
        """Type two words of the page again."""
        parts = page.parts
        self.words = parts
        first, second = (parts[place - 1] for place in page.asked)
        return self.post(path, state=page.value("state"), first=first, second=second, **more)

    def join(self, code, handle=NAME):
        """Join in one go."""
        page = self.begin(code, handle)
        assert page.status == 200, page.text
        self.name = handle
        done = self.confirm(page)
        assert done.status == 303, done.text
        return done

    def sign_in(self, handle=None, passphrase=None):
        return self.post("/sign-in", handle=handle or self.name, passphrase=passphrase or " ".join(self.words))

    def add_app(self):
        """Set up codes from an app; from now on `code` says what it shows."""
        self.post("/account/second-step/app")
        shown = self.get("/account/second-step/app").text
        self.seed = base64.b32decode(
            re.search(r'<bdi class="code" lang="en">([A-Z2-7 ]+)</bdi>', shown).group(1).replace(" ", "")
        )
        done = self.post("/account/second-step/app/confirm", step_code=self.code())
        assert done.status == 303, done.text
        return done

    def code(self, steps=0):
        """What the app shows, or showed or will show some steps from now."""
        return totp.code(self.seed, clock.now() + timedelta(seconds=30 * steps))

    @property
    def token(self):
        cookie = self.browser.get_cookie("__Host-s")
        return cookie.value if cookie else None


@pytest.fixture(scope="session")
def site_plugins():
    """The core alone: people need nothing more."""
    return CORE


@pytest.fixture
def invite(site):
    """Make invitation codes of the kind `role`."""

    def make(seats=1, n=1, days=14, role="author", **more):
        with site.session() as session:
            codes = create_invitations(
                session,
                kind="role",
                payload={"role": role},
                seats=seats,
                n=n,
                expires=clock.now() + timedelta(days=days),
                language="en",
                **more,
            )
        return codes[0] if n == 1 else codes

    return make


@pytest.fixture
def someone(site):
    """Return a function that makes people with browsers."""
    return lambda lang="en": Person(site, lang)


@pytest.fixture
def member(invite, someone):
    """Somebody who has joined."""
    person = someone()
    person.join(invite())
    return person
