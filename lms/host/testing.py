"""Fixtures for the suite and for plugins outside it: `pytest_plugins = ["lms.host.testing"]`.

Each test gets a site of its own: a copy of a migrated data folder, on SQLite and on PostgreSQL.
No test may open a connection to another machine.
"""

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.host import clock, jobs, migrate
from lms.host.app import create_app
from lms.host.clock import FrozenClock
from lms.host.db import db
from lms.host.plugin import BUNDLED, current_host
from lms.host.security import csrf, passphrases
from lms.host.security.sessions import COOKIE
from lms.host.serve import checkpoint
from lms.host.settings import Settings

POSTGRES_USER = "postgres"
POSTGRES_TOOLS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
POSTGRES_OPTIONS = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c listen_addresses= -c max_connections=200"
)
Prepare = Callable[[Flask], None]
_numbers = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers of tests that need a PostgreSQL server, or that are about one kind of database."""
    config.addinivalue_line("markers", "postgres: needs a PostgreSQL server binary")
    config.addinivalue_line("markers", "database(kind): is about this kind only, sqlite or postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about one kind of database on the other: that is not a test that was skipped."""
    elsewhere = [item for item in items if _is_elsewhere(item)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]


def _is_elsewhere(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("database")
    given = getattr(item, "callspec", None)
    return marker is not None and given is not None and given.params.get("database") not in marker.args


class Browser(FlaskClient):
    """A browser without scripts: keeps cookies, sends the forgery token of its sign-in with each form."""

    def wear(self, token: str) -> "Browser":
        """Sign in with a token that a test made, without the passphrase and its hash."""
        self.set_cookie(COOKIE, token, secure=True, httponly=True)
        return self

    def submit(self, url: str, data: Mapping[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Post a form as a page of ours would."""
        cookie = self.get_cookie(COOKIE)
        fields = dict(data or {})
        if cookie is not None:
            fields.setdefault(csrf.FIELD, csrf.masked(csrf.secret_for(cookie.value.encode())))
        headers = {"Sec-Fetch-Site": "same-origin"} | dict(kwargs.pop("headers", {}))
        return self.post(url, data=fields, headers=headers, **kwargs)


@dataclass
class Site:
    """A running application with a folder and a database of its own."""

    app: Flask
    settings: Settings

    def client(self) -> Browser:
        """Return a browser without cookies."""
        browser = self.app.test_client()
        assert isinstance(browser, Browser)
        return browser

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Write as an action would; commits at the end."""
        with self.app.app_context():
            yield db.session()
            db.session.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read the database outside a request."""
        with self.app.app_context(), db.engines["read"].connect() as connection:
            yield connection

    def run_jobs(self) -> int:
        """Run every job that is due."""
        return jobs.run_due(self.app)

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collect the SQL statements of a block, without BEGIN, COMMIT and ROLLBACK."""
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.split(" ", 1)[0].upper() not in ("BEGIN", "COMMIT", "ROLLBACK"):
                seen.append(statement)

        with self.app.app_context():
            engines = list(db.engines.values())
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", note)

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


@dataclass(frozen=True)
class Template:
    """A migrated site that tests copy: its folder and, on PostgreSQL, the name of its database."""

    folder: Path
    kind: str
    server: "Postgres | None"
    name: str = ""


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server for this test run, on a socket that only this machine sees."""

    sockets: Path

    def url(self, name: str) -> str:
        """Return the address of one database."""
        return f"postgresql+psycopg://{POSTGRES_USER}@/{name}?host={self.sockets}"

    @cached_property
    def administration(self) -> Engine:
        """One connection that stays open: a thousand tests make and drop a database."""
        return create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    def run(self, statement: str) -> None:
        """Run one administrative statement."""
        with self.administration.connect() as connection:
            connection.execute(text(statement))

    def copy(self, template: str, name: str) -> None:
        """Make a database from another one; copying its files costs half of copying it through the log."""
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start PostgreSQL for this run, on a socket in a folder of its own."""
    if not POSTGRES_TOOLS:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="veer-pg-"))
    call = _as_unprivileged(folder)
    data = f"{folder}/data"
    call("initdb", "-D", data, "-U", POSTGRES_USER, "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
    call("pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", f"-k {folder} {POSTGRES_OPTIONS}", "start")
    server = Postgres(folder)
    yield server
    server.administration.dispose()
    call("pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder)


def _as_unprivileged(folder: Path) -> Callable[..., None]:
    """Return a way to run PostgreSQL's programs as a user without rights: they refuse to run as root."""
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, POSTGRES_USER)
        as_user = {"user": POSTGRES_USER, "group": pwd.getpwnam(POSTGRES_USER).pw_gid}

    def call(program: str, *arguments: str) -> None:
        command = [str(POSTGRES_TOOLS[-1] / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **as_user)

    return call


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """Run everything that asks for a site once on each kind of database."""
    return str(request.param)


@pytest.fixture(scope="session")
def prepare_site() -> Prepare:
    """Override to fill the template, for example with courses; runs once per kind of database."""
    return lambda _app: None


@pytest.fixture(scope="session")
def site_plugins() -> tuple[str, ...]:
    """Override to choose the plugins of the sites under test."""
    return BUNDLED


@pytest.fixture(scope="session")
def make_template(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, Prepare, tuple[str, ...]], Template]:
    """Return a function that migrates a site to copy, once for each kind of database, contents and set of plugins.

    A folder may override contents and plugins; a session's fixture of one name would hand every folder the first one.
    """
    made: dict[tuple[str, Prepare, tuple[str, ...]], Template] = {}

    def make(database: str, prepare: Prepare, plugins: tuple[str, ...]) -> Template:
        key = (database, prepare, plugins)
        if key not in made:
            server = request.getfixturevalue("postgres") if database == "postgresql" else None
            name = f"template_{os.getpid()}_{len(made)}"
            found = Template(tmp_path_factory.mktemp("template"), database, server, name)
            _fill(found, prepare, plugins)
            made[key] = found
        return made[key]

    return make


@pytest.fixture
def template(
    database: str,
    make_template: Callable[[str, Prepare, tuple[str, ...]], Template],
    prepare_site: Prepare,
    site_plugins: tuple[str, ...],
) -> Template:
    """Return the migrated site that this folder's tests copy."""
    return make_template(database, prepare_site, site_plugins)


def _fill(template: Template, prepare: Prepare, plugins: tuple[str, ...]) -> None:
    if template.server is not None:
        template.server.run(f"CREATE DATABASE {template.name}")
    app = _create(_settings(template, template.folder, template.name, plugins))
    with app.app_context():
        migrate.upgrade(db.engines[None], current_host())
        prepare(app)
        db.session.commit()
        db.session.remove()
    checkpoint(app)


@contextmanager
def opened_site(template: Template, folder: Path, plugins: tuple[str, ...], **settings: Any) -> Iterator[Site]:
    """Open a fresh copy of the template in the new folder `folder`, and take it away afterwards."""
    name = f"site_{os.getpid()}_{next(_numbers)}"
    shutil.copytree(template.folder, folder, ignore=shutil.ignore_patterns("cache"))
    (folder / "cache").symlink_to(template.folder / "cache")  # what is built from sources is the same for all
    if template.server is not None:
        template.server.copy(template.name, name)
    app = _create(_settings(template, folder, name, plugins, **settings))
    app.testing = True
    app.test_client_class = Browser
    site = Site(app, app.config["LMS"])
    try:
        yield site
    finally:
        site.close()
        if template.server is not None:
            template.server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def make_site(template: Template, tmp_path: Path, site_plugins: tuple[str, ...]) -> Iterator[Callable[..., Site]]:
    """Return a function that opens a fresh site, with settings of the test's choice."""
    with ExitStack() as opened:

        def make(**settings: Any) -> Site:
            folder = tmp_path / f"site{next(_numbers)}"
            return opened.enter_context(opened_site(template, folder, site_plugins, **settings))

        yield make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """Return a fresh site with the usual settings."""
    return make_site()


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """Stop time; move it with `frozen_clock.moment += …`."""
    stopped = FrozenClock(clock.now())
    clock.use(stopped)
    yield stopped
    clock.use(None)


@pytest.fixture(autouse=True)
def stay_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that opens a connection to anywhere but this machine, or asks for the address of another (NET-2)."""
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, _only_here(getattr(socket.socket, name)))
    look_up = socket.getaddrinfo

    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_elsewhere(host)
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)


def _only_here(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *args: Any) -> Any:
        if self.family != socket.AF_UNIX:
            _refuse_elsewhere(args[-1][0])
        return method(self, *args)

    return guarded


def _refuse_elsewhere(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name not in (None, "", "127.0.0.1", "::1", "localhost"):
        message = f"a test tried to reach {name!r}"
        raise AssertionError(message)


class CompiledTemplates(BytecodeCache):
    """Compiles each template once for all sites of a test run."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what an earlier site compiled."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next site."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_compiled = CompiledTemplates()


def _create(settings: Settings) -> Flask:
    """Make an application that hashes passphrases cheaply; only this factory may."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = _compiled
    app.extensions["lms_hasher"] = passphrases.Hasher.cheap(bytes(32))
    return app


def _settings(template: Template, folder: Path, name: str, plugins: tuple[str, ...], **more: Any) -> Settings:
    database = "" if template.server is None else template.server.url(name)
    given: dict[str, Any] = {"data": folder, "database": database, "plugins": plugins} | more
    return Settings(**given)
