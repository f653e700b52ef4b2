"""A site that is asked for a backup, and a key that opens it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from lms.host.app import create_app
from lms.host.backup import archive
from lms.host.backup.commands import finish
from lms.host.security.passphrases import Hasher
from lms.host.settings import Settings
from lms.host.testing import Browser, Site


@dataclass(frozen=True)
class Key:
    """An age key of a test."""

    file: Path
    recipient: str

    @property
    def identity(self):
        return archive.read_identity(self.file)


@pytest.fixture
def new_key(tmp_path):
    def make_key(name="operator"):
        identity, recipient = archive.new_identity()
        file = tmp_path / f"{name}.key"
        file.touch(mode=0o600)
        file.write_text(f"# made for a test\n{identity}\n")
        return Key(file, recipient)

    return make_key


@pytest.fixture
def key(new_key):
    return new_key()


@pytest.fixture
def kept(make_site, key, tmp_path):
    """A site with a recipient and a place for its backups."""
    return make_site(backup_recipients=(key.recipient,), backups=str(tmp_path / "backups"))


@pytest.fixture
def elsewhere(tmp_path, database, request):
    """Return a function that makes the settings of an empty place with the site's secret in it."""
    made = []

    def place(site, *, secret=True):
        folder = tmp_path / f"empty{len(made)}"
        folder.mkdir(mode=0o700)
        address = ""
        if database == "postgresql":
            server = request.getfixturevalue("postgres")
            name = f"restored_{id(site)}_{len(made)}"
            server.run(f"CREATE DATABASE {name}")
            address = server.url(name)
            made.append((server, name))
        else:
            made.append(None)
        if secret:
            shutil.copy(site.settings.folder / "secret.key", folder / "secret.key")
        return site.settings.model_copy(update={"data": folder, "database": address})

    yield place
    for server, name in filter(None, made):
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def open_place():
    """Return a function that opens a restored place as a site; what was done again stands in `.lines`."""
    opened = []

    def open_it(settings: Settings) -> Site:
        app = create_app(settings)
        app.testing, app.test_client_class = True, Browser
        app.extensions["lms_hasher"] = Hasher.cheap(bytes(32))
        site = Site(app, settings)
        opened.append(site)
        site.lines = finish(app)  # type: ignore[attr-defined]
        return site

    yield open_it
    for site in opened:
        site.close()
