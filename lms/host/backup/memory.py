"""Room for a copy of the database that is not encrypted yet, or not any more: in memory, never on disk (OPS-4).

A database can be checked only as a whole. A folder on tmpfs holds it once and outside this process; where there is no
tmpfs, or too little of it, the copy lies in the process itself, which costs twice its size for a moment.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lms.host.backup import BackupError

TMPFS = Path("/dev/shm")  # noqa: S108 - in memory, and the folder made in it is for its owner alone
PREFIX = "veer-copy-"
SPARE = 16 * 1024 * 1024


@contextmanager
def room(size: int) -> Iterator[Path | None]:
    """Hand out a new folder in memory that takes `size` bytes, and wipe it afterwards; `None` if there is none."""
    if not _is_in_memory(TMPFS) or shutil.disk_usage(TMPFS).free < size + SPARE:
        yield None
        return
    _sweep(TMPFS)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=TMPFS))
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)  # says that somebody lives here; it ends with the process
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def refuse_beyond_memory(size: int) -> None:
    """Refuse to hold twice `size` bytes in this process if the machine has not that much to give.

    Raises:
        BackupError: too little memory.

    """
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if 2 * size + SPARE > free:
        raise BackupError(
            f"There is no room in memory for a copy of {size // 2**20} MiB. Make {TMPFS} larger: the copy is never "
            "written to a disk before it is encrypted."
        )


def _is_in_memory(folder: Path) -> bool:
    with suppress(OSError):
        lines = Path("/proc/mounts").read_text("utf-8").splitlines()
        return any(line.split()[1:3] == [str(folder), "tmpfs"] for line in lines) and os.access(folder, os.W_OK)
    return False


def _sweep(parent: Path) -> None:
    """Remove what a killed process left: folders whose lock is free, and that nobody is just making."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime < 60 or folder.stat().st_uid != os.geteuid():
                continue
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(descriptor)
