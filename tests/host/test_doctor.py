"""What is unsafe does not start, and the operator's page says the same (OPS-1, OPS-2, DUR-3)."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from lms.cli import main
from lms.host import clock, doctor
from lms.host.app import create_app
from lms.host.clock import FrozenClock
from lms.host.contributions import Health
from lms.host.db import db, reader
from lms.host.plugin import CORE, StartupError, current_host
from lms.host.security.passphrases import Cost
from lms.host.settings import Settings
from lms.host.startup import findings
from tests.factories import make_person, sign_in

pytestmark = pytest.mark.safety
NAME = "a" * 56 + ".onion"


@pytest.fixture(scope="module")
def site_plugins():
    return CORE


def write(path, mode, data=b"x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)


# rule → (settings, what to plant in folder or environment); the settings without the plant are safe
PLANTED = {
    "debug": ({}, lambda _folder, patch: patch.setenv("FLASK_DEBUG", "1")),
    "hosts": ({"hosts": ()}, None),
    "demonstration": ({"demo": True, "bind": "0.0.0.0"}, None),
    "tls": ({"hosts": ("learn.example",)}, None),
    "onion": ({"onion": "short.onion", "hosts": ("short.onion",)}, None),
    "exit": ({"exit_url": "http://news.example/"}, None),
    "recipients": ({}, None),
    "drill": ({}, lambda folder, _patch: write(folder / "drill.txt", 0o644)),
    "environment": ({}, lambda _folder, patch: patch.setenv("LMS_DATABASE", "postgresql://veer:word@db/veer")),
    "config": (
        {},
        lambda folder, patch: (
            write(folder / "site.toml", 0o644, b""),
            patch.setenv("LMS_CONFIG", str(folder / "site.toml")),
        ),
    ),
    "secret": ({}, lambda folder, _patch: write(folder / "secret.key", 0o640, bytes(32))),
    "folder": ({}, lambda folder, _patch: folder.chmod(0o750)),
    "root": ({}, lambda _folder, patch: patch.setattr(os, "geteuid", lambda: 0)),
    "plugins": ({"plugins": (*CORE, "stranger")}, None),
    "clock": ({}, lambda _folder, _patch: clock.use(FrozenClock(datetime(2001, 1, 1, tzinfo=UTC)))),
}
SAFE = {"backup_recipients": ("age1abc",), "hosts": ("127.0.0.1", "localhost")}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("FLASK_DEBUG", raising=False)
    made = tmp_path / "data"
    made.mkdir(mode=0o700)
    yield made
    clock.use(None)


def said(rule, settings):
    return next(one for one in doctor.RULES if one.key == rule).check(settings)


def test_ops_1_every_rule_has_its_test():
    """OPS-1: a rule that somebody adds without a planted fault fails here."""
    assert {rule.key for rule in doctor.RULES} == set(PLANTED)


@pytest.mark.parametrize("rule", PLANTED)
def test_ops_1_each_unsafe_thing_is_found(rule, folder, monkeypatch):
    """OPS-1, OPS-2: one planted fault a rule; without it nothing is said; what stops does stop."""
    given, plant = PLANTED[rule]
    drill = {"drill_identity": str(folder / "drill.txt")} if rule == "drill" else {}
    safe = Settings(data=folder, **(SAFE | drill))
    assert doctor.refusals(safe) == doctor.warnings(safe) == []
    if plant:
        plant(folder, monkeypatch)
    settings = Settings(data=folder, **(({} if rule == "recipients" else SAFE) | drill | given))
    found = said(rule, settings)
    assert found
    stops = next(one.stops for one in doctor.RULES if one.key == rule)
    assert found in (doctor.refusals(settings) if stops else doctor.warnings(settings))
    if stops:
        with pytest.raises(StartupError, match=found[:20].replace("(", ".")):
            create_app(settings)


@pytest.mark.parametrize(
    ("address", "safe"), [("", True), ("postgresql:///veer?host=/run", True), ("postgresql://u@h/v", True)]
)
def test_ops_2_an_address_without_a_password_is_fine(folder, monkeypatch, address, safe):
    """OPS-2: only passwords are refused in the environment."""
    monkeypatch.setenv("LMS_DATABASE", address)
    assert bool(said("environment", Settings(data=folder))) is not safe


def test_ops_1_a_secret_that_is_gone_or_cut_stops_the_start(folder):
    """OPS-1: a site that has keys never gets a new secret by itself: everything would stay closed."""
    write(folder / "keys.db", 0o600)
    assert "missing" in said("secret", Settings(data=folder))
    write(folder / "secret.key", 0o600, b"short")
    assert "32 bytes" in said("secret", Settings(data=folder))


def test_ops_1_a_demonstration_is_told_and_starts_unless_it_is_open_to_others(folder):
    """OPS-1: demo sites warn where only the operator's own machine is at stake."""
    folder.chmod(0o750)
    settings = Settings(data=folder, demo=True)
    assert doctor.refusals(settings) == []
    assert len(doctor.warnings(settings)) == 1


