"""A plain copy of a site while it runs: SQLite's own backup for databases, then the files.

Encryption to offline recipients is not part of this copy; store it where only the operator can read.
"""

import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import make_url

from lms.host.plugin import StartupError
from lms.host.settings import Settings

LEFT_OUT = {"cache", "tmp", "write.lock"}
DATABASES = ("veer.db", "keys.db")


def copy_site(settings: Settings, target: Path) -> list[Path]:
    """Copy databases consistently, then keys and files, into a new folder only its owner can read.

    The secret stays out on purpose: with it beside the database, a stolen copy would open more (ENC-2).

    Raises:
        StartupError: the target exists, or the database is not SQLite.

    """
    if make_url(settings.database_url).get_backend_name() != "sqlite":
        raise StartupError("This copies SQLite sites; for PostgreSQL use pg_dump and copy the data folder.")
    if target.exists():
        raise StartupError(f"{target} exists already: name a new folder.")
    target.mkdir(mode=0o700, parents=True)
    copied = []
    for name in DATABASES:
        source = settings.folder / name
        if source.exists():
            copied.append(_copy_database(source, target / name))
    shutil.copytree(settings.folder / "files", target / "files")
    copied.append(target / "files")
    return copied


def _copy_database(source: Path, target: Path) -> Path:
    """Copy through SQLite itself: closing a file descriptor on a live database drops its locks (DUR-4)."""
    reading = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    writing = sqlite3.connect(target)
    try:
        reading.backup(writing)
        if writing.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise StartupError(f"{source.name} is damaged; the copy is not usable.")
    finally:
        writing.close()
        reading.close()
    target.chmod(0o600)
    return target
