"""An upgrade works from every released version, keeps a way back, and leaves old or new, never between (DUR-12)."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from lms.host import commands, migrate
from lms.host.backup import archive, make, verify
from lms.host.backup.safety import SUFFIX
from lms.host.db import db
from lms.host.history import histories
from lms.host.plugin import StartupError, current_host

pytestmark = pytest.mark.safety
POINTS = 20
CHANGING = {"host_audit", "host_limit", "host_job"}
BEGUN_ANEW = {"quizzes_count"}  # counted tries, not people (STAT-1)


def upgrade(release, **settings):
    """Do what `lms db upgrade` does; return what was applied."""
    app = replace(release, settings=release.settings.model_copy(update=settings)).app()
    with app.app_context():
        try:
            return commands._upgrade()
        finally:
            for engine in db.engines.values():
                engine.dispose()


def test_dur_12_what_a_released_version_left_works_on(release, open_release):
    """DUR-12: sign in with the old passphrase, see the course, the lesson and that it is complete; nothing drifts."""
    assert upgrade(release) != []
    site, facts = open_release(release), release.facts
    with site.app.app_context(), db.engines[None].connect() as conn:
        assert migrate.drift(conn, current_host()) == []
        for name, rows in facts["tables"].items():
            if not name.endswith("_version") and name not in CHANGING | BEGUN_ANEW:
                assert conn.scalar(text(f"SELECT count(*) FROM {name}")) == len(rows), name
    browser = site.client()
    said = browser.submit("/en/sign-in", {"handle": facts["handle"], "passphrase": facts["passphrase"]})
    assert said.status_code == 303
    assert facts["course"] in browser.get("/en/home").text
    assert browser.get(f"/en/l/{facts['lesson']}").status_code == 200
    assert browser.get("/en/account/").status_code == 200
    with site.reading() as conn:
        assert conn.scalar(text("SELECT count(*) FROM learning_enrolment WHERE completed_on IS NOT NULL")) == 1


def test_dur_12_the_release_is_really_old(release):
    """DUR-12: the control: some package has moved on since."""
    app = release.app()
    with app.app_context():
        heads = {history.name: history.heads() for history in histories(current_host())}
    assert any({revision} != heads[name] for name, revision in release.heads.items())


def copies(release):
    return [path for path in release.settings.folder.iterdir() if SUFFIX in path.name]


def test_dur_12_a_copy_is_kept_until_the_upgrade_has_worked(release, monkeypatch, capsys):
    """DUR-12: without recipients: beside the database, whole, for its owner only; it stays when the upgrade fails."""

    def failing(_engine, _host):
        (copy,) = copies(release)
        assert copy.stat().st_mode & 0o077 == 0
        assert copy.stat().st_size > 10_000
        raise StartupError("planted")

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "upgrade", failing)
        with pytest.raises(StartupError, match="planted"):
            upgrade(release)
    assert len(copies(release)) == 1
    assert upgrade(release) != []
    assert "Kept a copy" in capsys.readouterr().out
    assert copies(release) == []
    assert upgrade(release) == []
    assert capsys.readouterr().out == ""


def test_dur_12_with_recipients_a_verified_backup_comes_first(release, tmp_path, capsys):
    """DUR-12: the backup holds the old schema, and an upgrade does not begin when it cannot be verified."""
    identity, recipient = archive.new_identity()
    file = tmp_path / "drill.key"
    file.touch(mode=0o600)
    file.write_text(archive.new_identity()[0])
    backups = tmp_path / "backups"
    given = {"backup_recipients": (recipient,), "backups": str(backups), "drill_identity": str(file)}
    with pytest.raises(StartupError, match="another key"):
        upgrade(release, **given)
    file.write_text(identity)
    assert upgrade(release, **given) != []
    assert "Backed up and verified" in capsys.readouterr().out
    assert copies(release) == []
    found = verify.verify(make.newest(backups, "data"), archive.read_identity(file))
    assert {name: found.facts.versions[name] for name in release.heads} == release.heads


def killed(release, points, planted=""):
    program = Path(__file__).with_name("killed.py")
    plugins = ",".join(release.settings.plugins)
    address = release.settings.database
    command = [sys.executable, str(program), str(release.settings.folder), address, plugins, str(points), planted]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def never_between(release, told):
    """Return the places after which the database is neither the old nor the new one."""
    old, new = told[0], told[-1]
    assert new["versions"] != release.heads
    return [
        run["place"]
        for run in told[:-1]
        if (run["versions"], run["shape"]) not in ((old["versions"], old["shape"]), (new["versions"], new["shape"]))
        or run["versions"] != release.heads
    ]


def test_dur_12_killed_at_any_statement_it_is_old_or_new(release):
    """DUR-12: some twenty statements spread over the upgrade, the last one and the commit."""
    told = killed(release, POINTS)
    assert len(told) > POINTS
    assert never_between(release, told) == []


@pytest.mark.deep
def test_dur_12_killed_at_every_statement_it_is_old_or_new(release):
    """DUR-12: each single statement."""
    told = killed(release, 0)
    assert len(told) > 50
    assert never_between(release, told) == []


def test_dur_12_planted_commits_in_between_are_found(release):
    """DUR-12: the control: an upgrade that commits after each package is seen in between."""
    assert never_between(release, killed(release, POINTS, "planted")) != []
