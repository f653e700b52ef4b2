"""People with a notebook, signed in with and without the key that opens it."""

import html
import re

import pytest

from lms.core.accounts.actions.keys import open_keys
from lms.core.accounts.actions.sign_ins import start_sign_in
from lms.core.accounts.queries import keys_of
from lms.core.catalogue.api import bundled
from lms.host import clock
from lms.plugins.workbook.domain.files import FOLDER, compiled, read_shelf
from tests.factories import PASSPHRASE, make_person


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
