"""Writes down what this version leaves in a database, on the day it is released: `python -m pytest tests/host/upgrade/record.py`.

A learner joins, learns, and passes the check; every row then goes into `released/VERSION.json.gz`, from which later
versions must upgrade for ever (DUR-12). A file that is there is never changed.
"""

import gzip
import json
import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from lms.host.plugin import BUNDLED
from lms.host.serve import checkpoint
from tests.flows.test_main_story import be_checked, complete, invite, join, learn, outline_of


@pytest.fixture(scope="session")
def site_plugins():
    return BUNDLED


def rows(path):
    """Return every table with its rows, bytes as `{"hex": …}`."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {
            name: [
                {key: {"hex": value.hex()} if isinstance(value, bytes) else value for key, value in dict(row).items()}
                for row in connection.execute(f"SELECT * FROM {name}")
            ]
            for (name,) in names.fetchall()
        }


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_record(site):
    target = Path(__file__).parent / "released" / f"{version('veer').removesuffix('.0')}.json.gz"
    browser = site.client()
    handle, passphrase = join(browser, invite(site), "en")
    outline = outline_of(site, "en")
    learn(site, browser, outline, "en")
    be_checked(site, browser, outline, "en", right=True)
    assert complete(site)
    site.run_jobs()
    checkpoint(site.app)
    facts = {
        "release": version("veer"),
        "handle": handle,
        "passphrase": passphrase,
        "course": outline.code,
        "lesson": outline.lessons[0].code,
        "plugins": list(site.settings.plugins),
        "secret": site.settings.secret().hex(),
        "tables": rows(site.settings.folder / "veer.db"),
        "keys": rows(site.settings.folder / "keys.db")["keys_wrapped"],
    }
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    with target.open("xb") as file:
        file.write(gzip.compress(text.encode(), 9, mtime=0))
