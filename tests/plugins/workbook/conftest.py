"""People with a notebook, signed in with and without the key that opens it."""

import html
import re

import pytest

from lms.core.accounts.actions.keys import open_keys
from lms.core.accounts.actions.sign_ins import start_sign_in
from lms.core.accounts.queries import keys_of
from lms.core.catalogue.api import bundled
from lms.host import clock
from lms.plugins.workbook import access
from lms.plugins.workbook.actions import seal_reflection
from lms.plugins.workbook.domain.files import FOLDER, compiled, read_shelf
from tests.factories import PASSPHRASE, make_person

CANARY = "canary-heliotrope-9241"


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "workbook")


class Writer:
    """Somebody who writes on sheets."""

    def __init__(self, site, person, lang="en"):
        self.site, self.person, self.lang = site, person, lang
        self.passphrase = PASSPHRASE
        self.browser = self.window()

    def window(self, *, opened=True):
        """Sign in once more; without the key as a recovery code or a passkey would."""
        private_key = None
        if opened:
            with self.site.app.app_context(), self.site.reading() as conn:
                private_key = open_keys(keys_of(conn, person_id=self.person.id), self.passphrase).private_key
        with self.site.session() as session:
            token = start_sign_in(session, person_id=self.person.id, private_key=private_key, confirmed=clock.now())
        return self.site.client().wear(token)

    def get(self, path, window=None):
        return (window or self.browser).get(f"/{self.lang}/workbook{path}")

    def post(self, path, window=None, **fields):
        return (window or self.browser).submit(f"/{self.lang}/workbook{path}", fields)

    def keep(self, number=1):
        answer = self.post(f"/{number}/keep")
        assert answer.status_code == 303, answer.text
        return self

    def write(self, path="/1/2", version=1, window=None, **fields):
        return self.post(path, window, **({"helps": "", "costs": "", "next": "", "version": str(version)} | fields))

    def text(self, path):
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return html.unescape(answer.text)


def every_sheet(lang="en"):
    """Return the sheets that come along, by number."""
    return compiled([read_shelf(bundled()[0] / FOLDER)], lang)


def shown(page, name):
    """Return what a page shows in a field."""
    text = html.unescape(page if isinstance(page, str) else page.text)
    area = re.search(rf'<textarea id="{name}"[^>]*>\n(.*?)</textarea>', text, re.DOTALL)
    return area.group(1) if area else re.search(rf'<input id="{name}" name="{name}" value="([^"]*)"', text).group(1)


@pytest.fixture
def writer(site):
    return Writer(site, make_person(site))


@pytest.fixture
def other(site):
    return Writer(site, make_person(site))


@pytest.fixture
def full(site, writer):
    """Somebody with the canary on two sheets and in a reflection."""
    writer.keep(1).keep(7).write(helps=CANARY, next="tea")
    writer.post("/7/1", **{"version": "1", "table-0-code": CANARY})
    with site.session() as session:
        seal_reflection(session, person_id=writer.person.id, prompt=f"About {CANARY}", text=CANARY)
    return writer


def private_key(writer):
    with writer.site.app.app_context(), writer.site.reading() as conn:
        opened = open_keys(keys_of(conn, person_id=writer.person.id), writer.passphrase)
        return opened.private_key if opened else None


def opened(site, writer, key=None):
    """Count what a person can read: sheets with the canary, and reflections."""
    key = key or private_key(writer)
    with site.app.app_context(), site.reading() as conn:
        kept = access.kept_by(conn, writer.person.id, key)
        if not kept.open:
            return 0
        mine = [kept.filled(sheet) for sheet in every_sheet().values() if kept.has(sheet)]
        return sum(CANARY in str(sheet.parts) for sheet in mine) + len(kept.reflections)
