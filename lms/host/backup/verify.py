"""Prove that a backup can be restored, without restoring it anywhere (BAK-2)."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from lms.host.backup import BackupError, archive, manifest, postgres, sqlite
from lms.host.backup.archive import MANIFEST, MOST_MANIFEST, Identity, Measured, Part
from lms.host.backup.make import KEYS_MEMBER
from lms.host.backup.manifest import Manifest

Take = Callable[[str, int, Iterator[bytes]], None]


def verify(path: Path, identity: Identity, secret: bytes | None = None) -> Manifest:
    """Decrypt a backup to its end, compare every byte with its manifest, and put the database in it to the test.

    SQLite: opened in memory, `integrity_check`, `foreign_key_check`, rows of each table. PostgreSQL: read by pg_restore,
    rows of each table; what points to what is checked by the server when it is restored.

    Args:
        path: the file.
        identity: opens it.
        secret: of the site, to see that it made this backup; not asked without it.

    Raises:
        BackupError: damaged, cut, incomplete, or not of this site.

    """
    with closing(_Checking()) as checking:
        found = walk(path, identity, checking.take)
        rows = checking.rows()
    if secret is not None:
        require_own(found, path, secret)
    if found.facts.rows != rows:
        raise BackupError(f"{path.name}: the rows of its tables are not the ones that were counted.")
    return found


def require_own(found: Manifest, path: Path, secret: bytes) -> None:
    """Refuse a backup that the site with this secret has not made.

    Raises:
        BackupError: somebody else's, or the secret is another one.

    """
    if not found.is_by(secret):
        raise BackupError(f"{path.name} was not made by the site that this secret.key belongs to.")


def walk(path: Path, identity: Identity, take: Take) -> Manifest:
    """Hand every member but the manifest to `take`, then compare all of them with the manifest.

    Raises:
        BackupError: damaged, cut or incomplete. What `take` was given until then must not be used.

    """
    parts: list[Part] = []
    found: Manifest | None = None
    with archive.opened(path, identity) as members:
        for name, size, content in members:
            if found is not None:
                raise BackupError("Something follows the manifest.")
            if name == MANIFEST:
                found = manifest.read(_read_small(content, size))
                continue
            measured = Measured(content)
            chunks = measured.chunks()
            take(name, size, chunks)
            for _unused in chunks:
                pass
            parts.append(measured.part(name))
    if found is None:
        raise BackupError(f"{path.name} has no manifest.")
    found.require(parts)
    return found


def _read_small(content: IO[bytes], size: int) -> bytes:
    if size > MOST_MANIFEST:
        raise BackupError("The manifest is too large.")
    return content.read(size)


class _Checking:
    """Counts what is in the members that hold rows."""

    def __init__(self) -> None:
        self._rows: dict[str, int] | None = None
        self._dump: postgres.Counting | None = None

    def take(self, name: str, size: int, chunks: Iterator[bytes]) -> None:
        if name == sqlite.MEMBER:
            self._rows = sqlite.check_bytes(chunks, size).rows
        elif name.startswith(postgres.FOLDER):
            self._dump = self._dump or postgres.Counting()
            self._dump.feed(chunks)
        elif name == KEYS_MEMBER:
            self._rows = {"keys_wrapped": len(json.loads(b"".join(chunks)))}

    def rows(self) -> dict[str, int]:
        if self._dump is not None:
            return self._dump.rows()
        if self._rows is None:
            raise BackupError("There is no database in this backup.")
        return self._rows

    def close(self) -> None:
        if self._dump is not None:
            self._dump.close()
