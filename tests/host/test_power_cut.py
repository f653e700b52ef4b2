"""What was said to be saved is there after a power cut, whatever the disk made of what it was not told to keep (DUR-1)."""

import ast
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lms.host.security.keystore import KeyStore
from tests.host.powerless import images, put

pytestmark = [
    pytest.mark.safety,
    pytest.mark.database("sqlite"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
ROOT = Path(__file__).parents[2]
ROWS = ("veer.db", "SELECT job FROM host_job WHERE job GLOB '[0-9]*'")
KEYS = ("keys.db", "SELECT person_id FROM keys_wrapped")


@pytest.fixture(scope="session")
def site_plugins():
    return ()


def recorded(folder, count, what, *pragmas):
    """Let the program write; return the files before, and what happened to the disk."""
    begun = {path.name: path.read_bytes() for path in folder.glob("*.db")}
    command = [sys.executable, "-m", "tests.host.writing", str(folder), str(count), what, *pragmas]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr.decode()
    return begun, [ast.literal_eval(line) for line in done.stdout.decode().splitlines()]


def stored(folder, name, question):
    """Open an image as a start after the cut would; return the numbers of what is in it."""
    with closing(sqlite3.connect(folder / name)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {int(value, 16 if name == "keys.db" else 10) for (value,) in connection.execute(question)}


def lost(place, tmp_path, count, what, most, *pragmas):
    """Cut the power `most` times; return at how many of the images something acknowledged is missing, and their number."""
    begun, events = recorded(place, count, what, *pragmas)
    missing = total = 0
    for acknowledged, files in images(begun, events, most):
        folder = tmp_path / "image"
        put(files, folder)
        missing += not acknowledged <= stored(folder, *(ROWS if what == "rows" else KEYS))
        total += 1
        shutil.rmtree(folder)
    assert ("sync", "veer.db" if what == "rows" else "keys.db") in events or pragmas  # the log was folded too
    return missing, total


def folder_of(site):
    """Close a site whose database is whole in its file; return its folder."""
    site.close()
    with closing(KeyStore.on_file(site.settings.folder / "keys.db")._engine.raw_connection()):
        pass
    return site.settings.folder


def test_dur_1_no_row_is_lost_by_a_power_cut(site, tmp_path):
    """DUR-1: 100 images of a disk after the power went, folds of the log among them: every acknowledged row is there."""
    assert lost(folder_of(site), tmp_path, 60, "rows", 100) == (0, 100)


def test_dur_1_no_wrapped_key_is_lost_by_a_power_cut(site, tmp_path):
    """DUR-1: the same of the key store: whoever was told that they joined has their key."""
    assert lost(folder_of(site), tmp_path, 12, "keys", 60) == (0, 60)


@pytest.mark.deep
def test_dur_1_nothing_is_lost_by_1000_power_cuts(site, tmp_path):
    """DUR-1: the long version."""
    folder = folder_of(site)
    assert lost(folder, tmp_path, 1000, "rows", 1000) == (0, 1000)
    assert lost(folder, tmp_path, 200, "keys", 500) == (0, 500)


@pytest.mark.parametrize(("what", "pragma"), [("rows", "synchronous=NORMAL"), ("keys", "synchronous=FULL")])
def test_dur_1_planted_less_syncing_loses_what_was_acknowledged(site, tmp_path, what, pragma):
    """DUR-1: the control: the log unsynced at commit, or the deletion of the journal unsynced; this harness sees it."""
    missing, _total = lost(folder_of(site), tmp_path, 12, what, 30, pragma)
    assert missing > 0