def test_ops_1_a_file_that_others_can_read_is_named(folder):
    """OPS-2: every file and folder at the top of the data folder."""
    write(folder / "certificates.pem", 0o604)
    assert "certificates.pem" in said("folder", Settings(data=folder))


def test_ops_1_the_operators_page_and_the_command_say_the_same(make_site, monkeypatch, capsys):
    """OPS-1: one list, three places."""
    site = make_site(exit_url="http://news.example/")
    with site.app.app_context():
        wrong = [finding.text for finding in findings(reader()) if not finding.ok]
    assert any("LMS_EXIT_URL" in text for text in wrong)
    operator = make_person(site, grants=[("operator", "site", "")])
    page = sign_in(site, operator).get("/en/operator/").text
    assert "LMS_EXIT_URL" in page
    for name, value in (
        ("DATA", site.settings.folder),
        ("DATABASE", site.settings.database),
        ("EXIT_URL", "http://news.example/"),
    ):
        monkeypatch.setenv(f"LMS_{name}", str(value))
    monkeypatch.setenv("LMS_PLUGINS", ",".join(CORE))
    monkeypatch.setattr("sys.argv", ["lms", "doctor"])
    with pytest.raises(SystemExit):
        main()
    assert "✗ LMS_EXIT_URL" in capsys.readouterr().out


def check(site, key):
    with site.app.app_context():
        return current_host().one(Health, key).check(reader())


def test_dur_3_the_version_is_shown_and_settings_of_sqlite_are_looked_at(site):
    """DUR-3, OPS-1: WAL, FULL and no automatic fold; a connection without them (planted) is found."""
    good = check(site, "host.durability")
    assert good.ok
    if site.settings.database:
        return
    assert "SQLite 3." in good.text
    with site.app.app_context():
        engine = db.engines[None]
    event.listen(engine, "connect", lambda dbapi, _record: dbapi.execute("PRAGMA synchronous=NORMAL"))
    engine.dispose()
    assert not check(site, "host.durability").ok


def test_ops_1_weak_hashing_is_found(site):
    """OPS-1, ACC-4: the parameters of the running site; the cheap ones of tests are the planted fault."""
    assert not check(site, "host.argon2").ok
    site.app.extensions["lms_hasher"].cost = Cost()
    assert check(site, "host.argon2").ok


def test_ops_1_a_clock_that_went_back_is_found(site, frozen_clock):
    """OPS-1: the audit knows a later day (planted)."""
    make_person(site)
    assert check(site, "host.forwards").ok
    frozen_clock.moment -= timedelta(days=2)
    assert not check(site, "host.forwards").ok


def test_ops_2_children_get_no_secret_from_the_environment(monkeypatch):
    """OPS-2: what renders documents is started with a short list of variables."""
    from lms.host import render

    assert not {name for name in render.ENVIRONMENT if name.startswith("LMS") or "KEY" in name or "PASS" in name}


def test_ops_2_what_commands_write_is_the_owners_alone(tmp_path, monkeypatch):
    """OPS-2: umask 077, before any command runs; a looser one (planted) is replaced."""
    before = os.umask(0o022)
    try:
        monkeypatch.setattr("sys.argv", ["lms", "--help"])
        main()
        path = Path(tmp_path / "made")
        path.touch()
        assert path.stat().st_mode & 0o077 == 0
    finally:
        os.umask(before)
