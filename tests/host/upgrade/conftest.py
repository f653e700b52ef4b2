"""Sites as released versions left them: rows of a real site of that version, in the tables of that version."""

import gzip
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Boolean, Date, DateTime, MetaData, Uuid, insert
from sqlalchemy.types import JSON

from lms.host import migrate
from lms.host.app import create_app, load_plugins
from lms.host.db import db
from lms.host.history import histories
from lms.host.security.current import open_keystore
from lms.host.security.passphrases import Hasher
from lms.host.serve import checkpoint
from lms.host.settings import Settings
from lms.host.testing import Browser, Site

RELEASED = sorted((Path(__file__).parent / "released").glob("*.json.gz"))


@dataclass(frozen=True)
class Release:
    """What a released version left."""

    facts: dict[str, Any]
    settings: Settings

    @property
    def heads(self) -> dict[str, str]:
        """The revision of each package."""
        tables = self.facts["tables"]
        return {
            name.removesuffix("_version"): rows[0]["version_num"]
            for name, rows in tables.items()
            if name.endswith("_version")
        }

    def app(self):
        """Return the application of today on it."""
        app = create_app(self.settings)
        app.testing, app.test_client_class = True, Browser
        app.extensions["lms_hasher"] = Hasher.cheap(bytes(32))
        return app


@pytest.fixture(params=RELEASED, ids=lambda path: path.name.removesuffix(".json.gz"))
def release(request, database, tmp_path):
    """Fill a database with what a released version left in it."""
    facts = json.loads(gzip.decompress(request.param.read_bytes()))
    address, server, name = "", None, f"released_{tmp_path.name.replace('-', '_')}"
    if database == "postgresql":
        server = request.getfixturevalue("postgres")
        server.run(f"CREATE DATABASE {name}")
        address = server.url(name)
    made = Release(facts, Settings(data=tmp_path / "site", database=address, plugins=tuple(facts["plugins"])))
    made.settings.prepare()
    secret = made.settings.folder / "secret.key"
    secret.write_bytes(bytes.fromhex(facts["secret"]))
    secret.chmod(0o600)
    app = made.app()
    with app.app_context():
        _migrate_to(made)
        _fill(db.engines[None], facts["tables"])
    checkpoint(app)
    open_keystore(made.settings).load([row | {"wrapped": row["wrapped"]["hex"]} for row in facts["keys"]])
    yield made
    if server is not None:
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def open_release():
    """Return a function that opens a release, upgraded or not, as a site."""
    opened = []

    def open_it(release):
        site = Site(release.app(), release.settings)
        opened.append(site)
        return site

    yield open_it
    for site in opened:
        site.close()


def _migrate_to(release):
    """Run the migrations that the version had, and none of later ones."""
    with migrate._migrating(db.engines[None]) as connection:
        for history in histories(load_plugins(release.settings)):
            target = release.heads.get(history.name)
            if target is not None:
                migrate._run(connection, history, lambda script, rev, to=target: script._upgrade_revs(to, rev))


def _fill(engine, tables):
    metadata = MetaData()
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            metadata.reflect(connection)
            if not sqlite:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for name, rows in tables.items():
                if not rows or name.endswith("_version"):
                    continue
                table = metadata.tables[name]
                if sqlite:
                    marks = ", ".join("?" * len(rows[0]))
                    names = ", ".join(rows[0])
                    for row in rows:
                        values = tuple(_plain(value) for value in row.values())
                        connection.exec_driver_sql(f"INSERT INTO {name} ({names}) VALUES ({marks})", values)
                else:
                    connection.execute(insert(table), [_typed(table, row) for row in rows])
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=ON")


def _plain(value):
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value


def _typed(table, row):
    readers = (
        (Boolean, bool),
        (Uuid, UUID),
        (DateTime, datetime.fromisoformat),
        (Date, date.fromisoformat),
        (JSON, json.loads),
    )

    def read(column, value):
        value = _plain(value)
        if value is None or isinstance(value, bytes):
            return value
        return next((as_(value) for kind, as_ in readers if isinstance(column.type, kind)), value)

    return {name: read(table.c[name], value) for name, value in row.items()}
