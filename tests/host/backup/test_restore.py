"""A restore goes into an empty place, with the right secret and keys that are not too old (BAK-3, RET-5)."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from lms.cli import lms
from lms.core.accounts.actions.keys import open_keys
from lms.core.accounts.queries import keys_of
from lms.host.backup import BackupError, make
from lms.host.backup.restore import restore
from lms.host.rotation import rotate
from lms.host.security.ring import Ring
from lms.host.storage import FolderStorage
from tests import factories

pytestmark = pytest.mark.safety


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning")


@pytest.fixture
def made(kept):
    FolderStorage(kept.settings.folder / "files").put(b"a leaf")
    own = kept.settings.folder / "courses" / "mine" / "course.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("id: mine\n")
    return make.make(kept.settings)


def everything(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_bak_3_files_and_own_courses_come_back(made, kept, key, elsewhere):
    """BAK-3: what was there is there, for its owner only."""
    place = elsewhere(kept)
    restore(place, made.data, made.keys, key.identity)
    store = FolderStorage(place.folder / "files")
    assert [store.get(name) for name in store.names()] == [b"a leaf"]
    assert (place.folder / "courses" / "mine" / "course.yaml").read_text() == "id: mine\n"
    assert not [name for name in everything(place.folder) if (place.folder / name).stat().st_mode & 0o077]


@pytest.mark.parametrize("name", [".gitignore", "my course/notes (1).md", "leçon.md", "#draft~", "caf\udce9.md"])
def test_bak_3_own_files_come_back_whatever_they_are_called(kept, key, elsewhere, name):
    """BAK-3: a name that a backup takes is a name that it can be restored with."""
    own = kept.settings.folder / "courses" / name
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("mine\n")
    made = make.make(kept.settings)
    place = elsewhere(kept)
    restore(place, made.data, made.keys, key.identity)
    assert (place.folder / "courses" / name).read_text() == "mine\n"


def test_bak_3_a_site_is_never_overwritten(made, kept, key, elsewhere):
    """BAK-3: neither the live one nor one that was just restored."""
    with pytest.raises(BackupError, match="a site already"):
        restore(kept.settings, made.data, made.keys, key.identity)
    place = elsewhere(kept)
    restore(place, made.data, made.keys, key.identity)
    with pytest.raises(BackupError, match="a site already"):
        restore(place, made.data, made.keys, key.identity)


@pytest.mark.parametrize("left", ["keys.db", "files/a1", "courses/x.yaml", "templates/x.html"])
def test_bak_3_a_place_with_anything_of_a_site_is_not_empty(made, kept, key, elsewhere, left):
    place = elsewhere(kept)
    (place.folder / left).parent.mkdir(exist_ok=True)
    (place.folder / left).write_bytes(b"x")
    with pytest.raises(BackupError, match="a site already"):
        restore(place, made.data, made.keys, key.identity)
    assert everything(place.folder) == {"secret.key", left}


def test_bak_3_the_secret_comes_first_and_must_be_the_right_one(made, kept, key, elsewhere):
    """BAK-3: with another secret nobody could sign in, and it would be noticed too late."""
    with pytest.raises(BackupError, match=r"secret\.key in place first"):
        restore(elsewhere(kept, secret=False), made.data, made.keys, key.identity)
    place = elsewhere(kept)
    (place.folder / "secret.key").write_bytes(bytes(32))
    with pytest.raises(BackupError, match="not made by the site"):
        restore(place, made.data, made.keys, key.identity)
    assert everything(place.folder) == {"secret.key"}


def test_bak_3_a_secret_that_was_rotated_since_opens_no_older_backup(made, kept, key, elsewhere):
    """BAK-3, ENC-11: the version that the columns need is gone from the file; while a rotation runs it is there."""
    place = elsewhere(kept)
    file = place.folder / "secret.key"
    old = file.read_bytes()
    file.write_bytes(Ring.read(old).begun().ended().write())
    with pytest.raises(BackupError, match="rotated since"):
        restore(place, made.data, made.keys, key.identity)
    file.write_bytes(Ring.read(old).begun().write())
    restore(place, made.data, made.keys, key.identity)


def test_bak_3_an_older_secret_opens_an_older_backup(kept, key, elsewhere, open_place, tmp_path):
    """BAK-3, ENC-11: data from before a change of keys, wrapped keys from after it: people come in, and only new keys stay."""
    person, path = factories.make_person(kept, "river-one"), kept.settings.folder / "secret.key"
    data, old = make.make(kept.settings).data, tmp_path / "old.key"
    old.touch(mode=0o600)
    old.write_bytes(path.read_bytes())
    with kept.app.app_context():
        rotate(0)
    keys, place, stranger = make.make(kept.settings).keys, elsewhere(kept), tmp_path / "stranger.key"
    with pytest.raises(BackupError, match="--old-secret"):
        restore(place, data, keys, key.identity)
    stranger.touch(mode=0o600)
    stranger.write_bytes(bytes(32))
    with pytest.raises(BackupError, match="older secret cannot be used"):
        restore(place, data, keys, key.identity, old_secret=stranger)
    restore(place, data, keys, key.identity, old_secret=old)
    site = open_place(place)
    assert any("new keys" in line for line in site.lines)
    assert (place.folder / "secret.key").read_bytes() == path.read_bytes()
    with site.app.app_context(), site.reading() as conn:
        opened = open_keys(keys_of(conn, handle="River-one"), person.passphrase)
    assert opened is not None
    assert opened.private_key is not None


def test_bak_3_a_damaged_file_leaves_the_place_empty(made, kept, key, elsewhere):
    """BAK-3: whichever of the two it is, nothing is written before both are verified."""
    for path in (made.data, made.keys):
        place = elsewhere(kept)
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        with pytest.raises(BackupError):
            restore(place, made.data, made.keys, key.identity)
        assert everything(place.folder) == {"secret.key"}
        path.write_bytes(whole)
    restore(place, made.data, made.keys, key.identity)


def test_bak_3_files_are_not_mistaken_for_each_other(made, kept, key, elsewhere):
    place = elsewhere(kept)
    with pytest.raises(BackupError, match="holds keys, not data"):
        restore(place, made.keys, made.keys, key.identity)
    with pytest.raises(BackupError, match="holds data, not keys"):
        restore(place, made.data, made.data, key.identity)
    assert everything(place.folder) == {"secret.key"}


def test_ret_5_keys_older_than_a_week_or_than_the_data_are_refused(kept, key, elsewhere, frozen_clock):
    """RET-5: a copy of the key store that somebody kept too long brings nobody back by mistake."""
    old = make.make(kept.settings)
    kept_too_long = old.keys.with_name(old.keys.name)
    content = kept_too_long.read_bytes()
    frozen_clock.moment += timedelta(days=2)
    later = make.make(kept.settings)
    with pytest.raises(BackupError, match="older than the data"):
        restore(elsewhere(kept), later.data, old.keys, key.identity)
    frozen_clock.moment += timedelta(days=6)
    make.forget_old_keys(make.folder_of(kept.settings))
    assert not old.keys.exists()
    kept_too_long.write_bytes(content)
    place = elsewhere(kept)
    with pytest.raises(BackupError, match="over a week old"):
        restore(place, old.data, kept_too_long, key.identity)
    restore(place, old.data, kept_too_long, key.identity, old_keys=True)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_bak_3_one_command_ends_with_the_check(kept, key, elsewhere, monkeypatch):
    """BAK-3: `lms restore` says what it did, and what `lms check` says."""
    factories.make_person(kept, "amber-heron")
    made = make.make(kept.settings)
    place = elsewhere(kept)
    monkeypatch.setenv("LMS_DATA", str(place.folder))
    monkeypatch.setenv("LMS_PLUGINS", ",".join(place.plugins))
    monkeypatch.setenv("LMS_BACKUPS", str(make.folder_of(kept.settings)))
    monkeypatch.setenv("LMS_BACKUP_RECIPIENTS", key.recipient)
    run, call = CliRunner(), ["restore", str(made.data), "--identity", str(key.file)]
    said = run.invoke(lms, call)
    assert said.exit_code == 2
    assert "--without-keys" in said.output
    said = run.invoke(lms, [*call, "--keys", str(made.keys)])
    assert "in place" in said.output
    assert "✓ The key store holds every account’s key." in said.output
    wrong = [line for line in said.output.splitlines() if line.startswith("✗") and "runs as root" not in line]
    assert wrong == []


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_ret_5_without_keys_the_check_says_what_is_lost(kept, key, elsewhere, monkeypatch):
    factories.make_person(kept, "amber-heron")
    made = make.make(kept.settings)
    place = elsewhere(kept)
    monkeypatch.setenv("LMS_DATA", str(place.folder))
    monkeypatch.setenv("LMS_PLUGINS", ",".join(place.plugins))
    said = CliRunner().invoke(lms, ["restore", str(made.data), "--identity", str(key.file), "--without-keys"])
    assert said.exit_code == 1
    assert "✗ The key store lacks 1 key" in said.output
