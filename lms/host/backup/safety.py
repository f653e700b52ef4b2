"""Before the tables change: a backup, or where nobody to encrypt to is set, a copy beside the database (DUR-12)."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, inspect

from lms.host.backup import archive, make, postgres, sqlite, verify
from lms.host.settings import Settings

SUFFIX = ".before-upgrade"


@contextmanager
def kept_safe(settings: Settings, engine: Engine) -> Iterator[str]:
    """Keep what there is for as long as an upgrade lasts; hand out the line that says how, empty for a new site.

    The backup stays. The copy beside the database is in clear, readable by its owner only: it goes when the upgrade has
    worked, and stays when it has not.

    Raises:
        BackupError: the database is damaged, or the backup cannot be restored. Nothing was changed.

    """
    if not inspect(engine).get_table_names():
        yield ""
    elif settings.backup_recipients:
        yield _backed_up(settings)
    else:
        copy = copy_beside(settings)
        yield f"Kept a copy as {copy.name}; it goes when the upgrade has worked. Better: set LMS_BACKUP_RECIPIENTS."
        copy.unlink()


def copy_beside(settings: Settings) -> Path:
    """Write a checked copy of the database into the data folder."""
    if make.is_sqlite(settings):
        source = make.database_file(settings)
        target = _new_file(source.with_name(f"{source.name}{SUFFIX}"))
        sqlite.copy(source, target)
        return target
    target = _new_file(settings.folder / f"database{SUFFIX}")
    with (
        postgres.snapshot(settings.database_url, settings.folder / "tmp") as (_facts, pieces),
        target.open("wb") as file,
    ):
        file.writelines(pieces)
    with closing(postgres.Counting()) as counting:
        counting.feed(iter([target.read_bytes()]))
        counting.rows()
    return target


def _backed_up(settings: Settings) -> str:
    made = make.make(settings)
    if settings.drill_identity:
        verify.verify(made.data, archive.read_identity(Path(settings.drill_identity)), settings.secret())
        return f"Backed up and verified: {made.data.name}"
    return f"Backed up: {made.data.name}"


def _new_file(path: Path) -> Path:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path
