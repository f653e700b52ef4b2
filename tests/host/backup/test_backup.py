"""Backups are encrypted or not made, in two files with lives of their own (BAK-1, RET-5, OPS-4)."""

import fcntl
import io
import json
import os
import subprocess
import sys
import tarfile
from datetime import timedelta

import pyrage
import pytest
from click.testing import CliRunner

from lms.cli import lms
from lms.host import clock
from lms.host.backup import BackupError, archive, make, memory, sqlite, verify
from lms.host.contributions import Job
from lms.host.db import db
from lms.host.settings import Settings
from lms.host.storage import FolderStorage
from tests import factories

pytestmark = pytest.mark.safety
CANARY = b"a heron stands in the reeds"


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning")


def contents(path, key):
    """Open a backup as any age tool and any tar would."""
    clear = io.BytesIO()
    with path.open("rb") as source:
        pyrage.decrypt_io(source, clear, [key.identity])
    clear.seek(0)
    with tarfile.open(fileobj=clear) as opened:
        return {member.name: (member, opened.extractfile(member).read()) for member in opened}


def test_bak_1_no_recipient_no_backup(make_site, tmp_path):
    """BAK-1: nothing is written, and what to do is said."""
    site = make_site(backups=str(tmp_path / "backups"))
    with pytest.raises(BackupError, match="lms backup key"):
        make.make(site.settings)
    assert not (tmp_path / "backups").exists()


def test_bak_1_a_recipient_must_be_an_age_key(make_site, tmp_path):
    """BAK-1: a typing mistake is not a backup that nobody can open."""
    site = make_site(backups=str(tmp_path / "backups"), backup_recipients=("age1mistyped",))
    with pytest.raises(BackupError, match="LMS_BACKUP_RECIPIENTS"):
        make.make(site.settings)
    assert not list((tmp_path / "backups").rglob("*.*"))


def test_bak_1_any_age_tool_opens_it_and_it_tells_no_hour_and_no_host(kept, key):
    """BAK-1: no times, owners or names of machines inside; the secret is not there (ENC-2)."""
    FolderStorage(kept.settings.folder / "files").put(CANARY)
    factories.make_person(kept, "amber-heron")
    made = make.make(kept.settings)
    inside = contents(made.data, key)
    manifest = json.loads(inside["manifest.json"][1])
    assert manifest["rows"]["accounts_person"] == 1
    assert manifest["day"] == clock.today().isoformat()
    assert {(member.mtime, member.uid, member.uname) for member, _ in inside.values()} == {(0, 0, "")}
    assert CANARY in [content for _, content in inside.values()]
    plain = b"".join(content for _, content in inside.values())
    for told in (os.uname().nodename.encode(), kept.settings.secret(), clock.now().strftime("%H:%M").encode()):
        assert told not in inside["manifest.json"][1]
    assert kept.settings.secret() not in plain


def test_bak_1_several_recipients_each_open_it(make_site, new_key, tmp_path):
    keys = [new_key("one"), new_key("two")]
    site = make_site(backups=str(tmp_path / "b"), backup_recipients=tuple(key.recipient for key in keys))
    made = make.make(site.settings)
    for key in keys:
        assert verify.verify(made.data, key.identity).kind == "data"


def test_ops_4_nothing_is_in_clear_on_disk(kept):
    """OPS-4: what a backup leaves anywhere below the site and the backups is encrypted, and for its owner only."""
    FolderStorage(kept.settings.folder / "files").put(CANARY)
    factories.make_person(kept, "amber-heron")
    before = {path for path in kept.settings.folder.rglob("*") if path.is_file()}
    made = make.make(kept.settings)
    for path in (made.data, made.keys):
        content = path.read_bytes()
        assert content.startswith(b"age-encryption.org/v1\n")
        assert CANARY not in content
        assert b"SQLite format 3" not in content
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
    after = {path for path in kept.settings.folder.rglob("*") if path.is_file()}
    assert {path.name for path in after - before} <= {"write.lock", "veer.db-wal", "veer.db-shm"}
    assert not list((kept.settings.folder / "tmp").iterdir())


def test_ops_4_planted_a_clear_copy_would_be_found(kept):
    """OPS-4: the control of the test above: the words it looks for do stand in a file that is not encrypted."""
    name = FolderStorage(kept.settings.folder / "files").put(CANARY)
    assert CANARY in (kept.settings.folder / "files" / name).read_bytes()


def test_ret_5_keys_are_apart_and_last_a_week(kept, key, frozen_clock):
    """RET-5: the data's file holds no wrapped key, and the key store's is gone after seven days."""
    factories.make_person(kept, "amber-heron")
    first = make.make(kept.settings)
    assert "keys_wrapped" not in verify.verify(first.data, key.identity).facts.rows
    rows = json.loads(contents(first.keys, key)["keys.json"][1])
    assert [row["kind"] for row in rows] == ["passphrase"]
    with kept.app.app_context():
        wrapped = bytes.fromhex(rows[0]["wrapped"])
    assert all(wrapped not in content for _, content in contents(first.data, key).values())
    frozen_clock.moment += timedelta(days=7)
    make.make(kept.settings)
    assert first.keys.exists()
    frozen_clock.moment += timedelta(days=1)
    second = make.make(kept.settings)
    assert not first.keys.exists()
    assert second.keys.exists()
    assert first.data.exists()


