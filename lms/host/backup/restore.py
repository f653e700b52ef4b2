"""Put a backup into an empty place (BAK-3, RET-5)."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path, PurePosixPath

from lms.host import clock
from lms.host.backup import BackupError, postgres, sqlite
from lms.host.backup.archive import Identity
from lms.host.backup.make import (
    FILES,
    KEYS_LIFE,
    KEYS_MEMBER,
    OWN,
    OWN_PREFIX,
    database_file,
    is_sqlite,
)
from lms.host.backup.manifest import DATA, KEYS, Manifest
from lms.host.backup.verify import verify, walk
from lms.host.security.current import open_keystore
from lms.host.security.ring import Ring, UnsafeSecret, load_secret, replace_secret
from lms.host.settings import Settings

A_DAY = timedelta(days=1)


def restore(
    settings: Settings,
    data: Path,
    keys: Path | None,
    identity: Identity,
    *,
    old_keys: bool = False,
    old_secret: Path | None = None,
) -> None:
    """Put data, files and wrapped keys into an empty place; nothing is written before both files are verified.

    Args:
        settings: of the new place; its `secret.key` is there already.
        data: the data's file.
        keys: the key store's file; without it sealed notes stay closed for good.
        identity: opens both.
        old_keys: take a copy of the key store that is over a week old.
        old_secret: the secret of the backup's day, if keys were changed since; what it opens is moved to the new keys
            by whoever opens the site next (ENC-11).

    Raises:
        BackupError: the place is not empty, or a file must not be used.

    """
    secret = _with_older(_require_empty(settings), old_secret)
    found = _require(verify(data, identity, secret), DATA, data)
    if found.backend != ("sqlite" if is_sqlite(settings) else "postgresql"):
        raise BackupError(f"{data.name} is of a {found.backend} site: set LMS_DATABASE to one.")
    _require_open(found, data, secret)
    if keys is not None:
        theirs = _require(verify(keys, identity, secret), KEYS, keys)
        _require_open(theirs, keys, secret)
        _require_fresh(theirs, found, keys, old_keys=old_keys)
    settings.prepare()
    if old_secret is not None:
        replace_secret(settings.folder / "secret.key", Ring.read(secret))
    if is_sqlite(settings):
        _fill_sqlite(settings, data, identity)
    else:
        _fill_postgres(settings, data, identity)
    if keys is not None:
        _fill_keys(settings, keys, identity)


def _require_empty(settings: Settings) -> bytes:
    folder = settings.folder
    holders = [path for path in (folder / "keys.db", *_database_files(settings)) if _has_content(path)]
    holders += [path for name in ("files", *OWN) for path in (folder / name).glob("*")]
    if holders or not (is_sqlite(settings) or postgres.is_empty(settings.database_url)):
        there = holders[0].name if holders else "tables in the database"
        raise BackupError(f"There is a site already ({there}): a backup is restored into an empty place only.")
    try:
        return load_secret(folder / "secret.key")
    except UnsafeSecret as error:
        raise BackupError(f"Put the site's secret.key in place first: {error}.") from error


def _with_older(secret: bytes, old_secret: Path | None) -> bytes:
    if old_secret is None:
        return secret
    try:
        return Ring.read(secret).with_older(Ring.read(load_secret(old_secret))).write()
    except UnsafeSecret as error:
        raise BackupError(f"The older secret cannot be used: {error}.") from error


def _require_open(found: Manifest, path: Path, secret: bytes) -> None:
    if not found.opens_with(secret):
        raise BackupError(
            f"The secret was rotated since {path.name} was made: name the one of {found.day.isoformat()} or before "
            "with --old-secret, or take a later backup."
        )


def _database_files(settings: Settings) -> list[Path]:
    if not is_sqlite(settings):
        return []
    path = database_file(settings)
    return [path, path.with_name(f"{path.name}-wal")]


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _require(found: Manifest, kind: str, path: Path) -> Manifest:
    if found.kind != kind:
        raise BackupError(f"{path.name} holds {found.kind}, not {kind}.")
    return found


def _require_fresh(keys: Manifest, data: Manifest, path: Path, *, old_keys: bool) -> None:
    if keys.day < data.day - A_DAY:
        raise BackupError(
            f"{path.name} is older than the data: whoever joined in between would lose their key. Take a later one."
        )
    if keys.day < clock.today() - KEYS_LIFE and not old_keys:
        raise BackupError(
            f"{path.name} is of {keys.day.isoformat()}, over a week old. People who erased themselves since then would "
            "be readable again. If there is no later one, say --old-keys, and tell them."
        )


def _fill_sqlite(settings: Settings, data: Path, identity: Identity) -> None:
    final = database_file(settings)
    partial = final.with_name(f".{final.name}.part")

    def take(name: str, _size: int, chunks: Iterator[bytes]) -> None:
        if name == sqlite.MEMBER:
            _write(partial, chunks)
        else:
            _take_file(settings, name, chunks)

    try:
        walk(data, identity, take)
        partial.rename(final)
    finally:
        partial.unlink(missing_ok=True)


def _fill_postgres(settings: Settings, data: Path, identity: Identity) -> None:
    with postgres.filling(settings.database_url, settings.folder / "tmp") as sink:

        def take(name: str, _size: int, chunks: Iterator[bytes]) -> None:
            if name.startswith(postgres.FOLDER):
                sink.writelines(chunks)
            else:
                _take_file(settings, name, chunks)

        walk(data, identity, take)


def _fill_keys(settings: Settings, keys: Path, identity: Identity) -> None:
    store = open_keystore(settings)

    def take(name: str, _size: int, chunks: Iterator[bytes]) -> None:
        if name == KEYS_MEMBER:
            store.load(json.loads(b"".join(chunks)))

    walk(keys, identity, take)


def _take_file(settings: Settings, name: str, chunks: Iterator[bytes]) -> None:
    if name.startswith(FILES) and name.removeprefix(FILES).isalnum():
        _write(settings.folder / name, chunks)
    elif name.startswith(tuple(f"{OWN_PREFIX}{own}/" for own in OWN)):
        path = settings.folder / PurePosixPath(name.removeprefix(OWN_PREFIX))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, chunks)


def _write(path: Path, chunks: Iterator[bytes]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
