"""SQLite: one consistent copy, checked as a whole before it counts.

Nothing but SQLite opens the live file (DUR-4): `VACUUM INTO` reads it in one transaction while others write.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from lms.host.backup import BackupError
from lms.host.backup.archive import CHUNK
from lms.host.backup.facts import Facts, facts_of
from lms.host.backup.memory import refuse_beyond_memory, room

MEMBER = "database.sqlite"


@dataclass(frozen=True)
class Snapshot:
    """A consistent copy in memory."""

    facts: Facts
    size: int
    chunks: Iterator[bytes]


@contextmanager
def snapshot(source: Path) -> Iterator[Snapshot]:
    """Copy a live database into memory, check the copy, and hand it out.

    Raises:
        BackupError: the database is damaged, or there is no room in memory.

    """
    with closing(_reader(source)) as live:
        (size,) = live.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
        with room(size) as folder:
            if folder is None:
                refuse_beyond_memory(size)
                with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
                    live.backup(copy)  # in one step: a copy by steps begins again at each write
                    copy.execute("VACUUM")  # deleted rows are not for backups
                    facts, data = check(copy), copy.serialize()
                yield Snapshot(facts, len(data), _without_log(data))
                return
            path = folder / MEMBER
            live.execute("VACUUM INTO ?", (str(path),))
            with closing(_reader(path)) as copy:
                facts = check(copy)
            with path.open("rb") as file:
                yield Snapshot(facts, path.stat().st_size, iter(lambda: file.read(CHUNK), b""))


def copy(source: Path, target: Path) -> None:
    """Copy a live database into an empty file, and check the copy.

    Raises:
        BackupError: the database is damaged.

    """
    with closing(_reader(source)) as live:
        live.execute("VACUUM INTO ?", (str(target),))
    with closing(_reader(target)) as copied:
        check(copied)


def check(database: sqlite3.Connection) -> Facts:
    """Check a copy whole: its pages, what points to what; and count its rows.

    Raises:
        BackupError: something is wrong with it.

    """
    try:
        if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("The database is damaged (integrity_check).")
        if database.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise BackupError("The database has rows that point to nothing (foreign_key_check).")
    except sqlite3.DatabaseError as error:
        raise BackupError(f"The database is damaged ({error}).") from error
    engine = create_engine("sqlite://", creator=lambda: database, poolclass=StaticPool)
    with engine.connect() as connection:
        return facts_of(connection)


def check_bytes(chunks: Iterator[bytes], size: int) -> Facts:
    """Check a database that comes as bytes, in memory."""
    with room(size) as folder:
        if folder is None:
            refuse_beyond_memory(size)
            with closing(sqlite3.connect(":memory:")) as copy:
                copy.deserialize(b"".join(chunks))
                return check(copy)
        path = folder / MEMBER
        with path.open("wb") as file:
            file.writelines(chunks)
        with closing(_reader(path)) as copy:
            return check(copy)


def _without_log(data: bytes) -> Iterator[bytes]:
    """Yield a database that says it has no write-ahead log: one in memory cannot have one."""
    yield data[:18] + b"\x01\x01" + data[20:CHUNK]
    for start in range(CHUNK, len(data), CHUNK):
        yield data[start : start + CHUNK]


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None)