def test_ret_5_the_daily_job_forgets_keys_without_a_backup(kept, frozen_clock):
    """RET-5: also where nobody makes backups any more."""
    made = make.make(kept.settings)
    frozen_clock.moment += timedelta(days=8)
    with kept.session() as session:
        kept.app.extensions["lms"].one(Job, "host.backups").run(session, {})
    assert not made.keys.exists()
    assert made.data.exists()


def test_ret_5_what_a_killed_backup_left_goes_the_day_after(kept, frozen_clock):
    """RET-5: half a copy of the key store does not outlive the whole ones."""
    made = make.make(kept.settings)
    left = made.keys.with_name(f".{made.keys.name}.part")
    left.write_bytes(b"half")
    make.make(kept.settings)
    assert left.exists(), "another backup may be running"
    frozen_clock.moment += timedelta(days=1)
    make.make(kept.settings)
    assert not left.exists()


def test_bak_1_where_there_is_no_site_there_is_no_backup(tmp_path, key):
    settings = Settings(data=tmp_path / "nothing", backup_recipients=(key.recipient,))
    with pytest.raises(BackupError, match="no site"):
        make.make(settings)
    assert not (tmp_path / "nothing").exists()


def test_a_start_does_not_load_age():
    code = "import sys, lms.cli, lms.host.serve; sys.exit('pyrage' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_key_is_shown_once_and_kept_nowhere(tmp_path, monkeypatch):
    """BAK-1: `lms backup key` prints a pair that works, and writes no file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LMS_DATA", str(tmp_path / "data"))
    said = CliRunner().invoke(lms, ["backup", "key"])
    assert said.exit_code == 0
    words = said.output.split()
    identity = pyrage.x25519.Identity.from_str(next(word for word in words if word.startswith("AGE-SECRET-KEY-")))
    assert f"LMS_BACKUP_RECIPIENTS={identity.to_public()}" in words
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestMemory:
    """OPS-4: where the copy lies before it is encrypted."""

    def test_without_tmpfs_the_process_holds_it(self, kept, key, monkeypatch, tmp_path):
        monkeypatch.setattr(memory, "TMPFS", tmp_path)
        made = make.make(kept.settings)
        assert verify.verify(made.data, key.identity).facts.rows["accounts_person"] == 0
        assert not list(tmp_path.glob(f"{memory.PREFIX}*"))

    def test_too_little_memory_is_said_before(self, kept, monkeypatch, tmp_path):
        monkeypatch.setattr(memory, "TMPFS", tmp_path)
        monkeypatch.setattr(memory.os, "sysconf", lambda _name: 100)
        with pytest.raises(BackupError, match="room in memory"):
            make.make(kept.settings)
        assert not list(make.folder_of(kept.settings).rglob("*.*"))

    def test_a_damaged_database_gives_no_backup(self, kept):
        """BAK-1: planted rows that point to nothing are seen before anything is encrypted."""
        with kept.app.app_context(), db.engines[None].connect() as conn:
            conn.connection.execute("PRAGMA foreign_keys=OFF")
            conn.connection.execute("INSERT INTO accounts_grant VALUES (x'01', 'operator', 'site', '')")
            conn.connection.commit()
        with pytest.raises(BackupError, match="point to nothing"):
            make.make(kept.settings)
        assert not list(make.folder_of(kept.settings).rglob("*.*"))

    def test_a_snapshot_is_of_one_moment(self, kept):
        """BAK-1: what is written while the copy is read is not half in it."""
        with sqlite.snapshot(make.database_file(kept.settings)) as copy:
            factories.make_person(kept, "late-heron")
            assert copy.facts.rows["accounts_person"] == 0
            assert b"".join(copy.chunks)[:15] == b"SQLite format 3"


def test_what_a_killed_one_left_is_swept(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "TMPFS", tmp_path)
    monkeypatch.setattr(memory, "_is_in_memory", lambda _folder: True)
    left, used = tmp_path / f"{memory.PREFIX}left", tmp_path / f"{memory.PREFIX}used"
    for folder in (left, used):
        folder.mkdir()
        os.utime(folder, (0, 0))
    holder = os.open(used, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    with memory.room(1000) as own:
        assert own is not None
        assert {path.name for path in tmp_path.iterdir()} == {used.name, own.name}
        assert own.stat().st_mode & 0o077 == 0
    os.close(holder)
    assert [path.name for path in tmp_path.iterdir()] == [used.name]


def test_a_member_that_grows_is_no_backup(tmp_path, key):
    packing = archive.Packing()
    with pytest.raises(BackupError, match="size"):
        archive.write(packing.member("x", 2, [b"abc"]), tmp_path / "x.age", [key.recipient])
    assert not list(tmp_path.glob("*x.age*"))
