"""Make a backup of a running site: one file with the data, one apart with the wrapped private keys (BAK-1, RET-5)."""

import json
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import make_url

from lms.host import clock
from lms.host.backup import BackupError, archive, postgres, sqlite
from lms.host.backup.archive import Packing
from lms.host.backup.facts import Facts
from lms.host.backup.manifest import DATA, KEYS, Manifest
from lms.host.security.current import open_keystore
from lms.host.security.keystore import ACCOUNT, KeyStore
from lms.host.security.ring import Ring
from lms.host.settings import Settings
from lms.host.storage import FolderStorage

FILES = "files/"
OWN = ("courses", "templates")  # what an operator may have put into the data folder
OWN_PREFIX = "own/"
KEYS_MEMBER = "keys.json"
KEYS_LIFE = timedelta(days=7)
_NAMED = re.compile(r"(\d{4}-\d{2}-\d{2})-[0-9a-f]{6}\.(?:data|keys)\.age")
NO_RECIPIENT = (
    "There is no one to encrypt to, and a backup is never written in clear. Make a key with `lms backup key`, keep it "
    "away from this server, and put its public half into LMS_BACKUP_RECIPIENTS."
)


@dataclass(frozen=True)
class Made:
    """The two files of one backup."""

    data: Path
    keys: Path
    day: date
    facts: Facts


def folder_of(settings: Settings) -> Path:
    """Return where this site's backups go."""
    return Path(settings.backups).expanduser().resolve() if settings.backups else settings.folder / "backups"


def make(settings: Settings, folder: Path | None = None) -> Made:
    """Make a backup and throw away the copies of the key store that are over a week old.

    Args:
        settings: of the site.
        folder: where to; the site's own place without it.

    Raises:
        BackupError: no recipient, damaged data, or no room.

    """
    if not settings.backup_recipients:
        raise BackupError(NO_RECIPIENT)
    if is_sqlite(settings) and not database_file(settings).exists():
        raise BackupError(f"There is no site in {settings.folder} yet.")
    folder, today = folder or folder_of(settings), clock.today()
    name = f"{today.isoformat()}-{secrets.token_hex(3)}"
    for kind in (DATA, KEYS):
        (folder / kind).mkdir(mode=0o700, parents=True, exist_ok=True)
    data, keys = folder / DATA / f"{name}.data.age", folder / KEYS / f"{name}.keys.age"
    store = open_keystore(settings)
    before = store.rows()
    facts = _make_data(settings, data)
    _make_keys(settings, keys, _both(before, store))
    forget_old_keys(folder)
    return Made(data, keys, today, facts)


def forget_old_keys(folder: Path) -> int:
    """Delete the copies of the key store that are over a week old; return how many (RET-5)."""
    oldest, gone = clock.today() - KEYS_LIFE, 0
    for path in (folder / KEYS).glob("*.keys.age"):
        made = day_of(path)
        if made is not None and made < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    for partial in folder.glob(f"*/.*{archive.PARTIAL}"):  # of a backup that was killed
        if date.fromtimestamp(partial.stat().st_mtime) < clock.today():  # noqa: DTZ012 - a day more or less
            partial.unlink(missing_ok=True)
    return gone


def newest(folder: Path, kind: str) -> Path | None:
    """Return the last backup of a kind, by the day in its name and then by when it was written."""
    found = [path for path in (folder / kind).glob(f"*.{kind}.age") if day_of(path)]
    return max(found, key=lambda path: (path.name[:10], path.stat().st_mtime), default=None)


def day_of(path: Path) -> date | None:
    """Return the day that stands in the name of a backup."""
    named = _NAMED.fullmatch(path.name)
    with suppress(ValueError):
        return date.fromisoformat(named[1]) if named else None
    return None


def is_sqlite(settings: Settings) -> bool:
    """Whether the site's database is SQLite."""
    return make_url(settings.database_url).get_backend_name() == "sqlite"


def database_file(settings: Settings) -> Path:
    """Return where SQLite keeps the site's database."""
    return Path(str(make_url(settings.database_url).database))


def _make_data(settings: Settings, target: Path) -> Facts:
    packing, secret = Packing(), settings.secret()
    if is_sqlite(settings):
        with sqlite.snapshot(database_file(settings)) as copy:
            facts = copy.facts
            database = packing.member(sqlite.MEMBER, copy.size, copy.chunks)
            chunks = _whole(settings, packing, database, Manifest(DATA, clock.today(), "sqlite", facts, ()), secret)
            archive.write(chunks, target, settings.backup_recipients)
        return facts
    with postgres.snapshot(settings.database_url, settings.folder / "tmp") as (facts, pieces):
        database = _numbered(packing, pieces)
        chunks = _whole(settings, packing, database, Manifest(DATA, clock.today(), "postgresql", facts, ()), secret)
        archive.write(chunks, target, settings.backup_recipients)
    return facts


def _whole(
    settings: Settings, packing: Packing, database: Iterable[bytes], manifest: Manifest, secret: bytes
) -> Iterator[bytes]:
    """Yield the archive: the database first, so that every file its rows name is still to come."""
    yield from database
    storage = FolderStorage(settings.folder / "files")
    for name in sorted(storage.names()):
        try:
            content = storage.get(name)
        except KeyError:  # erased since
            continue
        yield from packing.member(FILES + name, len(content), [content])
    for path in _own_files(settings.folder):
        content = path.read_bytes()
        name = OWN_PREFIX + path.relative_to(settings.folder).as_posix()
        yield from packing.member(name, len(content), [content])
    yield from _end(packing, manifest, secret)


def _make_keys(settings: Settings, target: Path, rows: list[dict[str, str]]) -> None:
    packing = Packing()
    content = json.dumps(rows).encode()
    backend = "sqlite" if is_sqlite(settings) else "postgresql"
    manifest = Manifest(KEYS, clock.today(), backend, Facts({"keys_wrapped": len(rows)}, {}), ())

    def whole() -> Iterator[bytes]:
        yield from packing.member(KEYS_MEMBER, len(content), [content])
        yield from _end(packing, manifest, settings.secret())

    archive.write(whole(), target, settings.backup_recipients)


def _end(packing: Packing, manifest: Manifest, secret: bytes) -> Iterator[bytes]:
    keys = tuple(version for version, _key in Ring.read(secret).keys)
    full = replace(manifest, parts=tuple(packing.parts), keys=keys)
    yield from packing.end(full.sealed(secret))


def _numbered(packing: Packing, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for number, piece in enumerate(pieces):
        yield from packing.member(f"{postgres.FOLDER}{number:06d}", len(piece), [piece])


def _both(before: list[dict[str, str]], store: KeyStore) -> list[dict[str, str]]:
    """Return the keys of before and after the database was copied, whichever of them its accounts point to.

    A passphrase changed in between replaces a key; a person erased in between has none any more, and gets none back.
    """
    after = {row["id"]: row for row in store.rows()}
    present = {row["person_id"] for row in after.values()}
    replaced = {row["id"]: row for row in before if row["person_id"] in present and row["kind"] in ACCOUNT}
    return list((replaced | after).values())


def _own_files(folder: Path) -> list[Path]:
    return sorted(path for name in OWN for path in (folder / name).rglob("*") if path.is_file())
