"""A backup counts only when it was opened to its last byte (BAK-2)."""

import io
import subprocess
import tarfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner

from lms.cli import lms
from lms.host import clock
from lms.host.backup import BackupError, archive, make, manifest, postgres, verify
from lms.host.backup.archive import MANIFEST, Packing
from lms.host.contributions import Health, Job
from lms.host.storage import FolderStorage
from tests import factories

pytestmark = pytest.mark.safety
SPREAD = 40
SQLITE_IS_ENOUGH = pytest.mark.database("sqlite")  # the same file format; what is in it does not matter here


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning")


@pytest.fixture
def made(kept):
    FolderStorage(kept.settings.folder / "files").put(b"a leaf")
    factories.make_person(kept, "amber-heron")
    return make.make(kept.settings)


def spread(size, count=SPREAD):
    return sorted({*range(0, size, max(1, size // count)), *range(max(0, size - 20), size)})


@SQLITE_IS_ENOUGH
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["data", "keys"])
def test_bak_2_any_byte_flipped_is_noticed(made, key, tmp_path, kind):
    """BAK-2: every byte of the key store's file, and bytes all over the data's."""
    whole = getattr(made, kind).read_bytes()
    changed = tmp_path / "changed.age"
    places = range(len(whole)) if kind == "keys" else spread(len(whole))
    for place in places:
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BackupError):
            verify.verify(changed, key.identity)
    changed.write_bytes(whole)
    verify.verify(changed, key.identity)


@SQLITE_IS_ENOUGH
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["data", "keys"])
def test_bak_2_any_cut_is_noticed(made, key, tmp_path, kind):
    """BAK-2: at every length of the key store's file, at lengths all over the data's; and what is added."""
    whole = getattr(made, kind).read_bytes()
    changed = tmp_path / "changed.age"
    for place in range(len(whole)) if kind == "keys" else spread(len(whole)):
        changed.write_bytes(whole[:place])
        with pytest.raises(BackupError):
            verify.verify(changed, key.identity)
    changed.write_bytes(whole + b"x")
    with pytest.raises(BackupError):
        verify.verify(changed, key.identity)


def test_bak_2_planted_a_reader_that_stops_early_misses_cuts(made, key, tmp_path):
    """BAK-2: the control: who trusts what came out until the cut takes a cut file for whole."""
    whole = made.data.read_bytes()
    cut = io.BytesIO(whole[:-1])
    clear = io.BytesIO()
    with pytest.raises(OSError, match=r"truncated|decryption"):
        pyrage.decrypt_io(cut, clear, [key.identity])
    clear.seek(0)
    with tarfile.open(fileobj=clear) as opened:
        assert "database" in opened.next().name


def repacked(made, key, target, *, change=lambda name, content: content, manifest_of=lambda text: text):
    """Write the backup anew, to the same recipient, with something changed inside: encryption cannot tell."""
    packing = Packing()

    def chunks():
        with archive.opened(made.data, key.identity) as members:
            for name, _size, file in members:
                content = file.read()
                content = manifest_of(content) if name == MANIFEST else change(name, content)
                if content is not None:
                    yield from packing.member(name, len(content), [content])
        yield bytes(1024)

    archive.write(chunks(), target, [key.recipient])
    return target


def test_bak_2_what_is_changed_inside_the_encryption_is_noticed(made, key, tmp_path):
    """BAK-2: hashes, lost members, and rows that are not the ones that were counted."""
    target = tmp_path / "changed.age"
    assert verify.verify(repacked(made, key, target), key.identity).kind == "data"
    leaf = {"change": lambda name, content: b"a loaf" if content == b"a leaf" else content}
    lost = {"change": lambda name, content: None if content == b"a leaf" else content}
    fewer = {"manifest_of": lambda text: text.replace(b'"accounts_person": 1', b'"accounts_person": 2')}
    newer = {"manifest_of": lambda text: text.replace(b'"format": 1', b'"format": 2')}
    nothing = {"manifest_of": lambda _text: b"{}"}
    for how, words in (
        (leaf, "see files/"),
        (lost, "its end|see"),
        (fewer, "rows"),
        (newer, "newer"),
        (nothing, "read"),
    ):
        with pytest.raises(BackupError, match=words):
            verify.verify(repacked(made, key, target, **how), key.identity)


def test_bak_2_another_key_and_another_file_are_said_plainly(made, key, new_key, tmp_path):
    with pytest.raises(BackupError, match="another key"):
        verify.verify(made.data, new_key("stranger").identity)
    other = tmp_path / "other.age"
    other.write_bytes(b"not a backup at all" * 100)
    with pytest.raises(BackupError, match="cannot be decrypted"):
        verify.verify(other, key.identity)
    empty = tmp_path / "no.key"
    empty.write_text("# nothing\n")
    with pytest.raises(BackupError, match="no age identity"):
        archive.read_identity(empty)


def test_bak_2_names_that_lead_elsewhere_are_refused(key, tmp_path):
    """BAK-2: anybody can encrypt to a recipient; what they name is not written."""
    for name in ("../veer.db", "/etc/passwd", "files/../../x", "own/courses/..", ""):
        target = tmp_path / "evil.age"
        target.unlink(missing_ok=True)
        packing = Packing()
        archive.write([*packing.member(name, 1, [b"x"]), bytes(1024)], target, [key.recipient])
        with pytest.raises(BackupError):
            verify.verify(target, key.identity)


def test_bak_2_only_this_site_can_have_made_it(made, kept, key, make_site, tmp_path):
    """BAK-2: the seal is of the site's secret; a stranger's backup to the same recipient is refused."""
    assert verify.verify(made.data, key.identity, kept.settings.secret()).kind == "data"
    with pytest.raises(BackupError, match="not made by the site"):
        verify.verify(made.data, key.identity, bytes(32))
    found = verify.verify(made.data, key.identity)
    assert found.is_by(kept.settings.secret())
    assert not replace(found, day=found.day.replace(year=2020)).is_by(kept.settings.secret())
    assert not replace(found, kind=manifest.KEYS).is_by(kept.settings.secret())


def test_bak_2_the_command_says_what_is_inside(made, kept, key, monkeypatch, tmp_path):
    monkeypatch.setenv("LMS_DATA", str(tmp_path / "elsewhere"))
    run = CliRunner()
    said = run.invoke(lms, ["backup", "verify", str(made.data), "--identity", str(key.file)])
    assert said.exit_code == 0, said.output
    assert "1 accounts_person" in said.output
    assert "not checked" in said.output
    assert not (tmp_path / "elsewhere").exists()
    monkeypatch.setenv("LMS_DATA", str(kept.settings.folder))
    said = run.invoke(lms, ["backup", "verify", str(made.data), "--identity", str(key.file)])
    assert "not checked" not in said.output
    made.data.write_bytes(made.data.read_bytes()[:-1])
    said = run.invoke(lms, ["backup", "verify", str(made.data), "--identity", str(key.file)])
    assert isinstance(said.exception, BackupError)


def test_bak_2_each_night_where_there_is_a_drill_key(make_site, key, tmp_path):
    """BAK-2: the daily job fails on a damaged backup; without a drill key it does not look."""
    for drill in (str(key.file), ""):
        folder = tmp_path / f"backups{bool(drill)}"
        site = make_site(backup_recipients=(key.recipient,), backups=str(folder), drill_identity=drill)
        made = make.make(site.settings)
        job = site.app.extensions["lms"].one(Job, "host.backups")
        with site.session() as session:
            job.run(session, {})
        made.data.write_bytes(made.data.read_bytes()[:-1])
        with site.session() as session:
            if drill:
                with pytest.raises(BackupError):
                    job.run(session, {})
            else:
                job.run(session, {})


def test_bak_2_the_check_says_when_the_last_backup_is_old_or_was_never_opened(make_site, key, tmp_path, frozen_clock):
    """BAK-2: `lms check` and the operator's page."""
    folder = tmp_path / "backups"
    site = make_site(backup_recipients=(key.recipient,), backups=str(folder), drill_identity=str(key.file))
    job, health = (
        site.app.extensions["lms"].one(Job, "host.backups"),
        site.app.extensions["lms"].one(Health, "host.backups"),
    )

    def told():
        with site.app.app_context(), site.reading() as conn:
            found = health.check(conn)
        return found.ok, found.mend or found.text

    assert told() == (False, "Run lms backup, and let a timer run it.")
    make.make(site.settings)
    day = clock.today().isoformat()
    assert told() == (True, f"The last backup is of {day}.")
    frozen_clock.moment += timedelta(days=1)
    assert told() == (False, "The nightly drill has not opened it: run lms backup verify.")
    with site.session() as session:
        job.run(session, {})
    assert told() == (True, f"The last backup is of {day}.")
    frozen_clock.moment += timedelta(days=2)
    assert told() == (False, "That is too long ago: look at the timer.")


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_bak_2_a_dump_that_is_cut_inside_is_noticed(made, key, tmp_path):
    """BAK-2: pg_restore itself reads the dump to its end."""
    counting = postgres.Counting()
    with archive.opened(made.data, key.identity) as members:
        for name, _size, content in members:
            if name.startswith(postgres.FOLDER):
                counting.feed(iter([content.read()[:-5000]]))
    with pytest.raises(BackupError, match="pg_restore"):
        counting.rows()
    counting.close()


def test_ops_2_the_password_of_a_tool_lies_where_nobody_can_have_laid_anything(tmp_path, monkeypatch):
    """OPS-2: a new name each time, for this account only, gone afterwards; a link laid under a likely name gets nothing."""
    told = tmp_path / "told"
    told.write_text("#!/bin/sh\necho $PGPASSFILE; stat -c %a $PGPASSFILE; cat $PGPASSFILE\n")
    told.chmod(0o700)
    folder, trap = tmp_path / "folder", tmp_path / "trap"
    folder.mkdir()
    trap.touch()
    (folder / ".pg_dump-password").symlink_to(trap)
    monkeypatch.setattr(postgres, "tool", lambda _name: str(told))
    names = set()
    for _ in range(2):
        url = "postgresql+psycopg://reader:canary%3Aword@localhost/x"
        with postgres._running("pg_dump", [], url, folder, stdout=subprocess.PIPE) as running:
            name, rights, words = running.stdout.read().decode().split()
        running.stdout.close()
        names.add(name)
        assert (rights, words) == ("600", "*:*:*:*:canary\\:word")
        assert Path(name).parent == folder
    assert len(names) == 2
    assert [one.name for one in folder.iterdir()] == [".pg_dump-password"]
    assert trap.read_bytes() == b""
